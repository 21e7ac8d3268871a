"""The protocols for authors of strategies and validators: what they implement, and the cell and trainer they are given.

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
    """One step of a fit, as the loss receives it.

    index     the number of the step, from 0
    progress  the share of the steps that are done, from 0 to below 1
    log       `log(name=value)` adds a value to the trace of the run
    """

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
    """Minimise a loss over some groups of parameters.

    loss    `loss(step, *batches)` returns a scalar tensor
    groups  names of the groups whose parameters are changed; empty: the loss is called without gradients
    repeat  how many times the update is made in each step
    """

    loss: Loss
    groups: tuple[str, ...]
    repeat: int = 1


class Trainer(Protocol):
    """Trains for strategies: loop, optimiser, train and eval modes, batches, random numbers, selection, checkpoints.

    Every call of `fit` and `once` is a phase. If a run was interrupted, the strategy is called again: finished phases
    then restore their final state, and the interrupted phase continues. Code between phases must be deterministic.
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
        """Train by gradient steps.

        learner    a learner with the ability `gradients`
        objective  a loss, which is minimised over all groups, or several updates, which are made in turn in each step
        streams    examples, each of which gives one batch per step; epochs are those of the first
        share      the share of the cell's step budget (0 to 1) that this fit uses
        groups     what is trained, by name; None: everything. Modules in no group are frozen, including their buffers
        keep       modules of the strategy itself, which are saved and restored together with the learner
        still      trained modules that stay in eval mode, such as batch normalisation
        turns      each step has a batch of only one stream, drawn in proportion to their sizes
        select     whether the validator selects among the steps; False for a phase that leaves the head untrained,
                   which cannot be scored: its last step counts
        """
        ...

    def once(
        self, learner: Any, work: Callable[[], dict[str, Any] | None], keep: Mapping[str, nn.Module] = {}
    ) -> dict[str, Any]:
        """Do any other work that changes the learner or takes long, and save its result.

        work  returns arrays and JSON values by name, or None; it may change the learner and the modules in `keep`

        Returns what `work` returned; a resumed run reads it from a file.
        """
        ...

    def batches(self, learner: Any, examples: Examples) -> Iterator[Any]:
        """One pass over the examples in order, in batches of the configured size."""
        ...

    def log(self, name: str, value: float | str) -> None:
        """See `Cell.log`."""
        ...

    def features(self, learner: Any, examples: Examples) -> np.ndarray:
        """float32 [n, width]: features by the current weights, in eval mode, without gradients and augmentation.

        They are cached: cells with the same weights and queries compute them once.
        """
        ...

    def left_out(self, of: LeftOut) -> None:
        """See `Cell.left_out`."""
        ...

    def part(self, name: str, share: float) -> Trainer:
        """A trainer for one of several composed strategies.

        name   prefix of the names of its phases
        share  the share of this trainer's step budget (0 to 1) that it may use
        """
        ...


@dataclass(frozen=True)
class LeftOut:
    """Scores of labelled examples by models that have not learnt them, such as those of cross-validation.

    examples  with their answers
    scores    [n, C], as `Learner.predict` yields them
    """

    examples: Examples
    scores: np.ndarray


@dataclass(frozen=True)
class Cell:
    """What a strategy is given: only the data that its record `needs` is there. Later versions may add fields.

    learner  the model, attached to target and sources
    trainer  a `Trainer`
    target   the target domain, without its test split
    sources  the source domains
    teacher  a learner of the unchanged source model with its own head, bound to no domain
    another  `another(name)` is a further learner, of a model like that of `learner` as the strategy is given it, and
             attached in the same way; what is drawn for it at random, such as a new head, is drawn for this name
    """

    learner: Any
    trainer: Any
    target: Domain
    sources: tuple[Domain, ...] = ()
    teacher: Any = None
    another: Callable[[str], Any] | None = None

    def log(self, name: str, value: float | str) -> None:
        """Keep a number or a text about this cell as a whole; of several values under one name, the last one counts.

        `relxfer show` shows both, and the report shows means of numbers over seeds. Inside a step, `step.log` adds to
        a course over the steps. What is logged in a phase is restored with it.

        name   at most 60 characters; at most 100 names a cell
        value  a number, an array or tensor of one, or a text of at most 1000 characters

        `PluginError` if it is something else.
        """
        self.trainer.log(name, value)

    def left_out(self, examples: Examples, scores: np.ndarray) -> None:
        """Hand over what a strategy that learns from all labels knows of labels that were left out in turn.

        Its probabilities are calibrated on these, and its validation labels are scored by them.

        examples  of the target, with answers, groups and items as they came
        scores    [n, C]: of each example by a model like the returned one that has not learnt it, nor others of its
                  group
        """
        self.trainer.left_out(LeftOut(examples, scores))

    def part(self, name: str, share: float = 1.0, learner: Any = None) -> Cell:
        """The cell for one of several composed strategies; see `Trainer.part`.

        learner  the learner to continue with; None: the present one
        """
        another = self.another and _below(self.another, name)
        return replace(self, trainer=self.trainer.part(name, share), learner=learner or self.learner, another=another)


def _below(another: Callable[[str], Any], name: str) -> Callable[[str], Any]:
    return lambda inner: another(f"{name}.{inner}")


class Strategy(Protocol):
    """A transfer method; `options` is an instance of the pydantic model that its record names. Optional attributes:

    learns_validation   True where it learns from validation labels too: then they cannot calibrate its probabilities,
                        but what it gives to `Cell.left_out` can
    """

    def __init__(self, options: Any): ...

    def transfer(self, cell: Cell) -> Any:
        """Transfer to the target, and return the learner to evaluate: that of the cell, or another one."""
        ...


class Validator(Protocol):
    """A rule that selects a model. It is given the data that its own record `needs`, whatever the strategy is given."""

    def score(self, learner: Any, cell: Cell) -> float | None:
        """The score of a learner at a validation point, higher is better; None if it cannot be scored.

        The result must not depend on earlier calls, which a resumed run does not repeat.
        """
        ...
