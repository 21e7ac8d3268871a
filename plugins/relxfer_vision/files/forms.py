"""The forms in which users have labelled pictures: a folder for each class, a table, or arrays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from relxfer.errors import DataError
from relxfer_vision.files.class_folders import read_folder
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.files.listed_pictures import read_listed
from relxfer_vision.files.picture_arrays import read_arrays
from relxfer_vision.options import TABLES


def read(
    path: Path, classes: Sequence[str] | None = None, label: Sequence[str] = (), group: str | None = None
) -> dict[str, Labelled]:
    """What is at a path, under "all", or by its splits where it has some: "train", "val", "test".

    classes  names of numbered classes
    label    columns of a table with the answers; empty: `label`
    group    the column of a table with what a split keeps together; None: `group`, where there is one

    Raises:
        DataError: it holds no labelled pictures; the message names the file or folder.
    """
    if path.is_dir():
        return read_folder(path)
    if path.suffix.lower() == ".npz":
        return dict(read_arrays(path, classes))
    if path.suffix.lower() in TABLES:
        return read_listed(path, label, group)
    raise DataError(f"expected a folder of pictures, a .csv, .tsv or .parquet, or an .npz, got {path}; convert it")
