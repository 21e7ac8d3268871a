"""Whether a stored model, loaded again, predicts as the learner that was judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Learner
from relxfer.errors import PluginError
from relxfer.seeding import generator, torch_kept

#: Number of queries that both are asked.
SAMPLE = 4
#: The largest difference of two scores, relative to the largest score: rounding stays below it.
TOLERANCE = 1e-5
_REMEDY = (
    "export() must return a model that holds everything that predict uses; a learner of several models, or one that "
    "keeps data, returns a model of its own (offered_as, see docs/contract.md)"
)


def sample(examples: Examples, inputs: Any) -> Examples:
    """A few of these queries, about these inputs, without answers; the same ones each time."""
    return replace(examples.take(_rows(len(examples))).hidden(), inputs=inputs)


@lru_cache(maxsize=64)
def _rows(count: int) -> np.ndarray:
    return generator("queries of a reloaded model").permutation(count)[:SAMPLE].copy()


def check(judged: Learner, stored: Callable[[], Learner], shown: Domain, test: Examples | None = None) -> None:
    """Ask the judged learner and the stored one a few queries. What torch draws afterwards does not depend on it.

    Scores may differ by `TOLERANCE` times the largest of them. Scores that are further apart are then in the same
    order, so ranks and classes are equal but for ties.

    judged  the learner that is judged
    stored  loads and attaches the stored model
    shown   the target as the strategy saw it
    test    whose queries are asked; None: those without labels, else those of training, if there are any

    Raises:
        PluginError: their scores differ, or the stored model cannot be loaded or asked.
    """
    of = next((e for e in (test, shown.unlabelled, shown.train) if e is not None and len(e)), None)
    if of is None:
        return
    asked = sample(of, shown.inputs)
    with torch_kept():
        expected = _scores(judged, asked)
        try:
            got = _scores(stored(), asked)
        except MemoryError:
            raise
        except Exception as error:
            raise _unlike(f"got {type(error).__name__}: {error}") from error
    if difference := _difference(expected, got, asked, shown):
        raise _unlike(f"got {difference}")


def _scores(learner: Learner, asked: Examples) -> np.ndarray:
    return np.concatenate([*map(np.asarray, learner.predict(asked))])


def _difference(expected: np.ndarray, got: np.ndarray, asked: Examples, domain: Domain) -> str | None:
    if expected.shape != got.shape:
        return f"scores of shape {list(got.shape)} instead of {list(expected.shape)}"
    if np.array_equal(expected, got):  # as it mostly is, so that nothing has to be measured
        return None
    finite = np.isfinite(expected) & np.isfinite(got)
    # equal infinities have no difference; anything else beside a finite score is infinitely far from it
    alike = finite | (expected == got) | (np.isnan(expected) & np.isnan(got))
    with np.errstate(invalid="ignore"):
        apart = np.where(finite, np.abs(expected.astype(float) - got), np.where(alike, 0.0, np.inf))
    size = np.abs(expected[finite]).max(initial=0.0)
    size = max(size, np.abs(got[finite]).max(initial=0.0))
    if not apart.size or apart.max() <= TOLERANCE * size:
        return None
    row = int(apart.reshape(len(apart), -1).max(1).argmax())
    return f"scores that differ by {apart[row].max():.2g} for query {_named(asked, row, domain)}"


def _named(asked: Examples, row: int, domain: Domain) -> str:
    """The names of a query, or its numbers where it has none."""
    query = asked.queries[row : row + 1]
    try:
        return ", ".join(str(names[0]) for names in domain.name_queries(query).values())
    except Exception:
        return str(query[0].tolist())


def _unlike(got: str) -> PluginError:
    return PluginError(f"expected the stored model to predict as the learner that was judged, {got}; {_REMEDY}")
