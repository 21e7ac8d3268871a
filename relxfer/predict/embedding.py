"""The representations that a model of a run has of its items: the features below its head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Learner
from relxfer.errors import BadQuestions, DataError, Incompatible
from relxfer.plugins.finder import Plugins
from relxfer.predict import of_run, predictions, questions
from relxfer.predict.chosen import ChosenRow, Wanted
from relxfer.predict.formats import vectors
from relxfer.results import frames
from relxfer.seeding import generator

if TYPE_CHECKING:
    import pandas as pd

#: The most items of a test that are shown as points.
MOST_POINTS = 500


@dataclass(frozen=True)
class Embedding:
    """n items and what a model makes of them, below its head.

    description  which model it is and why, as a sentence
    names        column -> [n] names of the items, as the domain calls its columns
    features     float32 [n, width]
    answers      [n] the right answers, in words; None where nobody says
    predicted    [n] what the model predicts, in words
    """

    description: str
    names: Mapping[str, Sequence[str]]
    features: np.ndarray
    answers: Sequence[str] | None
    predicted: Sequence[str]

    def __len__(self) -> int:
        return len(self.features)

    def words(self) -> dict[str, list[str]]:
        """The columns of names, with `answer` where answers are known (empty where one is not), and `predicted`."""
        known = {} if self.answers is None else {"answer": list(self.answers)}
        return {**{name: list(column) for name, column in self.names.items()}, **known, "predicted": [*self.predicted]}

    def to_frame(self) -> pd.DataFrame:
        """A pandas DataFrame: the columns of `words`, then x0, x1, ... of the features; needs the extra `tables`."""
        return frames.of_columns({**self.words(), **vectors.numbered(self.features)})

    def write(self, path: str | Path) -> int:
        """Write .parquet, .npz, .csv or .tsv, see `relxfer.predict.formats.vectors`; return the number of rows."""
        return vectors.write(self.words(), self.features, Path(path))

    def plane(self) -> Plane:
        """The first two principal components of the features."""
        return principal(self.features)


@dataclass(frozen=True)
class Plane:
    """Points in a plane.

    points     float [n, 2]
    explained  the share of the variance along each axis, from 0 to 1
    """

    points: np.ndarray
    explained: tuple[float, float]


def principal(features: np.ndarray) -> Plane:
    """The first two principal components (Pearson 1901) of [n, width]; the largest weight of each is positive.

    >>> plane = principal(np.array([[0.0, 1.0], [2.0, 1.0], [4.0, 1.0]]))
    >>> plane.points.round(6).tolist(), plane.explained
    ([[-2.0, 0.0], [0.0, 0.0], [2.0, 0.0]], (1.0, 0.0))
    """
    if not features.size:
        return Plane(np.zeros((len(features), 2)), (0.0, 0.0))
    centred = features.astype(float) - features.mean(0, dtype=float)
    left, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(1)])
    points = (left * sizes * np.where(signs == 0, 1, signs))[:, :2]
    shares = np.square(sizes) / (np.square(sizes).sum() or 1.0)
    lacking = max(0, 2 - points.shape[1])
    first, second = np.pad(shares[:2], (0, lacking)).tolist()
    return Plane(np.pad(points, ((0, 0), (0, lacking))), (first, second))


def of_test(run: Path, plugins: Plugins, wanted: Wanted | None = None, most: int = MOST_POINTS) -> Embedding:
    """Items of the test of a run's target, as the model of a row represents them that was judged on it.

    The model is that of the first seed, and knows what it knew when it was judged. Of more than `most` items, some are
    drawn.

    Raises:
        Incompatible: the model has no representation of single items.
        UsageError, UnknownName, DataError: as `of_run.choose`; the target has no test.
    """
    chosen, data = of_run.as_judged(run, plugins, wanted or Wanted())
    if not data.count:
        raise DataError(f"expected a target with a test, got '{chosen.domain.name}' without; ask for all items instead")
    rows = np.arange(data.count)
    if len(rows) > most:
        rows = np.sort(generator("items of an embedding").permutation(len(rows))[:most])
    asked, words = data.test_queries(rows), [answer for _, answer in data.asked(rows)]
    return _of(chosen, replace(asked, inputs=chosen.domain.inputs), words)


def of_all(run: Path, plugins: Plugins, wanted: Wanted | None = None) -> Embedding:
    """Every item of a run's target: those whose answers are known, then those that the target lists as unanswered.

    The model is that of the first seed, and knows all that is known of the target, as when it predicts.

    run  a run directory, a folder of `relxfer refit`, or the file of a model

    Raises:
        Incompatible: the model has no representation of single items.
        UsageError, UnknownName, DataError: as `predictions.choose`.
    """
    chosen = predictions.choose(run, plugins, wanted or Wanted()).first()
    known, others = chosen.domain.train, _unanswered(chosen.domain)
    parts = [part for part in (known, others) if part is not None and len(part)]
    if not parts:
        raise DataError(f"expected items of '{chosen.domain.name}', got none")
    queries = np.concatenate([part.queries for part in parts])
    words = [] if known is None else chosen.domain.task.worded(np.asarray(known.answers))
    words += [""] * (len(queries) - len(words))
    asked = Examples(chosen.domain.inputs, queries, table=parts[0].table)
    return _of(chosen, asked, words if known is not None else None)


def of_questions(
    run: Path, plugins: Plugins, question: Mapping[str, Sequence[str]], wanted: Wanted | None = None
) -> Embedding:
    """The items of a question, as columns of names, which need not belong to the target where questions bring inputs.

    A column `answer` or `label` says the answer of an item. The model is that of `of_all`.

    Raises:
        Incompatible: the model has no representation of single items.
        BadQuestions: a row cannot be asked.
        UsageError, UnknownName, DataError: as `predictions.choose`.
    """
    chosen = predictions.choose(run, plugins, wanted or Wanted()).first()
    _check_represents(chosen.learner, chosen)
    asked = questions.asked(chosen.domain, question)
    if asked.bad:
        raise BadQuestions(asked.bad, {})
    return _of(chosen, asked.examples, _said(chosen, asked.examples))


def _said(chosen: ChosenRow, asked: Examples) -> list[str] | None:
    """The answers that rows say, in words; empty where one says none, None where none does."""
    if asked.answers is None:
        return None
    words = chosen.domain.task.answers
    return [words[place] if place >= 0 else "" for place in np.asarray(asked.answers).tolist()]


def _unanswered(domain: Domain) -> Examples | None:
    """What has no answer yet; None where the target cannot list it."""
    try:
        return domain.everything()
    except DataError:
        return None


def _of(chosen: ChosenRow, asked: Examples, answers: Sequence[str] | None) -> Embedding:
    learner: Any = chosen.learner
    _check_represents(learner, chosen)
    from relxfer.authoring.torch_learner import features_of

    task, domain = chosen.domain.task, replace(chosen.domain, inputs=asked.inputs)
    scores = np.concatenate([np.asarray(block) for block in learner.predict(asked.hidden())])
    named = domain.name_queries(asked.queries)
    return Embedding(chosen.description, named, features_of(learner, asked), answers, task.predicted(scores))


def _check_represents(learner: Learner, chosen: ChosenRow) -> None:
    if chosen.domain.task.open:
        raise Incompatible(
            "a model that represents each item by itself",
            f"{type(learner).__name__}, which represents what it answers with anew for every question",
            "ask it for answers with relxfer predict",
        )
    if not hasattr(learner, "features") or not hasattr(learner, "width"):
        raise Incompatible(
            "a model with features below its head",
            f"{type(learner).__name__}, which has none",
            "name a row whose model is a single network (strategy, or the id of a cell)",
        )
