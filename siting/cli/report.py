"""What commands print: faults, closing tables, a run's figures; and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scenarios.faults import Fault, FaultError, Severity
from siting.batch import Earlier, RunOutcome
from siting.cli.options import Talk
from siting.cli.others import other_lines
from siting.cli.screen import log, print_json, safe, stdout
from siting.failures import ExitCode, worst
from siting.outputs.words import DASH, gap_zh, level_status_zh, level_words, number_zh, sense_zh

STATUS_ZH = {
    "optimal": "最优，已证明",
    "feasible": "可行，未证明最优",
    "done": "完成",
    "infeasible": "无可行方案（已证明）",
    "limit": "到时限，没有方案",
    "solver_failed": "求解器缺失或失败",
    "bad_input": "输入或情景有误",
    "internal_error": "程序内部错误",
    "worker_died": "工作进程意外终止",
}
EARLIER_ZH = {
    Earlier.SAME: "已完成，跳过（输入与设置未变）",
    Earlier.CHANGED: "已有结果的输入、设置或程序变了，已重算",
    Earlier.DAMAGED: "已有结果缺文件或被改动过，已重算",
}
_SHOWN_FAULTS = 50


def bad_input(command: str, error: FaultError, talk: Talk) -> int:
    """Tell the faults that kept a command from starting; returns the exit code."""
    print_faults(error.faults, talk)
    code = int(ExitCode.BAD_INPUT)
    if talk.json:
        faults = [fault.as_dict() for fault in error.faults]
        head = {"command": command, "status": "bad_input", "exit_code": code}
        print_json(head | {"circles": [], "faults": faults, "message": "输入或情景有误"})
    return code


def print_faults(faults: Sequence[Fault], talk: Talk, prefix: str = "") -> None:
    """Errors on standard error; warnings too, where ``-v`` asks for them."""
    shown = [f for f in faults if f.severity is Severity.ERROR or talk.verbose]
    for fault in shown[:_SHOWN_FAULTS]:
        word = "错误" if fault.severity is Severity.ERROR else "提醒"
        log(f"{prefix}{word}：{fault}")
    if len(shown) > _SHOWN_FAULTS:
        log(f"{prefix}…… 另有 {len(shown) - _SHOWN_FAULTS} 条，用 --json 可得全部。")


def tell(outcome: RunOutcome, talk: Talk, several: bool) -> None:
    """Why a circle ended without a plan, or with less than was wanted, on standard error."""
    prefix = f"[{outcome.circle_id} {outcome.name}] " if several else ""
    print_faults(outcome.faults, talk, prefix)
    tell_earlier(outcome, talk, prefix)
    if outcome.exit_code and outcome.status != "bad_input":
        word = "提醒" if outcome.status == "feasible" else "错误"
        log(f"{prefix}{word}：{outcome.message_zh}")
        for reason in outcome.reasons_zh:
            log(f"{prefix}　· {reason}")
    if outcome.trace:
        log(outcome.trace if talk.verbose else f"{prefix}加 -v 可看到详细的出错位置。")


def tell_earlier(outcome: RunOutcome, talk: Talk, prefix: str) -> None:
    """What stood in the folder before, where something did."""
    if outcome.earlier:
        log(f"{prefix}{EARLIER_ZH[outcome.earlier]}", quiet=talk.quiet)


def tell_all(outcomes: Sequence[RunOutcome], talk: Talk) -> int:
    """Tell every circle's ending; returns the exit code of the batch."""
    for outcome in outcomes:
        tell(outcome, talk, several=len(outcomes) > 1)
    return int(worst(outcome.exit_code for outcome in outcomes))


def batch_plain(command: str, outcomes: Sequence[RunOutcome], code: int, circles: Sequence[Any]) -> dict[str, Any]:
    """The JSON of a batch; ``circles`` are the outcomes as the command tells them."""
    head = {"command": command, "status": batch_status(outcomes, code), "exit_code": code}
    return head | {"circles": list(circles), "faults": []}


def batch_status(outcomes: Sequence[RunOutcome], code: int) -> str:
    """One word for the whole batch: the status of the circle that set the exit code."""
    if not code:
        statuses = {o.status for o in outcomes}
        return statuses.pop() if len(statuses) == 1 else "done"
    return next((o.status for o in outcomes if o.exit_code == code), "internal_error")


def circle_plain(outcome: RunOutcome, **answer: Any) -> dict[str, Any]:
    """A circle of the JSON of a command: who, how it ended, the ``answer`` under its own keys, what went wrong."""
    head = {
        "circle": outcome.circle_id,
        "name": outcome.name,
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "run_dir": outcome.run_dir or None,
    }
    tail = {
        "faults": [fault.as_dict() for fault in outcome.faults],
        "message": outcome.message_zh,
        "reasons": list(outcome.reasons_zh),
        "seconds": round(outcome.seconds, 3),
    }
    return head | answer | tail | {"skipped": outcome.earlier == Earlier.SAME, "earlier": outcome.earlier}


def outcome_plain(outcome: RunOutcome) -> dict[str, Any]:
    """A circle of the JSON of ``run``."""
    return circle_plain(
        outcome,
        levels=list(outcome.levels),
        totals=outcome.totals,
        picks=list(outcome.picks),
        committed=outcome.committed,
        alternatives=outcome.alternatives,
        fallbacks=list(outcome.fallbacks),
        relaxation=outcome.relaxation,
        notes=list(outcome.notes),
    )


def closing_table(outcomes: Sequence[RunOutcome]) -> None:
    """One row for each circle, on standard output."""
    from rich.table import Table

    table = Table(title="选址结果", title_justify="left")
    table.add_column("生活圈", no_wrap=True)
    table.add_column("状态")
    table.add_column("各级最优性间隙")
    for heading in ("补齐/缺失", "新增覆盖（人次）", "投入（元）", "用时（秒）"):
        table.add_column(heading, justify="right")
    for outcome in outcomes:
        table.add_row(
            safe(f"{outcome.circle_id} {outcome.name}"),
            STATUS_ZH.get(outcome.status, outcome.status),
            " ".join(f"{level_words(v['name']).short_zh} {gap_zh(v['mip_gap'])}" for v in outcome.levels),
            *_totals(outcome.totals),
            f"{outcome.seconds:.1f}",
        )
    stdout().print(table)


def _totals(totals: dict[str, Any] | None) -> tuple[str, str, str]:
    if totals is None:
        return (DASH, DASH, DASH)
    return (
        f"{totals['missing_types_filled']}/{totals['missing_types_total']}",
        number_zh(totals["residents_newly_covered"]),
        number_zh(totals["cost_cny"]),
    )


def run_details(outcome: RunOutcome) -> None:
    """Levels and picks of one circle, on standard output."""
    from rich.table import Table

    console = stdout()
    levels = Table(title=safe(f"{outcome.circle_id} {outcome.name}：{outcome.message_zh}"), title_justify="left")
    for heading in ("目标", "方向"):
        levels.add_column(heading)
    for heading in ("当前解", "界", "间隙"):
        levels.add_column(heading, justify="right")
    levels.add_column("状态")
    for level in outcome.levels:
        words = level_words(level["name"])
        levels.add_row(
            f"{words.name_zh}（{words.unit_zh}）" if words.unit_zh else words.name_zh,
            sense_zh(level["sense"]),
            number_zh(level["incumbent"], words.decimals),
            number_zh(level["bound"], words.decimals),
            gap_zh(level["mip_gap"]),
            level_status_zh(level["status"], level["mip_gap"]),
        )
    console.print(levels)
    picks = Table(title="选址方案", title_justify="left")
    for heading, justify in (("名次", "right"), ("点位", "left"), ("业态", "left"), ("方式", "left")):
        picks.add_column(heading, justify="right" if justify == "right" else "left")
    dated = any(pick["year"] is not None for pick in outcome.picks)
    if dated:
        picks.add_column("年度")
    for heading in ("投入（元）", "新增覆盖（人）"):
        picks.add_column(heading, justify="right")
    for pick in outcome.picks:
        picks.add_row(
            str(pick["rank"]),
            safe(f"{pick['site']} {pick['site_name']}".strip()),
            safe(pick["type_zh"]),
            safe(f"一店多能（{pick['host_zh']}）" if pick["host"] else "新设"),
            *([str(pick["year"] or "")] if dated else []),
            number_zh(pick["cost"]),
            number_zh(pick["residents_newly_covered"]),
        )
    console.print(picks)
    other_lines(outcome)
    for note in outcome.notes:
        console.print(safe(f"· {note}"))
