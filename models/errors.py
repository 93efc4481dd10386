"""Faults of the mathematics room: they are the caller's or the solver's, never a planner's."""


class ModelError(Exception):
    """The instance is not well formed: a shape, a range or an index is wrong."""


class SolverError(Exception):
    """A solver is missing, failed, or gave an answer that does not check."""


class SolverMissing(SolverError):
    """The solver asked for is not on this machine; ``available`` names those that are."""

    def __init__(self, name: str, available: tuple[str, ...]) -> None:
        self.name = name
        self.available = available
        super().__init__(f"no solver '{name}' on this machine; available are {', '.join(available)}")

    def __reduce__(self) -> tuple[type["SolverMissing"], tuple[str, tuple[str, ...]]]:
        """Survive the trip from a worker process."""
        return (type(self), (self.name, self.available))


class VerificationError(Exception):
    """A plan broke a rule of the instance; carries every breach."""

    def __init__(self, breaches: tuple[str, ...]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(breaches))

    def __reduce__(self) -> tuple[type["VerificationError"], tuple[tuple[str, ...]]]:
        """Survive the trip from a worker process."""
        return (type(self), (self.breaches,))
