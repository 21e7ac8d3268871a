"""The base of learners with gradients, for any modality.

An adapter's learner sets `module`, and implements `batch`, `features` and what its head needs; training and prediction
are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Trainer
from relxfer.errors import ArtefactError, UnfitArtefact


class TorchLearner:
    """A trainable learner; subclasses implement `parts`, `head`, `batch` and `loss`.

    module  everything that is trained, including the head
    """

    module: nn.Module
    block = 64  # queries scored at once
    attached: Any = None  # set by the engine: the body when it was attached (`relxfer.train.features.Attached`)

    @property
    def device(self) -> torch.device:
        return next(self.module.parameters()).device

    def scores(self, batch: Any) -> torch.Tensor:
        """[rows, candidates]: the head on the features."""
        return self.head(self.features(batch))  # type: ignore[attr-defined]

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Minimise the task's loss; several domains take turns."""
        trainer.fit(self, lambda step, batch: self.loss(batch), *examples, turns=True)  # type: ignore[attr-defined]

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Score blocks [b, candidates] in query order, in eval mode and without gradients."""
        rng, hidden = np.random.default_rng(0), examples.hidden()
        features = self.attached.features(self, hidden) if self.attached else None
        for start in range(0, len(examples), self.block):
            rows = np.arange(start, min(start + self.block, len(examples)))
            with evaluating(self.module), torch.no_grad():
                if features is None:
                    scores = self.scores(self.batch(hidden, rows, rng))  # type: ignore[attr-defined]
                else:
                    scores = self.head(torch.tensor(features[rows], device=self.device))  # type: ignore[attr-defined]
            yield scores.cpu().numpy()


class ClassifierLearner(TorchLearner):
    """A classifier: cross-entropy on the `network` of a model.

    The network has `width`, `head`, `new_head(classes)` and `parts()`; batches have `labels`, [B] or None.
    """

    def __init__(self, model: Any, classes: int):
        self.model, self.classes = model, classes
        self.module: nn.Module = model.network

    @property
    def width(self) -> int:
        return self.model.network.width

    @property
    def head(self) -> nn.Module:
        return self.model.network.head

    @head.setter
    def head(self, head: nn.Module) -> None:
        self.model.network.head = head

    def new_head(self) -> nn.Module:
        return self.model.network.new_head(self.classes).to(self.device)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return self.model.network.parts()

    def loss(self, batch: Any, scores: torch.Tensor | None = None) -> torch.Tensor:
        return F.cross_entropy(self.scores(batch) if scores is None else scores, batch.labels)

    def export(self) -> Any:
        return self.model


def features_of(learner: Any, examples: Examples) -> np.ndarray:
    """float32 [n, width] of a learner that offers `features`: in eval mode, without gradients, not augmented."""
    rng, hidden, block = np.random.default_rng(0), examples.hidden(), getattr(learner, "block", TorchLearner.block)
    blocks = []
    for start in range(0, len(examples), block):
        rows = np.arange(start, min(start + block, len(examples)))
        with evaluating(learner.module), torch.no_grad():
            blocks.append(learner.features(learner.batch(hidden, rows, rng)).cpu().numpy())
    return np.concatenate(blocks) if blocks else np.zeros((0, learner.width), np.float32)


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Eval mode inside; every submodule's own mode afterwards."""
    before = [(m, m.training) for m in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for submodule, mode in before:
            submodule.training = mode


def arrays_of(module: nn.Module) -> dict[str, np.ndarray]:
    """Parameters and buffers as numpy copies, for `Model.state`."""
    return {name: value.detach().cpu().numpy().copy() for name, value in module.state_dict().items()}


@contextmanager
def no_larger_than(arrays: Mapping[str, np.ndarray]) -> Iterator[None]:
    """Modules built inside must have about as many parameters as these arrays, which they are to hold.

    Sizes in a file are not trusted: `UnfitArtefact` is raised before the memory of a larger module is written to.
    """
    left = {"parameters": 1_000 + 2 * len(arrays), "numbers": 2**26 + 2 * sum(np.size(a) for a in arrays.values())}

    def count(module: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
        left["parameters"] -= 1
        left["numbers"] -= 0 if parameter is None else parameter.numel()
        if too_many := [what for what, number in left.items() if number < 0]:
            raise UnfitArtefact(
                f"expected a model of the size of its {len(arrays):,} arrays, got sizes that make a "
                f"{type(module).__name__} of far more {too_many[0]}; name another checkpoint"
            )

    hook = register_module_parameter_registration_hook(count)
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not (isinstance(error, MemoryError) or re.search("can't allocate memory|overflow", str(error))):
            raise
        told = str(error).splitlines()[0]
        raise UnfitArtefact(
            f"expected a model of the size of its {len(arrays):,} arrays, got sizes that need more memory than there "
            f"is ({told}); name another checkpoint"
        ) from None
    finally:
        hook.remove()


def load_arrays(module: nn.Module, arrays: dict[str, np.ndarray]) -> None:
    """The inverse of `arrays_of`.

    Raises:
        ArtefactError: names or shapes are not those of the module.
    """
    state = {name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}
    try:
        module.load_state_dict(state, strict=True)
    except RuntimeError as error:
        found = str(error).splitlines()[-1].strip()
        raise ArtefactError(
            f"expected a checkpoint with the parameters of this {type(module).__name__}, got another's ({found}); "
            "give the model the options that it was trained with"
        ) from error
