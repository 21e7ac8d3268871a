"""Filtered ranking: the rank of each answer among the candidates that are not known answers of the same query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from relxfer.contract.breakdowns import Answered, Breakdown, Part
from relxfer.contract.data import Examples
from relxfer.contract.metrics import PerItem
from relxfer.contract.tasks import Task, checked
from relxfer.errors import RelxferError
from relxfer.judge.metrics.choices import wrong_choice
from relxfer.judge.metrics.known_answers import Filter, known_answers

#: Scores closer than this count as tied in optimistic, pessimistic and realistic ranks.
TOLERANCE = 1e-5
RULES = ("realistic", "pessimistic", "plain", "optimistic")
#: The most scores that are ranked at once, 2 MB as float64.
_CELLS = 1 << 18
#: Up to this number of candidates, sorting all of them is faster than selecting the best ones.
_FEW = 64


@dataclass(frozen=True)
class Ranking(Task):
    """The right candidate of each query, which ranks before all that are not known answers of the same query.

    Scores are [b, candidates], higher is better; answers [n] int are numbers of candidates.

    >>> task = Ranking(("Rome", "Oslo"), open=True, candidates="entities")
    >>> asked = Examples(None, np.array([[0, 0]]), np.array([0]))
    >>> task.judge([np.array([[0.1, 0.9]])], asked, [])["optimistic"].tolist()
    [2]
    """

    kind: str = field(default="ranking", init=False)

    def problem(self, answers: np.ndarray) -> str | None:
        return wrong_choice(answers, len(self.answers))

    def judge(
        self, blocks: Iterable[np.ndarray], asked: Examples, known: Sequence[Examples]
    ) -> Mapping[str, np.ndarray]:
        """The ranks of the answers, by every rule, see `Ranks`."""
        leave_out = known_answers(asked.queries, known)
        answers = np.asarray(asked.answers)
        ranks = [rank_block(b, answers[rows], leave_out[rows]) for b, rows in checked(blocks, len(asked), self.width)]
        return Ranks.concat(ranks).to_arrays()

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "realistic") -> RankedBy:
        return RankedBy(Ranks.from_arrays(arrays), ties)

    def merit(self, results: RankedBy) -> np.ndarray:
        """1 / rank."""
        return 1 / results.rank

    def broken_down(self, results: RankedBy, kinds: Sequence[str]) -> Breakdown | None:
        """MRR and hits of each kind of query, such as each side of each relation; None if there is but one kind."""
        names, place, counts = np.unique(np.asarray(kinds, dtype=str), return_inverse=True, return_counts=True)
        if len(names) < 2:
            return None
        rank, place = results.rank, place.reshape(-1)
        of_queries = {"MRR": 1 / rank, **{f"hits@{most}": rank <= most for most in (1, 3, 10)}}
        means = {name: np.bincount(place, values) / counts for name, values in of_queries.items()}
        rows = zip(names.tolist(), counts.tolist(), *(of.tolist() for of in means.values()), strict=True)
        parts = tuple(Part(name, n, dict(zip(means, values, strict=True))) for name, n, *values in rows)
        return Breakdown("kind of query", parts)

    def answered(self, results: RankedBy) -> Answered:
        """The loss is 1 - 1 / rank; a query is wrong if its answer does not rank first."""
        return Answered(1 - 1 / results.rank, results.rank > 1, None, results.rank)


@dataclass(frozen=True)
class RankedBy:
    """Ranks under one of `RULES` for ties."""

    ranks: Ranks
    rule: str = "realistic"

    @property
    def rank(self) -> np.ndarray:
        """[n] float: the rank of each query's answer."""
        return self.ranks.rank(self.rule)

    def chance(self, most: int | None = None) -> float | None:
        """The expected value of an order at random: of 1 / rank, or of rank <= `most`; None without queries."""
        counts, each = np.unique(self.ranks.candidates, return_counts=True)
        if not len(counts):
            return None
        if most is not None:
            values = np.minimum(most / np.maximum(counts, 1), 1.0)
        else:  # the harmonic number of n, over n
            harmonic = np.cumsum(1 / np.arange(1, counts[-1] + 1))
            values = harmonic[np.maximum(counts, 1) - 1] / np.maximum(counts, 1)
        return float((values * each).sum() / each.sum())


def reciprocal_rank(results: RankedBy) -> PerItem:
    """1 / rank, whose mean is MRR.

    >>> ranks = np.array([1, 4])
    >>> float(reciprocal_rank(RankedBy(Ranks(ranks, ranks, ranks, ranks))).values.mean())
    0.625
    """
    return PerItem(1 / results.rank, results.chance())


def hits_at_1(results: RankedBy) -> PerItem:
    """The share of queries whose answer ranks first."""
    return _hits(results, 1)


def hits_at_3(results: RankedBy) -> PerItem:
    """The share of queries whose answer is among the first 3."""
    return _hits(results, 3)


def hits_at_10(results: RankedBy) -> PerItem:
    """The share of queries whose answer is among the first 10."""
    return _hits(results, 10)


def _hits(results: RankedBy, most: int) -> PerItem:
    return PerItem((results.rank <= most).astype(float), results.chance(most))


@dataclass(frozen=True)
class Ranks:
    """Per-query ranks, each [n].

    optimistic, pessimistic  1 + competitors above, and 1 + competitors above or tied, with the tie tolerance
    plain                    1 + competitors with float32 score >= the answer's, the rule of most papers
    candidates               competitors + 1
    """

    optimistic: np.ndarray
    pessimistic: np.ndarray
    plain: np.ndarray
    candidates: np.ndarray

    def __len__(self) -> int:
        return len(self.plain)

    @property
    def realistic(self) -> np.ndarray:
        """(optimistic + pessimistic) / 2: the expected rank when ties are broken at random."""
        return (self.optimistic + self.pessimistic) / 2

    def rank(self, rule: str = "realistic") -> np.ndarray:
        """[n] float: ranks by one of `RULES`; `ValueError` for another rule."""
        if rule not in RULES:
            raise ValueError(f"expected a rank rule of {', '.join(RULES)}, got {rule!r}")
        return getattr(self, rule).astype(float)

    @classmethod
    def concat(cls, blocks: Iterable[Ranks]) -> Ranks:
        """The ranks of all blocks, in order; there may be none."""
        every = [cls(*np.zeros((len(fields(cls)), 0), np.int64)), *blocks]
        return cls(*(np.concatenate([getattr(ranks, f.name) for ranks in every]) for f in fields(cls)))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """The arrays by name, for storing."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Ranks:
        """What `to_arrays` returned."""
        return cls(**{f.name: arrays[f.name] for f in fields(cls)})


def rank_block(scores: np.ndarray, answers: np.ndarray, known: Filter, tolerance: float = TOLERANCE) -> Ranks:
    """Ranks of `answers` [b] in `scores` [b, C]; neither the answer itself nor another known answer competes.

    Scores tie if |s - s_answer| <= tolerance, computed in float64, because float32 would round the tolerance. Equal
    infinities tie.

    known  the known answers of the b queries

    Raises:
        RelxferError: a score is NaN.
        ValueError: shapes do not fit, or an answer is no column of the scores.

    >>> nothing = Filter(np.array([0, 0]), np.array([], int))
    >>> rank_block(np.array([[0.1, 0.9, 0.1]]), np.array([0]), nothing).realistic.tolist()
    [2.5]
    """
    scores, answers = np.asarray(scores), np.asarray(answers)
    _check(scores, known, answers)
    step = max(1, _CELLS // max(1, scores.shape[1]))
    chunks = (slice(start, start + step) for start in range(0, len(scores), step))
    return Ranks.concat(_rank(scores[rows], answers[rows], known[rows], tolerance) for rows in chunks)


def _rank(scores: np.ndarray, answers: np.ndarray, known: Filter, tolerance: float) -> Ranks:
    """`rank_block` for few rows, so that their float64 copies fit into the processor's cache."""
    scores = scores.astype(np.float64)
    lines = np.arange(len(scores))
    own = scores[lines, answers][:, None]
    competes = np.ones(scores.shape, dtype=bool)
    competes[known.rows(), known.answers] = False
    competes[lines, answers] = False
    with np.errstate(invalid="ignore", over="ignore"):  # inf - inf is NaN, and beyond float32 is inf
        lead = scores - own
        plain = scores.astype(np.float32) >= own.astype(np.float32)
    return Ranks(
        1 + ((lead > tolerance) & competes).sum(1),
        1 + (((lead >= -tolerance) | (scores == own)) & competes).sum(1),
        1 + (plain & competes).sum(1),
        1 + competes.sum(1),
    )


def top_k(scores: np.ndarray, k: int, known: Filter | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Candidates [b, k] and their scores, best first, equal scores in candidate order.

    Results for a smaller k are a prefix of those for a larger one. Known answers are left out. A row with fewer than k
    candidates is filled up with -1 and NaN. Raises the same errors as `rank_block`.

    >>> top_k(np.array([[1.0, 3.0, 3.0]]), 2)[0].tolist()
    [[1, 2]]
    """
    scores = np.array(scores, dtype=float)
    _check(scores, known)
    if known is not None:
        scores[known.rows(), known.answers] = np.nan
    if scores.shape[1] <= _FEW:
        chosen = _sorted(scores, k)
    else:
        chosen = np.stack([_best(row, k) for row in scores]) if len(scores) else np.zeros((0, k), int)
    values = np.take_along_axis(scores, np.maximum(chosen, 0), 1) if len(scores) else np.zeros((0, k))
    return chosen, np.where(chosen < 0, np.nan, values)


def top_blocks(blocks: Iterable[np.ndarray], k: int, known: Filter | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """`top_k` for blocks of scores [b, C] in the order of the queries; `known` has the answers of all queries."""
    start = 0
    for scores in blocks:
        rows = slice(start, start + len(scores))
        yield top_k(scores, min(k, scores.shape[1]), None if known is None else known[rows])
        start = rows.stop


def _check(scores: np.ndarray, known: Filter | None, answers: np.ndarray | None = None) -> None:
    """Numbers, rows that fit, and candidates that exist."""
    if scores.ndim != 2:
        raise ValueError(f"expected scores [b, C] (got shape {scores.shape})")
    for name, rows in (("known answers", known), ("answers", answers)):
        if rows is not None and len(rows) != len(scores):
            raise ValueError(f"expected {name} of {len(scores)} queries (got {len(rows)})")
    for name, ids in (("known answers", None if known is None else known.answers), ("answers", answers)):
        # -1 would silently mean the last candidate
        if ids is not None and len(ids) and not 0 <= ids.min() <= ids.max() < scores.shape[1]:
            span = f"{ids.min()} to {ids.max()}"
            raise ValueError(f"expected {name} from 0 to {scores.shape[1] - 1} (got {span})")
    bad = np.isnan(scores).any(1)
    if bad.any():  # comparisons with NaN are False, so that the rank would look good
        where = f"row {bad.argmax()} of a block"
        raise RelxferError(f"expected scores that are numbers, got NaN in {where}; did training diverge?")


def _sorted(scores: np.ndarray, k: int) -> np.ndarray:
    """The first k candidates after sorting; NaN, which is sorted last, marks candidates that are left out."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    order[np.isnan(np.take_along_axis(scores, order, 1))] = -1
    return np.pad(order, ((0, 0), (0, k - order.shape[1])), constant_values=-1)


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    """The k best candidates of a row. All candidates that tie with the k-th are sorted, since argpartition would choose
    among them at random."""
    candidates = np.flatnonzero(~np.isnan(scores))
    if len(candidates) > k:
        cut = -np.partition(-scores[candidates], k - 1)[k - 1]
        candidates = candidates[scores[candidates] >= cut]
    best = candidates[np.argsort(-scores[candidates], kind="stable")][:k]
    return np.concatenate([best, np.full(k - len(best), -1)]).astype(np.int64)
