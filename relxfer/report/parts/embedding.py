"""What a model makes of the items of the test: points in a plane."""

from __future__ import annotations

from functools import partial

from relxfer.errors import RelxferError
from relxfer.report.plots import embedding
from relxfer.report.shown.blocks import Figure, Part, sentences
from relxfer.report.shown.points import Compute


def part(compute: Compute | None) -> Part | None:
    """A plot; the reason where there can be none."""
    if compute is None:
        return None
    try:
        made = compute()
    except (RelxferError, OSError) as error:
        reason = (str(error).splitlines() or [""])[0]
        return Part("embedding", "What the model sees", sentences([f"No picture of it: {reason}"], "muted"))
    right = [one == other for one, other in zip(made.answers, made.predicted, strict=True)]
    draw = partial(embedding.figure, made.points, made.answers, right, made.explained)
    alt = (
        f"Scatter plot of {len(right)} items of the test by the first two principal components of their features, "
        f"coloured by the right answer; {right.count(False)} are predicted wrongly and marked with a cross."
    )
    figure = Figure("embedding", f"{len(right)} items of the test; {made.described}", alt, draw)
    return Part("embedding", "What the model sees", (figure,))
