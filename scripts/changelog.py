"""Assemble the changelog of a release from the fragments in `changes/`.

    python scripts/changelog.py            show the section, and change nothing
    python scripts/changelog.py --release 2026-03-01    write it, and delete the fragments

The version is that of `relxfer/__init__.py`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("added", "changed", "fixed", "removed")
#: The section that a release replaces, if the version has one already.
_SECTION = r"^## {version} \(unreleased\)\n.*?(?=^## |\Z)"


def fragments(folder: Path) -> dict[str, list[Path]]:
    """Kind -> its fragments, by name.

    Raises:
        ValueError: a file is none, or is empty.
    """
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        kind = path.stem.rpartition(".")[2]
        if kind not in found or not path.read_text(encoding="utf-8").strip():
            raise ValueError(f"expected NAME.KIND.md with text, KIND one of {', '.join(KINDS)}, got {path.name}")
        found[kind].append(path)
    return found


def section(version: str, date: str, found: dict[str, list[Path]]) -> str:
    """The section of a version; links lead from the changelog, not from the folder of the fragments."""
    parts = [f"## {version} ({date})\n"]
    for kind in KINDS:
        if found[kind]:
            parts += [f"### {kind.capitalize()}\n", *map(_item, found[kind]), ""]
    return "\n".join(parts).rstrip() + "\n"


def _item(path: Path) -> str:
    text = " ".join(path.read_text(encoding="utf-8").split()) if _is_prose(path) else path.read_text(encoding="utf-8")
    lines = text.strip().replace("](../", "](").splitlines()
    return "\n".join([f"- {lines[0]}", *(f"  {line}".rstrip() for line in lines[1:])])


def _is_prose(path: Path) -> bool:
    """Whether lines may be joined: there is no block of code, list or table."""
    return not re.search(r"^(```|    |- |\||\d+\. )", path.read_text(encoding="utf-8"), re.MULTILINE)


def released(changelog: str, version: str, made: str) -> str:
    """The changelog with a section, on top of earlier ones."""
    rest = re.sub(_SECTION.format(version=re.escape(version)), "", changelog, flags=re.MULTILINE | re.DOTALL)
    head, mark, earlier = rest.partition("\n## ")
    return f"{head.rstrip()}\n\n{made}" + (f"\n## {earlier}" if mark else "")


def main() -> None:
    parser = argparse.ArgumentParser(description="Assemble the changelog from the fragments in changes/.")
    parser.add_argument("--release", metavar="DATE", help="write the section with this date, and delete the fragments")
    date = parser.parse_args().release
    version = re.findall(r'^__version__ = "(.*)"$', (ROOT / "relxfer/__init__.py").read_text(), re.MULTILINE)[0]
    found = fragments(ROOT / "changes")
    made = section(version, date or "unreleased", found)
    if not date:
        print(made)
        return
    path = ROOT / "CHANGELOG.md"
    path.write_text(released(path.read_text(encoding="utf-8"), version, made), encoding="utf-8")
    for file in (file for files in found.values() for file in files):
        file.unlink()


if __name__ == "__main__":
    main()
