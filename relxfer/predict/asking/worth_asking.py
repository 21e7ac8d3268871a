"""Questions that were asked of everything: those come first that have an answer at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from relxfer.contract.data import Examples
from relxfer.predict.chosen import ChosenRow
from relxfer.predict.scores import Best

#: Number of queries whose answers are given at once.
_QUERIES = 1 << 12


def likely(chosen: ChosenRow, asked: Examples) -> np.ndarray | None:
    """[n]: the probability that each query has an unknown answer, see `Domain.answerable`; None: each has one."""
    return chosen.domain.answerable(asked.queries)


def ordered(found: Iterable[Best], likely: np.ndarray) -> tuple[np.ndarray, Iterator[Best]]:
    """The answers to all queries, the most probable first.

    P(this answer | query) = P(it has an answer) P(this answer | it has one). The answers of a query keep their order
    and ranks, and stand where each of them belongs among those of the others.

    found   the answers in the order of the queries, with probabilities as their scores
    likely  [n]: of each query, that it has one

    Returns [m] int, the query of every answer, and the answers, of one query each.
    """
    parts, start = [], 0
    for part in found:
        rows, places = np.nonzero(part.answers >= 0)
        scores = part.scores[rows, places] * likely[start + rows]
        beside = {name: np.broadcast_to(of, part.answers.shape)[rows, places] for name, of in part.beside.items()}
        parts.append((start + rows, Best(part.answers[rows, places], scores, part.ranks[rows, places], beside)))
        start += len(part.answers)
    if not parts:
        return np.zeros(0, np.int64), iter(())
    of_query = np.concatenate([rows for rows, _ in parts])
    order = np.argsort(-np.concatenate([part.scores for _, part in parts]), kind="stable")
    answers, scores, ranks = (
        np.concatenate([getattr(part, name) for _, part in parts])[order, None]
        for name in ("answers", "scores", "ranks")
    )
    beside = {
        name: np.concatenate([part.beside[name] for _, part in parts])[order, None] for name in parts[0][1].beside
    }
    whole = Best(answers, scores, ranks, beside)
    return of_query[order], (whole.take(slice(i, i + _QUERIES)) for i in range(0, len(order), _QUERIES))
