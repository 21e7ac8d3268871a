"""A cell: one source, target, strategy, label budget and seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from relxfer.declare.resolve import Chosen, Method, Source, Target

#: What identifies a cell or a source stage for people; a source stage has no target, and further keys may be there.
Names: TypeAlias = Mapping[str, str | int | None]


@dataclass(frozen=True)
class PlannedCell:
    """One cell; `refusal` is None where it can run."""

    source: Source | None
    target: Target
    method: Method
    budget: int | str
    seed: int
    refusal: str | None = None

    @property
    def model(self) -> Chosen:
        """The architecture that is attached: a prior, the target's own where one is named for it, else the source's."""
        if self.method.model:
            return self.method.model
        own = self.target.config.model is not None and not self.starts_from_source
        return self.target.model if own or not (self.source and self.source.model) else self.source.model

    @property
    def needs_source(self) -> bool:
        return bool({"source-model", "teacher"} & set(self.method.needs))

    @property
    def starts_from_source(self) -> bool:
        """Whether the learner is the source model; with a teacher alone it is a fresh student beside it."""
        return "source-model" in self.method.needs

    @property
    def names(self) -> dict[str, str | int | None]:
        """What identifies the cell for people."""
        return {
            "source": self.source.name if self.source else None,
            "target": self.target.name,
            "strategy": self.method.name,
            "role": self.method.role,
            "budget": self.budget,
            "seed": self.seed,
        }


def setting(needs: Sequence[str], source_labelled: bool) -> str:
    """Pan and Yang's setting, derived: inductive with target labels; transductive where labels of a source are used, be
    it by way of its model; unsupervised without any label.

    >>> setting(("target-labels",), True), setting(("source-model",), True), setting(("source-inputs",), True)
    ('inductive', 'transductive', 'unsupervised')
    """
    if "target-labels" in needs:
        return "inductive"
    used = {"source-labels", "source-model", "teacher"} & set(needs)
    return "transductive" if used and source_labelled else "unsupervised"
