"""What is seen of a picture when it is decoded for the first time: whether another is equal, or nearly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from relxfer_vision.pictures.geometry import GRAY

#: Side of the small copy by which pictures are compared.
SIDE = 16
#: Small copies that are as correlated as this are of nearly equal pictures. Of photographs saved again as JPEG, halved
#: or 20 % brighter than before, 99 % are; of a thousand different photographs of cats and dogs none.
NEARLY = 0.985
#: So many pictures are compared with each other at most: time grows with their square.
MOST = 20_000
_SAMPLED = 128
_BLOCK = 512
_ROWS = 64


@dataclass(frozen=True)
class Look:
    """One picture.

    equal     hash of its values: equal for equal pictures, gray ones stored as colours included
    small     uint8 [16, 16], a gray copy
    shorter   length of its shorter side
    coloured  whether its channels differ
    largest   its largest value, where values have more than eight bits; None: eight bits
    fractions whether its values are floating-point numbers
    """

    equal: bytes
    small: np.ndarray
    shorter: int
    coloured: bool
    largest: float | None = None
    fractions: bool = False

    @classmethod
    def at(cls, values: np.ndarray) -> Look:
        """Of the values [H, W, 1 or 3] of a picture.

        >>> gray = np.arange(600, dtype=np.uint8).reshape(20, 30, 1)
        >>> Look.at(gray).equal == Look.at(np.repeat(gray, 3, -1)).equal, Look.at(gray).small.shape
        (True, (16, 16))
        """
        coloured = _coloured(values)
        deep = None if values.dtype == np.uint8 else float(values.max(initial=0))
        return cls(equal_hash(values), _small(values), min(values.shape[:2]), coloured, deep, values.dtype.kind == "f")


def equal_hash(values: np.ndarray) -> bytes:
    """16 bytes that are equal for equal values [H, W, C] of equal kind; gray ones may be stored as colours."""
    values = np.ascontiguousarray(values if _coloured(values) else values[..., :1])
    made = hashlib.blake2b(f"{values.dtype.kind}{values.itemsize}{values.shape}".encode(), digest_size=16)
    made.update(values.data)
    return made.digest()


def _coloured(values: np.ndarray) -> bool:
    """Whether channels differ, a few rows at a time: in most photographs the first ones tell."""
    strips = (values[above : above + _ROWS] for above in range(0, len(values), _ROWS))
    return values.shape[-1] == 3 and any(bool((strip != strip[..., :1]).any()) for strip in strips)


def _small(values: np.ndarray) -> np.ndarray:
    """Means over 16 x 16 fields, of every n-th pixel of a large picture, from the darkest to the lightest."""
    step = max(1, min(values.shape[:2]) // _SAMPLED)
    sampled = values[::step, ::step].astype(np.float64)
    gray = sampled @ GRAY if values.shape[-1] == 3 else sampled[..., 0]
    height, width = gray.shape
    rows, columns = np.arange(SIDE) * height // SIDE, np.arange(SIDE) * width // SIDE
    sums = np.add.reduceat(np.add.reduceat(gray, rows, 0), columns, 1)
    counts = np.maximum(1, np.diff(np.append(rows, height)))[:, None] * np.maximum(
        1, np.diff(np.append(columns, width))
    )
    means = sums / counts
    darkest, lightest = means.min(), means.max()
    return ((means - darkest) * (255 / (lightest - darkest) if lightest > darkest else 0)).round().astype(np.uint8)


def first_equal(hashes: Sequence[bytes]) -> np.ndarray:
    """[n] int: the first of all pictures that are equal to each.

    >>> first_equal([b"a", b"b", b"a"]).tolist()
    [0, 1, 0]
    """
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(key, row) for row, key in enumerate(hashes)], np.int64)


def nearly_equal(small: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of rows of small copies [n, 16, 16] that are nearly equal, whatever their brightness and contrast.

    A picture without contrast is like no other.

    >>> ramp = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    >>> nearly_equal(np.concatenate([ramp, ramp[:, ::-1], ramp // 2]))
    [(0, 2)]
    """
    return list(_pairs(small.reshape(len(small), -1).astype(np.float32)))


def _pairs(flat: np.ndarray) -> Iterator[tuple[int, int]]:
    flat = flat - flat.mean(1, keepdims=True)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    flat = flat / np.where(lengths > 0, lengths, 1)
    for above in range(0, len(flat), _BLOCK):
        rows, columns = np.nonzero(flat[above : above + _BLOCK] @ flat[above:].T >= NEARLY)
        yield from ((int(above + a), int(above + b)) for a, b in zip(rows, columns, strict=True) if a < b)
