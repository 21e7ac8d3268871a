"""The user's own pictures: what their options name, read by splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from relxfer.data.bad_rows import BadRowList
from relxfer.errors import DataError
from relxfer_vision.files.forms import read
from relxfer_vision.files.labelled import Labelled
from relxfer_vision.options import ImageFiles
from relxfer_vision.pictures import folders
from relxfer_vision.pictures.images import Seen, see


@dataclass(frozen=True)
class UserPictures:
    """Labelled pictures by split, under "all" where they are still to be split; files of others; sentences."""

    splits: dict[str, Labelled]
    unlabelled: Sequence[Path] = ()
    notes: list[str] = field(default_factory=list)


def usable(pictures: UserPictures, skip: bool) -> tuple[UserPictures, list[Seen]]:
    """The pictures in files that decode, and what is seen of each, those without labels last; arrays as they are.

    skip  whether others are left out

    Raises:
        BadRows: some cannot be used, and are not to be left out.
    """
    bad, splits, seen = BadRowList("pictures", skip), {}, []
    for split, labelled in pictures.splits.items():
        lines = labelled.table.lines if labelled.table else [None] * len(labelled)
        found = [see(path, line, bad) for path, line in zip(labelled.paths, lines, strict=False)]
        seen += filter(None, found)
        splits[split] = labelled.take([row for row, each in enumerate(found) if each]) if None in found else labelled
    further = {path: see(path, None, bad) for path in pictures.unlabelled}
    seen += filter(None, further.values())
    unlabelled = [path for path, each in further.items() if each]
    return UserPictures(splits, unlabelled, [*pictures.notes, *bad.settle()]), seen


def read_pictures(options: ImageFiles) -> UserPictures:
    """What the options name.

    Raises:
        DataError: there are no pictures, or none with labels; the message names the file or folder.
    """
    unlabelled = [] if options.unlabelled is None else folders.find(options.unlabelled).pictures
    if options.unlabelled is not None and not unlabelled:
        raise DataError(f"expected pictures in {options.unlabelled}, got none; add some, or leave unlabelled out")
    if not options.path:
        given = {"train": options.train, "val": options.val, "test": options.test}
        splits = {split: _whole(path, split, options) for split, path in given.items() if path}
        return UserPictures(splits, unlabelled)
    splits = read(options.path, options.classes, options.labels, options.group)
    if "val" not in splits or "train" not in splits or "test" in splits:
        return UserPictures(splits, unlabelled)
    splits["test"] = splits.pop("val")
    return UserPictures(splits, unlabelled, ["the validation pictures are the test, since there are no others"])


def _whole(path: Path, split: str, options: ImageFiles) -> Labelled:
    """All that is there; of arrays by splits, those of this split."""
    splits = read(path, options.classes, options.labels, options.group)
    if len(splits) > 1 and split not in splits:
        raise DataError(f"expected pictures of {split} in {path}, got those of {', '.join(splits)}; name another place")
    return splits.get(split) or next(iter(splits.values()))
