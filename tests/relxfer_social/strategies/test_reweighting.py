"""Structure reweighting: edges count as the target links classes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_social.data.blocks import load
from relxfer_social.options import BlocksOptions
from relxfer_social.strategies.reweighting import PairAlign, PairAlignOptions, _loss


@pytest.mark.parametrize("align", ["both", "structure", "labels"])
def test_what_is_aligned_is_weighted_and_nothing_else(align):
    """A target with other homophily and other sizes of classes, and a model that is never wrong."""
    source = load(BlocksOptions(nodes=120, homophily=0.8, test_fraction=0.0), {})
    target = load(BlocksOptions(nodes=120, homophily=0.3, test_fraction=0.0, seed=1), {})
    known = {id(d.inputs): np.eye(3)[d.train.answers] * 50 for d in (source, target)}
    known[id(target.inputs)][:30] = [50, 0, 0]
    cell = SimpleNamespace(
        learner=SimpleNamespace(predict=lambda nodes: [known[id(nodes.inputs)]]), sources=[source], target=target
    )
    found = PairAlign(PairAlignOptions(align=align)).estimate(cell)
    assert (np.ptp(found["edges"]) > 0.5) == (align != "labels")
    assert found["classes"].size == (0 if align == "structure" else 3)
    if align != "structure":
        assert found["classes"].argmax() == 0


def test_balanced_classes_are_weighted_beside_those_of_the_target():
    scores, labels = torch.tensor([[0.0, 1.0], [2.0, 0.0]]), torch.tensor([0, 1])
    batch = SimpleNamespace(labels=labels)
    learner = SimpleNamespace(scores=lambda batch: scores, class_weights=None)
    weighted = _loss(learner, np.array([2.0, 1.0]))
    plain = weighted(None, batch)
    learner.class_weights = {0: 3.0, 1: 1.0}
    each = torch.nn.functional.cross_entropy(scores, labels, reduction="none")
    assert plain.item() == pytest.approx(((2 * each[0] + each[1]) / 2).item())
    assert weighted(None, batch).item() == pytest.approx(((6 * each[0] + each[1]) / 2).item())
