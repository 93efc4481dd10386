"""A survey kept in a PostGIS schema, copied as one workspace folder: ``OUT/workspaces/<schema>-<digest>``.

Tables (or views) are known by the names that layers have: demand or 居民点, streets or 道路 …; ``distances`` and
``costs`` may be there, and ``siting_files`` (name, content) for ``circle.toml`` and ``catalogue.toml``. All are read in
one read-only transaction, so that the copy is one state of the survey. The digest is of the copy: the same survey is
the same folder, and a run on an older state can still be verified. Nothing is written unless all could be read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from scenarios.faults import FaultError, FaultLog
from siting.disk import passing_folder, replaced_folder
from siting.inputs.formats import DATABASE_COPY
from siting.inputs.roles import NAMES, role_of
from siting.outputs.folders import WORKSPACES, safe_name
from siting.outputs.geopackage import fixed_date, write_layer
from siting.postgis import messages
from siting.postgis.address import Address
from siting.postgis.session import Session, session
from siting.postgis.table import read_table

FILES_TABLE = "siting_files"
_CSV_TABLES = ("distances", "costs")
_TEXT_FILES = ("circle.toml", "catalogue.toml")
_NEEDED = ("demand", "sites")
_DIGITS = 12


def pull(address: Address, out: Path) -> Path:
    """Copy the survey of a schema under ``out``; returns the workspace folder.

    Raises:
        FaultError: what the connection, the schema or its tables lack; nothing is written then.
        OSError: the disk fails.

    """
    with session(address, writing=False) as opened:
        layers, files = _read(opened)
    parent = out / WORKSPACES
    with passing_folder(parent / "pull") as fresh:
        _write(fresh, layers, files)
        digest = _digest(fresh)
        target = parent / f"{safe_name(address.schema)}-{digest[:_DIGITS]}"
        if not target.is_dir() or _digest(target) != digest:
            with replaced_folder(target) as folder:
                shutil.copytree(fresh, folder, dirs_exist_ok=True)
    return target


def _read(opened: Session) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    tables, log = opened.tables(), FaultLog()
    where = opened.address.shown
    roles = {role_of(name) for name in tables}
    for role in _NEEDED:
        if role not in roles:
            log.add(messages.table_missing(where, NAMES[role], [name for name in tables if name != "spatial_ref_sys"]))
    layers: dict[str, pd.DataFrame] = {}
    files = _text_files(opened, tables)
    for name, oid in tables.items():
        if not role_of(name) and name.casefold() not in _CSV_TABLES:
            continue
        try:
            frame = read_table(opened, name, oid)
        except FaultError as error:
            log.faults += error.faults
            continue
        if role_of(name):
            layers[name] = frame
        else:
            files[f"{name.casefold()}.csv"] = _csv(frame)
    log.raise_if_errors()
    return layers, files


def _text_files(opened: Session, tables: Mapping[str, int]) -> dict[str, str]:
    plain = safe_name(opened.address.schema)
    files = {"circle.toml": "".join(f"{key} = {json.dumps(plain, ensure_ascii=False)}\n" for key in ("id", "name"))}
    if FILES_TABLE in tables:
        from psycopg import sql

        query = sql.SQL("SELECT name::text, content::text FROM {}").format(
            sql.Identifier(opened.address.schema, FILES_TABLE)
        )
        files |= {name: content or "" for name, content in opened.rows(query) if name in _TEXT_FILES}
    return files


def _csv(frame: pd.DataFrame) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(["" if pd.isna(value) else value for value in row] for row in frame.itertuples(index=False))
    return text.getvalue()


def _write(folder: Path, layers: Mapping[str, pd.DataFrame], files: Mapping[str, str]) -> None:
    with fixed_date(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an empty table has no CRS to write
        for name, frame in layers.items():
            write_layer(frame, folder / DATABASE_COPY, name)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8", errors="replace"))


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        found.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()
