"""The verdict on a transfer, from the interval of its gain alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from relxfer.evaluation.statistics import Interval, holm, seeds_needed, sign_flip, smallest_p


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
    """`differences` [S]: gains by seed, or None where both sides are deterministic.

    >>> compare("finetune", "scratch", "mrr", Interval(0.1, 0.05, 0.2, 6, 100), np.full(6, 0.1)).p
    0.03125
    """
    if differences is None or len(differences) < 2:
        why = "deterministic" if differences is None else "one seed"
        note = f"{why}: interval over items only"
        return Comparison(strategy, baseline, metric, gain, Verdict.of(gain), None, note)
    return Comparison(strategy, baseline, metric, gain, Verdict.of(gain), sign_flip(differences))


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
