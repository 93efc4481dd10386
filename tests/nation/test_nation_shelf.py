"""The circles that a worker keeps: in memory as far as there is room, then on the disk, and a model of each."""

from __future__ import annotations

import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import nations
import pytest

from models.nation import Circle, Priced
from siting.nation.shelf import Shelf


@pytest.fixture(scope="module")
def circles() -> list[Circle]:
    return list(nations.tiny(1)[0])


def test_models_of_what_is_near_are_made_once_and_of_what_is_far_each_time(circles: list[Circle]):
    made: list[str] = []

    def model_of(circle: Circle) -> Priced:
        made.append(circle.name)
        return Priced(circle)

    one = 4 * len(pickle.dumps(circles[0]))
    shelf = Shelf(most_bytes=one)
    for circle in circles:
        shelf.put(circle.name, circle)
    assert shelf.model("other", model_of) is None
    for _ in range(2):
        for circle in circles:
            found = shelf.model(circle.name, model_of)
            assert found is not None
            assert found.circle.name == circle.name
            assert (found.model.matrix != Priced(circle).model.matrix).nnz == 0
    first, *others = (circle.name for circle in circles)
    assert sorted(made) == sorted([first, *others, *others])


def test_what_is_put_twice_stays_as_it_was(circles: list[Circle]):
    shelf = Shelf(most_bytes=0)
    shelf.put("a", circles[0])
    shelf.put("a", replace(circles[0], name="other"))
    found = shelf.model("a", Priced)
    assert found is not None
    assert found.circle.name == circles[0].name


def test_the_file_has_no_name(circles: list[Circle], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shelf = Shelf(most_bytes=0)
    shelf.put("a", circles[0])
    assert shelf.model("a", Priced) is not None
    if os.name != "nt":
        assert not list(tmp_path.iterdir())


def test_without_room_anywhere_nothing_is_kept(circles: list[Circle], monkeypatch: pytest.MonkeyPatch):
    def full(**_words: Any) -> Any:
        raise OSError(28, "full")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    shelf = Shelf(most_bytes=0)
    shelf.put("a", circles[0])
    assert shelf.model("a", Priced) is None
