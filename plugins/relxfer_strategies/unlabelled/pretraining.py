"""Shared by the stages that learn features without labels: whose inputs, and the fit that leaves the head untrained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from relxfer.authoring.device import device_of
from relxfer.contract.data import Examples
from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell, ParameterGroup


class PretrainingOptions(Options):
    """Whose inputs are learnt from."""

    inputs: Literal["both", "target", "sources"] = "both"
    """Of sources and target, of the target alone, or of the sources alone (in the stages of a [source])."""

    def needs(self) -> tuple[str, ...]:
        """The inputs themselves."""
        wanted = {"sources": ("source-inputs",), "target": ("target-inputs",)}
        return wanted.get(self.inputs, ("source-inputs", "target-inputs"))


def unlabelled(cell: Cell, inputs: str) -> list[Examples]:
    """The inputs that `PretrainingOptions.inputs` names, one stream of each domain, without any answer."""
    found: list[Any] = []
    if inputs != "target":
        found += [source.unlabelled or source.train for source in cell.sources]
    if inputs != "sources":
        found += [cell.target.unlabelled]
    return [examples.hidden() for examples in found]


def pretrain(cell: Cell, objective: Any, streams: Sequence[Examples], share: float = 1.0) -> Any:
    """Minimise the sum over streams of objective(learner, batch); the learner.

    objective  a module of (learner, batch) -> loss; what it learns besides is trained with the body, then dropped

    The head stays untrained, so no validator has anything to score, and the last step counts.
    """
    learner = cell.learner
    objective.to(device_of(learner))

    def loss(step: Any, *batches: Any) -> Any:
        return sum(objective(learner, batch) for batch in batches)

    groups = {"body": ParameterGroup([part for _, part in learner.parts()[:-1]])} | own_group(objective)
    cell.trainer.fit(learner, loss, *streams, share=share, groups=groups, keep={"objective": objective}, select=False)
    return learner


def own_group(objective: Any) -> dict[str, ParameterGroup]:
    """The group of what an objective learns besides; none where it learns nothing."""
    return {"objective": ParameterGroup(objective)} if any(True for _ in objective.parameters()) else {}
