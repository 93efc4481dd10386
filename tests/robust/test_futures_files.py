"""Sets of futures: the library reads, a planner's file tells all its faults at once, choices are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.faults import FaultError
from scenarios.future_schema import FutureSpec
from scenarios.futures import MOST_FUTURES, futures_for, layer_of, library, read_futures


def faults(path: Path, text: str) -> list[tuple[str, str]]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultError) as caught:
        read_futures(path)
    return [(fault.code, fault.column) for fault in caught.value.faults]


def test_the_library_is_in_chinese_and_begins_with_today():
    assert set(library()) == {"usual"}
    futures = library()["usual"].futures
    assert 6 <= len(futures) <= 8
    assert futures[0].changes_nothing
    assert not any(future.changes_nothing for future in futures[1:])
    assert all("\u4e00" <= future.title[0] <= "\u9fff" for future in futures)
    assert "假定值" in library()["usual"].description


def test_all_faults_at_once(tmp_path: Path):
    text = """
titel = "x"
[[futures]]
name = "a"
popluation = { all = 2 }
cost_factor = "x"
[[futures]]
title = "no name"
weight = -1
population = { al = 1.0, elderly = 0 }
types = { pharmacy = { radius_m = 100, area_m2 = 60 } }
[[futures]]
name = "c"
closed_outlets = ["a", 3]
withdrawn_sites = { share = 2 }
budget = { capital_cny = 3 }
objective = { levels = ["cost"] }
[[futures]]
name = "d"
[[futures]]
name = "d"
"""
    assert faults(tmp_path / "f.toml", text) == [
        ("unknown-key", "titel"),
        ("bad-value", "cost_factor"),
        ("unknown-key", "popluation"),
        ("bad-value", "name"),
        ("bad-value", "weight"),
        ("bad-value", "population.elderly"),
        ("unknown-key", "population.al"),
        ("bad-value", "types"),
        ("unknown-key", "budget.capital_cny"),
        ("bad-value", "closed_outlets.ids"),
        ("bad-value", "withdrawn_sites.share"),
        ("unknown-key", "objective"),
        ("duplicate-future", "name"),
    ]


def test_the_nearest_key_is_named(tmp_path: Path):
    path = tmp_path / "f.toml"
    path.write_text('[[futures]]\nname = "a"\nrent_facter = 1.2\n', encoding="utf-8")
    with pytest.raises(FaultError, match="最接近的是“rent_factor”") as caught:
        read_futures(path)
    assert "第 1 个情形“a”" in str(caught.value)


@pytest.mark.parametrize("text", ["", "futures = 3", "futures = []", "[futures]\nname = 'a'"])
def test_a_file_without_futures(tmp_path: Path, text: str):
    assert faults(tmp_path / "f.toml", text) == [("no-futures", "futures")]


def test_too_many_futures(tmp_path: Path):
    text = "".join(f'[[futures]]\nname = "f{n}"\n' for n in range(MOST_FUTURES + 1))
    assert faults(tmp_path / "f.toml", text) == [("bad-value", "futures")]


def test_an_unknown_set_names_the_nearest():
    with pytest.raises(FaultError, match="最接近的是“usual”"):
        futures_for("usul")
    with pytest.raises(FaultError, match="找不到"):
        futures_for("nowhere.toml")


def test_values_may_be_read_back(futures_file: Path):
    read = futures_for(str(futures_file))
    assert (read.title, read.source) == ("试验", "文件 我的情形.toml")
    fewer, shut = read.futures[1:]
    assert [fewer.population.factor(s) for s in ("all", "elderly", "toddlers")] == [0.9, 1.2, 0.9]
    assert (fewer.weight, fewer.cost_factor, fewer.rent_factor) == (2.0, 1.1, 1.25)
    assert shut.closed_outlets.largest_of == ("药店", "supermarket")
    layer = layer_of(shut, read.file)
    assert layer.data == {"types": {"pharmacy": {"area_m2": 70}}}
    assert layer.source == "情形“关店、撤房”"
    assert layer_of(fewer, read.file).data == {}


def test_a_list_of_places_is_their_ids(tmp_path: Path):
    path = tmp_path / "f.toml"
    path.write_text('[[futures]]\nname = "a"\nclosed_outlets = ["E001"]\nwithdrawn_sites = ["S001"]\n', "utf-8")
    (spec,) = read_futures(path).futures
    assert isinstance(spec, FutureSpec)
    assert (spec.closed_outlets.ids, spec.withdrawn_sites.ids) == (("E001",), ("S001",))


def test_the_example_of_the_planners_page_reads(tmp_path: Path):
    page = (Path(__file__).resolve().parents[2] / "docs/questions/robust.md").read_text("utf-8")
    path = tmp_path / "futures.toml"
    path.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    read = read_futures(path)
    assert [future.title for future in read.futures] == ["一切照旧", "北区搬走两成", "两间房谈不下来、药店关门", "涨价"]
    assert read.futures[0].changes_nothing
