"""The commands that the pages show are commands of the program, and the cheap ones print what is shown."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from doc_pages import GUIDE, README, ROOT, blocks, section, tables

from scenarios.catalogue import load_catalogue
from scenarios.library import layers_for, parse_set
from scenarios.resolve import resolve

_SITING = [sys.executable, "-c", "from siting.cli import main; main()"]
QUESTIONS = sorted((ROOT / "docs" / "questions").glob("*.md"))


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    env = {"PYTHONUTF8": "1", "COLUMNS": "200", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*_SITING, *words], capture_output=True, encoding="utf-8", timeout=60, check=False, env=env, cwd=ROOT
    )


def _shown(page: Path) -> list[list[str]]:
    lines = "\n".join(blocks(page, "bash")).splitlines()
    words = [shlex.split(line, comments=True) for line in lines]
    return [w[1:] for w in words if w and w[0] == "siting"]


@pytest.fixture(scope="module")
def help_text() -> str:
    done = _run("--help")
    assert done.returncode == 0
    return done.stdout


def test_version_is_the_package_version() -> None:
    assert _run("--version").stdout.strip() == f"living-circle-siting {metadata.version('living-circle-siting')}"


def test_circles_prints_the_rows_of_the_readme() -> None:
    (shown,) = [b for b in blocks(README, "text") if "方案称缺少的业态" in b]
    rows = [line for line in shown.splitlines() if line.startswith("│")]
    assert len(rows) >= 3
    printed = _run("circles").stdout.splitlines()
    assert not [row for row in rows if row not in printed]


@pytest.mark.parametrize("page", [README, GUIDE], ids=lambda p: p.name)
def test_shown_commands_and_options_exist(page: Path, help_text: str) -> None:
    commands = re.findall(r"^  (\w+)  ", help_text.split("命令：")[1], re.MULTILINE)
    shown = _shown(page)
    assert {words[0] for words in shown} >= {"gaps", "run", "verify"}
    for command in sorted({words[0] for words in shown}):
        assert command in commands
        options = {w.partition("=")[0] for words in shown if words[0] == command for w in words if w.startswith("-")}
        told = _run(command, "--help").stdout if options else ""
        assert not [option for option in options if not re.search(rf"(^|[\s,]){option}\b", told)]


def test_the_guide_lists_all_commands(help_text: str) -> None:
    commands = re.findall(r"^  (\w+)  ", help_text.split("命令：")[1], re.MULTILINE)
    rows = tables(section(GUIDE, "## 5 命令"))[0][1:]
    assert sorted(re.findall(r"siting (\w+)", " ".join(row[0] for row in rows))) == sorted(commands)


def _values(words: list[str], option: str) -> list[str]:
    return [value for name, value in pairwise(words) if name == option]


@pytest.mark.parametrize("page", [README, GUIDE], ids=lambda p: p.name)
def test_shown_scenarios_and_settings_resolve(page: Path) -> None:
    runs = [words for words in _shown(page) if "--set" in words or "--scenario" in words]
    assert len(runs) >= 3
    for words in runs:
        layers = [parse_set(text) for text in _values(words, "--set")]
        for text in _values(words, "--scenario"):
            layers += [] if text == "mine.toml" else layers_for(text)[1]
        resolve(layers, catalogue=load_catalogue())


@pytest.mark.parametrize("page", QUESTIONS, ids=lambda p: p.name)
def test_commands_of_the_questions_exist(page: Path, help_text: str) -> None:
    commands = re.findall(r"^  (\w+)  ", help_text.split("命令：")[1], re.MULTILINE)
    for words in _shown(page):
        assert words[0] in commands, words
        options = {w.partition("=")[0] for w in words if w.startswith("-")}
        told = _help(words[0]) if options else ""
        assert not [option for option in options if not re.search(rf"(^|[\s,]){option}\b", told)], words


@pytest.mark.parametrize("page", [p for p in QUESTIONS if p.name != "README.md"], ids=lambda p: p.name)
def test_every_question_has_a_command_and_its_output(page: Path) -> None:
    assert _shown(page)
    assert blocks(page, "text") or blocks(page, "")
    assert f"]({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8")


@cache
def _help(command: str) -> str:
    return _run(command, "--help").stdout
