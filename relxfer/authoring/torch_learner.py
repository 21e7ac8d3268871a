"""Base classes of learners with gradients, for any modality.

The learner of an adapter derives from one of these, sets `module`, and implements `batch`, `features` and its head. The
base class implements training and prediction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Trainer
from relxfer.contract.tasks import Task
from relxfer.errors import ArtefactError, UnfitArtefact


class TorchLearner:
    """Base class of a trainable learner.

    Subclasses implement `parts`, `head`, `features`, `batch`, `loss` and `export`.

    module    the network, including the head
    block     number of queries that are scored at once
    attached  the body as it was when the engine attached it (`relxfer.train.features.Attached`); set by the engine
    """

    module: nn.Module
    block = 64
    attached: Any = None

    @property
    def device(self) -> torch.device:
        """The device of the parameters."""
        return next(self.module.parameters()).device

    def scores(self, batch: Any) -> torch.Tensor:
        """Scores of a batch, [rows, candidates]: the head applied to the features."""
        return self.head(self.features(batch))  # type: ignore[attr-defined]

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Minimise the loss of the task; the steps alternate between several domains."""
        trainer.fit(self, lambda step, batch: self.loss(batch), *examples, turns=True)  # type: ignore[attr-defined]

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Yield scores in blocks [b, candidates], in the order of the queries, in eval mode and without gradients."""
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


class TaskLearner(TorchLearner):
    """Base class of a learner of any kind of task, which minimises the loss of the task over the `network` of a model.

    The network must have `width`, `head`, `new_head(outputs)` and `parts()`. A batch must have `labels`, which are the
    answers of its rows as a tensor, or None.

    model   has the network
    task    what is learnt
    labels  [n] or [n, C]: the labels that a new head learns, whose scale it takes; None where there are none

    class_weights  class -> its weight in the loss; set by the trainer during a fit with training.balance = "loss"
    """

    class_weights: Mapping[int, float] | None = None

    def __init__(self, model: Any, task: Task, labels: np.ndarray | None = None):
        self.model, self.task = model, task
        self.module: nn.Module = model.network
        scale = None if labels is None or not len(labels) else task.scale(labels)
        self._scale = None if scale is None else torch.as_tensor(scale, dtype=torch.float32)
        if not hasattr(self.head, "scale"):
            self.scaled(self.head)

    @property
    def width(self) -> int:
        """Number of features."""
        return self.model.network.width

    @property
    def head(self) -> nn.Module:
        return self.model.network.head

    @head.setter
    def head(self, head: nn.Module) -> None:
        self.model.network.head = head

    def new_head(self) -> nn.Module:
        """An untrained head on the device of the network."""
        return self.scaled(self.model.network.new_head(self.task.width)).to(self.device)

    def scaled(self, head: nn.Module) -> nn.Module:
        """The head with the buffer `scale` of the labels, where the task has one, see `Task.scale`."""
        if self._scale is not None:
            head.register_buffer("scale", self._scale)
        return head

    def parts(self) -> list[tuple[str, nn.Module]]:
        """The parts of the network, as (name, module), from input to output; the head is the last."""
        return self.model.network.parts()

    def loss(self, batch: Any, scores: torch.Tensor | None = None) -> torch.Tensor:
        """The loss of the task on a batch, whose outputs of the head may be given.

        With weights of classes it is sum_c w_c b_c / b · L_c, with L_c the loss of the b_c rows of class c among b.
        """
        outputs = self.scores(batch) if scores is None else scores
        if self.class_weights is None:
            return self._loss(outputs, batch.labels)
        whole = torch.zeros((), device=outputs.device)
        for each, weight in self.class_weights.items():
            rows = batch.labels == each
            if count := int(rows.sum()):
                whole = whole + weight * count / len(rows) * self._loss(outputs[rows], batch.labels[rows])
        return whole

    def _loss(self, outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return self.task.loss(outputs, labels, getattr(self.head, "scale", None))

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Yield scores in blocks [b, C] in the units of the answers, in the order of the queries."""
        scale = getattr(self.head, "scale", None)
        known = None if scale is None else scale.cpu().numpy()
        return (self.task.decoded(block, known) for block in super().predict(examples))

    def export(self) -> Any:
        """The model, to be stored."""
        return self.model


def features_of(learner: Any, examples: Examples) -> np.ndarray:
    """The features of queries, float32 [n, width], in eval mode, without gradients and without augmentation."""
    rng, hidden, block = np.random.default_rng(0), examples.hidden(), getattr(learner, "block", TorchLearner.block)
    blocks = []
    for start in range(0, len(examples), block):
        rows = np.arange(start, min(start + block, len(examples)))
        with evaluating(learner.module), torch.no_grad():
            blocks.append(learner.features(learner.batch(hidden, rows, rng)).cpu().numpy())
    return np.concatenate(blocks) if blocks else np.zeros((0, learner.width), np.float32)


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Set eval mode inside the block, and afterwards restore the mode of every submodule."""
    modules = list(module.modules())
    before = [submodule.training for submodule in modules]
    if any(before):
        module.eval()
    try:
        yield
    finally:
        for submodule, mode in zip(modules, before, strict=True):
            if vars(submodule).get("training") is not mode:
                _set_mode(submodule, mode)


def _set_mode(module: nn.Module, mode: bool) -> None:
    """Set `module.training`, mostly without `nn.Module.__setattr__`, which looks for parameters first."""
    if "training" in vars(module):
        vars(module)["training"] = mode
    else:  # a property, or that of a script module
        module.training = mode


def arrays_of(module: nn.Module) -> dict[str, np.ndarray]:
    """Name -> numpy copy of the parameters and buffers, for `Model.state`."""
    return {name: value.detach().cpu().numpy().copy() for name, value in module.state_dict().items()}


@contextmanager
def no_larger_than(arrays: Mapping[str, np.ndarray]) -> Iterator[None]:
    """Limit the size of modules that are built inside the block to about that of these arrays.

    Sizes that are read from a file may be wrong. The error is raised before the memory of a larger module is written.

    Raises:
        UnfitArtefact: a module has far more parameters than the arrays have numbers.
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
        cause = str(error).splitlines()[0]
        raise UnfitArtefact(
            f"expected a model of the size of its {len(arrays):,} arrays, got sizes that need more memory than there "
            f"is ({cause}); name another checkpoint"
        ) from None
    finally:
        hook.remove()


def load_arrays(module: nn.Module, arrays: dict[str, np.ndarray]) -> None:
    """Copy arrays into the parameters and buffers of a module; the inverse of `arrays_of`.

    The buffer `scale` of a head, see `TaskLearner`, is made where the arrays have it.

    Raises:
        ArtefactError: their names or shapes differ from those of the module.
    """
    state = {name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}
    scales = [name for name in state if name.rpartition(".")[2] == "scale"]
    submodules = dict(module.named_modules()) if scales else {}
    for name in scales:
        owner = name.rpartition(".")[0]
        if owner in submodules and not hasattr(submodules[owner], "scale"):
            if state[name].ndim != 2 or len(state[name]) != 2:
                got = list(state[name].shape)
                raise ArtefactError(f"expected {name} as [2, C], mean and deviation of C numbers, got {got}")
            submodules[owner].register_buffer("scale", torch.empty_like(state[name]))
    try:
        module.load_state_dict(state, strict=True)
    except RuntimeError as error:
        mismatch = str(error).splitlines()[-1].strip()
        raise ArtefactError(
            f"expected a checkpoint with the parameters of this {type(module).__name__}, got those of another "
            f"({mismatch}); give the model the options that it was trained with"
        ) from error
