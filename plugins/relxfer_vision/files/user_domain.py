"""Labelled pictures of files as a domain, split as given or by seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.data import Domain
from relxfer.contract.only_with import refuse_for_data
from relxfer.errors import DataError
from relxfer.judge.metrics.classification import Classification
from relxfer_vision.domain import image_domain
from relxfer_vision.files import answers
from relxfer_vision.files.answers import PictureAnswers
from relxfer_vision.files.arrangement import Arrangement
from relxfer_vision.files.labelled import Labelled, counted
from relxfer_vision.files.random_split import RandomSplit
from relxfer_vision.files.repeats import repeated
from relxfer_vision.files.user_pictures import UserPictures, read_pictures, usable
from relxfer_vision.options import ImageFiles
from relxfer_vision.pictures.images import ArrayImages, FileImages, Images, Seen

#: Split -> rows of the pictures [n], and their answers.
Rows = dict[str, tuple[np.ndarray, np.ndarray]]


def user_domain(options: ImageFiles) -> Domain:
    """The domain of the user's pictures; neither the order of files or rows nor names of files decide its split.

    Raises:
        DataError: pictures or labels cannot be used; the message names the file or folder.
    """
    pictures, seen = usable(read_pictures(options), options.skip_bad)
    name = options.name or Path(options.path or options.train or options.test or options.unlabelled or "pictures").stem
    if not pictures.splits:
        return _unlabelled(name, pictures, seen)
    if options.path and "all" not in pictures.splits:
        refuse_for_data(options, ("test_fraction", "split_seed"), f"where {options.path} is split already")
    kind = answers.kind_of(pictures.splits, options.task)
    if kind != "classification":
        refuse_for_data(options, ("classes",), "where the answers are no classes")
    _check_splits(pictures.splits)
    found = answers.answers_of(pictures.splits, kind, options.classes)
    return _domain(name, pictures, seen, found, RandomSplit(options.test_fraction, options.split_seed))


def _unlabelled(name: str, pictures: UserPictures, seen: Sequence[Seen]) -> Domain:
    """A domain of pictures of whose classes nothing is known."""
    images, _ = _images(pictures, seen)
    rows = Arrangement.of(images, {}).sorted(np.arange(len(images)))
    notes = [*pictures.notes, "no picture has a label: the classes are those of the source"]
    return image_domain(name, images, (), None, None, None, rows, notes)


def _domain(
    name: str, pictures: UserPictures, seen: Sequence[Seen], found: PictureAnswers, random: RandomSplit
) -> Domain:
    """A domain of pictures; those whose answer is missing are seen without one."""
    images, starts = _images(pictures, seen)
    arranged = Arrangement.of(images, pictures.splits)
    rows = _rows(pictures.splits, found, starts, arranged)
    sentences = [_counted(split, labelled, found) for split, labelled in pictures.splits.items()]
    if "all" in rows:
        rows, sentence = _split(rows, found, random, arranged.groups)
        sentences.append(sentence)
    others = [starts[s] + np.flatnonzero(~known) for s, known in found.known.items() if s in ("all", "train")]
    others.append(np.arange(starts["unlabelled"], len(images)))
    further = arranged.sorted(np.concatenate(others))
    hidden = np.concatenate([rows["train"][0]] * ("train" in rows) + [further]) if len(further) else None
    if pictures.unlabelled:
        sentences.append(f"{len(pictures.unlabelled):,} further pictures without labels")
    told = dict.fromkeys(note for each in pictures.splits.values() for note in each.notes)
    sentences += [*found.notes, *pictures.notes, *told]
    said = [text for split in pictures.splits for text in found.said(split)]
    sentences += [*filter(None, [images.depth.sentence()]), *repeated(images, said + [""] * (len(images) - len(said)))]
    splits = rows.get("train"), rows.get("test"), rows.get("val")
    return image_domain(name, images, found.task, *splits, hidden, sentences, arranged.grouped)


def _rows(
    splits: Mapping[str, Labelled], found: PictureAnswers, starts: Mapping[str, int], arranged: Arrangement
) -> Rows:
    """Of each split the rows that have an answer, with their answers, as they are arranged."""
    made: Rows = {}
    for split in splits:
        rows = arranged.sorted(starts[split] + np.flatnonzero(found.known[split]))
        made[split] = rows, found.answers[split][rows - starts[split]]
    return made


def _split(rows: Rows, found: PictureAnswers, random: RandomSplit, groups: np.ndarray) -> tuple[Rows, str]:
    """Training and test rows, and a sentence on them."""
    everything, values = rows["all"]
    if isinstance(found.task, Classification):
        train, test = random.of(values, found.task.answers, groups[everything])
        sentence = random.sentence(len(test))
    else:
        train, test = random.of_all(groups[everything])
        sentence = random.sentence(len(test), "the pictures")
    return {"train": (everything[train], values[train]), "test": (everything[test], values[test])}, sentence


def _counted(split: str, labelled: Labelled, found: PictureAnswers) -> str:
    known, name = found.known[split], "pictures" if split == "all" else split
    if not isinstance(found.task, Classification):
        return f"{name}: {known.sum():,}"
    return f"{name}: {counted(label for label, there in zip(labelled.labels, known, strict=True) if there)}"


def domain_of(name: str, splits: Mapping[str, Labelled]) -> Domain:
    """A domain of labelled pictures that are split: "test", with "train" and "val" where there are some.

    Raises:
        DataError: there are fewer than two classes, a class of the test is in no other split, pictures do not decode.
    """
    _check_splits(splits)
    found = answers.answers_of(splits, "classification")
    images, starts = _images(*usable(UserPictures(dict(splits)), skip=False))
    rows = {split: (starts[split] + np.arange(len(each)), found.answers[split]) for split, each in splits.items()}
    sentences = [_counted(split, labelled, found) for split, labelled in splits.items()]
    sentences += [note for labelled in splits.values() for note in labelled.notes]
    given = rows.get("train"), rows.get("test"), rows.get("val")
    return image_domain(name, images, found.task, *given, notes=sentences)


def _check_splits(splits: Mapping[str, Labelled]) -> None:
    if not splits.keys() & {"train", "all", "test"}:
        got = f"{' and '.join(splits) or 'none'} alone"
        raise DataError(f"expected pictures to train on or a test, got {got}; add some")


def _images(pictures: UserPictures, seen: Sequence[Seen]) -> tuple[Images, dict[str, int]]:
    """All pictures one after the other, and the row at which each split begins."""
    splits, unlabelled = pictures.splits, pictures.unlabelled
    sizes = [*(len(labelled) for labelled in splits.values()), len(unlabelled)]
    starts = dict(zip((*splits, "unlabelled"), np.cumsum([0, *sizes]).tolist(), strict=False))
    names = [f"{split}/{name}" if split != "all" else name for split, each in splits.items() for name in each.names]
    pixels: list[Any] = [labelled.pixels for labelled in splits.values() if labelled.pixels is not None]
    if not pixels:
        paths = [path for labelled in splits.values() for path in labelled.paths]
        return FileImages.seen([*paths, *unlabelled], [*names, *map(str, unlabelled)], seen), starts
    if len(pixels) < len(splits) or unlabelled:
        raise DataError("expected all pictures in arrays or all in files, got both; bring them into one form")
    shapes = {array.shape[1:] for array in pixels}
    if len(shapes) > 1:
        raise DataError(f"expected arrays of pictures of one size, got {' and '.join(map(str, shapes))}; resize them")
    return ArrayImages.of(np.concatenate(pixels), names), starts
