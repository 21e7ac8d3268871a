"""Relation prediction: the rank of the relation between two entities, among all relations and among those not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.metrics import PerItem
from relxfer.contract.tasks import checked
from relxfer.judge.metrics.known_answers import Filter, known_answers
from relxfer.judge.metrics.ranking import RankedBy, Ranking, Ranks, hits_at_1, rank_block, reciprocal_rank

_FILTERED = "filtered_"


@dataclass(frozen=True)
class RelationPrediction(Ranking):
    """The relation of each pair of entities.

    All other relations compete with it, those too that are known to hold between the two: so the figures of papers are
    made (TRIX; Zhang et al. 2024), and so `RankedRelations.rank` is. Beside it are the filtered ranks, without these.

    >>> task = RelationPrediction(("knows", "likes"), open=True)
    >>> pair = np.array([[0, 1]])
    >>> asked, known = (Examples(None, pair, np.array([answer])) for answer in (0, 1))
    >>> results = task.results(task.judge([np.array([[0.1, 0.9]])], asked, [known]))
    >>> results.rank.tolist(), results.filtered.rank.tolist()
    ([2.0], [1.0])
    """

    kind: str = field(default="relation-prediction", init=False)

    def judge(
        self, blocks: Iterable[np.ndarray], asked: Examples, known: Sequence[Examples]
    ) -> Mapping[str, np.ndarray]:
        """The ranks of the answers, by every rule and both ways."""
        answers, total = np.asarray(asked.answers), len(asked)
        nothing, leave_out = Filter(np.zeros(total + 1, np.int64), answers[:0]), known_answers(asked.queries, known)
        made: dict[str, list[Ranks]] = {"": [], _FILTERED: []}
        for block, rows in checked(blocks, total, self.width):
            for prefix, without in (("", nothing), (_FILTERED, leave_out)):
                made[prefix].append(rank_block(block, answers[rows], without[rows]))
        every = {prefix: Ranks.concat(ranks).to_arrays() for prefix, ranks in made.items()}
        return {prefix + name: array for prefix, arrays in every.items() for name, array in arrays.items()}

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "realistic") -> RankedRelations:
        filtered = {name.removeprefix(_FILTERED): of for name, of in arrays.items() if name.startswith(_FILTERED)}
        return RankedRelations(Ranks.from_arrays(arrays), ties, filtered=RankedBy(Ranks.from_arrays(filtered), ties))


@dataclass(frozen=True)
class RankedRelations(RankedBy):
    """Ranks among all relations.

    filtered  among those that are not known to hold between the two entities
    """

    filtered: RankedBy = field(kw_only=True)


def filtered_reciprocal_rank(results: RankedRelations) -> PerItem:
    """1 / rank among relations that are not known."""
    return reciprocal_rank(results.filtered)


def filtered_hits_at_1(results: RankedRelations) -> PerItem:
    """The share of queries whose answer ranks first among relations that are not known."""
    return hits_at_1(results.filtered)
