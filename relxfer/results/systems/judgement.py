"""The records of what `relxfer judge` says: systems, their differences from one of them, and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from relxfer.judge.needed import Needed
from relxfer.judge.records import Interval, SystemVerdict
from relxfer.results.comparing.tolerance import Tolerance
from relxfer.store.json_text import JsonObject

#: The number of the format of `Judgement.card`.
SCHEMA = 1


@dataclass(frozen=True)
class System:
    """A system and its mean over the items that all systems have.

    mean      with its own 95 % interval
    items     number of items
    groups    number of groups of items; None if nothing says that there are some
    seeds     number of runs that were used; 1 where nothing names runs
    left_out  number of its items that were not used, because another system or run lacks them
    left_out_seeds  names of its runs that were not used, because the other side lacks them
    """

    name: str
    mean: Interval
    items: int
    groups: int | None
    seeds: int
    left_out: int = 0
    left_out_seeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compared:
    """A system compared with the baseline.

    system      its name
    difference  system - baseline, or baseline - system where less is better, with its 95 % interval: positive where the
                system is better
    seeds       number of runs that were paired; 1 where both sides have one
    p           of no difference, two-sided, by the same model as the interval
    p_adjusted  p by Holm over all comparisons; None where there is no verdict
    verdict     None where there can be none; the note says why
    excludes    the smallest effect that could have been excluded: none beyond it fits these results at 5 %
    condition   what the verdict holds for, such as "these two systems on items like these"
    needed      how many items or seeds would probably decide; None where it is decided or nothing can be said
    noise_df    degrees of freedom of the noise of seeds, which other comparisons add to; None for one run
    differ      number of items (or groups) that differ at all
    note        why there is no verdict, or another limit; empty if there is none
    """

    system: str
    difference: Interval
    seeds: int
    p: float
    p_adjusted: float | None
    verdict: SystemVerdict | None
    excludes: float
    condition: str
    needed: Needed | None
    noise_df: float | None
    differ: int
    note: str = ""


@dataclass(frozen=True)
class Judgement:
    """The verdicts on several systems.

    metric          the name of what was measured
    less_is_better  whether a smaller score is better
    balanced        whether every class of items counts alike
    minimal_effect  the smallest difference that matters; None: nothing is too small to matter
    baseline        the system that the others are compared with
    notes           sentences: what was taken from the files, and what was left out
    """

    metric: str
    less_is_better: bool
    balanced: bool
    minimal_effect: float | None
    baseline: str
    systems: tuple[System, ...]
    comparisons: tuple[Compared, ...]
    notes: tuple[str, ...] = ()

    def system(self, name: str) -> System:
        """A system by its name; `KeyError` if there is none."""
        found = {each.name: each for each in self.systems}
        return found[name]

    def card(self) -> JsonObject:
        """As JSON, with the number of the format."""
        return {"schema": SCHEMA, **asdict(self)}

    def worse(self, tolerance: Tolerance) -> Sequence[Compared]:
        """The systems that are worse than the baseline by more than a tolerance, their interval below 0."""
        before = self.system(self.baseline).mean.estimate
        return [each for each in self.comparisons if tolerance.broken_by(before, each.difference)]
