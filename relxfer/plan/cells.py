"""A cell: one source, target, strategy, label budget, and the seeds of source and target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from relxfer.declare.experiment import Chosen, Method, Source, Target

#: The names by which a cell or the training of a source is shown; the latter has no target. There may be further keys.
Names: TypeAlias = Mapping[str, str | int | None]


@dataclass(frozen=True)
class PlannedCell:
    """One cell of the experiment.

    source       None if the experiment has no sources
    budget       label budget: a number of units, or `"all"`
    seed         of the transfer: which labels are used, and all random numbers of the strategy
    refusal      why it cannot run, and what to do; None if it can run
    source_seed  of the pre-training that it uses; None if it uses none
    trial        whether it is trained and not judged: what runs it can open no test
    """

    source: Source | None
    target: Target
    method: Method
    budget: int | str
    seed: int
    refusal: str | None = None
    source_seed: int | None = None
    trial: bool = False

    @property
    def model(self) -> Chosen:
        """The architecture of the learner: that of its row, of its target if one is named there, or of the source."""
        if self.method.model:
            return self.method.model
        of_target = self.target.config.model is not None and not self.starts_from_source
        return self.target.model if of_target or not (self.source and self.source.model) else self.source.model

    @property
    def adapter(self) -> Chosen:
        """The adapter that attaches the learner: that of its row, or else of its target."""
        return self.method.adapter or self.target.adapter

    @property
    def needs_source(self) -> bool:
        """Whether the strategy uses the trained source model, as the start of the learner or as a teacher."""
        return bool({"source-model", "teacher"} & set(self.method.needs))

    @property
    def meets_source(self) -> bool:
        """Whether the strategy uses the source at all, its model or its data."""
        return self.needs_source or bool({"source-labels", "source-inputs"} & set(self.method.needs))

    @property
    def starts_from_source(self) -> bool:
        """Whether the learner has the weights of the source model. With only a teacher, it starts untrained."""
        return "source-model" in self.method.needs

    @property
    def names(self) -> dict[str, str | int | None]:
        """The names by which the cell is shown, and its budget and seeds."""
        return {
            "source": self.source.name if self.source else None,
            "target": self.target.name,
            "strategy": self.method.name,
            "role": self.method.role,
            "budget": self.budget,
            "source_seed": self.source_seed,
            "seed": self.seed,
            **({"trial": True} if self.trial else {}),
        }


def setting(needs: Sequence[str], source_labelled: bool) -> str:
    """The transfer setting of Pan and Yang (2010) that follows from what a strategy needs.

    inductive     with target labels
    transductive  with source labels only, used directly or by the source model
    unsupervised  without labels

    needs            of the strategy
    source_labelled  whether the source model was trained with labels

    >>> setting(("target-labels",), True), setting(("source-model",), True), setting(("source-inputs",), True)
    ('inductive', 'transductive', 'unsupervised')
    """
    if "target-labels" in needs:
        return "inductive"
    used = {"source-labels", "source-model", "teacher"} & set(needs)
    return "transductive" if used and source_labelled else "unsupervised"
