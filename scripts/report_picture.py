"""Draw the terminal report of a finished run as an SVG, for the README.

    python scripts/report_picture.py RUN [FILE]

RUN is a run directory; FILE defaults to docs/pictures/report.svg. The picture is as wide as a terminal of 80 columns,
in the colours of the report on a dark background, and uses only fonts that are on the reader's machine.
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.terminal_theme import SVG_EXPORT_THEME

from relxfer.report.terminal import render
from relxfer.results.results import Results
from relxfer.store import files
from relxfer.store.console import PlainConsole

WIDTH = 80
DEFAULT = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "report.svg"


def picture(results: Results) -> str:
    """The SVG of the report; without the web fonts that rich would fetch."""
    console = PlainConsole(width=WIDTH, record=True, file=io.StringIO(), force_terminal=True, color_system="standard")
    console.print(render(results))
    drawn = console.export_svg(title=f"relxfer report {results.folder}", theme=SVG_EXPORT_THEME, unique_id="report")
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


def main(run: str, file: str | None = None) -> None:
    path = Path(file) if file else DEFAULT
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_bytes(path, picture(Results.open(run)).encode())
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
