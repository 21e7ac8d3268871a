"""Labelled pictures in the user's files: a folder for each class, a table of files and labels, or arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from relxfer.errors import DataError
from relxfer.judge.answer_columns import cell
from relxfer.store import npz
from relxfer_vision.files.picture_table import LABEL, PictureTable, read_table
from relxfer_vision.options import TABLES
from relxfer_vision.pictures.decoding import pictures_in

#: The splits, and what people call their folders and the beginnings of the names of their arrays.
SPLITS = {"train": ("train", "training"), "val": ("val", "valid", "validation"), "test": ("test", "testing")}


@dataclass(frozen=True)
class Labelled:
    """n pictures as files or as pixels uint8 [n, H, W, C], each with its label; notes are sentences.

    columns  the answers by column, where they are not labels alone; table: where the pictures stand in one
    """

    names: Sequence[str]
    labels: Sequence[str]
    paths: Sequence[Path] = ()
    pixels: np.ndarray | None = None
    notes: Sequence[str] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    table: PictureTable | None = None

    @property
    def cells(self) -> Mapping[str, Sequence[str]]:
        """The answers by column."""
        return self.columns or {LABEL: self.labels}

    def __len__(self) -> int:
        return len(self.names)


def read(path: Path, classes: Sequence[str] | None = None, label: Sequence[str] = ()) -> dict[str, Labelled]:
    """What is at a path, under "all", or by its splits where it has some: "train", "val", "test".

    classes  names of numbered classes
    label    columns of a table with the answers; empty: `label`

    Raises:
        DataError: it holds no labelled pictures; the message names the file or folder.
    """
    if path.is_dir():
        splits = splits_in(path)
        return {split: _folder(folder) for split, folder in splits.items()} if splits else {"all": _folder(path)}
    if path.suffix.lower() == ".npz":
        return dict(_arrays(path, classes))
    if path.suffix.lower() in TABLES:
        return {"all": _table(path, label)}
    raise DataError(f"expected a folder of pictures, a .csv, .tsv or .parquet, or an .npz, got {path}; convert it")


def splits_in(folder: Path) -> dict[str, Path]:
    """Its folders train, val and test, where it has one to train on."""
    there = {child.name.lower(): child for child in sorted(folder.iterdir()) if child.is_dir()}
    splits = {
        split: there[name] for split, names in SPLITS.items() if (name := next((n for n in names if n in there), None))
    }
    return splits if "train" in splits else {}


def _folder(folder: Path) -> Labelled:
    """A folder for each class, by its name."""
    classes = [child for child in sorted(folder.iterdir()) if child.is_dir() and not child.name.startswith(".")]
    if not classes:
        raise DataError(
            f"expected a folder for each class in {folder}, got none; sort the pictures into folders, or list them in "
            "a .csv with the columns file and label"
        )
    paths: list[Path] = []
    labels: list[str] = []
    others = [file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")]
    for child in classes:
        pictures, strange = pictures_in(child)
        if not pictures:
            got = f"{len(strange)} other file(s), such as {strange[0].name}" if strange else "nothing"
            raise DataError(
                f"expected pictures of the class {child.name!r} in {child}, got {got}; add some or delete it"
            )
        paths += pictures
        labels += [child.name] * len(pictures)
        others += strange
    names = [path.relative_to(folder).as_posix() for path in paths]
    return Labelled(names, labels, paths, notes=_passed_over(others, folder))


def _passed_over(files: Sequence[Path], folder: Path) -> list[str]:
    if not files:
        return []
    named = ", ".join(file.relative_to(folder).as_posix() for file in files[:3])
    return [f"passed over in {folder.name}: {len(files)} file(s) that are no pictures by their name ({named})"]


def _table(path: Path, label: Sequence[str]) -> Labelled:
    """Columns `file`, relative to the table, and `label`, or others with the answers."""
    table = read_table(path, labelled=not label)
    columns = table.chosen(label)
    first = next(iter(columns.values()))
    return Labelled(table.files, first, [path.parent / file for file in table.files], columns=columns, table=table)


def _arrays(path: Path, classes: Sequence[str] | None) -> Iterator[tuple[str, Labelled]]:
    """Arrays `images` and `labels`, or several pairs: `train_images` and `train_labels`, and so on."""
    arrays = npz.read(path)
    for split, names in {"all": ("",), **SPLITS}.items():
        for before in (f"{name}_" if name else "" for name in names):
            if f"{before}images" in arrays:
                yield split, _pair(path, before, arrays, classes)
    if not any(key.endswith("images") for key in arrays):
        raise DataError(
            f"expected arrays images and labels, or train_images, train_labels and so on, in {path}, got: "
            f"{', '.join(arrays) or 'none'}; save them under these names"
        )


def _pair(path: Path, before: str, arrays: Mapping[str, np.ndarray], classes: Sequence[str] | None) -> Labelled:
    pixels, labels = arrays[f"{before}images"], arrays.get(f"{before}labels")
    if pixels.ndim < 3:
        raise DataError(f"expected {before}images [n, H, W] or [n, H, W, C] in {path}, got {list(pixels.shape)}")
    if labels is None or not labels.ndim or len(labels) != len(pixels):
        got = "none" if labels is None else f"{labels.size:,}"
        raise DataError(f"expected {len(pixels):,} {before}labels in {path}, one for each picture, got {got}; add them")
    if labels.dtype.kind not in "iuUSfb":
        raise DataError(f"expected {before}labels of {path} as numbers or names, got {labels.dtype}; convert them")
    names = [f"{before}{i}" for i in range(len(pixels))]
    if labels.size != len(labels) or labels.dtype.kind == "f":
        columns = _columns(path, before, labels.reshape(len(labels), -1), arrays.get("label_names"))
        return Labelled(names, next(iter(columns.values())), pixels=pixels, columns=columns)
    labels = labels.reshape(-1)
    if classes and labels.dtype.kind in "iu":
        if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < len(classes):
            raise DataError(
                f"expected {before}labels of {path} from 0 to {len(classes) - 1}, as there are {len(classes)} classes, "
                f"got {int(labels.min())} to {int(labels.max())}; correct classes"
            )
        named = [classes[int(label)] for label in labels]
    else:
        named = [_text(path, label) if isinstance(label, bytes) else str(label) for label in labels.tolist()]
    return Labelled(names, named, pixels=pixels)


def _columns(path: Path, before: str, labels: np.ndarray, named: np.ndarray | None) -> dict[str, list[str]]:
    """Several answers of each picture, or numbers, as the cells of a table: of NaN an empty one."""
    if labels.dtype.kind in "US":
        raise DataError(f"expected {before}labels of {path} as one name for each picture, got {list(labels.shape)}")
    count = labels.shape[1]
    names = [LABEL] if count == 1 else [f"{LABEL} {i}" for i in range(count)]
    names = names if named is None else [str(name) for name in named.reshape(-1).tolist()]
    if len(names) != count or len(set(names)) < count:
        raise DataError(f"expected {count} different label_names in {path}, one for each column, got {len(set(names))}")
    return {name: [cell(value) for value in labels[:, place].tolist()] for place, name in enumerate(names)}


def _text(path: Path, label: bytes) -> str:
    try:
        return label.decode()
    except UnicodeDecodeError:
        raise DataError(f"expected labels of {path} in UTF-8, got {label!r}; save them as texts, not bytes") from None


def counted(labels: Iterable[str], most: int = 12) -> str:
    """How many of each, of few classes; else how many at least and at most.

    >>> counted(["cat", "dog", "cat"])
    'cat 2, dog 1'
    """
    counts = Counter(labels)
    if len(counts) <= most:
        return ", ".join(f"{label} {count:,}" for label, count in sorted(counts.items()))
    return f"{len(counts)} classes of {min(counts.values()):,} to {max(counts.values()):,}"
