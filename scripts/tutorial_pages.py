"""Run the tutorials, and write what their commands print into the pages.

    python scripts/tutorial_pages.py FOLDER [PAGE ...]

A page is `docs/tutorials/PAGE.md`; without names all of them are run, each in a folder of its name in FOLDER, which
begins with a copy of `examples`. Runs that are finished there are not run again. A page takes several minutes.

- A Python block after `<!-- file: NAME -->` is written to NAME.
- A block of shell is run, unless its fence says `{.no-check}`.
- A block of text after `<!-- output -->` receives what the block of shell before it printed, at 80 columns.
- A picture `../pictures/NAME` of the page that a command wrote as NAME is copied to `docs/pictures`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "tutorials"
_BLOCK = re.compile(r"^(?:<!-- (.*?) -->\n)?```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> Iterator[re.Match[str]]:
    """Every fenced block: the comment before it, its info string and its content are the groups."""
    return _BLOCK.finditer(text)


def work(text: str, folder: Path, do: Callable[[list[str]], str]) -> Iterator[tuple[re.Match[str], str]]:
    """Write the files of a page and do its commands, and yield each block for output with what was printed."""
    printed = ""
    for block in blocks(text):
        mark, info, content = block.groups()
        if mark == "output":
            yield block, printed
        elif mark and mark.startswith("file: "):
            (folder / mark.removeprefix("file: ")).write_text(content, encoding="utf-8")
        elif info == "sh":
            printed = "".join(do(shlex.split(line)) for line in content.splitlines())


def filled(text: str, folder: Path) -> str:
    """The page with the output of its commands."""
    parts, end = [], 0
    for block, printed in work(text, folder, lambda words: command(words, folder)):
        parts += [text[end : block.start(3)], printed.rstrip() + "\n"]
        end = block.end(3)
    return "".join(parts) + text[end:]


def command(words: list[str], folder: Path) -> str:
    """What a command prints; of those that report their progress only the result."""
    quiet = ["-q"] if words[:2] == ["relxfer", "run"] and "--dry-run" not in words else []
    first = [sys.executable, "-m", "relxfer"] if words[0] == "relxfer" else [sys.executable]
    settings = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}
    print("$", *words, flush=True)
    done = subprocess.run(
        [*first, *words[1:], *quiet], cwd=folder, env=settings, text=True, stdout=-1, stderr=-2, check=False
    )
    if done.returncode:
        raise SystemExit(f"expected {shlex.join(words)} to work, got exit code {done.returncode}:\n{done.stdout}")
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


def copy_pictures(text: str, room: Path) -> None:
    """Take over the pictures of a page that its commands wrote."""
    for name in re.findall(r"\]\(\.\./pictures/([\w.]+)\)", text):
        if (room / name).is_file():
            shutil.copyfile(room / name, PAGES.parent / "pictures" / name)


def main(folder: Path, names: list[str]) -> None:
    for path in sorted(PAGES.glob("*.md")):
        if not names or path.stem in names:
            room = folder / path.stem
            shutil.copytree(ROOT / "examples", room / "examples", dirs_exist_ok=True)
            text = path.read_text(encoding="utf-8")
            path.write_text(filled(text, room.resolve()), encoding="utf-8")
            copy_pictures(text, room)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
