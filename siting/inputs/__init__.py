"""Data in: the files of one living circle, read, checked and brought to metres, or every fault told at once."""

from siting.inputs.reader import read_workspace

__all__ = ["read_workspace"]
