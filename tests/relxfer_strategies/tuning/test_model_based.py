"""What the model-based strategies promise beyond the contract."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_strategies.distilling.rkd import angles, distances
from relxfer_strategies.distilling.sp import similarities
from relxfer_strategies.tuning.co_tuning import relationship
from relxfer_strategies.tuning.low_rank import adapt, merge
from torch import nn

from relxfer import Examples
from relxfer.testing.blobs_net import BlobsModel

pytestmark = pytest.mark.processor

STATISTICS = ("stem.1.running_mean", "stem.1.running_var", "stem.1.num_batches_tracked")


def moved(arrays, names):
    before, after = arrays
    return {name for name in names if before[name].tobytes() != after[name].tobytes()}


def distance(arrays, part):
    before, after = arrays
    return sum(float(((after[n] - before[n]) ** 2).sum()) for n in before if n.startswith(part) and "weight" in n)


def test_still_keeps_statistics_and_trains_the_scale(transferred):
    assert moved(transferred("finetune"), STATISTICS) == set(STATISTICS)
    found = transferred("finetune", still=True)
    assert not moved(found, STATISTICS)
    assert moved(found, ["stem.1.weight", "stem.0.weight"]) == {"stem.1.weight", "stem.0.weight"}


def test_gradual_unfreezing_trains_every_part_in_the_end(transferred):
    found = transferred("finetune", steps=9, gradual=True)
    assert len(moved(found, ["stem.0.weight", "body.0.weight", "head.weight"])) == 3


def test_a_strong_pull_holds_the_body_at_the_source(transferred):
    free, held = (transferred("l2-sp", steps=40, lr=0.1, alpha=alpha) for alpha in (0.0, 100.0))
    assert distance(held, "body") < 0.05 * distance(free, "body")
    assert distance(held, "head") > 0.01 * distance(free, "head")


def test_with_all_shared_the_head_is_held_too(transferred):
    free, held = (transferred("l2-sp", steps=40, lr=1.0, alpha=a, shared="all") for a in (0.0, 100.0))
    assert distance(held, "head") < 0.05 * distance(free, "head")


def computed(arrays):
    """What the body says of some points."""
    network = BlobsModel(None, arrays).network.eval()
    points = torch.from_numpy(np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32))
    return network["body"](network["stem"](points)).detach()


def test_delta_holds_what_the_body_computes(transferred):
    def drift(alpha):
        before, after = transferred("delta", steps=40, lr=1.0, alpha=alpha, beta=0.0)
        return float((computed(after) - computed(before)).square().mean())

    assert drift(10.0) < 0.5 * drift(0.0)


def test_lora_changes_weights_by_its_rank_and_nothing_else_of_the_body(transferred):
    before, after = transferred("lora", rank=2, steps=20)
    assert {name: array.shape for name, array in before.items()} == {n: a.shape for n, a in after.items()}
    changed = moved((before, after), [name for name in before if not name.startswith("head")])
    assert changed == {"stem.0.weight", "body.0.weight"}
    values = np.linalg.svd(after["body.0.weight"] - before["body.0.weight"], compute_uv=False)
    assert values[1] > 1e-5
    assert values[2:].max() < 1e-5


def test_norms_let_lora_train_batch_normalisation(transferred):
    assert moved(transferred("lora", norms=True), STATISTICS) == set(STATISTICS)


def test_merged_changes_compute_the_same_in_the_old_architecture():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(2, 4, 3, groups=2), nn.Flatten(), nn.Linear(36, 3))
    names, x = set(net.state_dict()), torch.randn(5, 2, 5, 5)
    before = net(x)
    layers = adapt(net, rank=2, alpha=4.0)
    assert torch.equal(net(x), before)
    for layer in layers:
        nn.init.normal_(layer.parametrizations.weight[0].b)
    changed = net(x)
    merge(layers)
    assert set(net.state_dict()) == names
    assert torch.equal(net(x), changed)
    assert not torch.allclose(changed, before)


def test_relations_do_not_depend_on_scale_place_and_turn():
    torch.manual_seed(0)
    features, turn = torch.randn(6, 4), torch.linalg.qr(torch.randn(4, 4))[0]
    other = 3 * features @ turn + 1
    assert torch.allclose(distances(features), distances(other), atol=1e-4)
    assert torch.allclose(angles(features), angles(other), atol=1e-4)
    assert torch.allclose(similarities(features), similarities(3 * features @ turn), atol=1e-5)


def test_relations_of_equal_examples_have_a_finite_gradient():
    features = torch.ones(4, 3, requires_grad=True)
    (distances(features).sum() + angles(features).sum() + similarities(features).sum()).backward()
    assert features.grad.isfinite().all()


def test_the_relationship_is_the_mean_prediction_of_every_class():
    scores = np.log(np.array([[0.8, 0.2], [0.6, 0.4], [0.1, 0.9]]))
    teacher = SimpleNamespace(predict=lambda examples: iter([scores[:2], scores[2:]]))
    found = relationship(teacher, Examples(None, np.arange(3), np.array([2, 2, 0])))
    assert np.allclose(found, [[0.1, 0.9], [0, 0], [0.7, 0.3]])
