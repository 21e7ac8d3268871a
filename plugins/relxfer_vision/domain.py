"""Labelled pictures as a domain: a query is a row of the pictures, its answer a class, numbers, or labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.tasks import Task
from relxfer.data.lookup import refuse
from relxfer.data.tables.roles import usual
from relxfer.errors import BadRows, DataError
from relxfer.judge.metrics.classification import Classification
from relxfer_vision.headings import FILE
from relxfer_vision.pictures import folders
from relxfer_vision.pictures.depth import EIGHT, Depth
from relxfer_vision.pictures.images import FileImages, Images


@dataclass(frozen=True)
class ImageDomain(Domain):
    """A domain whose inputs are `Images`.

    depth     which values of pictures with more than eight bits become white, in those that are asked about too
    together  [n] int: the group of each picture, whatever the split; None: each is its own
    """

    depth: Depth = EIGHT
    together: np.ndarray | None = field(default=None, compare=False, repr=False)

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """A column `file`, under any usual name: paths of pictures, which need not belong to the data set; or `folder`,
        for all below it."""
        if "folder" in question:
            question = {"file": [str(path) for name in question["folder"] for path in _pictures(Path(name))]}
        question = usual(question, [FILE])
        if "file" not in question:
            raise DataError(f"expected a column 'file' in the queries, got: {', '.join(question)}; add it")
        files = list(question["file"])
        refuse({row: told for row, name in enumerate(files) if (told := _unreadable(Path(name)))}, question)
        return Examples(FileImages.of([Path(name) for name in files], files, self.depth), np.arange(len(files)))

    def prepares(self) -> dict[str, Any]:
        """Which values become white, where some pictures have more than eight bits."""
        return self.depth.card()

    def everything(self) -> Examples:
        """The pictures of the data set without an answer."""
        labelled = np.zeros(0, np.int64) if self.train is None else self.train.queries
        rows = np.setdiff1d(np.arange(0 if self.inputs is None else len(self.inputs)), labelled)
        if not len(rows):
            raise DataError(f"expected pictures without an answer in '{self.name}', got none; ask with --queries")
        return Examples(self.inputs, rows)

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        return {"file": [self.inputs.names[row] for row in queries]}


def _unreadable(path: Path) -> str | None:
    """Why a file is no picture that decodes; None if it is one."""
    try:
        FileImages.of([path], [str(path)])
        return None
    except BadRows as error:
        return error.rows[0].reason
    except DataError as error:
        return str(error)


def _pictures(folder: Path) -> list[Path]:
    files = folders.find(folder).pictures if folder.is_dir() else []
    if not files:
        raise DataError(f"expected pictures in the folder {folder}, got none; name another folder, or a file")
    return files


def image_domain(
    name: str,
    images: Images,
    classes: Sequence[str] | Task,
    train: tuple[np.ndarray, np.ndarray] | None,
    test: tuple[np.ndarray, np.ndarray] | None,
    val: tuple[np.ndarray, np.ndarray] | None = None,
    unlabelled: np.ndarray | None = None,
    notes: Sequence[str] = (),
    groups: np.ndarray | None = None,
) -> ImageDomain:
    """A domain from splits, each (rows of the images [n], answers [n] or [n, C]).

    classes     their names, or another task
    unlabelled  rows that are seen without their classes: by default those of `train`, else of `test`
    groups      of all pictures; None: each is its own. In a split of the user's one may be on two sides, where it
                counts as two groups, and as a leak in the audit
    """
    seen = unlabelled if unlabelled is not None else (train or test or (None,))[0]
    rows = [split[0] for split in (test, train, val) if split is not None]
    images = images.ordered([*rows, *([] if seen is None else [seen])])
    made = {}
    shared = groups is not None and any(len(np.unique(groups[each])) < len(each) for each in rows)
    for number, (key, split) in enumerate((("train", train), ("val", val), ("test", test))):
        made[key] = _examples(images, split, 3 * groups + number if groups is not None and shared else None)
    return ImageDomain(
        name=name,
        task=classes if isinstance(classes, Task) else Classification(tuple(classes)),
        inputs=images,
        sha=images.sha,
        unlabelled=None if seen is None else Examples(images, seen.astype(np.int64)),
        notes=tuple(notes),
        depth=images.depth,
        together=groups,
        **made,
    )


def _examples(
    images: Images, split: tuple[np.ndarray, np.ndarray] | None, groups: np.ndarray | None
) -> Examples | None:
    if split is None or not len(split[0]):
        return None
    rows, answers = split
    whole = answers.dtype.kind in "biu"
    of = None if groups is None else groups[rows]
    return Examples(images, rows.astype(np.int64), answers.astype(np.int64 if whole else np.float64), groups=of)
