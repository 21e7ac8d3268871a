"""Inspection of the user's pictures, for `relxfer init`: their place, their classes, and problems with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer.contract.readers import Told
from relxfer.errors import NotMine
from relxfer.judge.metrics.answer_columns import Guess
from relxfer.plan.answer_names import unanswered
from relxfer_vision.files import repeats
from relxfer_vision.files.listed_pictures import GROUP, split_column
from relxfer_vision.files.picture_label import guess_of
from relxfer_vision.files.picture_lists import lists_in
from relxfer_vision.files.picture_table import PictureTable, read_table
from relxfer_vision.files.user_domain import user_domain
from relxfer_vision.options import TABLES, ImageFiles
from relxfer_vision.pictures import folders
from relxfer_vision.pictures.images import Images
from relxfer_vision.weights import installed

#: How people call the column with what a split has to keep together.
GROUPS = (GROUP, "patient", "patient_id", "person", "person_id", "subject", "subject_id", "scene", "participant")
#: Photographs have a shorter side of at least so many pixels.
_SIDE = 64
_LOOKED_AT = 200
_LITE = ("efficientnet_lite0", "IMAGENET1K")
#: How everything is trained after the head, of what was measured in `benchmarks/few_photographs.py`.
_ALL = {"lr_factor": 0.1, "freeze_statistics": True}


@dataclass(frozen=True)
class Inspection:
    """The places, and the domain that they make.

    places options of the reader that name places: "path", "unlabelled", or "train", "val" and "test"
    guess  which columns of a table have the answers; None: nothing is to be said
    given  further options of the reader: what was told or guessed
    """

    places: Mapping[str, Path]
    domain: Domain
    guess: Guess | None = None
    given: Mapping[str, Any] = field(default_factory=dict)

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its paths are `Path`."""
        return {"use": "image-files", **self.places, **self.given}

    @property
    def unlabelled(self) -> bool:
        """Whether the pictures have no classes, so that a source with labels is needed."""
        return unanswered(self.domain)

    def tables(self) -> Mapping[str, Any]:
        """What a configuration for pictures has besides: what to learn from, and strategies that give a new head, or,
        where there are no labels, that need none."""
        if self.unlabelled:
            return {
                "target": {"label_budgets": [0]},
                "strategy": [{"use": name} for name in ("zero-shot", "mmd", "dann")],
            }
        return {
            "source": _source(self.domain.inputs),
            "target": {"label_budgets": [10, 100, "all"]},  # a new head is nothing without labels
            "strategy": [self._frozen, {"use": "finetune", "head": self._frozen["head"], **_ALL}],
        }

    def cheaper(self) -> list[Mapping[str, Any]]:
        """Only the head of the large network, which takes hours to train on a plain CPU, beside a small network as the
        baseline."""
        small = {"use": "scratch", "name": "scratch (lenet)", "model": {"use": "lenet", "size": 64}, "baseline": True}
        return [{"strategy": [self._frozen, small], "report": {"baselines": False}}]

    @property
    def _frozen(self) -> dict[str, Any]:
        """The network as it is under a head that is solved for, which is hard to beat with few pictures."""
        return {"use": "feature-extraction", "head": next(iter(self.domain.task.heads))}

    def sentences(self) -> list[str]:
        """What to tell the user."""
        guessed = [self.guess.sentence()] if self.guess else []
        images = self.domain.inputs
        first = f"{', '.join(map(str, self.places.values()))}: {len(images):,} pictures"
        return [first, *guessed, *self.domain.notes, *repeats.nearly(images), *_given_away(self.domain)]


def inspect(path: str | Path, told: Told = Told()) -> Inspection:
    """Inspect a folder of pictures, a table of them, or arrays; every picture is decoded.

    Of a folder without classes that has a table of its pictures, the table is read.

    Raises:
        NotMine: it is no such file.
        Undecided: which column of a table is the label, or which table of a folder, has to be said.
        DataError: there are no labelled pictures, or some that cannot be used.
    """
    path, guess, group = Path(path), None, told.group
    places = dict(lists_in(path, (*told.label, *filter(None, [told.group]))))
    path = places.get("path") or places.get("train") or path
    listed = path.is_file() and path.suffix.lower() in TABLES
    told.only("image-files", *(("label", "group") if listed else ()), "skip_bad")
    if path.is_file() and path.suffix.lower() not in (*TABLES, ".npz"):
        raise NotMine(f"expected a folder of pictures, a .csv, .tsv or .parquet, or an .npz, got {path}; convert it")
    if path.is_dir() and not folders.holds_pictures(path):
        raise NotMine(f"expected a folder of pictures, got {path}, which has none; name the folder of the pictures")
    if listed:
        table = read_table(path, labelled=False)
        group = group or _group(table, told.label)
        guess = None if told.label else guess_of(table, _taken(table, group))
    label = told.label[0] if len(told.label) == 1 else told.label
    given: dict[str, Any] = dict(guess.table()) if guess else {"label": label} if label else {}
    given |= ({"group": group} if group else {}) | ({"skip_bad": True} if told.skip_bad else {})
    places = places or {"unlabelled" if _is_flat(path) else "path": path}
    resolved = {key: place.resolve() for key, place in places.items()}
    options = ImageFiles.model_validate({**resolved, **given})
    return Inspection(places, user_domain(options), guess, given)


def _taken(table: PictureTable, group: str | None) -> set[str]:
    """Columns that are no answers: the splits, and what people call groups."""
    called = {name for name in table.columns if name.lower() in GROUPS}
    return {*called, *filter(None, [group, split_column(table, [*filter(None, [group])])])}


def _is_flat(path: Path) -> bool:
    """Whether pictures lie in a folder itself, and in none below it, so that no folder is a class."""
    if not path.is_dir():
        return False
    found = folders.find(path).pictures
    return bool(found) and all(picture.parent == path for picture in found)


def _group(table: PictureTable, labels: Sequence[str]) -> str | None:
    """The column with what stays together, if it has a usual name and several pictures of some value."""
    by_name = {name.lower(): name for name in table.columns if name not in labels}
    found = [by_name[name] for name in GROUPS if name in by_name]
    return next((name for name in found if len(set(table.columns[name])) < len(table.files)), None)


def _source(images: Images) -> dict[str, Any]:
    """Weights of ImageNet, those that are installed where there are some; for small gray pictures the digits."""
    rows = range(0, len(images), max(1, len(images) // _LOOKED_AT))
    looks = [images.look(row) for row in rows]
    small = sum(look.shorter < _SIDE for look in looks) > len(looks) / 2
    if small and not any(look.coloured for look in looks):
        training = {"steps": 1500, "batch_size": 32}
        return {"model": "lenet", "datasets": ["digits"], "shared": True, "training": training}
    if installed.is_installed(*_LITE):
        return {"model": _LITE[0], "weights": _LITE[1]}
    return {"model": "resnet18", "weights": "IMAGENET1K_V1"}


def _given_away(domain: Domain) -> list[str]:
    """A sentence on test pictures that are training pictures too."""
    if domain.test is None or domain.train is None:
        return []
    first, names = domain.inputs.first_equal, domain.inputs.names
    training = {int(first[row]): row for row in domain.train.queries}
    pairs = [(row, training[int(first[row])]) for row in domain.test.queries if int(first[row]) in training]
    if not pairs:
        return []
    shown = "; ".join(f"{names[a]} = {names[b]}" for a, b in pairs[:3])
    return [
        f"leak: {len(pairs):,} of {len(domain.test):,} test pictures are also in training ({shown}"
        f"{', ...' if len(pairs) > 3 else ''}): their answers are given away; take them out of one of the two"
    ]
