"""GRADE: rooted subtrees of source and target that no discriminator can tell apart, at every depth."""

from __future__ import annotations

from typing import Any

from relxfer_strategies.adapting.dann import DANNOptions

from relxfer.contract.strategies import Cell, ParameterGroup
from relxfer.errors import Incompatible


class GRADEOptions(DANNOptions):
    """As of dann: the discriminator, and how hard the features work against it."""


class GRADE:
    """The sources' task loss against a discriminator that sees a node after every layer (Wu et al. 2023, "Non-IID
    transfer learning on graphs": the graph subtree discrepancy, one distance of subtrees per depth).

    As in DANN, a reversed gradient does both in one step; the layers of a node stand side by side.
    """

    def __init__(self, options: GRADEOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        import torch

        from relxfer.authoring.adversary import domain_loss, new_discriminator, ramp, reverse
        from relxfer.authoring.device import device_of
        from relxfer.authoring.joint_training import diagnostics, streams

        learner = cell.learner
        discriminator = new_discriminator(_width(cell), self.options.discriminator_width).to(device_of(learner))

        def loss(step: Any, *batches: Any) -> Any:
            layers = [learner.layers(batch) for batch in batches]
            scores = [learner.head(each[-1]) for each in layers]
            task = sum(learner.loss(b, s) for b, s in zip(batches[:-1], scores[:-1], strict=True)) / len(scores[:-1])
            factor = self.options.reversal_factor * ramp(step.progress)
            against = domain_loss(step, discriminator, [reverse(torch.cat(each, 1), factor) for each in layers])
            step.log(method_loss=float(against.detach()), **diagnostics(layers[-1][-1], scores[-1]))
            return task + against

        groups = {"learner": ParameterGroup(learner.module), "discriminator": ParameterGroup(discriminator)}
        cell.trainer.fit(learner, loss, *streams(cell), groups=groups, keep={"discriminator": discriminator})
        return learner


def _width(cell: Cell) -> int:
    """Of all layers together, which must be the same on both sides."""
    from relxfer.authoring.joint_training import streams

    widths = []
    for examples in streams(cell):
        layers = cell.learner.layers(next(cell.trainer.batches(cell.learner, examples)))
        widths.append(sum(layer.shape[1] for layer in layers))
    if len(set(widths)) > 1:
        raise Incompatible(
            "as many layers on the source as on the target",
            f"layers of {' and '.join(map(str, widths))} values together",
            "choose a model with one depth, such as gcn",
        )
    return widths[0]
