"""Our own solver for large problems: a Lagrangian bound, greedy and local search, and a small MIP for the rest.

Compiled with numba, which loads when a module of this room is imported: nothing outside imports it before it is chosen.
"""
