"""Inspection of the user's pictures, for `relxfer init`: their place, their classes, and problems with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer.contract.readers import Told
from relxfer.errors import NotMine
from relxfer.judge import answer_columns
from relxfer.judge.answer_columns import Guess
from relxfer_vision.files.picture_table import LABEL, read_table
from relxfer_vision.files.user_domain import user_domain
from relxfer_vision.options import TABLES, ImageFiles

#: How people call the column with the answers, most telling first.
LABELS = (LABEL, "labels", "tags", "target", "value")


@dataclass(frozen=True)
class Inspection:
    """The place, the domain that it makes, and the columns of its labels as told."""

    path: Path
    domain: Domain
    guess: Guess | None = None
    label: tuple[str, ...] = ()

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its path is a `Path`."""
        table: dict[str, Any] = {"use": "image-files", "path": self.path}
        table |= {"label": self.label[0] if len(self.label) == 1 else list(self.label)} if self.label else {}
        return table | (self.guess.table() if self.guess else {})

    def tables(self) -> Mapping[str, Any]:
        """What a configuration for pictures has besides: ImageNet's weights, and strategies that give a new head."""
        return {
            "source": {"model": "resnet18", "weights": "IMAGENET1K_V1"},
            "target": {"label_budgets": [10, 100, "all"]},  # a new head is nothing without labels
            "strategy": [{"use": "feature-extraction"}, {"use": "finetune", "head_lr_factor": 10}],
        }

    def sentences(self) -> list[str]:
        """What to tell the user."""
        guessed = [self.guess.sentence()] if self.guess else []
        return [f"{self.path}: {len(self.domain.inputs):,} pictures", *guessed, *self.domain.notes]


def inspect(path: str | Path, told: Told = Told()) -> Inspection:
    """Inspect a folder of pictures, a table of them, or arrays; every picture is decoded.

    Raises:
        DataError: there are no labelled pictures, or some that cannot be used.
    """
    path, guess = Path(path), None
    told.only("image-files", *(["label"] if path.suffix.lower() in TABLES else []))
    if path.is_file() and path.suffix.lower() not in (*TABLES, ".npz"):
        raise NotMine(f"expected a folder of pictures, a .csv, .tsv or .parquet, or an .npz, got {path}; convert it")
    if path.suffix.lower() in TABLES and path.is_file() and not told.label:
        guess = answer_columns.guess(read_table(path, labelled=False).columns, LABELS, (LABEL,))
    asked = {"label": told.label} if told.label else guess.table() if guess else {}
    options = ImageFiles.model_validate({"path": path.resolve(), **asked})
    return Inspection(path, user_domain(options), guess, told.label)
