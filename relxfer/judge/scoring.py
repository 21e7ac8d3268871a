"""The judgement of a learner's scores, by the kind of the task; the same for test splits and for validators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.contract.data import Examples, Task
from relxfer.errors import Incompatible
from relxfer.judge.classification import Predictions
from relxfer.judge.clustering import Clusters
from relxfer.judge.links import Links
from relxfer.judge.ranking import Filter, Ranks, rank_block

_PREDICTIONS: Mapping[str, type[Predictions]] = {
    "classification": Predictions,
    "clustering": Clusters,
    "link-prediction": Links,
}


@dataclass(frozen=True)
class Scored:
    """Per-query results of one learner on one set of questions."""

    kind: str
    result: Ranks | Predictions

    def values(self, rule: str = "realistic") -> dict[str, np.ndarray]:
        """metric -> [n] float: each query's contribution, whose mean is the metric."""
        return self.result.values(rule) if isinstance(self.result, Ranks) else self.result.values()

    def arrays(self) -> dict[str, np.ndarray]:
        return self.result.to_arrays()

    @classmethod
    def from_arrays(cls, kind: str, arrays: Mapping[str, np.ndarray]) -> Scored:
        if kind == "ranking":
            return cls(kind, Ranks.from_arrays(arrays))
        return cls(kind, _PREDICTIONS[kind].from_arrays(arrays))


def judge(task: Task, blocks: Iterable[np.ndarray], asked: Examples, known: Sequence[Examples]) -> Scored:
    """Score blocks against the answers of `asked`; in ranking, all `known` answers are left out of the competition."""
    assert asked.answers is not None
    columns = len(task.answers) if task.kind in ("ranking", "classification") else None
    if task.kind == "ranking":
        return Scored("ranking", _rank(_checked(blocks, len(asked), columns), asked, known))
    if task.kind in _PREDICTIONS:
        scores = np.concatenate([block for block, _ in _checked(blocks, len(asked), columns)])
        return Scored(task.kind, _PREDICTIONS[task.kind].of(scores, asked.answers))
    known_kinds = ", ".join(("ranking", *_PREDICTIONS))
    raise Incompatible(f"a task that can be judged ({known_kinds})", repr(task.kind), "change the data set")


def _rank(blocks: Iterable[tuple[np.ndarray, slice]], asked: Examples, known: Sequence[Examples]) -> Ranks:
    queries = np.concatenate([examples.queries for examples in known])
    answers = np.concatenate([np.asarray(examples.answers) for examples in known])
    leave_out = Filter.build(asked.queries, queries, answers)
    assert asked.answers is not None
    ranks = [rank_block(block, asked.answers[rows], leave_out[rows]) for block, rows in blocks]
    return Ranks.concat(ranks)


def _checked(blocks: Iterable[np.ndarray], total: int, columns: int | None) -> Iterator[tuple[np.ndarray, slice]]:
    """Blocks with the rows they stand for; together they must cover every query, with a column for every answer."""
    start = 0
    for block in blocks:
        if columns is not None and np.shape(block)[1:] != (columns,):
            raise Incompatible(
                f"scores [b, {columns}], a column for each answer of the task",
                str(list(np.shape(block))),
                "mend predict, or the head that the strategy gave the learner",
            )
        yield block, slice(start, start + len(block))
        start += len(block)
    if start != total:
        raise Incompatible(f"scores for {total} queries", f"{start}", "predict must yield every query, in order")
