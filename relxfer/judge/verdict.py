"""The verdict on a transfer, which follows from the interval of its gain alone, and notes on its limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from relxfer.judge.records import Gain, Interval, Verdict
from relxfer.judge.statistics import holm, seeds_needed, sign_flip, smallest_p

#: If half the interval is this many times larger than the gain, no realistic number of seeds or items would narrow it.
_OUT_OF_REACH = 10


def gain_over(baseline: str, gain: Interval, differences: np.ndarray | None, resampled: str = "items") -> Gain:
    """The gain over a baseline with its verdict; the note of an inconclusive one says why.

    baseline     the name of the baseline
    gain         the interval of the gain
    differences  [S] float: the gain for each seed, or [P, S] for each pre-training and seed if they are crossed; None
                 if both sides are deterministic
    resampled    what the interval is over beside seeds: items, or groups of them

    >>> gain_over("scratch", Interval(0.1, 0.05, 0.2, 6, 100), np.full(6, 0.1)).p
    0.03125
    >>> gain_over("scratch", Interval(0.1, -0.1, 0.3, 6, 100), np.arange(6) / 10 - 0.15).note
    'inconclusive mostly for the spread of seeds: a gain of +.100 would show from about 24 seeds'
    """
    verdict, p, notes = Verdict.of(gain), None, []
    if differences is not None and differences.ndim > 1:
        notes.append(f"{differences.shape[0]} pre-trainings x {differences.shape[1]} seeds: interval over both, no p")
    elif differences is None or len(differences) < 2:
        notes.append(f"{'deterministic' if differences is None else 'one seed'}: interval over {resampled} only")
    else:
        p = sign_flip(differences)
    if verdict is Verdict.INCONCLUSIVE and gain.high > gain.low:
        notes.append(_why(gain, np.zeros(1) if differences is None else differences, resampled))
    return Gain(**vars(gain), baseline=baseline, verdict=verdict, p=p, note="; ".join(notes))


def _why(gain: Interval, differences: np.ndarray, resampled: str) -> str:
    """Whether seeds or items make the interval wide, and how many of them a gain of this size would need."""
    reach = (gain.high - gain.low) / 2
    factors = {"seeds": differences}
    if differences.ndim > 1:
        factors = {"pre-trainings": differences.mean(1), "seeds": differences.mean(0)}
    reaches = {what: _reach_of_seeds(of) if len(of) > 1 else 0.0 for what, of in factors.items()}
    what = max(reaches, key=lambda each: reaches[each])
    count = len(factors[what])
    if 2 * reaches[what] ** 2 <= reach**2:
        what, count = resampled, gain.units
    why = f"inconclusive mostly for the spread of {what}"
    size = f"{gain.estimate:+.3f}".replace("+0.", "+.").replace("-0.", "-.")
    if abs(gain.estimate) * _OUT_OF_REACH < reach:
        return f"{why}: a gain as small as {size} is out of reach"
    return f"{why}: a gain of {size} would show from about {math.ceil(count * (reach / gain.estimate) ** 2):,} {what}"


def _reach_of_seeds(differences: np.ndarray) -> float:
    """Half the width of the t interval of the mean over seeds."""
    from scipy.special import stdtrit

    seeds = len(differences)
    return float(stdtrit(seeds - 1, 0.975) * differences.std(ddof=1) / math.sqrt(seeds))


def adjust(gains: Sequence[Gain], alpha: float = 0.05) -> list[Gain]:
    """The gains with p adjusted by Holm over those that have a p, and a note if there are too few seeds to reach alpha.

    >>> made = gain_over("scratch", Interval(0.1, 0.05, 0.2, 5, 100), np.full(5, 0.1))
    >>> [(gain.p_adjusted, gain.note, gain.verdict.name) for gain in adjust([made])]
    [(0.0625, 'too few seeds: p < 0.05 needs 6', 'HELPS')]
    """
    family = [gain.p for gain in gains if gain.p is not None]
    adjusted = iter(holm(family))
    return [gain if gain.p is None else _adjusted(gain, next(adjusted), len(family), alpha) for gain in gains]


def _adjusted(gain: Gain, p: float, family: int, alpha: float) -> Gain:
    note = gain.note
    # Holm multiplies the smallest p of the family by its size
    if family * smallest_p(gain.seeds) > alpha:
        few = f"too few seeds: p < {alpha} needs {seeds_needed(family, alpha)}"
        note = f"{note}; {few}" if note else few
    return replace(gain, p_adjusted=p, note=note)
