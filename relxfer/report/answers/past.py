"""What the track record says of a pair, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.choose.track_record import Likeness
from relxfer.report.answers import phrases


def sentence(like: Likeness) -> str:
    """How past pairs that are like one did.

    >>> sentence(Likeness(14, 0.06, -0.02, 0.12, 0.714, ("names",)))
    '14 past pairs like this (by names) gained +.060, four of five between -.020 and +.120; 71 % of them HELPS'
    """
    by = f"like this (by {phrases.joined(like.by)})" if like.by else "of this kind of data"
    between = f"four of five between {_signed(like.low)} and {_signed(like.high)}"
    return f"{like.pairs} past pairs {by} gained {_signed(like.gain)}, {between}; {100 * like.helped:.0f} % of them HELPS"


def no_better_than_size(names: Sequence[str]) -> str:
    """That measures chose no better than size did."""
    are = "is" if len(names) == 1 else "are"
    return (
        f"on past targets, {phrases.joined(names)} {are} no better at choosing a source than size: docs/decisions.md"
    )


def _signed(value: float) -> str:
    """As gains are written elsewhere.

    >>> _signed(0.06), _signed(-0.02)
    ('+.060', '-.020')
    """
    return f"{value:+.3f}".replace("0.", ".", 1)
