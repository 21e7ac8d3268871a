"""Losses of predicting what is hidden in a network: modules of (learner, batch), with weights of their own."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from relxfer_strategies.unlabelled.decoder import Restoring
from torch import Tensor, nn

from relxfer_social.features.hiding import Links


class Masked(nn.Module):
    """mean over hidden nodes of (1 - cos(d(h), x))^gamma; a token [F] stands for what is hidden, 0 at first.

    decoder  d, [b, width] -> what the learner's `tensor` tells
    """

    def __init__(self, decoder: nn.Module, token_size: int, rate: float, gamma: float):
        super().__init__()
        self.decoder, self.rate, self.gamma = decoder, rate, gamma
        self.token = nn.Parameter(torch.zeros(token_size))

    def forward(self, learner: Any, batch: Any) -> Tensor:
        count = max(1, round(len(batch) * self.rate))
        hidden = torch.zeros(len(batch), dtype=torch.bool, device=self.token.device)
        hidden[torch.randperm(len(batch), device=hidden.device)[:count]] = True
        decoded = self.decoder(learner.features(learner.masked(batch, hidden, self.token))[hidden])
        true = learner.tensor(batch)[hidden]
        return (1 - F.cosine_similarity(decoded, true, dim=1)).pow(self.gamma).mean()


class Linked(nn.Module):
    """mean softplus(-z_u · z_v) over the hidden links + mean softplus(z_u · z_v) over as many pairs apart.

    z = W h + b, since features that come out of a ReLU have no negative products.
    """

    def __init__(self, width: int, rate: float):
        super().__init__()
        self.projection, self.rate = nn.Linear(width, width), rate

    def forward(self, learner: Any, batch: Any) -> Tensor:
        thin, links = learner.unlinked(batch, self.rate)
        return self.error(learner.features(thin), links)

    def error(self, features: Tensor, links: Links) -> Tensor:
        """Of features [b, width]; where there is no pair, 0."""
        linked, apart = (products(self.projection(features), pairs) for pairs in (links.linked, links.apart))
        return F.softplus(-linked).sum() / max(1, len(linked)) + F.softplus(apart).sum() / max(1, len(apart))


class Restored(nn.Module):
    """The error of features + weight · that of links, of one pass over a network without a share of its links."""

    def __init__(self, features: Restoring, links: Linked, weight: float):
        super().__init__()
        self.features, self.links, self.weight = features, links, weight

    def forward(self, learner: Any, batch: Any) -> Tensor:
        thin, links = learner.unlinked(batch, self.links.rate)
        seen = learner.features(thin)
        return self.features.error(seen, learner.tensor(batch)) + self.weight * self.links.error(seen, links)


def products(rows: Tensor, pairs: Tensor) -> Tensor:
    """[e]: rows[u] · rows[v] of rows [b, d] and pairs [2, e].

    >>> products(torch.tensor([[1.0, 2.0], [3.0, 1.0]]), torch.tensor([[0, 0], [1, 0]])).tolist()
    [5.0, 5.0]
    """
    return (rows[pairs[0]] * rows[pairs[1]]).sum(1)
