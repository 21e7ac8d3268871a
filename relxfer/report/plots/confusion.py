"""Confusion matrix: which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relxfer.report.plots.canvas import COLOURS, named, panels, styled

#: Classes up to which each field has its number in it.
_NUMBERED = 12


@styled
def figure(names: Sequence[str], counts: Sequence[Sequence[float]]) -> Any:
    """A figure of matplotlib, each field as dark as the share of its class that is given that answer.

    names   of the classes
    counts  [C, C] number of queries of each class (rows) that are given each class (columns)
    """
    import numpy as np

    shown = [named(name) for name in names]
    table = np.asarray(counts, float)
    shares = table / np.maximum(table.sum(1, keepdims=True), 1e-9)
    side = min(5.2, 1.8 + 0.32 * len(shown))
    made, (panel,) = panels(1, side, side)
    panel.imshow(_shaded(shares), interpolation="nearest")
    panel.set_xticks(range(len(shown)), shown, rotation=90)
    panel.set_yticks(range(len(shown)), shown)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    panel.set_xlabel("answer that was given")
    panel.set_ylabel("right answer")
    if len(shown) <= _NUMBERED:
        for (row, column), count in np.ndenumerate(table):
            if count:
                panel.text(column, row, f"{count:.4g}", ha="center", va="center", fontsize=7)
    return made


def _shaded(shares: Any) -> Any:
    """[C, C, 4] of shares: one colour, which light and dark paper shine through."""
    import numpy as np

    red, green, blue = (int(COLOURS[4][at : at + 2], 16) / 255 for at in (1, 3, 5))
    made = np.empty((*shares.shape, 4))
    made[..., :3] = red, green, blue
    made[..., 3] = 0.05 + 0.75 * shares
    return made
