"""A look at the user's pictures, for `relxfer init`: where they are, of which classes, what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer_vision.files.own import load
from relxfer_vision.options import ImageFiles


@dataclass(frozen=True)
class Look:
    """What was found: the place, and the domain that it makes."""

    path: Path
    domain: Domain

    def dataset_table(self) -> dict[str, Any]:
        """The table `dataset` of a target; its path is a `Path`."""
        return {"use": "image-files", "path": self.path}

    def tables(self) -> Mapping[str, Any]:
        """What a configuration for pictures has besides: ImageNet's weights, and strategies that give a new head."""
        return {
            "source": {"model": "resnet18", "weights": "IMAGENET1K_V1"},
            "target": {"label_budgets": [10, 100, "all"]},  # a new head is nothing without labels
            "strategy": [{"use": "feature-extraction"}, {"use": "finetune", "head": 10}],
        }

    def sentences(self) -> list[str]:
        """What to tell the user."""
        return [f"{self.path}: {len(self.domain.inputs):,} pictures", *self.domain.notes]


def look(path: str | Path) -> Look:
    """Look at a folder of pictures, a table of them, or arrays; every picture is decoded.

    Raises:
        DataError: there are no labelled pictures, or some that cannot be used.
    """
    path = Path(path)
    return Look(path, load(ImageFiles(path=path.resolve()), {}))
