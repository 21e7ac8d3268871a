"""Comparing sources: with the same strategy, target and label budget, every two of them by seed and query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from relxfer.judge.family import LEAST_SEEDS
from relxfer.results import verdicts
from relxfer.results.records import Budget, CellResult, MetricSummary
from relxfer.results.rows import Block, Judge, blocks
from relxfer.results.run_records import SourcePair
from relxfer.results.runs import common
from relxfer.results.verdicts import Asked, Pairing

#: What a verdict holds under where too few pre-trainings say anything about others of the same recipe.
CONDITION = "between these source models"


def compared(judge: Judge, cells: Sequence[CellResult]) -> tuple[SourcePair, ...]:
    """Every two sources of a target beside each other; the verdicts hold for all of them at once."""
    found = _distinct(_pairs(judge, list(blocks(cells))))
    gains = verdicts.judged({i: _asked(judge, pair) for i, pair in enumerate(found)})
    return tuple(
        SourcePair(
            sources=pair.sources,
            target=pair.first.target,
            strategy=pair.strategy,
            budgets=pair.budgets,
            labels_per=pair.first.of(pair.strategy)[0].labels_per,
            metric=pair.metric.name,
            difference=gains[i],
        )
        for i, pair in enumerate(found)
    )


@dataclass(frozen=True)
class _Pair:
    """Two blocks of one target and budget, from different sources."""

    first: Block
    second: Block
    strategy: str
    metric: MetricSummary
    budgets: tuple[Budget, ...]

    @property
    def sources(self) -> tuple[str, str]:
        return self.first.source or "", self.second.source or ""

    @property
    def key(self) -> tuple[object, ...]:
        """What it shares with a pair of the same runs."""
        runs = [frozenset(b.runs(self.strategy).evaluations.values()) for b in (self.first, self.second)]
        return (self.first.target, *runs)


def _pairs(judge: Judge, there: Sequence[Block]) -> Iterator[_Pair]:
    for target, budget in dict.fromkeys((block.target, block.budget) for block in there):
        here = [block for block in there if (block.target, block.budget) == (target, budget)]
        metric = judge.metrics[target][0]
        for name in dict.fromkeys(cell.strategy for block in here for cell in block.cells if cell.source_model):
            known = [block for block in here if _has(judge, block, name, metric)]
            for first, second in combinations(known, 2):
                if common(first.runs(name), second.runs(name)) is not None:
                    yield _Pair(first, second, name, metric, (budget,))


def _has(judge: Judge, block: Block, name: str, metric: MetricSummary) -> bool:
    """Whether a strategy was run from a source, with a value of the metric."""
    runs = block.runs(name)
    return block.source is not None and bool(runs.evaluations) and metric.name not in runs.undefined(judge.values)


def _distinct(pairs: Iterator[_Pair]) -> list[_Pair]:
    """Pairs of the same runs once, with all their budgets: those of a strategy that uses no labels."""
    made: dict[object, _Pair] = {}
    for pair in pairs:
        known = made.setdefault(pair.key, pair)
        if known is not pair:
            made[pair.key] = replace(known, budgets=known.budgets + pair.budgets)
    return list(made.values())


def _asked(judge: Judge, pair: _Pair) -> Asked:
    metric, name = pair.metric, pair.strategy
    sides = [block.side(name, metric.name, judge.values) for block in (pair.first, pair.second)]
    classes = judge.classes.get(pair.first.target, ())
    pool = pair.first.target, pair.first.budget, metric.name, sides[1].evaluations
    made = Pairing(metric, classes).compare(sides[0], sides[1], pair.sources[1], pool)
    minimal = metric.minimal_effect if judge.minimal_effect is None else judge.minimal_effect
    few = min(len(side.runs.source_seeds()) for side in sides) < LEAST_SEEDS
    resampled = judge.values(sides[0].runs.any()).resampled
    wanted = not judge.questions or name in judge.questions
    return Asked((made,), minimal, wanted, (CONDITION,) if few else (), resampled)
