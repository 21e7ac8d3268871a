"""The words by which people say which part of a split something is in, in columns and in names of files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: Part of a split -> how people call it, the usual word first.
SPLITS: Mapping[str, tuple[str, ...]] = {
    "train": ("train", "training"),
    "val": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing"),
}
_OF = {word: part for part, words in SPLITS.items() for word in words}


def split_of(word: str) -> str | None:
    """The part that a word means, in upper or lower case; None for another word.

    >>> split_of("Validation"), split_of("left")
    ('val', None)
    """
    return _OF.get(word.lower())


def splits_said(cells: Iterable[str]) -> frozenset[str]:
    """The parts that cells name; none where a cell says anything else.

    >>> sorted(splits_said(["train", "dev", "Train"])), sorted(splits_said(["train", "left"]))
    (['train', 'val'], [])
    """
    found = {split_of(cell) for cell in set(cells)}
    return frozenset() if None in found else frozenset(part for part in found if part is not None)
