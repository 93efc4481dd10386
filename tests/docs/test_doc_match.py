"""The rules by which an output is held against a page."""

from __future__ import annotations

import pytest
from doc_match import missing

OUTPUT = """结果
┏━━━━┳━━━━━━┓
┃ 名 ┃ 投入 ┃
┡━━━━╇━━━━━━┩
│ S1 │   12 │
│ S2 │ 2,994,086 │
└────┴──────┘
用时 12.3 秒，编号 0123456789ab，间隙 0.01%
完
"""


@pytest.mark.parametrize(
    "shown",
    [
        OUTPUT,
        "结果\n……\n│ S2 │ 2,994,099 │\n…\n完",
        "…\n│ S1 │ 12 │\n…",
        "结果\n…\n用时 9 秒，编号 ffffffffffff，间隙 0.00%\n完",
        "结果\n……\n用时……，间隙……\n完",
    ],
)
def test_what_the_page_may_show(shown: str) -> None:
    assert missing(shown, ["别的", OUTPUT]) == ""


@pytest.mark.parametrize(
    ("shown", "wrong"),
    [
        ("结果\n…\n│ S1 │ 13 │\n…", "│ S1 │ 13 │"),
        ("结果\n…\n│ S2 │ 2,995,086 │\n…", "│ S2 │ 2,995,086 │"),
        ("…\n│ S2 │ 2,994,086 │\n…\n│ S1 │ 12 │\n…", "│ S1 │ 12 │"),
        ("结果\n│ S2 │ 2,994,086 │\n…", "│ S2 │ 2,994,086 │"),
        ("结果\n…\n间隙……\n完", "间隙……"),
        ("│ S1 │ 12 │\n…", "│ S1 │ 12 │"),
        ("结果", "结果"),
        ("结果\n…\n完了", "完了"),
    ],
)
def test_what_the_page_may_not_show(shown: str, wrong: str) -> None:
    assert missing(shown, [OUTPUT, "别的"]) == wrong


def test_how_far_a_proof_got_is_not_compared() -> None:
    assert (
        missing("方案 1：至少 3 处（再大没有了，已证明）", ["方案 1：至少 3 处（至多 5 处，更大的没有找到也没有排除）"])
        == ""
    )
    assert missing("│ S1 │ 少 3 │ 已证明 │", ["│ S1 │ 少 3 │ 未证明 │"]) == ""
    assert missing("│ S1 │ 少 3 │ 已证明 │", ["│ S1 │ 少 4 │ 已证明 │"]) != ""


def test_a_part_may_begin_and_end_anywhere() -> None:
    assert missing("│ S1 │ 12 │", [OUTPUT]) == "│ S1 │ 12 │"
    assert missing("│ S1 │ 12 │", [OUTPUT], is_part=True) == ""
    assert missing("│ S3 │ 12 │", [OUTPUT], is_part=True) == "│ S3 │ 12 │"
