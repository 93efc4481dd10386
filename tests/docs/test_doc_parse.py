"""Every command that a page shows exists, with these options and these settings; nothing is run."""

from __future__ import annotations

import re
import shlex
from importlib import metadata
from pathlib import Path

import pytest
from doc_commands import (
    QUESTIONS,
    READ,
    WALKED,
    fences,
    program,
    spans,
    unknown_options,
    values,
    whole_commands,
    why_not,
)
from doc_pages import GUIDE, ROOT, section, tables
from typer.testing import CliRunner

from scenarios.catalogue import load_catalogue
from scenarios.library import layers_for, parse_set
from scenarios.resolve import resolve
from siting.cli.app import app
from siting.studies.sweep.grid import read_grid

# what a page shows besides the program itself
OTHER_PROGRAMS = ("make", "source", "export", "python3", ".venv/bin/pip", ".venv/bin/siting")
PLANNED = ("siting nation",)


def ours(page: Path) -> list[str]:
    return [line for line in whole_commands(page) if line.split()[0] == "siting"]


@pytest.mark.parametrize("page", READ, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_and_options_exist(page: Path) -> None:
    assert not [f"{line}: {why}" for line in ours(page) if (why := why_not(line))]
    said = [text for text in spans(page) if text.startswith("siting") and text not in PLANNED]
    assert not [f"{text}: {why}" for text in said if (why := why_not(text, is_whole=False))]
    options = [text for text in spans(page) if text.startswith("-")]
    assert not [f"{text}: {unknown}" for text in options if (unknown := unknown_options(text))]


def test_a_command_an_option_and_a_value_that_do_not_exist_are_seen() -> None:
    assert "no command" in why_not("siting fly C02")
    assert "NoSuchOption" in why_not("siting run C02 --fast")
    assert "BadParameter" in why_not("siting run C02 --alternatives none --within 1%")
    assert "MissingParameter" in why_not("siting new")
    assert why_not("siting new", is_whole=False) == ""
    assert why_not("siting --faster") == "--faster"
    assert unknown_options("--place 光岳社区 --radios 800") == "--radios"


@pytest.mark.parametrize("page", WALKED, ids=lambda p: p.name)
def test_every_page_shows_commands_and_no_other_programs_than_these(page: Path) -> None:
    assert ours(page)
    assert {line.split()[0] for line in whole_commands(page)} <= {"siting", *OTHER_PROGRAMS}


@pytest.mark.parametrize("page", READ, ids=lambda p: str(p.relative_to(ROOT)))
def test_settings_and_scenarios_resolve(page: Path) -> None:
    for line in [*ours(page), *(s for s in spans(page) if s.startswith("siting "))]:
        words = shlex.split(line)[1:]
        texts = [text for text in values(words, "--set") if "…" not in text and "键" not in text]
        if words[0] == "sweep":
            texts = list(read_grid(texts).fixed) if texts else []
        layers = [parse_set(text) for text in texts]
        for text in values(words, "--scenario", "-s"):
            layers += [] if ".toml" in text else layers_for(text)[1]
        resolve(layers, catalogue=load_catalogue())


def test_version_is_the_package_version() -> None:
    told = CliRunner().invoke(app, ["--version"]).stdout
    assert told.strip() == f"living-circle-siting {metadata.version('living-circle-siting')}"


def test_the_guide_lists_all_commands() -> None:
    rows = tables(section(GUIDE, "## 5 命令"))[0][1:]
    assert sorted(re.findall(r"siting (\w+)", " ".join(row[0] for row in rows))) == sorted(program().commands)


@pytest.mark.parametrize("page", QUESTIONS, ids=lambda p: p.name)
def test_every_question_shows_an_output_and_is_in_the_index(page: Path) -> None:
    assert any(fence.is_output for fence in fences(page))
    assert f"]({page.name})" in (page.parent / "README.md").read_text(encoding="utf-8")
