"""Options of the image adapter and of `image-files`, apart so that listing them imports nothing heavy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt, field_validator, model_validator

from relxfer.contract.only_with import OnlyWhere, OnlyWith, holding
from relxfer.contract.options import Options, UserFolder, UserPath


class DigitsOptions(Options):
    """Which of scikit-learn's digits."""

    classes: Annotated[tuple[Annotated[int, Field(ge=0, le=9)], ...], Field(min_length=2)] = tuple(range(10))
    """The digits that are there; others make another task."""

    @field_validator("classes")
    @classmethod
    def _distinct(cls, classes: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(classes)) < len(classes):
            raise ValueError("expected distinct digits; name each once")
        return classes


_RAND = holding("rand")


class ImageOptions(Options):
    """How pictures of source and target are prepared, and how they are varied in training.

    What is unset follows the network: the size, channels and normalisation that it was made for.
    """

    size: PositiveInt | None = None
    """Side of the square that the network sees, in pixels."""
    channels: Literal[1, 3] | None = None
    """1: gray, 3: RGB. The network must take as many."""
    resize: Literal["pad", "stretch", "crop"] | None = None
    """`pad` with zeros; `stretch` to the square (bilinear); `crop`: shorter side to `shorter_side`, then the centre."""
    shorter_side: Annotated[PositiveInt | None, OnlyWith(resize=("crop", None))] = None
    """With `crop`, length of the shorter side before the crop; unset: size * 256 / 224."""
    normalise: Literal["imagenet", "half", "none"] | None = None
    """(x - mean) / std of ImageNet; (x - .5) / .5; or x in [0, 1] as it is."""
    augment: tuple[Literal["flip", "shift", "crop", "zoom", "rand"], ...] = ()
    """In training, on labelled pictures: mirror; move by up to an eighth; with `resize = "crop"` a square anywhere in
    place of the centre; crop 35 to 100 % and enlarge; RandAugment."""
    rand_operations: Annotated[int, Field(ge=1, le=14), OnlyWith(augment=_RAND)] = 2
    """Operations of RandAugment for each picture, 1 to 14 (N in the paper)."""
    rand_magnitude: Annotated[int, Field(ge=1, le=30), OnlyWith(augment=_RAND)] = 9
    """Magnitude of all operations of RandAugment, 1 to 30 (M in the paper)."""
    mixup: PositiveFloat | None = None
    """Train on mixtures of two labelled pictures and of their losses, with shares of a Beta(mixup, mixup) distribution
    (alpha in the paper, 0.1 to 0.4 there); unset: none."""


#: Ends of the names of tables of pictures.
TABLES = (".csv", ".tsv", ".parquet")
_SPLITS = OnlyWith(test=None)
_CLASSES = OnlyWith(task=(None, "classification"))
Kind = Literal["classification", "regression", "multi-label"]


def _in_tables(options: ImageFiles) -> str | None:
    """Columns are chosen in tables alone."""
    paths = [path for path in (options.path, options.train, options.val, options.test) if path is not None]
    if all(path.suffix.lower() in TABLES for path in paths):
        return None
    return f"where {paths[0].name} is no table; remove it, or list the pictures in a .csv"


class ImageFiles(Options):
    """Your own pictures: a folder with a folder for each class, a table of files and answers, or arrays."""

    path: UserPath | None = None
    """All pictures in one place: a folder, a .csv, .tsv or .parquet with the columns `file` and `label`, or an .npz."""
    train: UserPath | None = None
    """Pictures to train on, in the same forms; in place of `path`."""
    val: UserPath | None = None
    """Pictures for validation; unset: validation labels come out of those of training."""
    test: UserPath | None = None
    """Pictures of the test; alone where there are none to train on."""
    unlabelled: UserFolder | None = None
    """A folder of further pictures without labels, for strategies that use such; alone, for a target without labels,
    whose classes are those of its source."""
    task: Kind | None = None
    """What is asked of a picture: its class, numbers (`regression`), or which labels it has (`multi-label`). Unset: its
    class; numbers, where some are not whole, or in several columns; labels, where several columns hold 0 and 1."""
    label: Annotated[str | tuple[str, ...] | None, OnlyWhere(_in_tables)] = None
    """The column of a table with the answers, or a list of several, of numbers or of 0 and 1. Labels in one column are
    separated by | or ;. Unset: `label`."""
    group: Annotated[str | None, OnlyWhere(_in_tables)] = None
    """The column of a table with what a split keeps together, such as a patient or a scene. Unset: `group`, if any."""
    classes: Annotated[Annotated[tuple[str, ...], Field(min_length=2)] | None, _CLASSES] = None
    """Names of the classes in their order; of numbered ones, number 0 first. Unset: those that occur, sorted."""
    skip_bad: bool = False
    """Whether pictures that cannot be used are left out, and counted in the report, instead of being an error."""
    test_fraction: Annotated[float, Field(gt=0, lt=1), _SPLITS] = 0.2
    """Share of every class, or of all pictures, that is split off for the test, where no test is given."""
    split_seed: Annotated[int, Field(ge=0), _SPLITS] = 0
    """Seed of this split."""
    name: str | None = None
    """Name of the data in reports; unset: the name of the folder or file."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The columns of a table with the answers; none: `label`."""
        return (self.label,) if isinstance(self.label, str) else self.label or ()

    @model_validator(mode="after")
    def _fits_together(self) -> ImageFiles:
        parts = [key for key in ("train", "val", "test") if getattr(self, key)]
        if self.path and parts:
            raise ValueError(f"expected path, or train and test, got path and {parts[0]}; keep one of them")
        if not self.path and not self.test and (self.train or not self.unlabelled):
            raise ValueError("expected path, or train and test, or unlabelled alone; name your pictures")
        if self.val and not self.train:
            raise ValueError("expected train beside val, got val alone; set train too")
        return self
