"""Compiled loops as the plain Python that they are written in: every part can be called, and nothing is compiled."""

from __future__ import annotations

import inspect
import sys

import pytest


def uncompile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every loop of ``models.large`` and ``models.single``, under its own name in every module that has it."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("models.large.", "models.single.")):
            for key, value in list(vars(module).items()):
                if hasattr(value, "py_func"):
                    monkeypatch.setattr(module, key, inspect.unwrap(value.py_func))
