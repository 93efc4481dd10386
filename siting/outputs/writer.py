"""A run is written whole or not at all: a folder beside the target is filled, then swapped in."""

from __future__ import annotations

from pathlib import Path

from siting.bundle import ResultBundle
from siting.disk import replaced_folder
from siting.outputs.folders import refuse_foreign
from siting.outputs.geopackage import write_geopackage
from siting.outputs.page import write_page
from siting.outputs.run_json import write_run_json
from siting.outputs.workbook import write_workbook


def write_run(bundle: ResultBundle, run_dir: Path) -> None:
    """Write the four files of a run into ``run_dir``; see :func:`siting.outputs.write_run`."""
    refuse_foreign(run_dir)
    with replaced_folder(run_dir) as folder:
        write_workbook(bundle, folder / "result.xlsx")
        write_geopackage(bundle, folder / "result.gpkg")
        data = write_run_json(bundle, folder / "run.json", run_dir)
        write_page(data, folder / "result.gpkg", folder / "report.html")
