"""A workspace's catalogue.toml: both ways of writing a table, and what is said of a broken file."""

from pathlib import Path

import pytest

from scenarios.catalogue import load_catalogue
from scenarios.catalogue_file import read_catalogue_file
from scenarios.faults import Fault, FaultError


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "catalogue.toml"
    path.write_bytes(text.encode(encoding))
    return path


def faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(FaultError) as caught:
        read_catalogue_file(path)
    return caught.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_both_forms_and_both_encodings(tmp_path: Path, encoding: str) -> None:
    text = '[types.pharmacy]\nradius_m = 400\n[pharmacy]\nstaff = 4\n["洗衣店"]\nsite_rules.max_floor = 2\n'
    overrides = read_catalogue_file(written(tmp_path, text, encoding))
    assert overrides == {"pharmacy": {"radius_m": 400, "staff": 4}, "洗衣店": {"site_rules": {"max_floor": 2}}}
    laundry = load_catalogue().with_overrides(overrides, "本圈目录", "catalogue.toml").types["laundry"]
    assert laundry.site_rules is not None
    assert laundry.site_rules.value.max_floor == 2


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read_catalogue_file(written(tmp_path, "# 暂无\n")) == {}


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    (fault,) = faults(written(tmp_path, "[pharmacy]\nradius_m = 400\narea_m2 = 八十\n"))
    assert (fault.code, fault.file, fault.row) == ("toml-syntax", "catalogue.toml", 3)
    assert "TOML" in fault.rule


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (fault,) = faults(written(tmp_path, '["药店"]\nradius_m = 400\n', "gbk"))
    assert fault.code == "not-utf8"
    assert "UTF-8" in fault.remedy


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "catalogue.toml")
    assert fault.code == "unreadable-file"


def test_all_faults_of_form_at_once(tmp_path: Path) -> None:
    text = "radius_m = 400\n[types]\ngym = 3\n[types.pharmacy]\nstaff = 1\n[pharmacy]\nstaff = 2\n"
    assert [(f.code, f.column) for f in faults(written(tmp_path, text))] == [
        ("not-a-table", "gym"),
        ("not-a-table", "radius_m"),
        ("duplicate-field", "pharmacy.staff"),
    ]


def test_types_must_be_a_table(tmp_path: Path) -> None:
    (fault,) = faults(written(tmp_path, "types = 3\n"))
    assert (fault.code, fault.column) == ("not-a-table", "types")
