"""From layers to one scenario: deep merge, later layers win, every value with where it came from.

Each layer is checked by itself, so that a planner hears of every mistake in every file at once, even of one that a
later layer would hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from scenarios.faults import Fault, FaultLog
from scenarios.layers import Layer, load_scenario_file, parse_set
from scenarios.schema import Scenario
from scenarios.settings_check import check_layer
from scenarios.type_names import TypeNames, with_type_ids

__all__ = ["DEFAULT_LABEL", "Layer", "ResolvedScenario", "load_scenario_file", "parse_set", "resolve"]

DEFAULT_LABEL = "默认值"


@dataclass(frozen=True)
class ResolvedScenario:
    """A checked scenario, its name, and for every leaf key (dotted, e.g. ``budget.capital_cny``) its source label.

    A list is a leaf; so is an empty table. A part of a key that holds a dot is quoted, as in TOML. ``layers`` are those
    that it was merged from.
    """

    name: str
    scenario: Scenario
    origin: Mapping[str, str]
    layers: tuple[Layer, ...] = ()

    def file_of(self, key: str, value: str = "") -> str:
        """What a fault about ``key`` names as its file: where it was set last; the scenario's name where no layer did.

        An entry ``value`` of a list that later layers only repeat is told where it was written first.
        """
        setting = [(layer.file, _at(layer.data, key)) for layer in reversed(self.layers)]
        setting = [(file, found) for file, found in setting if found is not None]
        writing = list(takewhile(lambda at: isinstance(at[1], list | tuple) and value in at[1], setting))
        return (writing[-1:] or setting[:1] or [(self.name, None)])[0][0]

    def located(self, faults: Iterable[Fault]) -> list[Fault]:
        """The same faults about keys (their ``column``), each told in the file that set the key."""
        return [replace(fault, file=self.file_of(fault.column, fault.value)) for fault in faults]

    def as_dict(self) -> dict[str, Any]:
        """Plain nested data for ``run.json``: every key, in the schema's order."""
        return self.scenario.model_dump(mode="json", by_alias=True)


def resolve(layers: Sequence[Layer], name: str = "base", catalogue: TypeNames | None = None) -> ResolvedScenario:
    """Merge ``layers`` (first to last: base, named overrides, circle, ``--set``) over the schema's defaults.

    Tables merge key by key; scalars and lists are replaced. In tables by type or year, ``none`` takes an entry away.
    With a ``catalogue``, business types may be written by Chinese name or alias, and unknown ones are faults. Raises
    FaultError with every fault of every layer: ``unknown-key`` (names the nearest), ``bad-value``, ``unknown-type``,
    ``duplicate-type``.
    """
    log = FaultLog()
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for layer in layers:
        data = check_layer(layer, log)
        if catalogue is not None:
            data = with_type_ids(data, layer.file, catalogue, log)
        _merge(merged, data, layer.source, origin)
    log.raise_if_errors()
    _drop_removed(merged, origin)
    scenario = Scenario.model_validate(merged)
    plain = scenario.model_dump(mode="json", by_alias=True)
    sources = {key: origin.get(key, DEFAULT_LABEL) for key in leaf_keys(plain)}
    return ResolvedScenario(name, scenario, sources, tuple(layers))


def _at(data: Any, key: str) -> Any:
    for part in key.split("."):
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def leaf_keys(data: Mapping[str, Any], prefix: str = "") -> list[str]:
    """Dotted keys of all leaves, in the mapping's order."""
    keys: list[str] = []
    for part, value in data.items():
        key = prefix + _quoted(part)
        keys += leaf_keys(value, f"{key}.") if isinstance(value, Mapping) and value else [key]
    return keys


def _quoted(part: str) -> str:
    return f'"{part}"' if "." in part else part


def _merge(target: dict[str, Any], data: Mapping[str, Any], source: str, origin: dict[str, str], at: str = "") -> None:
    """Merge in place. What ``origin`` says of keys that are no longer leaves is left there, to be ignored."""
    for part, value in data.items():
        key = at + _quoted(part)
        if isinstance(value, Mapping):
            if not isinstance(target.get(part), dict):
                target[part] = {}
                origin[key] = source
            _merge(target[part], value, source, origin, f"{key}.")
        else:
            target[part] = value
            origin[key] = source


def _drop_removed(merged: dict[str, Any], origin: dict[str, str]) -> None:
    objective = merged.get("objective", {})
    for key, table in (
        ("coverage_floor", merged.get("coverage_floor", {})),
        ("objective.weights", objective.get("weights", {})),
        ("objective.missing_weights", objective.get("missing_weights", {})),
        ("phases", merged.get("phases", {})),
    ):
        for entry in [part for part, value in table.items() if value is None]:
            source = origin.pop(f"{key}.{_quoted(entry)}")
            del table[entry]
            if not table:
                origin[key] = source
