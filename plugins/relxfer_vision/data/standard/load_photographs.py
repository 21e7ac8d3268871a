"""Standard photographs and CIFAR-10 as domains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer_vision.data.standard.classes import CIFAR10
from relxfer_vision.data.standard.load import domain
from relxfer_vision.files.forms import read
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.files.user_domain import domain_of

_NAME = "standard data"


def load_cats_dogs(options: Any, files: Mapping[str, Path]) -> Domain:
    """The first 500 and 250 of each class, by the numbers in their names."""
    train, test = (_first(read(files[split])["all"], count) for split, count in (("training", 500), ("test", 250)))
    return domain_of(_NAME, {"train": train, "test": test})


def load_hymenoptera(options: Any, files: Mapping[str, Path]) -> Domain:
    """All files that end in .jpg: of two others one is no photograph, and the other does not decode everywhere."""
    train, val = (_where(read(files[split])["all"], lambda path: path.suffix == ".jpg") for split in ("train", "val"))
    return domain_of(_NAME, {"train": train, "test": val})


def load_cifar10(options: Any, files: Mapping[str, Path]) -> Domain:
    """Records of one byte for the class and 3 x 32 x 32 for the picture, colour by colour."""
    train = [_records(files[f"data_batch_{i}"]) for i in range(1, 6)]
    pixels, labels = (np.concatenate([batch[i] for batch in train]) for i in range(2))
    return domain(_NAME, (pixels, labels), _records(files["test_batch"]), CIFAR10)


def load_cifar10_jpeg(options: Any, files: Mapping[str, Path]) -> Domain:
    """The first 200 of each class, by the order of their names."""
    return domain_of(_NAME, {"test": _first(read(files["test"])["all"], 200)})


def load_oxford_iiit_pet(options: Any, files: Mapping[str, Path]) -> Domain:
    """Lists of names; the class is the name without its number."""
    lists = {"train": "trainval.txt", "test": "test.txt"}
    splits = {split: _listed(files["images"], files["annotations"] / name) for split, name in lists.items()}
    return domain_of(_NAME, splits)


def _first(labelled: Labelled, count: int) -> Labelled:
    """So many of each class, in the order of the numbers in their names."""
    order = sorted(
        range(len(labelled)), key=lambda row: (labelled.labels[row], _number(labelled.paths[row]), labelled.names[row])
    )
    kept: list[int] = []
    for label in dict.fromkeys(labelled.labels):
        own = [row for row in order if labelled.labels[row] == label]
        if len(own) < count:
            raise DataError(f"expected at least {count} pictures of {label!r}, got {len(own)}; fetch the data again")
        kept += own[:count]
    return _rows(labelled, kept)


def _number(path: Path) -> int:
    return int((re.findall(r"\d+", path.stem) or ["0"])[-1])


def _where(labelled: Labelled, wanted: Any) -> Labelled:
    return _rows(labelled, [row for row, path in enumerate(labelled.paths) if wanted(path)])


def _rows(labelled: Labelled, rows: Sequence[int]) -> Labelled:
    names, labels, paths = labelled.names, labelled.labels, labelled.paths
    return Labelled([names[row] for row in rows], [labels[row] for row in rows], [paths[row] for row in rows])


def _records(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """uint8 [n, 32, 32, 3] and classes [n]; `DataError` where the file has no whole records."""
    data = np.fromfile(path, np.uint8)
    if not data.size or data.size % 3073:
        raise DataError(f"{path}: expected records of 3,073 bytes, got {data.size:,} bytes; fetch the file again")
    rows = data.reshape(-1, 3073)
    return np.ascontiguousarray(rows[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)), rows[:, 0].astype(np.int64)


def _listed(images: Path, names: Path) -> Labelled:
    """Lines `NAME CLASS SPECIES BREED`; those that begin with # are remarks."""
    try:
        lines = names.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{names}: expected a list of pictures, got {error}; fetch the data again") from None
    listed = [line.split()[0] for line in lines if line.strip() and not line.startswith("#")]
    return Labelled(listed, [name.rpartition("_")[0] for name in listed], [images / f"{name}.jpg" for name in listed])
