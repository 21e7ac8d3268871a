"""Inspection of the user's pictures, for `relxfer init`: their place, their classes, and problems with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relxfer.contract.data import Domain
from relxfer_vision.files.user_domain import user_domain
from relxfer_vision.options import ImageFiles


@dataclass(frozen=True)
class Inspection:
    """The place, and the domain that it makes."""

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
            "strategy": [{"use": "feature-extraction"}, {"use": "finetune", "head_lr_factor": 10}],
        }

    def sentences(self) -> list[str]:
        """What to tell the user."""
        return [f"{self.path}: {len(self.domain.inputs):,} pictures", *self.domain.notes]


def inspect(path: str | Path) -> Inspection:
    """Inspect a folder of pictures, a table of them, or arrays; every picture is decoded.

    Raises:
        DataError: there are no labelled pictures, or some that cannot be used.
    """
    path = Path(path)
    return Inspection(path, user_domain(ImageFiles(path=path.resolve())))
