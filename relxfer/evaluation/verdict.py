"""The verdict on a transfer, from the interval of its gain alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from relxfer.evaluation.statistics import Interval, sign_flip


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


def compare(
    strategy: str, baseline: str, metric: str, gain: Interval, differences: np.ndarray | None
) -> Comparison:
    """`differences` [S]: gains by seed, or None where both sides are deterministic."""
    if differences is None or len(differences) < 2:
        note = "deterministic: interval over items only" if differences is None else "one seed: interval over items only"
        return Comparison(strategy, baseline, metric, gain, Verdict.of(gain), None, note)
    return Comparison(strategy, baseline, metric, gain, Verdict.of(gain), sign_flip(differences))
