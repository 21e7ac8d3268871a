"""What the author of a strategy or a validator uses and writes: a cell, a trainer, a strategy, a validator.

numpy and torch appear in annotations only, so that checking and listing import neither. The rules are in
`docs/contract.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from relxfer.contract.data import Domain, Examples

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor, nn

    Loss = Callable[..., Tensor]  # loss(step, *batches), one batch per stream


@dataclass(frozen=True)
class Step:
    """Where a fit stands: its index, its progress from 0 to 1, and `log(name=value)` into the trace."""

    index: int
    progress: float
    log: Callable[..., None]


@dataclass(frozen=True)
class ParameterGroup:
    """Modules that a fit trains with one learning rate.

    modules    a torch module, or several
    lr_factor  factor on training.lr, above 0
    """

    modules: nn.Module | Sequence[nn.Module]
    lr_factor: float = 1.0


@dataclass(frozen=True)
class Update:
    """Minimise `loss` over the named groups and no other; `groups=()` calls it without gradient."""

    loss: Loss
    groups: tuple[str, ...]
    repeat: int = 1


class Trainer(Protocol):
    """Owns loop, optimiser, modes, batching, random numbers, selection and checkpoints.

    Each call is one phase: when the strategy is replayed after a kill, finished phases restore the state they left
    and the broken one goes on, so code between phases must be deterministic.
    """

    def fit(
        self,
        learner: Any,
        objective: Loss | Sequence[Update],
        *streams: Examples,
        share: float = 1.0,
        groups: Mapping[str, ParameterGroup] | None = None,
        keep: Mapping[str, nn.Module] = {},
        still: Sequence[nn.Module] = (),
        turns: bool = False,
        select: bool = True,
    ) -> None:
        """Gradient steps.

        groups   by name, what is trained and how fast; default everything. A module in no group is frozen, its
                 buffers included
        streams  the first sets the epoch, the others cycle; with `turns` they take turns, one stream a step, in
                 proportion to their sizes
        keep     modules of the strategy's own, saved and restored
        still    trained parts left in eval mode (BatchNorm)
        share    of the cell's step budget
        select   let the validator choose among the steps; False for a phase that leaves the head untrained, so that
                 there is nothing to score: its last step counts
        """
        ...

    def once(
        self, learner: Any, work: Callable[[], dict[str, Any] | None], keep: Mapping[str, nn.Module] = {}
    ) -> dict[str, Any]:
        """Any other work that changes state or costs time; returns its arrays and JSON values."""
        ...

    def batches(self, learner: Any, examples: Examples) -> Iterator[Any]:
        """One ordered pass."""
        ...

    def features(self, learner: Any, examples: Examples) -> np.ndarray:
        """float32 [n, width] of a learner that offers `features`, as it stands: eval mode, no gradient, no
        augmentation. Cells with the same weights and queries share the computation."""
        ...

    def part(self, name: str, share: float) -> Trainer:
        """For composing: own phase names, a share of the step budget."""
        ...


@dataclass(frozen=True)
class Cell:
    """All that a strategy is given: only what its needs name is present. Fields are added, never removed."""

    learner: Any
    trainer: Any
    target: Domain
    sources: tuple[Domain, ...] = ()
    teacher: Any = None  # the source model as it came, with its own head, bound to no domain

    def part(self, name: str, share: float = 1.0, learner: Any = None) -> Cell:
        """For composing: own phase names, a share of the step budget."""
        return replace(self, trainer=self.trainer.part(name, share), learner=learner or self.learner)


class Strategy(Protocol):
    """A transfer method; its options are the pydantic model that its record names."""

    def __init__(self, options: Any): ...

    def transfer(self, cell: Cell) -> Any:
        """The learner to be judged: the given one or another."""
        ...


class Validator(Protocol):
    """A rule that selects a model; it has needs of its own, and a view cut for them, never the strategy's."""

    def score(self, learner: Any, cell: Cell) -> float | None:
        """Higher is better, None: no opinion; called by the trainer at every validation point.

        Keep nothing between calls: a resumed run would not have it.
        """
        ...
