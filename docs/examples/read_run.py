"""Read a finished run from another program; the standard library is enough: python read_run.py results/base/C02."""

import json
import sys
from pathlib import Path

run = json.loads((Path(sys.argv[1]) / "run.json").read_text(encoding="utf-8"))
if run["schema_version"] != 1:
    sys.exit(f"this script reads schema_version 1, not {run['schema_version']}")

print(run["circle"]["id"], run["circle"]["name"], run["status"], round(run["totals"]["cost_cny"]))
for pick in run["picks"]:
    print(pick["rank"], pick["site"], pick["type"], round(pick["cost"]), sep="\t")
