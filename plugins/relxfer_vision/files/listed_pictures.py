"""Labelled pictures in a table: their files, answers, groups and splits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.split_words import SPLITS, split_of, splits_said
from relxfer.errors import DataError, did_you_mean
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.files.picture_table import PictureTable, pictures_below, read_table
from relxfer_vision.pictures import folders

#: Columns that are taken for the groups and for the splits of pictures where nothing is said.
GROUP, SPLIT = "group", "split"


def read_listed(path: Path, label: Sequence[str] = (), group: str | None = None) -> dict[str, Labelled]:
    """The pictures of a table, under "all", or by the splits that a column says.

    Raises:
        DataError: it has no such columns.
    """
    table = read_table(path, labelled=not label)
    answers = table.chosen(label)
    if group is not None and group not in table.columns:
        raise DataError(f"{path}: expected a column {group!r}, got none: {did_you_mean(group, list(table.columns))}")
    group = group or (GROUP if GROUP in table.columns and GROUP not in answers else None)
    split = split_column(table, [*answers, *filter(None, [group])])
    splits = _splits(table, split)
    rows = [row for row, file in enumerate(table.files) if not folders.listed_by_mistake(file)]
    used = {*answers, *filter(None, [group]), *filter(None, [split])}
    notes = [*table.notes, *_left_out(table, rows), *_unused(table, used)]
    notes += [f"groups: column {group}"] if group else []
    notes += [f"splits: {split!r}"] if split and split != SPLIT else []
    by_split: dict[str, list[int]] = {}
    for row in rows:
        by_split.setdefault(splits[row] if splits else "all", []).append(row)
    return {
        part: _labelled(table, by_split[part], answers, group, notes if part == next(iter(by_split)) else [])
        for part in ("all", *SPLITS)
        if part in by_split
    }


def _labelled(
    table: PictureTable, rows: Sequence[int], answers: dict[str, Sequence[str]], group: str | None, notes: Sequence[str]
) -> Labelled:
    """These rows of a table."""
    part = table.take(rows)
    base, moved = _base(part)
    paths, found = _paths(base, part)
    columns = {name: part.columns[name] for name in answers}
    return Labelled(
        part.files,
        next(iter(columns.values())),
        paths,
        notes=[*notes, *moved, *found],
        columns=columns,
        table=part,
        groups=[] if group is None else part.columns[group],
    )


def _path(base: Path, file: str) -> Path:
    """The place of a file; of a path that Windows wrote, with its separators turned."""
    turned = file.replace("\\", "/")
    return base / (turned if turned != file and not os.path.exists(base / file) else file)


def _paths(base: Path, table: PictureTable) -> tuple[list[Path], list[str]]:
    """The place of each file, and a sentence on those that were found elsewhere below the folder of the table.

    Raises:
        BadRows: there are several pictures of a name.
    """
    below, bad = pictures_below(table.path), BadRowList("pictures")
    paths = [_path(base, file) for file in table.files]
    moved = False
    for row in [row for row, path in enumerate(paths) if not os.path.isfile(path)]:
        found = below.named(table.files[row])
        if len(found) > 1:
            reason = f"expected one picture, got {' and '.join(found[:3])}; write the path of one of them"
            bad.add(table.path, int(table.lines[row]), reason)
        elif found:
            paths[row], moved = below.folder / found[0], True
    bad.settle()
    return paths, [f"files are found by their names below {below.folder.name}"] if moved else []


def split_column(table: PictureTable, taken: Sequence[str]) -> str | None:
    """The column with the splits: `split`, or one whose cells name splits alone, training among them; not one of
    `taken`."""
    able = [name for name in table.columns if name not in taken]
    return SPLIT if SPLIT in able else next((n for n in able if {"train"} < splits_said(table.columns[n])), None)


def _splits(table: PictureTable, column: str | None) -> list[str]:
    """The split of each row; empty where no column says it."""
    if column is None:
        return []
    found = [split_of(cell) for cell in table.columns[column]]
    for row, cell in enumerate(table.columns[column]):
        if found[row] is None:
            raise DataError(
                f"{table.where(row)}: expected {', '.join(SPLITS)} in the column {column}, got {cell!r}; correct it, "
                "or rename the column"
            )
    return [split for split in found if split is not None]


def _base(table: PictureTable) -> tuple[Path, list[str]]:
    """The folder that the files are relative to: that of the table, or the one folder in it that has the first file."""
    above = table.path.parent
    first = Path(table.files[0].replace("\\", "/"))
    try:
        if first.is_absolute() or (above / first).exists():
            return above, []
        inside = [child for child in folders.folders_in(above) if (child / first).is_file()]
    except (OSError, ValueError):  # a name that is none, such as one with a null character, is told where it is read
        return above, []
    return (inside[0], [f"files are relative to {inside[0].name}"]) if len(inside) == 1 else (above, [])


def _left_out(table: PictureTable, rows: Sequence[int]) -> list[str]:
    count = len(table.files) - len(rows)
    return [f"passed over in {table.path.name}: {count} row(s) of files that programs left behind"] if count else []


def _unused(table: PictureTable, used: set[str]) -> list[str]:
    names = [name for name in table.columns if name not in used]
    return [f"columns that are not used: {', '.join(names[:10])}{' ...' * (len(names) > 10)}"] if names else []
