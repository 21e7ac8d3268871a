"""Labelled pictures in a table: their files, answers, groups and splits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from relxfer.errors import DataError, did_you_mean
from relxfer_vision.files.labelled import SPLITS, Labelled
from relxfer_vision.files.picture_table import PictureTable, read_table
from relxfer_vision.pictures import folders

#: Columns that are taken for the groups and for the splits of pictures where nothing is said.
GROUP, SPLIT = "group", "split"


def read_listed(path: Path, label: Sequence[str] = (), group: str | None = None) -> dict[str, Labelled]:
    """The pictures of a table, under "all", or by the splits in its column `split`, or in one of another name.

    Raises:
        DataError: it has no such columns.
    """
    table = read_table(path, labelled=not label)
    answers = table.chosen(label)
    if group is not None and group not in table.columns:
        raise DataError(f"{path}: expected a column {group!r}, got none: {did_you_mean(group, list(table.columns))}")
    group = group or (GROUP if GROUP in table.columns and GROUP not in answers else None)
    column = _split_column(table, [*answers, *filter(None, [group])])
    splits = _splits(table, column)
    rows = [row for row, file in enumerate(table.files) if not folders.listed_by_mistake(file)]
    used = {*answers, *filter(None, [group]), *([column] if column else [])}
    notes = [*_left_out(table, rows), *_unused(table, used), *([f"groups: column {group}"] if group else [])]
    notes += [f"splits: column {column}"] if column not in (None, SPLIT) else []
    by_split: dict[str, list[int]] = {}
    for row in rows:
        by_split.setdefault(splits[row] if splits else "all", []).append(row)
    return {
        split: _labelled(table, by_split[split], answers, group, notes if split == next(iter(by_split)) else [])
        for split in ("all", *SPLITS)
        if split in by_split
    }


def _labelled(
    table: PictureTable, rows: Sequence[int], answers: dict[str, Sequence[str]], group: str | None, notes: Sequence[str]
) -> Labelled:
    """These rows of a table."""
    part = table.take(rows)
    base, moved = _base(part)
    columns = {name: part.columns[name] for name in answers}
    return Labelled(
        part.files,
        next(iter(columns.values())),
        [_path(base, file) for file in part.files],
        notes=[*notes, *moved],
        columns=columns,
        table=part,
        groups=[] if group is None else part.columns[group],
    )


def _path(base: Path, file: str) -> Path:
    """The place of a file; of a path that Windows wrote, with its separators turned."""
    turned = file.replace("\\", "/")
    return base / (turned if turned != file and not os.path.exists(base / file) else file)


def _split_column(table: PictureTable, taken: Sequence[str]) -> str | None:
    """The column that says of each picture which split it is in: `split`, or one whose cells say nothing else."""
    if SPLIT in table.columns and SPLIT not in taken:
        return SPLIT
    return next((name for name, column in table.columns.items() if name not in taken and _says_splits(column)), None)


def _says_splits(cells: Sequence[str]) -> bool:
    """Whether every cell names a split, both training and test among them."""
    of = {name: split for split, names in SPLITS.items() for name in names}
    found = {cell.lower() for cell in set(cells)}
    return found <= set(of) and {"train", "test"} <= {of[cell] for cell in found}


def _splits(table: PictureTable, column: str | None) -> list[str]:
    """The split of each row; empty where no column says it."""
    if column is None:
        return []
    of = {name: split for split, names in SPLITS.items() for name in names}
    cells = [cell.lower() for cell in table.columns[column]]
    for row, cell in enumerate(cells):
        if cell not in of:
            raise DataError(
                f"{table.where(row)}: expected {', '.join(SPLITS)} in the column {column}, got {cell!r}; correct it, "
                "or rename the column"
            )
    return [of[cell] for cell in cells]


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
