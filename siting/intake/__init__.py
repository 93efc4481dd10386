"""A new living circle: the folder that a planner fills in, empty or begun from other data, one module a source."""
