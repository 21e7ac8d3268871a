"""What a library gives: a network with its preprocessing, as a source model of relxfer."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relxfer.errors import ArtefactError, RelxferError, UnknownName
from relxfer.store import files
from relxfer_vision.architectures import last_layer
from relxfer_vision.architectures.brought import brought
from relxfer_vision.architectures.module_net import Wrapped
from relxfer_vision.libraries.options import LibraryOptions
from relxfer_vision.model import ImageModel, Native

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from torch import Tensor, nn

#: Largest mean difference of a prepared picture from the library's, in standard deviations of the values, beside that
#: of one pixel, by which a crop may begin elsewhere; another size before the crop makes .06 and more of 224 pixels.
TOLERANCE = 0.02


@dataclass(frozen=True)
class Given:
    """A network of a library.

    native   the pictures that it takes, as far as relxfer can say it
    prepare  the library's own preprocessing: a picture of Pillow -> [C, size, size]
    classes  their names; empty where the library does not say them
    """

    module: nn.Module
    native: Native
    prepare: Callable[[Any], Tensor]
    classes: Sequence[str] = ()

    def model(self, options: LibraryOptions, arrays: Mapping[str, np.ndarray] | None, card: Any) -> ImageModel:
        """With these weights, or as it was made."""
        head = self.head(options)
        return ImageModel(lambda classes: Wrapped(self.module, head, classes), self.native, arrays, card)

    def weights(self, options: LibraryOptions) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Its weights, and a card with its classes.

        Raises:
            ArtefactError: the weights are not those of `digest`, or the library prepares pictures as relxfer cannot.
        """
        check(self)
        arrays, card = brought(self.module, self.head(options), tuple(map(str, self.classes)))
        digest = files.content_digest(arrays, card)
        if options.digest and not digest.startswith(options.digest):
            raise ArtefactError(
                f"expected weights of {options.name} whose sha256 begins with {options.digest}, got {digest}; get "
                "those again, or leave digest out to take these"
            )
        return arrays, card

    def head(self, options: LibraryOptions) -> str:
        return options.head or last_layer.find(self.module, self.native.size, self.native.channels)


def check(given: Given) -> None:
    """`ArtefactError` where relxfer prepares a picture otherwise than the library, and weights would not fit.

    Its colours rise from side to side, so that the size before a crop shows, and the order of the channels.
    """
    import numpy as np
    from PIL import Image

    from relxfer_vision.options import ImageOptions
    from relxfer_vision.pictures.images import ArrayImages
    from relxfer_vision.pictures.preprocessing import Preprocessing

    down, right = np.mgrid[:240, :320] / np.array([239, 319])[:, None, None]
    pixels = (255 * np.stack([right, down, 1 - right], 2)).round().astype(np.uint8)
    images = ArrayImages.of(pixels[None], ["test picture"])
    ours = Preprocessing.of(ImageOptions(), given.native)(images, np.zeros(1, np.int64))[0]
    theirs = given.prepare(Image.fromarray(pixels))
    same = ours.shape == theirs.shape
    most = TOLERANCE + 1 / (given.native.size * float(np.mean(given.native.std)))
    if same and float((ours - theirs).abs().mean()) <= most:
        return
    got = f"a mean difference of {(ours - theirs).abs().mean():.2f}" if same else "another size"
    raise ArtefactError(
        f"expected a network whose library prepares pictures as relxfer can ({given.native}), got {got}; choose "
        "another network, or name a function of your own with the model `module`"
    )


def native(config: Mapping[str, Any], resize: str, shorter: int = 0) -> Native:
    """Of `size` (channels, height, width), `mean`, `std`, `interpolation`; `ArtefactError` where relxfer has none."""
    channels, height, width = config["size"]
    way = str(config["interpolation"]).lower()
    if height != width or channels not in (1, 3) or way not in ("nearest", "bilinear", "bicubic", "lanczos"):
        raise ArtefactError(
            f"expected a network of square pictures, gray or RGB, with a filter of Pillow, got {channels} x {height} x "
            f"{width}, {way}; choose another"
        )
    mean, std = (tuple(float(value) for value in config[key]) for key in ("mean", "std"))
    return Native(int(height), channels, mean, std, resize, int(shorter), way)


def library(name: str, *parts: str) -> list[Any]:
    """The library, and modules of it.

    Raises:
        ArtefactError: it is not installed, or cannot be imported.
    """
    try:
        return [importlib.import_module(each) for each in (name, *(f"{name}.{part}" for part in parts))]
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != name:
            raise ArtefactError(_unusable(name, error)) from None
        raise ArtefactError(
            f"expected the library {name}, got none; pip install {name}, or use one of the networks that come with "
            "relxfer (relxfer plugins)"
        ) from None
    except Exception as error:  # a library that does not fit the torch that is installed raises anything
        raise ArtefactError(_unusable(name, error)) from None


def _unusable(name: str, error: Exception) -> str:
    return f"expected a library {name} that can be imported, got {type(error).__name__}: {error}; install it again"


@contextmanager
def asking(name: str, of: str) -> Iterator[None]:
    """Errors of a library that gives a network become an `ArtefactError`."""
    try:
        yield
    except RelxferError:
        raise
    except Exception as error:  # a library may raise anything
        said = next(iter(str(error).strip().splitlines()), "")
        raise ArtefactError(
            f"expected {name} to give the network {of!r}, got {type(error).__name__}: {said}; correct the name, or get "
            f"its weights with {name} first"
        ) from None


def known(kind: str, name: str, names: Sequence[str]) -> None:
    """`ArtefactError` with the most similar names where a name is unknown."""
    if name not in names:
        raise ArtefactError(str(UnknownName(kind, name, names)))
