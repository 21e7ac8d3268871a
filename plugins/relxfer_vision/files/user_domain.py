"""Labelled pictures of files as a domain, split as given or by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.contract.data import Domain
from relxfer.contract.only_with import refuse_for_data
from relxfer.errors import DataError
from relxfer_vision.domain import image_domain
from relxfer_vision.files import answers
from relxfer_vision.files.answers import PictureAnswers
from relxfer_vision.files.labelled import Labelled, counted
from relxfer_vision.files.random_split import RandomSplit
from relxfer_vision.files.user_pictures import UserPictures, read_pictures
from relxfer_vision.options import ImageFiles
from relxfer_vision.pictures.images import ArrayImages, FileImages, Images


def user_domain(options: ImageFiles) -> Domain:
    """The domain of the user's pictures.

    Raises:
        DataError: pictures or labels cannot be used; the message names the file or folder.
    """
    pictures = read_pictures(options)
    if options.path and "all" not in pictures.splits:
        refuse_for_data(options, ("test_fraction", "split_seed"), f"where {options.path} is split already")
    name = options.name or Path(options.path or options.train or options.test or "pictures").stem
    random = RandomSplit(options.test_fraction, options.split_seed)
    kind = answers.kind_of(pictures.splits, options.task)
    if kind != "classification":
        refuse_for_data(options, ("classes",), "where the answers are no classes")
        return _of_answers(name, pictures, answers.answers_of(pictures.splits, kind), random)
    for labelled in pictures.splits.values():
        answers.complete(labelled)
    return domain_of(name, pictures.splits, options.classes, random, pictures.unlabelled, pictures.notes)


def _of_answers(name: str, pictures: UserPictures, found: PictureAnswers, random: RandomSplit) -> Domain:
    """A domain of pictures with numbers or labels; those whose answer is missing are seen without one."""
    _check_splits(pictures.splits)
    images, starts = _images(pictures.splits, pictures.unlabelled)
    rows = {
        split: (starts[split] + np.flatnonzero(known), found.answers[split][known])
        for split, known in found.known.items()
    }
    sentences = [f"{split if split != 'all' else 'pictures'}: {len(there):,}" for split, (there, _) in rows.items()]
    if "all" in rows:
        everything, values = rows["all"]
        train, test = random.of_all(len(everything))
        rows = {"train": (everything[train], values[train]), "test": (everything[test], values[test])}
        sentences.append(random.sentence(len(test), "the pictures"))
    others = [starts[s] + np.flatnonzero(~known) for s, known in found.known.items() if s in ("all", "train")]
    others.append(np.arange(starts["unlabelled"], len(images)))
    seen = np.concatenate([rows["train"][0]] * ("train" in rows) + others)
    if pictures.unlabelled:
        sentences.append(f"{len(pictures.unlabelled):,} further pictures without labels")
    sentences += [*found.notes, *pictures.notes, *(note for each in pictures.splits.values() for note in each.notes)]
    splits = rows.get("train"), rows.get("test"), rows.get("val")
    return image_domain(name, images, found.task, *splits, seen if len(seen) else None, sentences)


def domain_of(
    name: str,
    splits: Mapping[str, Labelled],
    classes: Sequence[str] | None = None,
    random: RandomSplit = RandomSplit(),
    unlabelled: Sequence[Path] = (),
    notes: Sequence[str] = (),
) -> Domain:
    """A domain of labelled pictures.

    splits      "all", of which a test is split off; or "test", with "train" and "val" where there are some
    classes     their names in order; None: those that occur, sorted
    random      how the test is split off
    unlabelled  picture files without labels, which are seen beside those of training
    notes       further sentences for the report

    Raises:
        DataError: there are fewer than two classes, a class of the test is in no other split, pictures do not decode.
    """
    named = _classes(splits, classes)
    numbers = {label: number for number, label in enumerate(named)}
    images, starts = _images(splits, unlabelled)
    rows = {
        split: (
            starts[split] + np.arange(len(labelled)),
            np.array([numbers[each] for each in labelled.labels], np.int64),
        )
        for split, labelled in splits.items()
    }
    sentences = [f"{split if split != 'all' else 'pictures'}: {counted(each.labels)}" for split, each in splits.items()]
    if "all" in rows:
        everything, labels = rows["all"]
        train, test = random.of(labels, named)
        rows = {"train": (everything[train], labels[train]), "test": (everything[test], labels[test])}
        sentences.append(random.sentence(len(test)))
    seen = None
    if unlabelled:
        seen = np.concatenate([rows["train"][0]] * ("train" in rows) + [np.arange(starts["unlabelled"], len(images))])
        sentences.append(f"{len(unlabelled):,} further pictures without labels")
    sentences += [*notes, *(note for labelled in splits.values() for note in labelled.notes)]
    return image_domain(name, images, named, rows.get("train"), rows.get("test"), rows.get("val"), seen, sentences)


def _classes(splits: Mapping[str, Labelled], given: Sequence[str] | None) -> tuple[str, ...]:
    """The names in order; `DataError` where there are fewer than two, or a split has others."""
    _check_splits(splits)
    by_split = {split: set(labelled.labels) for split, labelled in splits.items()}
    names = set(given or ()) or by_split.get("train") or by_split.get("all") or by_split.get("test") or set()
    for split, labels in by_split.items():
        if strange := sorted(labels - names):
            where = "classes" if given else "the pictures to train on"
            raise DataError(
                f"expected the classes of {where} ({', '.join(sorted(names)[:10])}) in {split}, got also "
                f"{', '.join(map(repr, strange[:5]))}; name them alike, or take them out"
            )
    if len(names) < 2:
        raise DataError(f"expected at least two classes, got {', '.join(names) or 'none'} alone; add another")
    return tuple(given or sorted(names, key=natural))


def _check_splits(splits: Mapping[str, Labelled]) -> None:
    if not splits.keys() & {"train", "all", "test"}:
        got = f"{' and '.join(splits) or 'none'} alone"
        raise DataError(f"expected pictures to train on or a test, got {got}; add some")


def _images(splits: Mapping[str, Labelled], unlabelled: Sequence[Path]) -> tuple[Images, dict[str, int]]:
    """All pictures one after the other, and the row at which each split begins."""
    sizes = [*(len(labelled) for labelled in splits.values()), len(unlabelled)]
    starts = dict(zip((*splits, "unlabelled"), np.cumsum([0, *sizes]).tolist(), strict=False))
    names = [f"{split}/{name}" if split != "all" else name for split, each in splits.items() for name in each.names]
    pixels: list[Any] = [labelled.pixels for labelled in splits.values() if labelled.pixels is not None]
    if not pixels:
        paths = [path for labelled in splits.values() for path in labelled.paths]
        return FileImages.of([*paths, *unlabelled], [*names, *map(str, unlabelled)]), starts
    if len(pixels) < len(splits) or unlabelled:
        raise DataError("expected all pictures in arrays or all in files, got both; bring them into one form")
    shapes = {array.shape[1:] for array in pixels}
    if len(shapes) > 1:
        raise DataError(f"expected arrays of pictures of one size, got {' and '.join(map(str, shapes))}; resize them")
    return ArrayImages.of(np.concatenate(pixels), names), starts
