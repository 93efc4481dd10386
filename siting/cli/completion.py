"""``siting completion``: the script by which a shell completes commands, options, circles and scenarios."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

VARIABLE = "_SITING_COMPLETE"
SHELLS = ("bash", "zsh", "fish", "powershell")

Shell = Annotated[str, typer.Argument(metavar="[外壳]", help="bash、zsh、fish 或 powershell；不写就看 $SHELL。")]


def completion(shell: Shell = "") -> int:
    """打印命令补全的脚本：按 Tab 键补全命令、选项、试点圈和情景。

    例：siting completion bash >> ~/.bashrc
    """
    from typer._completion_shared import get_completion_script

    name = shell or Path(os.environ.get("SHELL", "bash")).name
    if name not in SHELLS:
        raise typer.BadParameter(f"不认识外壳“{name}”，可用的有：{'、'.join(SHELLS)}。")
    typer.echo(get_completion_script(prog_name="siting", complete_var=VARIABLE, shell=name))
    return 0


def prepare_completion() -> None:
    """Let the shell's questions be answered, if it is a shell that asks."""
    if VARIABLE in os.environ:
        from typer._completion_classes import completion_init

        completion_init()


def circles_like(incomplete: str) -> list[tuple[str, str]]:
    """Pilot circles that begin so, with their names; folders are the shell's own business."""
    from scenarios.circles import load_circles

    return [(circle.id, circle.name) for circle in load_circles() if circle.id.startswith(incomplete.upper())]


def scenarios_like(incomplete: str) -> list[tuple[str, str]]:
    """Named scenarios that begin so, with their titles; of several joined by ``+`` the last is completed."""
    from scenarios.library import named_scenarios

    before, plus, last = incomplete.rpartition("+")
    return [
        (f"{before}{plus}{name}", about.title) for name, about in named_scenarios().items() if name.startswith(last)
    ]
