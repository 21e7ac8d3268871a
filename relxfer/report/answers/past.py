"""What the track record says of a pair, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.choose.track_record import Likeness
from relxfer.report import wording
from relxfer.report.answers import phrases


def sentence(like: Likeness) -> str:
    """How past pairs that are like one did.

    >>> sentence(Likeness(14, 0.06, -0.02, 0.12, 0.714, ("names",)))
    '14 past pairs like this (by names) gained +.060, four of five between -.020 and +.120; 71 % had the verdict HELPS'
    """
    by = f"like this (by {phrases.joined(like.by)})" if like.by else "of this kind of data"
    between = f"four of five between {wording.signed(like.low)} and {wording.signed(like.high)}"
    helped = f"{100 * like.helped:.0f} % had the verdict HELPS"
    return f"{like.pairs} past pairs {by} gained {wording.signed(like.gain)}, {between}; {helped}"


def no_better_than_size(names: Sequence[str]) -> str:
    """That measures chose no better than size did."""
    are = "is" if len(names) == 1 else "are"
    return f"on past targets, {phrases.joined(names)} {are} no better at choosing a source than size: docs/decisions.md"
