"""A circle begun from points of interest: its table of outlets, the record of every row, the list for a human."""

from __future__ import annotations

from collections import Counter
from functools import partial

import numpy as np
import pandas as pd

from scenarios.catalogue import Catalogue
from siting.inputs.reference import Datum
from siting.intake.begun import Begun
from siting.intake.poi_questions import QUESTIONS_FILE, questions_book
from siting.intake.poi_record import RECORD_FILE, record_book
from siting.intake.poi_sorted import SortedPois
from siting.poi.positions import in_datum
from siting.poi.record import RULES_ZH, Outcome

_NOTE_ZH = "现有网点来自{maps}兴趣点，地图没有这些业态的专用分类，数量少不等于没有"


def begin(found: SortedPois, datum: Datum, catalogue: Catalogue) -> Begun:
    """What ``found`` gives to a new circle whose coordinates are in ``datum``."""
    open_rows = sum(verdict.outcome is Outcome.OPEN for verdict in found.verdicts)
    outcomes = Counter(verdict.outcome for verdict in found.verdicts)
    rules = Counter(verdict.rule for verdict in found.verdicts)
    asked = bool(open_rows) or any(rule in rules for rule in ("answer_row", "answer_class"))
    books = {RECORD_FILE: partial(record_book, found=found, catalogue=catalogue)}
    if asked:
        books[QUESTIONS_FILE] = partial(questions_book, found=found, catalogue=catalogue)
    maps = "、".join(source.label_zh for source in found.sources)
    return Begun(
        tables={"outlets": outlet_table(found, datum)},
        books=books,
        unknown_types=tuple(catalogue.types[type_id].name_zh for type_id in found.unseen),
        unknown_note=_NOTE_ZH.format(maps=maps),
        report={
            "rows": len(found.pois),
            "by_file": dict(Counter(poi.file for poi in found.pois)),
            "by_rule": [
                {"rule": rule, "rule_zh": label, "rows": rules[rule]} for rule, label in RULES_ZH.items() if rules[rule]
            ],
            "by_outcome": {str(outcome): outcomes[outcome] for outcome in Outcome},
            "unknown_types": list(found.unseen),
        },
        lines_zh=_lines(found, outcomes, rules, maps),
    )


def outlet_table(found: SortedPois, datum: Datum) -> pd.DataFrame:
    """Rows of 现有网点: id, name, type, and lon, lat (or x, y) in ``datum``."""
    rows = list(found.outlet_ids)
    points = np.full((len(rows), 2), np.nan)
    datums = np.array([found.pois[i].datum for i in rows])
    lonlat = np.array([(found.pois[i].lon, found.pois[i].lat) for i in rows], dtype=float).reshape(-1, 2)
    for source in sorted(set(datums.tolist())):
        here = datums == source
        points[here] = in_datum(lonlat[here], source, datum)
    first, second = ("lon", "lat") if datum.in_degrees else ("x", "y")
    return pd.DataFrame(
        {
            "id": list(found.outlet_ids.values()),
            "name": [found.pois[i].name for i in rows],
            "type": [found.verdicts[i].type_id for i in rows],
            first: points[:, 0],
            second: points[:, 1],
        }
    )


def _lines(found: SortedPois, outcomes: Counter[Outcome], rules: Counter[str], maps: str) -> list[str]:
    counts = "，".join(f"{outcome.label_zh} {outcomes[outcome]:,}" for outcome in Outcome if outcomes[outcome])
    lines = [f"{maps}兴趣点读入 {len(found.pois):,} 行：{counts}。"]
    lines += [f"  {label}：{rules[rule]:,} 行" for rule, label in RULES_ZH.items() if rules[rule]]
    lines.append(f"每一行的去向见 {RECORD_FILE}。")
    if outcomes[Outcome.OPEN]:
        lines.append(f"有 {outcomes[Outcome.OPEN]:,} 行要人工归类：填好 {QUESTIONS_FILE}，再用 --mapping 交回。")
    lines.append(f"{len(found.unseen)} 种业态兴趣点看不出来，已写入 circle.toml 的 [unknown]：数量少时缺口表写“未知”。")
    return lines
