"""A fault log that tells a hundred faults of one kind in one column, and counts the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from scenarios.faults import Fault, FaultLog, Severity
from siting.inputs import messages
from siting.inputs.place import Place

MOST_OF_A_KIND = 100


@dataclass
class CappedLog(FaultLog):
    """Keeps the first :data:`MOST_OF_A_KIND` errors of a code in a column; ``closing`` counts those left out."""

    _seen: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)

    def add(self, fault: Fault) -> None:
        """Keep one fault, or count it."""
        if fault.severity is Severity.WARNING:
            super().add(fault)
            return
        kind = (fault.file, fault.sheet, fault.column, fault.code)
        self._seen[kind] += 1
        if self._seen[kind] <= MOST_OF_A_KIND:
            super().add(fault)

    def close(self) -> None:
        """Add one fault for each long run, with the count of what was left out."""
        for (file, sheet, column, code), count in list(self._seen.items()):
            if count > MOST_OF_A_KIND:
                left_out = messages.more_of_the_same(Place(file, sheet, column=column), code, count - MOST_OF_A_KIND)
                self.faults.append(left_out)
