"""The commands that the pages show are run, and print what is shown.

Cheap commands always; whole pages, one after another, only where ``SITING_DOCUMENTS`` names them (``all``, or names of
pages with commas between): that takes hours. ``SITING_DOCUMENTS_KEEP=FOLDER`` keeps what they printed.
"""

from __future__ import annotations

import os
import shlex
import sys
import warnings
from pathlib import Path

import pytest
from doc_commands import WALKED
from doc_runner import Done, Programs, Told, walk
from doc_walks import CHEAP, WALKS, Walk
from support.tasks import batch_here
from typer.testing import CliRunner

from siting.cli.app import app

ASKED = os.environ.get("SITING_DOCUMENTS", "why_not.md")
KEEP = os.environ.get("SITING_DOCUMENTS_KEEP")
WHOLE = [page for page in WALKED if ASKED == "all" or page.name in ASKED.split(",")]


def here(line: str, folder: Path, width: int) -> Done:
    """In this process, which has all libraries already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(sys.modules["siting.cli.watch"], "run_batch", batch_here)
        done = CliRunner().invoke(app, shlex.split(line)[1:])
    return Done(done.exit_code, done.stdout, done.stderr)


def is_cheap(line: str) -> bool:
    return shlex.split(line)[1] in CHEAP


@pytest.mark.parametrize("name", ["README.md", "guide_zh.md", "first_circle.md", "new_circle.md"])
def test_cheap_commands_print_what_the_page_shows(name: str, tmp_path: Path) -> None:
    (page,) = [p for p in WALKED if p.name == name]
    assert walk(page, WALKS[name], tmp_path, here, is_cheap) == Told([], [])


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    return Programs(tmp_path_factory.mktemp("solved"), Path(KEEP) if KEEP else None)


@pytest.mark.slow
@pytest.mark.parametrize("page", WHOLE, ids=lambda p: p.name)
def test_a_page_is_walked_from_end_to_end(page: Path, programs: Programs, tmp_path: Path) -> None:
    told = walk(page, WALKS.get(page.name, Walk()), tmp_path, programs)
    assert told.troubles == []
    if told.excused:
        warnings.warn(f"stopped by a limit of time, not compared: {told.excused}", stacklevel=1)


def test_a_wrong_output_and_a_wrong_code_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\nsiting circles\nsiting gaps C99\n```\n\n```text\n没有这一行\n```\n", encoding="utf-8")
    first, second = walk(page, Walk(), tmp_path, here).troubles
    assert "siting gaps C99: code 3" in first
    assert "没有这一行" in second
