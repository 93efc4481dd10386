"""What pyproject.toml declares, what the packages import, and the licences that the installed libraries say they have.

``python tests/house/dependencies.py`` prints the two tables of docs/dependencies.md.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORTED_AS = {"python-docx": "docx"}
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_LICENCES = (
    (r"bsd[ -]3|3-clause", "BSD-3-Clause"),
    (r"bsd[ -]2|2-clause", "BSD-2-Clause"),
    (r"bsd", "BSD"),
    (r"apache", "Apache-2.0"),
    (r"lgpl", "LGPL-3.0"),
    (r"mpl|mozilla", "MPL-2.0"),
    (r"\bmit\b", "MIT"),
    (r"psf|python software", "PSF-2.0"),
    (r"isc", "ISC"),
    (r"unlicense|public domain", "Unlicense"),
)


def declared() -> dict[str, dict[str, str]]:
    """Extra (``""`` for what every installation needs) → library → bounds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"]} | project["optional-dependencies"]
    return {extra: dict(_parted(line) for line in lines) for extra, lines in groups.items()}


def _parted(line: str) -> tuple[str, str]:
    name = _NAME.match(line)
    assert name, line
    return name[0], re.sub(r"^\[[^]]*\]", "", line[name.end() :])


def licence(library: str) -> str:
    """The licence that the installed library names, in one word; "" where it is not installed or names none."""
    try:
        about = metadata.metadata(library)
    except metadata.PackageNotFoundError:
        return ""
    if expression := about.get("License-Expression"):
        return str(expression)
    said = [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    text = " ".join(said or [(about.get("License") or "")[:60]]).casefold()
    return next((name for pattern, name in _LICENCES if re.search(pattern, text)), "")


def brought_along() -> list[str]:
    """Libraries that the declared ones of every installation need in turn, as installed here."""
    asked = list(declared()[""])
    seen: dict[str, None] = {}
    while asked:
        name = re.sub(r"[-_.]+", "-", asked.pop()).casefold()
        if name in seen:
            continue
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        seen[name] = None
        asked += [_parted(need)[0] for need in needs if "extra ==" not in need]
    own = {re.sub(r"[-_.]+", "-", n).casefold() for n in declared()[""]}
    return sorted(set(seen) - own)


if __name__ == "__main__":
    for extra, libraries in declared().items():
        for library, bounds in sorted(libraries.items()):
            print(f"| {library} | {extra} | `{bounds}` | {licence(library)} |")
    print(", ".join(f"{name} ({licence(name)})" for name in brought_along()))
