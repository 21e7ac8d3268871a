"""Published weights by name: a copy at hand, one that torchvision has fetched, or their public address."""

from __future__ import annotations

import os
from pathlib import Path

from relxfer.contract.file import File
from relxfer.data import fetch, places
from relxfer.data.digests import verify
from relxfer.errors import ArtefactError, DataError

_TORCH = "https://download.pytorch.org/models"
_AKAMASTER = (
    "https://raw.githubusercontent.com/akamaster/pytorch_resnet_cifar10/"
    "d5489e8995e81e91ce6b1d69dcc98ad579b0b153/pretrained_models"
)
_URLS = {
    ("resnet18", "IMAGENET1K_V1"): f"{_TORCH}/resnet18-f37072fd.pth",
    ("resnet34", "IMAGENET1K_V1"): f"{_TORCH}/resnet34-b627a593.pth",
    ("resnet50", "IMAGENET1K_V1"): f"{_TORCH}/resnet50-0676ba61.pth",
    ("resnet50", "IMAGENET1K_V2"): f"{_TORCH}/resnet50-11ad3fa6.pth",
    ("squeezenet1_0", "IMAGENET1K_V1"): f"{_TORCH}/squeezenet1_0-b66bff10.pth",
    ("resnet20", "CIFAR10"): f"{_AKAMASTER}/resnet20-12fca82f.th",
    ("resnet56", "CIFAR10"): f"{_AKAMASTER}/resnet56-4bfd9763.th",
}


def names(model: str) -> tuple[str, ...]:
    """The weights of a model that go by name.

    >>> names("resnet50")
    ('IMAGENET1K_V1', 'IMAGENET1K_V2')
    """
    return tuple(name for of, name in _URLS if of == model)


def file_of(model: str, name: str) -> File:
    """Their file; the digits after the dash in its name begin its sha256."""
    url = _URLS[model, name]
    return File(name, url, f"sha256:{Path(url).stem.rpartition('-')[2]}")


def find(model: str, name: str) -> Path:
    """The file of these weights, its digest checked whatever the way.

    Looked for in the data root, the mirrors, PyTorch's own cache, and at its address.

    Raises:
        ArtefactError: none of them has it; the message says how to get it.
    """
    file = file_of(model, name)
    try:
        path = None if places.copies_of(file) else _of_torch(file)
        if path is None:
            return fetch.path_of(file, f"model {model!r}")
        verify(path, file.digest, "delete it, and the next use gets it again")
        return path
    except DataError as error:
        raise ArtefactError(
            f"expected the weights {name} of {model}, got none. Three ways to get them: (1) a file of your own, with "
            f'checkpoint = "FILE" in [source]; (2) what torchvision has fetched: '
            f"pip install torchvision, then get_model_weights({model!r})[{name!r}].get_state_dict() of its models; "
            f"(3) {file.url}, to be put at {places.home_of(file)}. "
            f"What was tried last: {error}"
        ) from None


def _of_torch(file: File) -> Path | None:
    """In PyTorch's cache, where torchvision puts what it fetched."""
    root = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "torch")
    path = Path(root, "hub", "checkpoints", os.path.basename(file.url)).expanduser()
    return path if path.is_file() else None
