"""The program: its commands and ``--version``."""

from __future__ import annotations

from typing import Annotated

import typer

from siting.cli.check import check
from siting.cli.chinese import ChineseCommand, ChineseGroup
from siting.cli.circles import circles
from siting.cli.compare import compare
from siting.cli.completion import completion
from siting.cli.gaps import gaps
from siting.cli.nation import nation
from siting.cli.new import new
from siting.cli.pages import report
from siting.cli.pareto import pareto
from siting.cli.plan import plan
from siting.cli.postgis import postgis
from siting.cli.rank import rank
from siting.cli.robust import robust
from siting.cli.run import run
from siting.cli.sweep import sweep
from siting.cli.verify import verify

app = typer.Typer(
    cls=ChineseGroup,
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"living-circle-siting {metadata.version('living-circle-siting')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def program(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")] = False,
) -> None:
    """一刻钟便民生活圈选址：缺哪些业态、放进哪些房屋，有证明、有排序、有理由。"""
    if context.invoked_subcommand is None and not version:
        typer.echo(context.get_help())


for command in (
    circles,
    new,
    check,
    gaps,
    run,
    verify,
    compare,
    plan,
    sweep,
    pareto,
    rank,
    nation,
    robust,
    report,
    postgis,
    completion,
):
    app.command(cls=ChineseCommand)(command)
