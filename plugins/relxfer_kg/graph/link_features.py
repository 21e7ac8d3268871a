"""Counts of links as numbers that a network reads: of queries, and of the kinds that entities are of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from relxfer_kg.graph.link_counts import LinkCounts

#: Numbers that tell of a query, and of an entity.
OF_QUERY, OF_ENTITY = 4, 5
#: More than any bucket.
_BUCKETS = 64


class Kinds(NamedTuple):
    """Entities by the buckets of their counts, which is all that a network is told of them.

    features  [U, 5], of each kind
    of        int64, the kind of each entity, in the shape that was asked for
    """

    features: np.ndarray
    of: np.ndarray


def bucket(counts: np.ndarray) -> np.ndarray:
    """The binary logarithm of a count, rounded up, plus one; 0 for none.

    >>> bucket(np.array([0, 1, 2, 3, 4, 5, 8, 9])).tolist()
    [0, 1, 2, 3, 3, 4, 4, 5]
    """
    return np.where(counts > 0, np.frexp(counts - 1)[1] + 1, 0)


def of_queries(counts: LinkCounts, relations: np.ndarray, own: np.ndarray) -> np.ndarray:
    """[B, 4]: of queries, by relations [B] and the buckets [B] of their entities' counts with these."""
    sides = (np.log2(counts.per_holder(each)) for each in (relations, counts.inverse(relations)))
    return np.stack([own > 0, own, *sides], -1)


def kinds_of(counts: LinkCounts, entities: np.ndarray, relations: np.ndarray) -> Kinds:
    """The kinds of entities as answers of relations; the ids broadcast."""
    told = counts.of(entities, counts.inverse(relations)), counts.of(entities, relations), counts.degrees[entities]
    answers, asks, degree = map(bucket, told)
    codes, of = np.unique((answers * _BUCKETS + asks) * _BUCKETS + degree, return_inverse=True)
    answers, asks, degree = codes // _BUCKETS**2, codes // _BUCKETS % _BUCKETS, codes % _BUCKETS
    features = np.stack([answers > 0, answers, asks > 0, asks, degree], -1)
    return Kinds(features, of.reshape(np.broadcast_shapes(entities.shape, relations.shape)))
