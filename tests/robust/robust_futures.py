"""A set of futures that change each kind of thing."""

from __future__ import annotations

FUTURES = """
title = "试验"
[[futures]]
name = "as_is"
title = "照旧"
[[futures]]
name = "fewer"
title = "人少、贵"
weight = 2
population = { all = 0.9, elderly = 1.2 }
cost_factor = 1.1
rent_factor = 1.25
[[futures]]
name = "shut"
title = "关店、撤房"
closed_outlets = { largest_of = ["药店", "supermarket"] }
withdrawn_sites = { share = 0.25 }
[futures.types.pharmacy]
area_m2 = 70
"""
