"""The user's own pictures as a domain, split as given or by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.contract.data import Domain
from relxfer.errors import DataError
from relxfer.plan.stratify import stratified
from relxfer_vision.domain import image_domain
from relxfer_vision.files.labelled import Labelled, counted, pictures_in, read
from relxfer_vision.options import ImageFiles
from relxfer_vision.pictures.images import ArrayImages, FileImages, Images


def load(options: ImageFiles, files: Mapping[str, Path]) -> Domain:
    """The domain of the user's pictures; `files` is empty, since the paths are options.

    Raises:
        DataError: pictures or labels cannot be used; the message names the file or folder.
    """
    parts, told = parts_of(options)
    further = [] if options.unlabelled is None else pictures_in(options.unlabelled)[0]
    if options.unlabelled is not None and not further:
        raise DataError(f"expected pictures in {options.unlabelled}, got none; add some, or leave unlabelled out")
    name = options.name or Path(options.path or options.train or options.test or "pictures").stem
    return domain_of(name, parts, options.classes, (options.test_fraction, options.split_seed), further, told)


def parts_of(options: ImageFiles) -> tuple[dict[str, Labelled], list[str]]:
    """By part, and what to tell: pictures under "all" are still to be split."""
    if options.path:
        parts, told = read(options.path, options.classes), []
        if "val" in parts and "train" in parts and "test" not in parts:
            parts["test"] = parts.pop("val")
            told = ["the validation pictures are the test, since there are no others"]
        return parts, told
    given = {"train": options.train, "val": options.val, "test": options.test}
    return {part: _whole(path, part, options.classes) for part, path in given.items() if path}, []


def _whole(path: Path, part: str, classes: Sequence[str] | None) -> Labelled:
    """All that is there; of arrays by parts, those of this part."""
    found = read(path, classes)
    if len(found) > 1 and part not in found:
        raise DataError(f"expected pictures of {part} in {path}, got those of {', '.join(found)}; name another place")
    return found.get(part) or next(iter(found.values()))


def domain_of(
    name: str,
    parts: Mapping[str, Labelled],
    classes: Sequence[str] | None = None,
    how: tuple[float, int] = (0.2, 0),
    unlabelled: Sequence[Path] = (),
    told: Sequence[str] = (),
) -> Domain:
    """A domain of labelled pictures.

    parts       "all", of which a test is split off; or "test", with "train" and "val" where there are some
    classes     their names in order; None: those that occur, sorted
    how         share of each class for the test, and the seed of the split
    unlabelled  picture files without labels, which are seen beside those of training

    Raises:
        DataError: there are fewer than two classes, a class of the test is in no other part, pictures do not decode.
    """
    named = _classes(parts, classes)
    numbers = {label: number for number, label in enumerate(named)}
    images, starts = _images(parts, unlabelled)
    rows = {
        part: (starts[part] + np.arange(len(found)), np.array([numbers[label] for label in found.labels], np.int64))
        for part, found in parts.items()
    }
    notes = [f"{part if part != 'all' else 'pictures'}: {counted(found.labels)}" for part, found in parts.items()]
    if "all" in rows:
        rows = split(*rows["all"], named, *how)
        share, seed = how
        notes.append(
            f"split here: {share:.0%} of every class, {len(rows['test'][0]):,} pictures, are the test (seed {seed})"
        )
    seen = None
    if unlabelled:
        seen = np.concatenate([rows["train"][0]] * ("train" in rows) + [np.arange(starts["unlabelled"], len(images))])
        notes.append(f"{len(unlabelled):,} further pictures without labels")
    notes += [*told, *(note for found in parts.values() for note in found.notes)]
    return image_domain(name, images, named, rows.get("train"), rows.get("test"), rows.get("val"), seen, notes)


def split(
    rows: np.ndarray, labels: np.ndarray, classes: Sequence[str], share: float, seed: int
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Stratified: of every class this share, at least one picture, is the test; at least one is left.

    >>> parts = split(np.arange(10), np.repeat([0, 1], 5), ("cat", "dog"), 0.2, 0)
    >>> len(parts["train"][0]), parts["test"][1].tolist()
    (8, [0, 1])
    """
    for number, name in enumerate(classes):
        if (labels == number).sum() == 1:
            raise DataError(f"expected at least two pictures of {name!r}, one for the test, got 1; add some")
    test = stratified(labels, share, seed, classes, both_sides=True)
    train = np.setdiff1d(np.arange(len(rows)), test)
    return {"train": (rows[train], labels[train]), "test": (rows[test], labels[test])}


def _classes(parts: Mapping[str, Labelled], given: Sequence[str] | None) -> tuple[str, ...]:
    """The names in order, and what must hold of them."""
    found = {part: set(labelled.labels) for part, labelled in parts.items()}
    if not found.keys() & {"train", "all", "test"}:
        raise DataError(f"expected pictures to train on or a test, got {' and '.join(found) or 'none'} alone; add some")
    known = set(given or ()) or found.get("train") or found.get("all") or found.get("test") or set()
    for part, labels in found.items():
        if strange := sorted(labels - known):
            where = "classes" if given else "the pictures to train on"
            raise DataError(
                f"expected the classes of {where} ({', '.join(sorted(known)[:10])}) in {part}, got also "
                f"{', '.join(map(repr, strange[:5]))}; name them alike, or take them out"
            )
    if len(known) < 2:
        raise DataError(f"expected at least two classes, got {', '.join(known) or 'none'} alone; add another")
    return tuple(given or sorted(known, key=natural))


def _images(parts: Mapping[str, Labelled], unlabelled: Sequence[Path]) -> tuple[Images, dict[str, int]]:
    """All pictures one after the other, and where each part begins."""
    sizes = [*(len(found) for found in parts.values()), len(unlabelled)]
    starts = dict(zip((*parts, "unlabelled"), np.cumsum([0, *sizes]).tolist(), strict=False))
    names = [f"{part}/{name}" if part != "all" else name for part, found in parts.items() for name in found.names]
    pixels: list[Any] = [found.pixels for found in parts.values() if found.pixels is not None]
    if not pixels:
        paths = [path for found in parts.values() for path in found.paths]
        return FileImages.of([*paths, *unlabelled], [*names, *map(str, unlabelled)]), starts
    if len(pixels) < len(parts) or unlabelled:
        raise DataError("expected all pictures in arrays or all in files, got both; bring them into one form")
    shapes = {array.shape[1:] for array in pixels}
    if len(shapes) > 1:
        raise DataError(f"expected arrays of pictures of one size, got {' and '.join(map(str, shapes))}; resize them")
    return ArrayImages.of(np.concatenate(pixels), names), starts
