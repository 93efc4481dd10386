"""Ways to spoil a file: by its bytes, by its cells, by its members, by its meaning. All draw from one random stream."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

NASTY: tuple[Any, ...] = (
    "", " ", "-1", "0", "1e400", "-1e308", "NaN", "inf", "#REF!", "#VALUE!", "=1/0", "='C:\\x'!A1", "是", "也许",
    "药店", "药店、", "药店;便利店|菜市场", "编号", "D1", "S1", "O1", "2024-03-06", "2024/13/45", "12:30", "一百",
    "１２", "1,234.5", "1.2.3", "115.98,36.45", "36.45", "115.98", "999999999999999999999", "0.1e", "True", "null",
    "长" * 5000, "\u202e右到左", "\x00", "\x1b[31m红", "a\tb", "一行\n两行", "\ufeff", "👩‍🦽", "<b>x</b>",
    "None", "../../etc/passwd", "'; DROP TABLE x; --", "%s%n", "{{7*7}}", "${HOME}", "'", '"', "12㎡", "3万", "五楼",
    "B99", "-99",
)  # fmt: skip
TYPED: tuple[Any, ...] = (
    datetime.datetime(2024, 3, 6), datetime.time(12, 30), datetime.timedelta(days=3), True, False, 10**18, -5, 0.1,
    1e300, "=SUM(A1:A9)", "=1/0",
)  # fmt: skip


def of_bytes(data: bytes, rng: random.Random) -> bytes:
    """The end cut off, bytes overwritten, put in, doubled, or swapped."""
    at = rng.randrange(len(data) + 1)
    match rng.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + rng.randbytes(rng.randrange(1, 40)) + data[at:]
        case 2:
            return data + data[at:]
        case 3:
            return rng.randbytes(rng.randrange(0, 200))
        case 4:
            return data[at:] + data[:at]
    changed = bytearray(data)
    for _ in range(rng.choice([1, 3, 20, 200]) if data else 0):
        changed[rng.randrange(len(data))] = rng.choice([0, 255, 44, 34, 10, rng.randrange(256)])
    return bytes(changed)


def of_csv(data: bytes, rng: random.Random) -> bytes:
    """Cells replaced, rows and columns lost, doubled or swapped; other encodings, separators and line ends."""
    rows = [line.split(",") for line in data.decode("utf-8", errors="replace").splitlines()]
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        if not rows:
            break
        row = rng.choice(rows)
        match rng.randrange(9):
            case 0:
                rng.shuffle(row)
            case 1:
                rows.remove(row)
            case 2:
                rows.append(list(row))
            case 3:
                at = rng.randrange(len(row) or 1)
                rows = [r[:at] + r[at + 1 :] for r in rows]
            case 4:
                row.append(_text(rng))
            case _ if row:
                row[rng.randrange(len(row))] = _text(rng)
    separator, ending = rng.choice([",", ",", ",", ";", "\t", "，"]), rng.choice(["\n", "\n", "\r\n", "\r", "\n\n"])
    lines = [separator.join(r) for r in rows]
    if rng.random() < 0.1:
        half = len(lines) // 2
        return _encoded(ending.join(lines[:half]), "utf-8") + b"\n" + _encoded(ending.join(lines[half:]), "gbk")
    return _encoded(ending.join(lines), rng.choice(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1"]))


def of_workbook(data: bytes, rng: random.Random) -> bytes:
    """Cells of every type, merged cells, hidden and renamed sheets, formulas without values; or the archive itself."""
    if rng.random() < 0.35:
        return of_archive(data, rng)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for _ in range(rng.choice([1, 2, 5])):
        sheet = rng.choice(book.worksheets)
        _spoil_sheet(sheet, rng)
    if all(sheet.sheet_state != "visible" for sheet in book.worksheets):
        book.worksheets[0].sheet_state = "visible"
    out = io.BytesIO()
    book.save(out)
    return without_clock(out.getvalue())


def _spoil_sheet(sheet: Worksheet, rng: random.Random) -> None:
    row, column = rng.randint(1, sheet.max_row + 1), rng.randint(1, sheet.max_column + 1)
    match rng.randrange(10):
        case 0:
            sheet.merge_cells(start_row=row, start_column=column, end_row=row + 1, end_column=column + 2)
        case 1:
            sheet.sheet_state = rng.choice(["hidden", "veryHidden"])
        case 2:
            sheet.title = rng.choice(["Sheet", "居民", "候选点位（新）", "sites", "数据 2", "x" * 31])
        case 3:
            sheet.delete_rows(row)
        case 4:
            sheet.delete_cols(column)
        case 5:
            sheet.insert_rows(1, amount=rng.choice([1, 3, 60]))
        case _:
            cell = sheet.cell(row, column)
            if isinstance(cell, openpyxl.cell.MergedCell):
                return
            value = rng.choice([*TYPED, _text(rng)])
            if isinstance(value, str):
                value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000]
            cell.value = value


def of_archive(data: bytes, rng: random.Random) -> bytes:
    """A member's text spoilt, a member lost, blown up, or given a path out of the archive."""
    members = unpacked(data)
    name = rng.choice(sorted(members))
    match rng.randrange(5):
        case 0:
            del members[name]
        case 1:
            members[name] = b"<a>" + b" " * 40_000_000
        case 2:
            members["../../" + name] = members[name]
        case _:
            members[name] = of_bytes(members[name], rng)
    return packed(members)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The members of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        return {info.filename: old.read(info) for info in old.infolist()}


def packed(members: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for member, content in members.items():
            new.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def without_clock(data: bytes) -> bytes:
    """The same workbook whenever it was written: a hunt told apart by its seed spoils the same bytes again."""
    members = unpacked(data)
    core = "docProps/core.xml"
    members[core] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", b"2024-03-06T00:00:00", members.get(core, b""))
    return packed(members)


_VALUES = (
    "1",
    "-1",
    "1e999",
    "nan",
    "true",
    '"文字"',
    "[]",
    "{}",
    "[1, 'a']",
    "2024-03-06",
    '""',
    "'''x",
    "[[",
    "药店",
)
_KEYS = ("未知", "x", "id", "budget", "lock.in", "a.b.c")
_TABLES = ("[budget]", "[[phases]]", "[walking]", "[types.药店]", "[lock]", "[x", "]")


def of_toml(data: bytes, rng: random.Random) -> bytes:
    """Values of another type, keys unknown, doubled or lost, tables where values were."""
    lines = data.decode("utf-8", errors="replace").splitlines()
    for _ in range(rng.choice([1, 1, 3])):
        at = rng.randrange(len(lines) + 1)
        match rng.randrange(5):
            case 0 if lines:
                del lines[at % len(lines)]
            case 1:
                lines.insert(at, f"{rng.choice(_KEYS)} = {rng.choice(_VALUES)}")
            case 2:
                lines.insert(at, rng.choice(_TABLES))
            case _ if lines:
                key = lines[at % len(lines)].split("=")[0]
                lines[at % len(lines)] = f"{key}= {rng.choice([*_VALUES, json.dumps(_text(rng), ensure_ascii=False)])}"
    return "\n".join(lines).encode("utf-8", errors="surrogatepass")


def of_json(data: bytes, rng: random.Random) -> bytes:
    """Some values of the tree replaced, lost, or of another type."""
    tree = json.loads(data)
    for _ in range(rng.choice([1, 2, 6])):
        _spoil_tree(tree, rng)
    return json.dumps(tree, ensure_ascii=rng.random() < 0.5).encode("utf-8", errors="surrogatepass")


def _spoil_tree(tree: Any, rng: random.Random) -> None:
    node = tree
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        if isinstance(node[key], dict | list) and node[key] and rng.random() < 0.85:
            node = node[key]
            continue
        if rng.random() < 0.25:
            del node[key]
        else:
            node[key] = rng.choice([_text(rng), None, [], {}, 1e308, -1, True, [None], [[1e400, 2]], {"type": "x"}])
        return


def _text(rng: random.Random) -> str:
    return str(rng.choice(NASTY))


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, errors="replace")


SPOILERS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    ".csv": of_csv,
    ".xlsx": of_workbook,
    ".toml": of_toml,
    ".json": of_json,
    ".geojson": of_json,
}


def spoil(path: Path, rng: random.Random) -> None:
    """Spoil one file in place, once or a few times, by what its suffix allows and by its bytes."""
    data = path.read_bytes()
    if path.suffix.lower() == ".xlsx" and zipfile.is_zipfile(path):
        with contextlib.suppress(Exception):  # spoilt before
            data = without_clock(data)
    kind = SPOILERS.get(path.suffix.lower())
    for _ in range(rng.choice([1, 1, 1, 3])):
        if kind is None or rng.random() < 0.25:
            data = of_bytes(data, rng)
            kind = None
        else:
            try:
                data = kind(data, rng)
            except Exception:  # spoilt too far for its own format already; its library may raise anything
                data, kind = of_bytes(data, rng), None
    path.write_bytes(data)
