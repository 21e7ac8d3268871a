"""Folders with a folder for each class: where they begin, and how they are split."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.data.tables.split_words import SPLITS
from relxfer.errors import DataError
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.pictures import folders


def read_folder(path: Path) -> dict[str, Labelled]:
    """The pictures of a folder, under "all", or by its splits where it has some: "train", "val", "test".

    Raises:
        DataError: it has no folder for each class.
    """
    top, above = unwrapped(path)
    splits = splits_in(top)
    if not splits:
        return {"all": _classes(top, above)}
    train = [child.name for child in folders.folders_in(unwrapped(splits["train"])[0])]
    bare = [split for split, folder in splits.items() if split != "train" and _bare(folder)]
    made = {split: _classes(*unwrapped(folder, train)) for split, folder in splits.items() if split not in bare}
    for split in bare:
        made["train"] = _with_unlabelled(made["train"], splits[split])
    return made if len(made) > 1 else {"all": made["train"]}


def unwrapped(path: Path, classes: Collection[str] = ()) -> tuple[Path, list[str]]:
    """The folder in which the classes or the splits are, and sentences on the folders that were gone through.

    A folder is gone through where the only folder of it that holds pictures has itself several that do.

    classes  names that are no wrappers

    >>> import tempfile
    >>> top = Path(tempfile.mkdtemp())
    >>> for name in ("cats", "dogs"):
    ...     (top / "photos" / name).mkdir(parents=True)
    ...     (top / "photos" / name / "0.png").touch()
    >>> unwrapped(top)[0].name
    'photos'
    """
    inside = [child for child in folders.folders_in(path) if folders.holds_pictures(child)]
    if len(inside) != 1 or inside[0].name in classes or _pictures_beside(path):
        return path, []
    below = unwrapped(inside[0], classes)[0]
    holding = [child for child in folders.folders_in(below) if folders.holds_pictures(child)]
    if len(holding) < 2 and not splits_in(below):
        return path, []
    skipped = [child.name for child in folders.folders_in(path) if child != inside[0]]
    others = f"; without pictures: {', '.join(skipped[:3])}" if skipped else ""
    return below, [f"the pictures of {path.name} are in {below.relative_to(path).as_posix()}{others}"]


def splits_in(folder: Path) -> dict[str, Path]:
    """Its folders train, val and test, where it has one to train on.

    `train` is a class where it holds the pictures themselves, or there is no val or test, beside others with pictures.
    """
    children = folders.folders_in(folder)
    found: dict[str, Path] = {}
    for split, names in SPLITS.items():
        own = [child for child in children if says(child.name, names)]
        own.sort(key=lambda child: names.index(child.name.lower()) if child.name.lower() in names else len(names))
        if own:
            found[split] = own[0]
    if "train" not in found:
        return {}
    beside = [child for child in children if child not in found.values() and folders.holds_pictures(child)]
    return {} if beside and (len(found) == 1 or _pictures_beside(found["train"])) else found


def says(name: str, splits: Sequence[str]) -> bool:
    """Whether the name of a folder is one of these, or one with a word around it such as `test_set` or `seg_train`."""
    around = rf"(seg[_-])?({'|'.join(splits)})([_ -]?(set|data|dataset|images))?"
    return re.fullmatch(around, name.lower()) is not None


def _bare(folder: Path) -> bool:
    """Whether a folder holds pictures, and no folders of classes."""
    inside = _same_again(folder)
    return _pictures_beside(inside) and not any(map(folders.holds_pictures, folders.folders_in(inside)))


def _same_again(folder: Path) -> Path:
    """The only folder in a folder without pictures, where it has the name of the folder, as archives make it."""
    inside = folders.folders_in(folder)
    return inside[0] if len(inside) == 1 and inside[0].name == folder.name else folder


def _with_unlabelled(labelled: Labelled, folder: Path) -> Labelled:
    """Further pictures, whose labels are empty, as of a competition that keeps those of its test."""
    paths = folders.find(folder).pictures
    note = f"{len(paths):,} pictures of {folder.name} are in no folder of a class: they are seen without labels"
    return replace(
        labelled,
        names=[*labelled.names, *(f"{folder.name}/{path.relative_to(folder).as_posix()}" for path in paths)],
        labels=[*labelled.labels, *[""] * len(paths)],
        paths=[*labelled.paths, *paths],
        notes=[*labelled.notes, note],
    )


def _pictures_beside(folder: Path) -> bool:
    return any(
        file.suffix.lower() in folders.suffixes() and file.is_file() and not folders.left_behind(file.name)
        for file in folder.iterdir()
    )


def _classes(folder: Path, notes: Sequence[str]) -> Labelled:
    """A folder for each class, by its name."""
    classes = folders.folders_in(folder)
    if not classes:
        raise DataError(
            f"expected a folder for each class in {folder}, got none; sort the pictures into folders, or list them in "
            "a .csv with the columns file and label"
        )
    paths: list[Path] = []
    labels: list[str] = []
    small: list[Path] = []
    others = [file for file in folder.iterdir() if file.is_file() and not folders.left_behind(file.name)]
    for child in classes:
        found = folders.find(child)
        if not found.pictures:
            strange = found.others or found.small
            got = f"{len(strange)} other file(s), such as {strange[0].name}" if strange else "nothing"
            raise DataError(
                f"expected pictures of the class {child.name!r} in {child}, got {got}; add some or delete it"
            )
        paths += found.pictures
        labels += [child.name] * len(found.pictures)
        others += found.others
        small += found.small
    names = [path.relative_to(folder).as_posix() for path in paths]
    passed = _passed_over(others, folder, "file(s) that are no pictures by their name")
    return Labelled(names, labels, paths, notes=[*notes, *passed, *_passed_over(small, folder, "thumbnail(s)")])


def _passed_over(files: Sequence[Path], folder: Path, what: str) -> list[str]:
    if not files:
        return []
    named = ", ".join(file.relative_to(folder).as_posix() for file in files[:3])
    return [f"passed over in {folder.name}: {len(files)} {what} ({named})"]
