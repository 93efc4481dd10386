"""Schematic circles, made from a seed: the 11 pilots from the plan's facts, and circles of any size for tests.

What comes out is marked as simulated; the same seed and generator version give the same bytes.
"""

from __future__ import annotations

from pathlib import Path

from siting.generator.pilots import Pilot, spec_of_pilot
from siting.generator.spec import GENERATOR_VERSION, CircleSpec
from siting.generator.tables import GeneratedCircle, TypeCatalogue, generate_tables
from siting.generator.write import write_circle

__all__ = [
    "GENERATOR_VERSION",
    "CircleSpec",
    "GeneratedCircle",
    "generate_circle",
    "generate_pilot",
    "generate_tables",
    "spec_of_pilot",
]


def generate_circle(spec: CircleSpec, catalogue: TypeCatalogue, folder: Path, seed: int = 0) -> Path:
    """Generate the circle of ``spec`` into ``folder`` and return it: whole, or not at all.

    An identical workspace already there is left alone. Raises FaultError where the folder holds anything else,
    ValueError for a negative seed.
    """
    names = {type_id: kind.name_zh for type_id, kind in catalogue.types.items()}
    return write_circle(generate_tables(spec, catalogue, seed), names, folder)


def generate_pilot(circle: Pilot, catalogue: TypeCatalogue, folder: Path, seed: int = 0) -> Path:
    """Generate a pilot circle from the plan's facts into ``folder``; see :func:`generate_circle`."""
    return generate_circle(spec_of_pilot(circle), catalogue, folder, seed)
