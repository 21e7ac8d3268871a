"""Labelled pictures as arrays in a file of numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from relxfer.data.tables.split_words import SPLITS
from relxfer.errors import DataError
from relxfer.judge.metrics.answer_columns import cell
from relxfer.store import npz
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.files.picture_table import LABEL


def read_arrays(path: Path, classes: Sequence[str] | None) -> Iterator[tuple[str, Labelled]]:
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
