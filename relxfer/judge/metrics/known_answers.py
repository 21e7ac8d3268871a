"""Answers that are known to a query: they do not compete with the one that is ranked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.contract.data import Examples


@dataclass(frozen=True)
class Filter:
    """Known answers of n queries in compressed rows: those of query i are `answers[indptr[i]:indptr[i + 1]]`.

    >>> queries, known_queries = np.array([[0, 1], [2, 1]]), np.array([[2, 1], [0, 1], [0, 1]])
    >>> known = Filter.build(queries, known_queries, np.array([5, 7, 7]))
    >>> known.indptr.tolist(), known.answers.tolist()
    ([0, 1, 2], [7, 5])
    """

    indptr: np.ndarray
    answers: np.ndarray

    @classmethod
    def build(cls, queries: np.ndarray, known_queries: np.ndarray, known_answers: np.ndarray) -> Filter:
        """The known answers of these queries.

        queries        [n, k] or [n] int
        known_queries  [m, k] or [m] int: queries with a known answer, of which others than `queries` are ignored
        known_answers  [m] int: their answers
        """
        total = len(queries)
        both = np.concatenate([queries, known_queries])
        both = both.reshape(len(both), math.prod(both.shape[1:]))
        ids = np.unique(both, axis=0, return_inverse=True)[1].reshape(-1)
        pairs = np.unique(np.stack([ids[total:], known_answers], 1), axis=0)
        starts = np.searchsorted(pairs[:, 0], ids[:total], "left")
        counts = np.searchsorted(pairs[:, 0], ids[:total], "right") - starts
        return cls._gathered(pairs[:, 1], starts, counts)

    @classmethod
    def _gathered(cls, answers: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> Filter:
        """Those in answers[starts[i] : starts[i] + counts[i]] for each query i."""
        indptr = np.concatenate([[0], np.cumsum(counts)])
        within = np.arange(indptr[-1]) - np.repeat(indptr[:-1], counts)
        return cls(indptr, answers[np.repeat(starts, counts) + within])

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, rows: slice) -> Filter:
        """The known answers of a range of queries; `ValueError` for a step other than 1."""
        start, stop, step = rows.indices(len(self))
        if step != 1:
            raise ValueError(f"expected a range of queries without gaps (got step {step})")
        stop = max(start, stop)
        indptr = self.indptr[start : stop + 1]
        return Filter(indptr - indptr[0], self.answers[indptr[0] : indptr[-1]])

    def take(self, queries: np.ndarray) -> Filter:
        """The known answers of the queries with these numbers [k], in any order.

        >>> Filter(np.array([0, 1, 2]), np.array([5, 7])).take(np.array([1, 1])).answers.tolist()
        [7, 7]
        """
        return self._gathered(self.answers, self.indptr[queries], np.diff(self.indptr)[queries])

    def rows(self) -> np.ndarray:
        """[m] int: the number of the query of every known answer."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))


def known_answers(queries: np.ndarray, known: Sequence[Examples]) -> Filter:
    """The answers to these queries ([n] or [n, k] int) among the examples whose answers are known."""
    nothing = queries[:0], np.zeros(0, np.int64)
    pairs = [nothing, *((examples.queries, np.asarray(examples.answers)) for examples in known)]
    return Filter.build(queries, *(np.concatenate(each) for each in zip(*pairs, strict=True)))
