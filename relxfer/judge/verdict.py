"""The verdict on a transfer, from the interval of its gain alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from relxfer.judge.statistics import Interval, holm, seeds_needed, sign_flip, smallest_p

#: An interval so many times wider than the gain is not narrowed by seeds or items that anybody has.
_FAR = 10


class Verdict(Enum):
    """HELPS: the interval of the gain lies above 0. HURTS: below. INCONCLUSIVE: it holds 0."""

    HELPS = "helps"
    HURTS = "hurts"
    INCONCLUSIVE = "inconclusive"

    @classmethod
    def of(cls, gain: Interval) -> Verdict:
        """
        >>> Verdict.of(Interval(0.1, 0.05, 0.2, 6, 100)).name
        'HELPS'
        """
        if gain.low > 0:
            return cls.HELPS
        return cls.HURTS if gain.high < 0 else cls.INCONCLUSIVE


@dataclass(frozen=True)
class Comparison:
    """A strategy against its baseline; `p` is None where no seed varies."""

    strategy: str
    baseline: str
    metric: str
    gain: Interval
    verdict: Verdict
    p: float | None
    note: str = ""
    p_adjusted: float | None = None


def compare(strategy: str, baseline: str, metric: str, gain: Interval, differences: np.ndarray | None) -> Comparison:
    """`differences` [S]: gains by seed, or None where both sides are deterministic. An inconclusive one says why.

    >>> compare("finetune", "scratch", "mrr", Interval(0.1, 0.05, 0.2, 6, 100), np.full(6, 0.1)).p
    0.03125
    >>> compare("finetune", "scratch", "mrr", Interval(0.1, -0.1, 0.3, 6, 100), np.arange(6) / 10 - 0.15).note
    'inconclusive mostly for the spread of seeds: a gain of +.100 would show from about 24 seeds'
    """
    verdict, p, notes = Verdict.of(gain), None, []
    if differences is None or len(differences) < 2:
        notes.append(f"{'deterministic' if differences is None else 'one seed'}: interval over items only")
    else:
        p = sign_flip(differences)
    if verdict is Verdict.INCONCLUSIVE and gain.high > gain.low:
        notes.append(_why(gain, np.zeros(1) if differences is None else differences))
    return Comparison(strategy, baseline, metric, gain, verdict, p, "; ".join(notes))


def _why(gain: Interval, differences: np.ndarray) -> str:
    """What the interval mostly comes from, and how much more of it a gain of this size would need."""
    reach, seeds = (gain.high - gain.low) / 2, len(differences)
    by_seeds = _reach_of_seeds(differences) if seeds > 1 else 0.0
    what, count = ("seeds", seeds) if 2 * by_seeds**2 > reach**2 else ("items", gain.n_units)
    why = f"inconclusive mostly for the spread of {what}"
    size = f"{gain.estimate:+.3f}".replace("+0.", "+.").replace("-0.", "-.")
    if abs(gain.estimate) * _FAR < reach:
        return f"{why}: a gain as small as {size} is out of reach"
    return f"{why}: a gain of {size} would show from about {math.ceil(count * (reach / gain.estimate) ** 2):,} {what}"


def _reach_of_seeds(differences: np.ndarray) -> float:
    """Half the width of the t interval of their mean."""
    from scipy.special import stdtrit

    seeds = len(differences)
    return float(stdtrit(seeds - 1, 0.975) * differences.std(ddof=1) / math.sqrt(seeds))


def adjust(comparisons: Sequence[Comparison], alpha: float = 0.05) -> list[Comparison]:
    """The same comparisons with Holm's p over those that have one, and a note where no p could reach alpha.

    >>> made = compare("finetune", "scratch", "mrr", Interval(0.1, 0.05, 0.2, 5, 100), np.full(5, 0.1))
    >>> [(c.p_adjusted, c.note, c.verdict.name) for c in adjust([made])]
    [(0.0625, 'too few seeds: p < 0.05 needs 6', 'HELPS')]
    """
    family = [c for c in comparisons if c.p is not None]
    adjusted = iter(holm([c.p for c in family if c.p is not None]))
    return [c if c.p is None else _adjusted(c, next(adjusted), len(family), alpha) for c in comparisons]


def _adjusted(comparison: Comparison, p: float, family: int, alpha: float) -> Comparison:
    note = comparison.note
    # Holm multiplies the smallest p of the family by its size
    if family * smallest_p(comparison.gain.n_seeds) > alpha:
        few = f"too few seeds: p < {alpha} needs {seeds_needed(family, alpha)}"
        note = f"{note}; {few}" if note else few
    return replace(comparison, p_adjusted=p, note=note)
