"""Losses of predicting what is hidden: 0 where it is predicted, more where it is not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from relxfer_social.features.hiding import Links
from relxfer_social.strategies.hidden import Linked, Masked, Restored, products
from relxfer_strategies.unlabelled.decoder import Restoring
from torch import nn


class Batch(list):
    """Rows of features."""


def learner(restored: torch.Tensor):
    """A learner whose features are these, whatever is hidden; it keeps what it was asked to hide."""
    hidden: list[torch.Tensor] = []

    def masked(batch, where, token):
        hidden.append(where)
        return batch

    return SimpleNamespace(features=lambda batch: restored, tensor=lambda batch: torch.eye(6), masked=masked), hidden


def test_hidden_features_that_are_predicted_cost_nothing():
    loss = Masked(nn.Identity(), 6, rate=0.5, gamma=2.0)
    right, hidden = learner(3 * torch.eye(6))  # the size does not count
    assert loss(right, Batch(range(6))).item() == pytest.approx(0, abs=1e-6)
    assert int(hidden[0].sum()) == 3
    wrong, _ = learner(-torch.eye(6))
    assert loss(wrong, Batch(range(6))).item() == pytest.approx(4)  # (1 - cos)^2 of opposite directions


def test_one_node_is_hidden_however_small_the_share():
    loss = Masked(nn.Identity(), 6, rate=0.01, gamma=1.0)
    right, hidden = learner(torch.eye(6))
    loss(right, Batch(range(6)))
    assert int(hidden[0].sum()) == 1


def unit(links: Linked) -> Linked:
    """With a projection that leaves features as they are."""
    nn.init.eye_(links.projection.weight)
    nn.init.zeros_(links.projection.bias)
    return links


LINKS = Links(torch.tensor([[0], [1]]), torch.tensor([[0], [2]]))


def test_links_that_are_alike_cost_less_than_links_that_are_not():
    loss = unit(Linked(2, 0.5))
    near, far = torch.tensor([[3.0, 0], [3, 0], [-3, 0]]), torch.tensor([[3.0, 0], [-3, 0], [3, 0]])
    assert loss.error(near, LINKS) < 0.001 < 15 < loss.error(far, LINKS)
    nothing = Links(torch.zeros(2, 0, dtype=torch.long), torch.zeros(2, 0, dtype=torch.long))
    assert loss.error(near, nothing) == 0


def test_both_errors_are_of_the_network_without_the_hidden_links():
    features, links = Restoring(2, 4, 3), unit(Linked(2, 0.25))
    asked = []

    def unlinked(batch, share):
        asked.append(share)
        return "thin", LINKS

    rows = torch.tensor([[1.0, 0], [0, 1], [1, 1]])
    ready = SimpleNamespace(
        unlinked=unlinked, features=lambda batch: {"thin": rows}[batch], tensor=lambda batch: torch.ones(3, 3)
    )
    found = Restored(features, links, weight=2.0)(ready, "whole")
    expected = features.error(rows, torch.ones(3, 3)) + 2 * links.error(rows, LINKS)
    assert found.item() == pytest.approx(expected.item())
    assert asked == [0.25]


def test_products_are_of_pairs():
    rows, pairs = torch.randn(4, 3), torch.tensor([[0, 2], [1, 3]])
    torch.testing.assert_close(products(rows, pairs), torch.stack([rows[0] @ rows[1], rows[2] @ rows[3]]))
