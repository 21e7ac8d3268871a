"""The plots of a run, as figures of matplotlib that notebooks show."""

from __future__ import annotations

import io
from typing import Any

from relxfer.errors import UsageError
from relxfer.report.parts import gains as gains_part
from relxfer.report.plots import learning_curves
from relxfer.report.shown.blocks import Figure
from relxfer.report.shown.subject import Subject
from relxfer.results.results import Results


def curves(results: Results) -> Any:
    """The learning curves, a panel for every source and target.

    Raises:
        UsageError: there are none, or matplotlib is not installed.
    """
    if not results.curves:
        raise UsageError(f"expected two or more numbers of labels for curves in {results.folder}, got fewer")
    return _shown(learning_curves.figure(results.curves))


def gains(results: Results) -> Any:
    """The gains of the rows of one source and target.

    Raises:
        UsageError: there are none, or those of several; or matplotlib is not installed.
    """
    part = gains_part.part(Subject.of(results))
    found = [] if part is None else [block for block in part.blocks if isinstance(block, Figure)]
    if len(found) != 1:
        got = (
            f"{len(found)}: {', '.join(figure.title for figure in found)}; name source and target" if found else "none"
        )
        raise UsageError(f"expected gains of one source and target in {results.folder}, got {got}")
    return _shown(found[0].draw())


def _shown(figure: Any) -> Any:
    """The figure, which a notebook shows whether or not it has loaded pyplot."""

    def png() -> bytes:
        sink = io.BytesIO()
        figure.savefig(sink, format="png", dpi=120)
        return sink.getvalue()

    figure._repr_png_ = png
    return figure
