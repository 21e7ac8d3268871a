"""Strategies for the tests of the contract: awkward ones that keep it, and offenders that do not."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import nn

from relxfer import ParameterGroup, TransferStrategy, Update, hookimpl

relxfer_api_version = 2


class Plain:
    """Base: fine-tuning with a loss that a subclass may change."""

    def __init__(self, options):
        self.options = options

    def transfer(self, cell):
        cell.trainer.fit(cell.learner, lambda step, batch: self.loss(cell.learner, batch), cell.target.train)
        return cell.learner

    def loss(self, learner, batch):
        return learner.loss(batch)


class Alternating(Plain):
    """Two streams, two groups, an update repeated, a module of its own, a `once`, and a second fit."""

    def transfer(self, cell):
        learner, other = cell.learner, cell.learner.new_head()

        def both(step, source, target):
            features = learner.features(source)
            return learner.loss(source, learner.head(features)) + learner.loss(source, other(features))

        def gap(step, source, target):
            features = learner.features(target)
            return (learner.head(features) - other(features)).abs().mean()

        updates = [
            Update(both, ("body", "heads")),
            Update(lambda *batches: both(*batches) - gap(*batches), ("heads",)),
            Update(gap, ("body",), repeat=2),
            Update(gap, ()),
        ]
        body = [module for _, module in learner.parts()[:-1]]
        cell.trainer.fit(
            learner, updates, cell.sources[0].train, cell.target.unlabelled, share=0.5, keep={"other": other},
            groups={"body": ParameterGroup(body), "heads": ParameterGroup([learner.head, other], 0.5)},
        )  # fmt: skip
        found = cell.trainer.once(learner, lambda: {"bias": other.bias.detach().numpy()}, keep={"other": other})
        with torch.no_grad():
            learner.head.bias.copy_(torch.from_numpy(found["bias"]))
        first, second = cell.sources[0].train, cell.sources[0].val
        cell.trainer.fit(learner, lambda step, batch: learner.loss(batch), first, second, share=0.5, turns=True)
        return learner


class Statistics(Plain):
    """Batch normalisation estimated anew on the target, without a step (AdaBN)."""

    def transfer(self, cell):
        learner = cell.learner
        norms = [m for m in learner.module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]

        def estimate():
            learner.module.eval()
            for norm in norms:
                norm.reset_running_stats()
                norm.momentum = None
                norm.train()
            with torch.no_grad():
                for batch in cell.trainer.batches(learner, cell.target.unlabelled):
                    learner.features(batch)
            for norm in norms:
                norm.momentum = 0.1  # it is in no state dict: left as None, a resumed stage behind would not have it

        cell.trainer.once(learner, estimate)
        return learner


class Unseeded(Plain):
    """Offends: a random number from elsewhere."""

    def transfer(self, cell):
        with torch.no_grad():
            cell.learner.head.bias.add_(float(np.random.default_rng().normal()))
        return super().transfer(cell)


class Remembering(Plain):
    """Offends: what decides the loss is in a place that no checkpoint holds."""

    def transfer(self, cell):
        self.calls = itertools.count()
        return super().transfer(cell)

    def loss(self, learner, batch):
        return learner.loss(batch) * (1 + next(self.calls))


class Unkept(Plain):
    """Offends: a module that changes the learner, and is not in `keep`."""

    def transfer(self, cell):
        learner = cell.learner
        scale = nn.Linear(1, 1)

        def loss(step, batch):
            return learner.loss(batch) * (1 + scale(torch.ones(1)).sum() ** 2)

        cell.trainer.fit(learner, loss, cell.target.train, groups={"all": ParameterGroup([learner.module, scale])})
        return learner


class Twice(Plain):
    """Offends: computes the features of a batch twice."""

    def loss(self, learner, batch):
        return learner.loss(batch) + 0.0 * learner.features(batch).sum()


class Undeclared(Plain):
    """Offends: reads sources that its needs do not name."""

    def transfer(self, cell):
        cell.trainer.fit(cell.learner, lambda step, batch: cell.learner.loss(batch), cell.sources[0].train)
        return cell.learner


LABELLED = ("source-model", "gradients", "target-labels")
UNLABELLED = ("source-model", "features", "source-labels", "target-inputs", "same-task")


@hookimpl
def relxfer_transfer_strategies():
    needs = {Plain: LABELLED, Alternating: (*UNLABELLED, "classes"), Statistics: UNLABELLED}
    offenders = dict.fromkeys((Unseeded, Remembering, Unkept, Twice, Undeclared), LABELLED)
    return [
        TransferStrategy(name=f"my-{made.__name__.lower()}", load=f"{__name__}:{made.__name__}", needs=named)
        for made, named in (needs | offenders).items()
    ]
