"""The user's own pictures in numpy's npz."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relxfer.config import Options, UserFile

if TYPE_CHECKING:
    from relxfer_vision.domain import ImageDomain


class ArrayOptions(Options):
    """Where the pictures are, and what their classes are called."""

    file: UserFile
    """Arrays `train_images`, `test_images`: uint8 [n, H, W] or [n, H, W, 3]; `train_labels`, `test_labels`: from 0."""
    name: str | None = None
    """Name of the data set; unset: that of the file."""
    classes: tuple[str, ...] = ()
    """Names of the classes in the order of their numbers; unset: the numbers."""


def load(options: ArrayOptions, files: Mapping[str, Path]) -> ImageDomain:
    """The domain of the arrays; `files` is empty, since the path is an option.

    Raises:
        DataError: the file is not what `ArrayOptions.file` says, or a class has no name.
    """
    from relxfer.errors import DataError
    from relxfer_vision.standard import formats
    from relxfer_vision.standard.load import domain

    train, test = (formats.npz(options.file, part) for part in ("train", "test"))
    most = int(max(part[1].max(initial=0) for part in (train, test))) + 1
    classes: Any = options.classes or tuple(map(str, range(most)))
    if len(classes) < most:
        raise DataError(f"expected names of {most} classes, got {len(classes)}; complete classes = [...]")
    return domain(options.name or options.file.stem, train, test, classes)
