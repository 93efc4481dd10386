"""Faults of the mathematics room: they are the caller's or the solver's, never a planner's."""

HUNG_EXIT = 86
"""How a worker process ends that was ended because a solver in it hung."""


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


class SolverHung(SolverError):
    """A solver program that was ended because it did not keep its time limit of ``time_limit_s``."""

    def __init__(self, name: str, time_limit_s: float) -> None:
        self.name = name
        self.time_limit_s = time_limit_s
        super().__init__(f"solver '{name}' did not stop at its time limit of {time_limit_s:g} s and was ended")

    def __reduce__(self) -> tuple[type["SolverHung"], tuple[str, float]]:
        """Survive the trip from a worker process."""
        return (type(self), (self.name, self.time_limit_s))


class VerificationError(Exception):
    """A plan broke a rule of the instance; carries every breach."""

    def __init__(self, breaches: tuple[str, ...]) -> None:
        self.breaches = breaches
        super().__init__("; ".join(breaches))

    def __reduce__(self) -> tuple[type["VerificationError"], tuple[tuple[str, ...]]]:
        """Survive the trip from a worker process."""
        return (type(self), (self.breaches,))
