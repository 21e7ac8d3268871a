"""An empty figure in the style of all plots, and its file as PNG or SVG."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from relxfer.errors import NotInstalled, UsageError
from relxfer.store import escaping
from relxfer.store.files import write_bytes

P = ParamSpec("P")

FORMATS = (".png", ".svg")
#: Okabe and Ito (2008), "Color universal design": told apart by people who see colours differently.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f", "#a6761d")
#: Markers in the same order, so that curves can be told apart without colour.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
#: Width of a figure in inches: on a phone its text is still read.
WIDTH = 5.2
_STYLE: dict[str, Any] = {
    "axes.edgecolor": "#000000",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10,
    "figure.dpi": 100,
    "font.size": 9,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.markersize": 5,
    "svg.fonttype": "none",
    "svg.hashsalt": "relxfer",
}


def check(path: Path) -> None:
    """Check before anything is computed that `path` can be written.

    Raises:
        UsageError: its format is not supported, it is not a file, or matplotlib is not installed.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"expected a file ending in {' or '.join(FORMATS)} after --plot, got {path.name!r}")
    if path.exists() and not path.is_file():
        raise UsageError(f"Cannot write {path}: it is not a file. Choose another --plot.")
    figure_class("--plot", "plot")


def figure_class(wanted: str, extra: str) -> Any:
    """The class `Figure` of matplotlib, which unlike pyplot needs no display.

    wanted, extra  what asks for it, and the extra that installs it

    Raises:
        NotInstalled: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise NotInstalled("matplotlib", wanted, extra) from None
    return Figure


def styled(draw: Callable[P, Any]) -> Callable[P, Any]:
    """A function that draws in the style of all plots, whatever the user's settings of matplotlib are."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Any:
        figure_class("plots", "plot")
        from matplotlib import rc_context, rcParamsDefault

        default = {name: value for name, value in rcParamsDefault.items() if name.partition(".")[0] in _GROUPS}
        settings: Any = {**default, **_STYLE}
        with rc_context(settings):
            return draw(*args, **kwargs)

    return drawn


#: Groups of settings that decide how a plot looks.
_GROUPS = ("axes", "figure", "font", "legend", "lines", "patch", "svg", "text", "xtick", "ytick")


def panels(rows: int, height: float, width: float = WIDTH) -> tuple[Any, list[Any]]:
    """A figure with panels one below the other, each so many inches high."""
    figure = figure_class("plots", "plot")(figsize=(width, height * rows), layout="constrained")
    return figure, list(figure.subplots(rows, squeeze=False)[:, 0])


def named(text: str) -> str:
    """A name beside an axis or in a legend: no markup of matplotlib, and no longer than leaves room for the plot.

    >>> named("$x$"), len(named("x" * 100))
    ('\\\\$x\\\\$', 32)
    """
    return escaping.picture(text if len(text) <= _WIDE else f"{text[: _WIDE - 1]}…")


#: The most characters of a name.
_WIDE = 32


@styled
def write(figure: Any, path: Path) -> None:
    """Write a figure as PNG or SVG, by the ending of the file; the same figure gives the same bytes."""
    kind = path.suffix[1:]
    write_bytes(path, _saved(figure, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None))


@styled
def svg(figure: Any) -> str:
    """A figure as SVG whose texts are text, on no background; the same figure gives the same text."""
    return _saved(figure, format="svg", transparent=True, metadata={"Date": None, "Creator": None}).decode()


def _saved(figure: Any, **options: Any) -> bytes:
    """Without warnings of letters that the font lacks, and of names that leave little room."""
    sink = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        figure.savefig(sink, **options)
    return sink.getvalue()
