"""The page: parts of one or several runs as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from relxfer.errors import NotInstalled, UsageError
from relxfer.report.html import svg
from relxfer.report.parts import full, side_by_side
from relxfer.report.plots import canvas
from relxfer.report.shown import thumbnails
from relxfer.report.shown.blocks import Code, Figure, Folded, Number, Part, Picture, Sentences, Table, sentences
from relxfer.report.shown.subject import Subject
from relxfer.store import escaping

#: The most bytes of a page, so that it can be mailed.
LARGEST = 1_000_000
#: What is kept of it for what stands around the parts of runs.
_FRAME = 100_000
#: From so many characters on a text is cut in the middle of its text.
_LONG = 2000


@dataclass(frozen=True)
class RunShown:
    """A run in the page: what addresses in it begin with, its subject, and its parts, each with its HTML."""

    key: str
    subject: Subject
    parts: Sequence[tuple[Part, str]]


def check(file: Path) -> None:
    """Check before anything is read that a page can be made and written.

    Raises:
        UsageError: it is no file of HTML, or jinja2 or matplotlib is not installed.
    """
    if file.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"expected a file ending in .html after --html, got {file.name!r}")
    if file.exists() and not file.is_file():
        raise UsageError(f"Cannot write {file}: it is not a file. Choose another --html.")
    environment()
    canvas.figure_class("--html", "html")


def page(subjects: Sequence[Subject]) -> str:
    """The page, below 1 MB: parts that have no room are named, and left out.

    Raises:
        UsageError: jinja2 or matplotlib is not installed.
    """
    level, room = (2 if len(subjects) == 1 else 3), LARGEST - _FRAME
    shown = []
    for number, subject in enumerate(subjects, 1):
        key = f"run-{number}-" if len(subjects) > 1 else ""
        parts = _fitted(full.parts(subject), key, level, room // (len(subjects) - number + 1))
        room -= sum(len(html.encode()) for _, html in parts)
        shown.append(RunShown(key, subject, parts))
    beside = rendered(side_by_side.part(subjects), "", 2) if len(subjects) > 1 else ""
    return str(environment().get_template("page.html").render(runs=shown, level=level, beside=beside))


def _fitted(parts: Sequence[Part], key: str, level: int, room: int) -> list[tuple[Part, str]]:
    """Each part with its HTML, as long as there is room for it."""
    made = []
    for part in parts:
        html = rendered(part, key, level)
        if len(html.encode()) > room:
            left = "left out, because the page would be larger than 1 MB; relxfer report RUN --json has all numbers"
            part = Part(part.key, part.title, sentences([left], "muted"))
            html = rendered(part, key, level)
        room -= len(html.encode())
        made.append((part, html))
    return made


def rendered(part: Part, key: str, level: int) -> str:
    """A part as HTML, whose heading has this level."""
    return str(
        environment().get_template("part.html").render(part=part, key=key, level=level, plot=partial(_plot, key))
    )


def _plot(key: str, figure: Figure) -> str:
    """A plot as markup; nothing where it is too large."""
    made = svg.inlined(figure.draw(), f"{key}{figure.key}", figure.title, figure.alt)
    return made if len(made.encode()) <= svg.LARGEST else ""


@cache
def environment() -> Any:
    """The templates; every text that they show is escaped.

    Raises:
        NotInstalled: jinja2 is not installed.
    """
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise NotInstalled("jinja2", "--html", "html") from None
    made = Environment(
        loader=PackageLoader("relxfer.report.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    for name, kind in _KINDS.items():
        made.tests[name] = _test(kind)
    made.filters |= {"encoded": _encoded, "kind": thumbnails.kind, "code": partial(escaping.terminal, lines=True)}
    return made


#: Test of a template -> the class that it tests for.
_KINDS: dict[str, type] = {
    "sentences": Sentences, "table": Table, "code": Code, "figure": Figure, "folded": Folded, "number_shown": Number,
    "picture": Picture,
}  # fmt: skip


def _test(kind: type) -> Any:
    return lambda value: isinstance(value, kind)


def _visible(value: Any) -> Any:
    """Text without control characters, not longer than can be read; markup as it is."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return cut(escaping.terminal(value))


def cut(text: str) -> str:
    """The text; of a very long one its beginning and its end.

    >>> len(cut("x" * 100_000))
    2000
    """
    return text if len(text) <= _LONG else f"{text[: _LONG - 100]}…{text[-99:]}"


def _encoded(content: bytes) -> str:
    import base64

    return base64.b64encode(content).decode()
