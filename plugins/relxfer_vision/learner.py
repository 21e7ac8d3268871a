"""A network bound to pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from relxfer.protocols import Examples
from relxfer.torch import ClassifierLearner
from relxfer_vision.model import ImageModel
from relxfer_vision.preprocessing import Preprocessing

#: Side of the largest picture that is reconstructed pixel by pixel.
MOST_PIXELS = 32


@dataclass(frozen=True)
class Batch:
    """pictures [B, C, h, w], labels [B] or None, rows [B] of the examples."""

    pictures: Tensor
    labels: Tensor | None
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


class ImageLearner(ClassifierLearner):
    """Labelled batches are augmented as the adapter's options say, others never."""

    def __init__(self, model: ImageModel, preprocessing: Preprocessing, classes: int):
        super().__init__(model, classes)
        self.preprocessing = preprocessing

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        asked = examples.take(rows)
        augmented = rng if asked.answers is not None else None
        pictures = self.preprocessing(asked.inputs, asked.queries, augmented)
        labels = None if asked.answers is None else torch.from_numpy(asked.answers).to(self.device)
        return Batch(pictures.to(self.device), labels, rows)

    def view(self, batch: Batch, corrupt: bool) -> Batch:
        """Moved by a few pixels each; corrupted: a quarter of the pixels set to the batch's mean."""
        pictures = batch.pictures
        if corrupt:
            hidden = torch.rand_like(pictures[:, :1]) < 0.25
            return replace(batch, pictures=torch.where(hidden, pictures.mean(), pictures))
        return replace(batch, pictures=_moved(pictures, max(1, pictures.shape[-1] // 14)))

    def tensor(self, batch: Batch) -> Tensor:
        """The pixels, normalised; of pictures larger than 32 pixels a side their means on a grid of 32 x 32."""
        pictures = batch.pictures
        large = pictures.shape[-1] > MOST_PIXELS
        return (F.adaptive_avg_pool2d(pictures, MOST_PIXELS) if large else pictures).flatten(1)

    def features(self, batch: Batch) -> Tensor:
        return self.model.network.embed(batch.pictures)

    def notes(self) -> list[str]:
        return [self.preprocessing.sentence()]


def _moved(pictures: Tensor, most: int) -> Tensor:
    """Each picture by its own offset of at most so many pixels, edges repeated."""
    count, _, height, width = pictures.shape
    padded = F.pad(pictures, (most,) * 4, mode="replicate")
    down, right = torch.randint(0, 2 * most + 1, (2, count), device=pictures.device)
    rows = down[:, None] + torch.arange(height, device=pictures.device)
    columns = right[:, None] + torch.arange(width, device=pictures.device)
    each = torch.arange(count, device=pictures.device)[:, None, None]
    return padded[each, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
