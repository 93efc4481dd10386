"""The progress display on standard error: one line for each running circle, gone when all is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any

from siting.batch import Earlier, Job, OnOutcome, OnProgress, RunOutcome, Task, run_batch
from siting.cli.options import Talk
from siting.cli.report import STATUS_ZH
from siting.cli.screen import log, safe, stderr
from siting.outputs.words import gap_zh, level_words, number_zh
from siting.progress import Progress


def watched_batch(
    jobs: Sequence[Job],
    task: Task,
    processes: int | None,
    talk: Talk,
    label_zh: str,
    cluster: str | None = None,
) -> list[RunOutcome]:
    """:func:`siting.batch.run_batch` with a display; silent with ``-q``, plain lines where nobody watches."""
    with Watch(jobs, talk, label_zh) as watch:
        return run_batch(jobs, task, processes, watch.on_progress, watch.on_outcome, cluster)


@contextlib.contextmanager
def counting(label_zh: str, talk: Talk) -> Iterator[Callable[[int], None] | None]:
    """A counter on standard error for one long reading; None where nobody watches."""
    console = stderr()
    if talk.quiet or not console.is_terminal:
        yield None
        return
    with console.status(label_zh) as status:
        yield lambda seen: status.update(f"{label_zh}：已读 {seen:,} 个要素")


class Watch:
    """Shows how the circles are getting on.

    On a terminal a live table; otherwise one line for each circle that is done (several circles only).
    """

    def __init__(self, jobs: Sequence[Job], talk: Talk, label_zh: str) -> None:
        self._jobs = jobs
        self._label_zh = label_zh
        self._running: dict[int, Progress] = {}
        self._done = 0
        self._console = stderr()
        self._live: Any = None
        self._plain = not talk.quiet and not self._console.is_terminal and len(jobs) > 1
        self._wanted = not talk.quiet and self._console.is_terminal

    def __enter__(self) -> Watch:
        if self._wanted:
            from rich.live import Live

            self._live = Live(console=self._console, refresh_per_second=4, transient=True, get_renderable=self._table)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    @property
    def on_progress(self) -> OnProgress:
        """To be called with the job's index and its progress."""

        def hear(index: int, event: Progress) -> None:
            self._running[index] = event

        return hear

    @property
    def on_outcome(self) -> OnOutcome:
        """To be called with the job's index and its outcome."""

        def hear(index: int, outcome: RunOutcome) -> None:
            self._running.pop(index, None)
            self._done += 1
            if self._plain:
                count = f"[{self._done}/{len(self._jobs)}]"
                status = STATUS_ZH.get(outcome.status, outcome.status)
                status += "，已完成，跳过" if outcome.earlier == Earlier.SAME else ""
                log(f"{count} {outcome.circle_id} {outcome.name}：{status}（{outcome.seconds:.1f} 秒）")

        return hear

    def _table(self) -> Any:
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        table.add_row(f"{self._label_zh}：{self._done}/{len(self._jobs)}")
        for index, event in sorted(self._running.items()):
            job = self._jobs[index]
            table.add_row(safe(f"{job.circle_id} {job.name}"), *map(safe, progress_parts(event)))
        return table


def progress_parts(event: Progress) -> tuple[str, ...]:
    """Stage, level, incumbent, bound, gap and count of a progress line, in Chinese; blank where not known."""
    words = level_words(event.level)
    name = words.name_zh if event.level else ""
    shown: Callable[[float | None], str] = lambda v: number_zh(v, words.decimals)  # noqa: E731
    return (
        event.stage_zh,
        name,
        f"当前解 {shown(event.incumbent)}" if event.incumbent is not None else "",
        f"界 {shown(event.bound)}" if event.bound is not None else "",
        f"间隙 {gap_zh(event.mip_gap)}" if event.mip_gap is not None else "",
        f"{event.done}/{event.total}" if event.total else "",
        f"{event.seconds:.0f} 秒" if event.seconds else "",
    )
