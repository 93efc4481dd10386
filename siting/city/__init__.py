"""Several circles as one model under one budget: joined tables and streets, floors by circle, one run.

Doors: :func:`siting.city.run.run_city`, :func:`siting.city.names.city_id` (light to import).
"""
