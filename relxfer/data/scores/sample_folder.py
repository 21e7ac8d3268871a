"""A folder of lm-evaluation-harness: `samples_TASK_DATE.jsonl` of every task that one system was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import lm_eval
from relxfer.data.scores.records import WHAT, ItemScores
from relxfer.data.tables.column import Column
from relxfer.data.tables.reading import text_of
from relxfer.errors import DataError

_NAME = re.compile(r"samples_(?P<task>.+?)(?:_(?P<date>\d{4}-\d\d-\d\dT[\d.:+-]+))?\.jsonl(?:\.gz)?")


def folders(folder: Path) -> list[Path]:
    """The folder if it holds samples, else those within that do: the harness writes a folder for each model.

    Raises:
        DataError: none does.
    """
    if _newest(folder):
        return [folder]
    within = sorted(each for each in folder.iterdir() if each.is_dir() and _newest(each))
    if not within:
        raise DataError(
            f"expected a file with {WHAT}, or a folder with samples_*.jsonl of lm-evaluation-harness, got a folder "
            f"without any: {folder}; name files"
        )
    return within


def system(folder: Path, metric: str | None, bad: BadRowList) -> ItemScores:
    """The scores of all tasks as those of one system; the id of an item is TASK/DOC_ID.

    Of several files of one task the newest is taken. All tasks are read in one metric, that of the first if none is
    named.

    Raises:
        DataError: a file cannot be read.
        UnknownName: a task has no such metric.
    """
    files, parts = _newest(folder), {}
    for task, path in files.items():
        parts[task] = lm_eval.system(text_of(path, WHAT), path, metric, bad)
        metric = metric or parts[task].metric
    first, digests = next(iter(parts.values())), [part.digests for part in parts.values()]
    return ItemScores(
        folder.resolve().name,
        folder,
        first.metric,
        Column.exact(f"{task}/{item}" for task, part in parts.items() for item in part.ids),
        np.concatenate([part.scores for part in parts.values()]),
        np.concatenate([part.lines for part in parts.values()]),
        digests=Column.exact(each for own in digests for each in own or ()) if all(digests) else None,
        log=True,
        notes=tuple(_told(folder, files, first)),
    )


def _told(folder: Path, files: dict[str, Path], first: ItemScores) -> Iterator[str]:
    tasks = f"{len(files):,} tasks" if len(files) > 1 else "one task"
    yield f"of {folder}, samples of lm-evaluation-harness: {first.metric} of {tasks}, every item counts alike"
    if older := sum(1 for _ in _named(folder)) - len(files):
        yield f"of {folder}: the newest file of every task; {older:,} older left out"


def _newest(folder: Path) -> dict[str, Path]:
    """Task -> its newest file, by name of the task."""
    named = sorted(_named(folder), key=lambda found: (found[0], found[1], found[2].name))
    return {task: path for task, _, path in named}


def _named(folder: Path) -> Sequence[tuple[str, str, Path]]:
    """Task, date and path of every file of samples."""
    paths = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir() if path.is_file())
    return [(found["task"], found["date"] or "", path) for found, path in paths if found]
