"""The answers of the user's pictures, by the kind of task: classes, numbers, or any number of labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.contract.tasks import Task
from relxfer.data.tables.kinds import is_missing
from relxfer.errors import DataError
from relxfer.judge.metrics import answer_columns
from relxfer.judge.metrics.classification import Classification
from relxfer_vision.files.labelled import Labelled


@dataclass(frozen=True)
class PictureAnswers:
    """The answers of labelled pictures.

    task     with the names of the answers
    known    split -> [n] bool: whether a picture has an answer
    answers  split -> [n] numbers of classes, or [n, C], of all pictures
    notes    sentences for the report
    """

    task: Task
    known: Mapping[str, np.ndarray]
    answers: Mapping[str, np.ndarray]
    notes: Sequence[str]

    def said(self, split: str) -> list[str]:
        """What each picture of a split is said to be; empty where nothing is said."""
        names, whole = self.task.answers, self.answers[split].ndim == 1
        return [
            ("" if not known else names[answer] if whole else ", ".join(map(str, answer.tolist())))
            for known, answer in zip(self.known[split], self.answers[split], strict=True)
        ]


def kind_of(splits: Mapping[str, Labelled], wanted: str | None) -> str:
    """The kind of task: the one that is wanted, or the one that the columns ask for.

    Raises:
        DataError: the splits have other columns, or the columns ask for nothing.
    """
    named = {split: tuple(labelled.cells) for split, labelled in splits.items()}
    if len(set(named.values())) > 1:
        first, *others = named
        other = next(split for split in others if named[split] != named[first])
        raise DataError(f"expected the same answers in {first} and {other}, got {named[first]} and {named[other]}")
    return wanted or answer_columns.kind_of(_joined(splits))


def answers_of(splits: Mapping[str, Labelled], kind: str, classes: Sequence[str] | None = None) -> PictureAnswers:
    """The answers of all splits.

    classes  names of classes in their order; None: those that occur, sorted

    Raises:
        DataError: a cell holds no such answer, or another class than there are; the message names its place.
    """
    if kind == "classification":
        return _classes_of(splits, classes)
    task, found = answer_columns.asked(kind, _joined(splits), _places(splits))
    ends = np.cumsum([len(labelled) for labelled in splits.values()])[:-1]
    known, values = (dict(zip(splits, np.split(array, ends), strict=True)) for array in (found.known, found.values))
    return PictureAnswers(task, known, values, [found.sentence(kind)])


def _classes_of(splits: Mapping[str, Labelled], given: Sequence[str] | None) -> PictureAnswers:
    """Classes; of a label that says that there is none, such as an empty cell or NaN, none, unless it is given."""
    missing = {
        label
        for labelled in splits.values()
        for label in labelled.labels
        if not label or (is_missing(label) and label not in (given or ()) and not labelled.foldered)
    }
    known = {s: np.array([label not in missing for label in each.labels], bool) for s, each in splits.items()}
    named = _names(splits, missing, given)
    numbers = {label: number for number, label in enumerate(named)} | dict.fromkeys(missing, 0)
    values = {s: np.array([numbers[label] for label in each.labels], np.int64) for s, each in splits.items()}
    without = sum(int((~there).sum()) for there in known.values())
    foldered = all(labelled.foldered for labelled in splits.values())  # those without a folder are told already
    spelt = ", ".join(sorted(map(repr, missing)))
    told = without and not foldered
    notes = [f"{without:,} pictures have no label ({spelt}): they are seen without one"] if told else []
    return PictureAnswers(Classification(named), known, values, notes)


def _names(splits: Mapping[str, Labelled], missing: set[str], given: Sequence[str] | None) -> tuple[str, ...]:
    """The classes in order; `DataError` where there are fewer than two, or a split has others."""
    by_split = {split: set(labelled.labels) - missing for split, labelled in splits.items()}
    names = set(given or ()) or by_split.get("train") or by_split.get("all") or by_split.get("test") or set()
    for split, labels in by_split.items():
        if strange := sorted(labels - names):
            where = "classes" if given else "the pictures to train on"
            raise DataError(
                f"expected the classes of {where} ({', '.join(sorted(names)[:10])}) in {split}, got also "
                f"{', '.join(map(repr, strange[:5]))}; name them alike, or take them out"
            )
    if len(names) < 2:
        raise DataError(f"expected at least two classes, got {', '.join(names) or 'none'} alone; add another")
    return tuple(given or sorted(names, key=natural))


def _joined(splits: Mapping[str, Labelled]) -> dict[str, list[str]]:
    names = next(iter(splits.values())).cells
    return {name: [cell for labelled in splits.values() for cell in labelled.cells[name]] for name in names}


def _places(splits: Mapping[str, Labelled]) -> Callable[[int], str]:
    """Row of all splits together -> where it is."""
    rows = [(labelled, row) for labelled in splits.values() for row in range(len(labelled))]

    def where(number: int) -> str:
        labelled, row = rows[number]
        return labelled.table.where(row) if labelled.table else labelled.names[row]

    return where
