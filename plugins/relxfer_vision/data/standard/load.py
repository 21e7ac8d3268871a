"""Standard pictures as domains: the published training split, a tenth of it for validation, and the test split."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.seeding import generator
from relxfer_vision.data.standard import formats
from relxfer_vision.data.standard.classes import CLOTHES, DIGITS
from relxfer_vision.data.standard.formats import LabelledPictures
from relxfer_vision.domain import ImageDomain, image_domain
from relxfer_vision.pictures.images import ArrayImages

#: One of so many training pictures is for validation.
VALIDATION = 10


def load_mnist(options: Any, files: Mapping[str, Path]) -> ImageDomain:
    """Four IDX files."""
    return domain("standard data", _idx(files, "train"), _idx(files, "test"), DIGITS)


def load_fashion_mnist(options: Any, files: Mapping[str, Path]) -> ImageDomain:
    """The same with articles of clothing."""
    return domain("standard data", _idx(files, "train"), _idx(files, "test"), CLOTHES)


def load_usps(options: Any, files: Mapping[str, Path]) -> ImageDomain:
    """Text of Hastie, Tibshirani and Friedman's book."""
    return domain("standard data", formats.usps(files["train"]), formats.usps(files["test"]), DIGITS)


def load_svhn(options: Any, files: Mapping[str, Path]) -> ImageDomain:
    """Matlab files of 32 x 32 crops."""
    return domain("standard data", formats.svhn(files["train"]), formats.svhn(files["test"]), DIGITS)


def load_mnist_m(options: Any, files: Mapping[str, Path]) -> ImageDomain:
    """Tensors of pictures and classes."""
    return domain("standard data", formats.tensors(files["train"]), formats.tensors(files["test"]), DIGITS)


def _idx(files: Mapping[str, Path], split: str) -> LabelledPictures:
    return formats.idx(files[f"{split} images"], files[f"{split} labels"])


def domain(name: str, train: LabelledPictures, test: LabelledPictures, classes: tuple[str, ...]) -> ImageDomain:
    """Training rows first, then the test's. All training rows are seen without their classes, validation included."""
    labels = np.concatenate([train[1], test[1]])
    seen = len(train[1])
    order = generator("validation of standard pictures").permutation(seen)
    val, rest = np.sort(order[: seen // VALIDATION]), np.sort(order[seen // VALIDATION :])
    rows = np.arange(seen, len(labels))
    return image_domain(
        name,
        ArrayImages.of(np.concatenate([train[0], test[0]])),
        classes,
        (rest, labels[rest]),
        (rows, labels[rows]),
        (val, labels[val]) if len(val) else None,
        np.arange(seen),
        [f"{len(rest):,} for training, {len(val):,} of the training split for validation, {len(rows):,} for the test"],
    )
