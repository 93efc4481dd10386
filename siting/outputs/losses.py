"""Losses in words: what each objective level gives up or gains, 少覆盖 …、多花 …."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.solution import LevelResult
from siting.outputs.words import level_words, number_zh

NO_LOSS_ZH = "各级目标都不变差"


def losses_zh(levels: Iterable[LevelResult], losses: Mapping[str, float]) -> str:
    """``基本保障类新增覆盖少 300 人次；总投入多 20,000 元``; gains are told too, levels that stay are not."""
    parts = [_loss_zh(level, losses[level.name]) for level in levels if level.name in losses]
    return "；".join(part for part in parts if part) or NO_LOSS_ZH


def _loss_zh(level: LevelResult, loss: float) -> str:
    words = level_words(level.name)
    amount = number_zh(abs(loss), words.decimals)
    if float(amount.replace(",", "")) == 0:
        return ""
    less = (loss > 0) == (level.sense == "max")
    return f"{words.name_zh}{'少' if less else '多'} {amount} {words.unit_zh}".rstrip()
