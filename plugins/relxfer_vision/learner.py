"""A network bound to pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import PIL
import torch
import torch.nn.functional as F
from torch import Tensor

from relxfer.authoring.torch_learner import TaskLearner
from relxfer.contract.data import Examples, Pieces
from relxfer.contract.learners import Portable
from relxfer.contract.tasks import Task
from relxfer.store.files import sha256
from relxfer_vision.model import ImageModel
from relxfer_vision.pictures.preprocessing import Preprocessing

#: Side of the largest picture that is reconstructed pixel by pixel.
MOST_PIXELS = 32
#: Pictures whose features are computed together: one wanted picture costs those of the others too.
TOGETHER = 16


@dataclass(frozen=True)
class Mixed:
    """What is mixed into the pictures of a batch: each has `share` of itself, and the rest of the one in `order`."""

    share: float
    order: Tensor


@dataclass(frozen=True)
class Batch:
    """pictures [B, C, h, w], made when they are first needed, labels [B] or None, rows [B] of the examples.

    Of mixed pictures, labels and rows are those of the picture with the larger share.
    """

    made: Callable[[], Tensor]
    labels: Tensor | None
    rows: np.ndarray
    mixed: Mixed | None = None

    @cached_property
    def pictures(self) -> Tensor:
        return self.made()

    def __len__(self) -> int:
        return len(self.rows)


class ImageLearner(TaskLearner):
    """Labelled batches are augmented as the adapter's options say, others never."""

    def __init__(self, model: ImageModel, preprocessing: Preprocessing, task: Task, labels: np.ndarray | None = None):
        super().__init__(model, task, labels)
        self.preprocessing = preprocessing

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        asked = examples.take(rows)
        if asked.answers is None:
            return Batch(lambda: self.preprocessing(asked.inputs, asked.queries).to(self.device), None, rows)
        mixed = self._mixed(len(rows), rng)

        def made() -> Tensor:
            pictures = self.preprocessing(asked.inputs, asked.queries, rng).to(self.device)
            return pictures if mixed is None else pictures.lerp(pictures[mixed.order], 1 - mixed.share)

        return Batch(made, torch.from_numpy(asked.answers).to(self.device), rows, mixed)

    def loss(self, batch: Batch, scores: Tensor | None = None) -> Tensor:
        """Of mixed pictures share · l(f(x), y) + (1 - share) · l(f(x), y'), by the labels of both (Zhang et al. 2018).

        For classes it is the cross-entropy with the labels mixed in these shares.
        """
        outputs = self.scores(batch) if scores is None else scores
        own = super().loss(batch, outputs)
        if batch.mixed is None or batch.labels is None:
            return own
        other = super().loss(replace(batch, labels=batch.labels[batch.mixed.order]), outputs)
        return batch.mixed.share * own + (1 - batch.mixed.share) * other

    @property
    def varies(self) -> bool:
        return self.preprocessing.varies

    def _mixed(self, count: int, rng: np.random.Generator) -> Mixed | None:
        """A partner for each picture of a batch, and one share of at least a half for all; None without `mixup`."""
        alpha = self.preprocessing.mixup
        if alpha is None:
            return None
        share = float(rng.beta(alpha, alpha))
        return Mixed(max(share, 1 - share), torch.from_numpy(rng.permutation(count)).to(self.device))

    def pieces(self, examples: Examples) -> Pieces:
        """A few pictures side by side in the order of the splits, hashed with how they are decoded and prepared."""
        images, how = examples.inputs, f"{PIL.__version__} {self.preprocessing.plain}"

        def rows(number: int) -> np.ndarray:
            return images.order[number * TOGETHER : (number + 1) * TOGETHER]

        numbers, each = np.divmod(images.places[examples.queries], TOGETHER)
        return Pieces(
            numbers,
            each,
            lambda number: Examples(images, rows(number)),
            lambda number: sha256(how, *(images.content(int(row)) for row in rows(number))),
        )

    def view(self, batch: Batch, corrupt: bool) -> Batch:
        """Moved by a few pixels each; corrupted: a quarter of the pixels set to the batch's mean."""
        pictures = batch.pictures
        if corrupt:
            hidden = torch.rand_like(pictures[:, :1]) < 0.25
            return replace(batch, made=lambda: torch.where(hidden, pictures.mean(), pictures))
        moved = _moved(pictures, max(1, pictures.shape[-1] // 14))
        return replace(batch, made=lambda: moved)

    def tensor(self, batch: Batch) -> Tensor:
        """The pixels, normalised; of pictures larger than 32 pixels a side their means on a grid of 32 x 32."""
        pictures = batch.pictures
        large = pictures.shape[-1] > MOST_PIXELS
        return (F.adaptive_avg_pool2d(pictures, MOST_PIXELS) if large else pictures).flatten(1)

    def mixed(self, batch: Batch, other: Batch, share: float) -> Batch:
        """Pixel by pixel, after they were normalised."""
        return replace(batch, made=lambda: share * batch.pictures + (1 - share) * other.pictures)

    def features(self, batch: Batch) -> Tensor:
        return self.model.network.embed(batch.pictures)

    def prepares(self) -> dict[str, Any]:
        """How pictures become the input of the network: size, channels, how they are fitted, mean and std."""
        made = asdict(self.preprocessing.plain)
        return {**made.pop("geometry"), "mean": list(made["mean"]), "std": list(made["std"])}

    def portable(self) -> Portable:
        """The network by the names of its architecture; a module of the user's has its own names."""
        network, geometry = self.model.network, self.preprocessing.geometry
        plain = getattr(network, "module", network)
        scale = getattr(self.head, "scale", None)
        made = asdict(self.preprocessing)
        return Portable(
            network=plain,
            state={name: value for name, value in plain.state_dict().items() if not name.endswith(".scale")},
            example=torch.zeros(2, geometry.channels, geometry.size, geometry.size, device=self.device),
            made_by=f"{type(plain).__module__}:{type(plain).__qualname__}",
            inputs={
                "name": "pictures",
                "layout": "float32 [batch, channels, height, width]",
                **{name: value for name, value in made["geometry"].items() if name != "shorter"},
                **({"shorter_side": geometry.shorter} if geometry.resize == "crop" else {}),
                "values": "(pixels / 255 - mean) / std",
                "mean": list(made["mean"]),
                "std": list(made["std"]),
            },
            scale={} if scale is None else dict(zip(("mean", "std"), scale.tolist(), strict=True)),
        )

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
