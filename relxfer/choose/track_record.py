"""The track record: what pairs of a source and a target gained in a study, and how well measures chose among sources.

The study is `benchmarks/decision.py`; `docs/decisions.md` has its figures. It holds pairs of the kinds of data that the
built-in plugins read, and says nothing of others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean

import numpy as np

from relxfer.results.records import Budget

_FILE = Path(__file__).with_name("track_record.json")
#: Of the pairs of its kind, this share is like a pair, but no fewer than so many.
_SHARE, _FEWEST = 1 / 3, 6
#: The interval holds this share of the gains.
_WITHIN = 0.8


@dataclass(frozen=True)
class PastPair:
    """A source and a target of the study, at one label budget.

    content   of the data, as the records of data sets call it
    gain      of what validation preferred over what it preferred of scratch, in the metric, over all seeds
    helps     whether its verdict is HELPS
    measures  of the source for the target, see `relatedness`
    """

    content: str
    target: str
    source: str
    budget: Budget
    gain: float
    helps: bool
    measures: Mapping[str, float]


@dataclass(frozen=True)
class Skill:
    """How a measure chose among the sources of each target of the study.

    regret  the mean of the best source's gain less that of the chosen one, in the metric
    beats   whether it is below that of `size` on the other targets, whichever target is left out
    targets number of targets with at least two sources that it tells apart
    """

    content: str
    measure: str
    regret: float
    beats: bool
    targets: int


@dataclass(frozen=True)
class Likeness:
    """Past pairs that are like a pair.

    pairs      how many
    gain       their mean gain
    low, high  between which 80 % of their gains are
    helped     the share with the verdict HELPS
    by         the measures by which they are alike; none: all pairs of the same kind of data
    """

    pairs: int
    gain: float
    low: float
    high: float
    helped: float
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrackRecord:
    """All pairs, and how measures did on them.

    foretells  kinds of data of which the nearest pairs foretold the gains of other targets better than all pairs did
    narrows    kinds of data of which less was lost where only the better half of the sources was raced, by the measures
               that beat size, than where all of them were, on targets that chose neither the measures nor this

    >>> pairs = [PastPair("network", t, s, 10, gain, gain > 0, {"names": gain, "size": -gain}) for t in "ab"
    ...          for s, gain in (("one", 0.1), ("two", 0.0), ("three", -0.1))]
    >>> made = record([pair for pair in pairs])
    >>> made.no_better_than_size("network"), made.like("network", {"names": 0.1, "size": 3.0}).by
    ([], ())
    """

    pairs: tuple[PastPair, ...]
    skills: tuple[Skill, ...]
    foretells: tuple[str, ...] = ()
    narrows: tuple[str, ...] = ()

    def skill(self, content: str) -> dict[str, Skill]:
        """How each measure did on data of this kind."""
        return {skill.measure: skill for skill in self.skills if skill.content == content}

    def no_better_than_size(self, content: str) -> list[str]:
        """The measures that chose no better than the size of the source did."""
        return [name for name, skill in self.skill(content).items() if not skill.beats and name != "size"]

    def better_than_size(self, content: str) -> list[str]:
        """The measures that chose better than the size of the source did."""
        return [name for name, skill in self.skill(content).items() if skill.beats and name != "size"]

    def counting(self, content: str, names: Sequence[str]) -> list[str]:
        """Those of some measures that are not known to choose no better than size; all, where none is left."""
        weak = self.no_better_than_size(content)
        return [name for name in names if name not in weak] or [*names]

    def like(self, content: str, measures: Mapping[str, float | str]) -> Likeness | None:
        """The past pairs of this kind of data that a pair is most like, or all where likeness foretells nothing; None
        if there are too few.

        Two pairs are as far apart as the mean, over the measures that beat size, of |F(a) - F(b)|, where F is the share
        of past pairs below a value.
        """
        pairs = [pair for pair in self.pairs if pair.content == content]
        if len(pairs) < _FEWEST:
            return None
        known = {*self.better_than_size(content)} & set(measures) if content in self.foretells else set()
        by = tuple(sorted(name for name in known if not isinstance(measures[name], str)))
        with_all = [pair for pair in pairs if all(name in pair.measures for name in by)]
        if not by or len(with_all) < _FEWEST:
            return _likeness(pairs, ())
        far = [_distance(pair.measures, measures, by, with_all) for pair in with_all]
        count = max(_FEWEST, round(_SHARE * len(with_all)))
        nearest = np.argsort(np.array(far), kind="stable")[:count]
        return _likeness([with_all[row] for row in nearest], by)


@cache
def track_record(path: Path = _FILE) -> TrackRecord:
    """The track record that comes with relxfer."""
    card = json.loads(path.read_text(encoding="utf-8"))
    pairs, skilled = (PastPair(**pair) for pair in card["pairs"]), (Skill(**skill) for skill in card["skills"])
    return TrackRecord(tuple(pairs), tuple(skilled), tuple(card["foretells"]), tuple(card["narrows"]))


def record(pairs: Sequence[PastPair], narrows: Sequence[str] = ()) -> TrackRecord:
    """The track record of these pairs; which kinds of data it narrows, no pair tells."""
    contents = dict.fromkeys(pair.content for pair in pairs)
    skilled = tuple(skill for content in contents for skill in skills(pairs, content))
    foretells = tuple(content for content in contents if _foretells(pairs, content))
    return TrackRecord(tuple(pairs), skilled, foretells, tuple(narrows))


def foretold(pairs: Sequence[PastPair], content: str, alike: bool) -> list[tuple[PastPair, Likeness]]:
    """What pairs of other targets say of each pair: the nearest ones, or all of them."""
    made = []
    for pair in (each for each in pairs if each.content == content):
        others = tuple(each for each in pairs if each.target != pair.target)
        known = TrackRecord(others, tuple(skills(others, content)), (content,) if alike else ())
        if found := known.like(content, pair.measures):
            made.append((pair, found))
    return made


def _foretells(pairs: Sequence[PastPair], content: str) -> bool:
    """Whether the mean error of the nearest pairs is smaller than that of all."""
    near, every = (foretold(pairs, content, alike) for alike in (True, False))
    return bool(near) and _error(near) < _error(every)


def _error(told: Sequence[tuple[PastPair, Likeness]]) -> float:
    return fmean(abs(pair.gain - found.gain) for pair, found in told)


def skills(pairs: Sequence[PastPair], content: str) -> list[Skill]:
    """How every measure chose among the sources of each target and budget; of equal ones, by chance."""
    of = [pair for pair in pairs if pair.content == content]
    names = sorted({name for pair in of for name in pair.measures})
    regrets = {name: _regrets(of, name) for name in names}
    size = regrets.get("size", {})
    made = []
    for name, found in regrets.items():
        if found:
            regret = fmean(value for values in found.values() for value in values)
            made.append(Skill(content, name, round(regret, 4), _beats(found, size), len(found)))
    return made


def _regrets(pairs: Sequence[PastPair], measure: str) -> dict[str, list[float]]:
    """target -> the regret of choosing by a measure, at each budget at which it tells two sources apart."""
    made: dict[str, list[float]] = {}
    for target, budget in dict.fromkeys((pair.target, pair.budget) for pair in pairs):
        of = [pair for pair in pairs if (pair.target, pair.budget) == (target, budget) and measure in pair.measures]
        values = [pair.measures[measure] for pair in of]
        if len(set(values)) > 1:
            first = [pair.gain for pair, value in zip(of, values, strict=True) if value == max(values)]
            made.setdefault(target, []).append(max(pair.gain for pair in of) - fmean(first))
    return made


def _beats(found: Mapping[str, Sequence[float]], size: Mapping[str, Sequence[float]]) -> bool:
    """Whether the mean regret is below that of size, on targets with both, whichever of them is left out."""
    both = [target for target in found if target in size]
    left = [[target for target in both if target != out] for out in both]
    return len(both) > 1 and all(
        fmean(v for t in targets for v in found[t]) < fmean(v for t in targets for v in size[t]) for targets in left
    )


def _distance(
    one: Mapping[str, float], other: Mapping[str, float | str], by: Sequence[str], pairs: Sequence[PastPair]
) -> float:
    def below(name: str, value: float) -> float:
        return fmean(pair.measures[name] < value for pair in pairs)

    return fmean(abs(below(name, one[name]) - below(name, float(other[name]))) for name in by)


def _likeness(pairs: Sequence[PastPair], by: tuple[str, ...]) -> Likeness:
    gains = [pair.gain for pair in pairs]
    low, high = np.quantile(gains, [(1 - _WITHIN) / 2, (1 + _WITHIN) / 2])
    return Likeness(len(gains), fmean(gains), float(low), float(high), fmean(pair.helps for pair in pairs), by)
