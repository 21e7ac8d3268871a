"""The answers of the user's pictures, by the kind of task: classes, numbers, or any number of labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer.contract.tasks import Task
from relxfer.errors import DataError
from relxfer.judge import answer_columns
from relxfer_vision.files.labelled import Labelled


@dataclass(frozen=True)
class PictureAnswers:
    """The answers of labelled pictures that are no classes.

    task     with the names of the answers
    known    split -> [n] bool: whether a picture has an answer
    answers  split -> [n, C], of all pictures
    notes    sentences for the report
    """

    task: Task
    known: Mapping[str, np.ndarray]
    answers: Mapping[str, np.ndarray]
    notes: Sequence[str]


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


def answers_of(splits: Mapping[str, Labelled], kind: str) -> PictureAnswers:
    """The answers of all splits, for regression or multi-label classification.

    Raises:
        DataError: a cell holds no such answer; the message names its place.
    """
    task, found = answer_columns.asked(kind, _joined(splits), _places(splits))
    ends = np.cumsum([len(labelled) for labelled in splits.values()])[:-1]
    known, values = (dict(zip(splits, np.split(array, ends), strict=True)) for array in (found.known, found.values))
    return PictureAnswers(task, known, values, [found.sentence(kind)])


def complete(labelled: Labelled) -> None:
    """Check that every picture of a table has its class.

    Raises:
        DataError: one has none.
    """
    for row, label in enumerate(labelled.labels):
        if not label and labelled.table:
            got = f"no label in line {labelled.table.lines[row]}"
            path = labelled.table.path
            raise DataError(f"expected a file and a label in each line of {path}, got {got}; fill it in, or delete it")


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
