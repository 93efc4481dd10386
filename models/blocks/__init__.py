"""Constraint blocks, one file per family."""
