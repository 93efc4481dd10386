"""Points of interest from maps, sorted into business types by rules; every row keeps the rule that took it."""
