"""Good manners: completion, an example in every help page, no colours where none are wanted, silence where asked."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from siting.cli.app import app

COMMANDS = [command.callback.__name__ for command in app.registered_commands]


def siting(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONUTF8": "1", **environment}
    code = "from siting.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, encoding="utf-8", env=env, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_page_has_an_example(command):
    shown = CliRunner().invoke(app, [command, "--help"], prog_name="siting")
    assert shown.exit_code == 0
    assert f"例：siting {command}" in shown.stdout
    assert "Usage" not in shown.stdout


def test_the_program_itself_shows_a_help_page():
    shown = siting("run", "--help")
    assert shown.returncode == 0
    assert "例：siting run" in shown.stdout
    assert "Usage" not in shown.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_completion_script_is_the_shells_own(shell):
    shown = siting("completion", shell)
    assert shown.returncode == 0
    assert "_SITING_COMPLETE" in shown.stdout


def test_an_unknown_shell_is_a_usage_error():
    shown = siting("completion", "tcsh")
    assert shown.returncode == 2
    assert "tcsh" in shown.stderr


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("siting ru", ["run"]),
        ("siting run C1", ["C10", "C11"]),
        ("siting run C01 --scenario tight_budget+e", ["tight_budget+elderly_first"]),
        ("siting run --mip", ["--mip-gap"]),
    ],
)
def test_the_tab_key_completes(words, offered):
    position = str(len(words.split()) - 1)
    asked = siting(_SITING_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=position)
    assert asked.stdout.split() == offered


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {}])
def test_no_escape_codes_where_nobody_watches(environment):
    shown = siting("circles", **environment)
    assert shown.returncode == 0
    assert "\x1b" not in shown.stdout + shown.stderr


def test_results_alone_on_stdout_and_silence_on_stderr():
    shown = siting("circles", "--json")
    assert shown.stdout.count("\n") == 1
    assert shown.stderr == ""
