"""Distances, losses and heads of the feature-based strategies, by hand or against the plain formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.adapting import kernels
from relxfer_strategies.adapting.adaptation import look, norms_of
from relxfer_strategies.adapting.adversary import Multilinear, domain_loss
from relxfer_strategies.adapting.coral import distance
from relxfer_strategies.adapting.mcc import confusion
from relxfer_strategies.adapting.mdd import disparity
from relxfer_strategies.adapting.two_heads import TwoHeads
from torch import nn

from relxfer.contract.strategies import Step
from relxfer.errors import Incompatible
from relxfer.testing import StrategyContract, blobs, harness
from relxfer.testing.blobs_net import BlobsLearner, BlobsModel

pytestmark = pytest.mark.processor


def sample(rows, seed=0, shift=0.0):
    return torch.from_numpy(np.random.default_rng(seed).normal(shift, 1, (rows, 3))).float()


def logged():
    values = {}
    return Step(0, 0.5, values.update), values


def plain_mmd(x, y):
    """Gretton et al. (2012), eq. 3, pair by pair, with one median over all."""
    rows = torch.cat([x, y])
    d = ((rows[:, None] - rows[None]) ** 2).sum(-1)
    median = d[d > 0].median()
    k = sum(torch.exp(-d / (s * median)) for s in kernels.SCALES) / len(kernels.SCALES)
    n, m = len(x), len(y)
    xx = sum(k[i, j] for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(k[n + i, n + j] for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return xx + yy - 2 * k[:n, n:].mean()


def test_mmd_is_the_sum_over_pairs():
    x, y = sample(5), sample(7, 1, 0.5)
    assert kernels.mmd([(x, y)]).item() == pytest.approx(plain_mmd(x, y).item(), abs=1e-5)


@pytest.mark.parametrize("linear", [False, True])
def test_mmd_is_unbiased(linear):
    """Near 0 on average where nothing differs, and clearly above 0 after a shift."""
    same = [kernels.mmd([(sample(32, i), sample(32, 100 + i))], linear).item() for i in range(200)]
    assert abs(np.mean(same)) < 4 * np.std(same) / len(same) ** 0.5
    assert kernels.mmd([(sample(64), sample(64, 1, 2.0))], linear).item() > 0.2


def test_joint_mmd_sees_what_the_layers_alone_do_not():
    """Equal marginals, but the second layer goes with the first in one domain and against it in the other."""
    x, y = sample(200), sample(200, 1)
    sign = torch.from_numpy(np.random.default_rng(2).choice([-1.0, 1.0], (200, 1))).float()
    together, against = [(x + 2 * sign, y + 2 * sign), (sign, -sign)], [(x + 2 * sign, y + 2 * sign), (sign, sign)]
    assert kernels.mmd(together).item() > 10 * abs(kernels.mmd(against).item())


def test_mmd_in_chunks_is_that_of_the_whole_matrix_with_its_gradients(monkeypatch):
    monkeypatch.setattr(kernels, "_ROWS", 7)
    x, y = (sample(size, seed).double().requires_grad_() for size, seed in ((40, 0), (33, 1)))
    whole, chunks = kernels._unbiased([(x, y)]), kernels.chunked(x, y)
    assert chunks.item() == pytest.approx(whole.item(), abs=1e-12)
    for ours, theirs in zip(*(torch.autograd.grad(v, (x, y)) for v in (chunks, whole)), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_mmd_of_a_large_sample_never_holds_the_differences():
    """[n, m, d] would be 2 x 4000^2 x 512 floats, 65 GB."""
    x = torch.ones(2000, 512, requires_grad=True)
    kernels.mmd([(x, x + 1)]).backward()
    assert x.grad is not None


def test_coral_by_hand():
    """C_S = [[2, 0], [0, 0]], C_T = 0: 4 / (4 · 2^2)."""
    source, target = torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.zeros(3, 2)
    assert distance(source, target).item() == pytest.approx(0.25)


def test_confusion_is_none_of_sure_rows_and_most_of_unsure_ones():
    sure = 100 * torch.eye(4)
    assert confusion(sure, 1.0).item() == pytest.approx(0, abs=1e-6)
    assert confusion(torch.zeros(8, 4), 1.0).item() == pytest.approx(3 / 4)


def test_disparity_is_that_of_the_probabilities():
    source, target = sample(4), sample(5, 1)
    known, guessed = torch.tensor([0, 1, 2, 0]), torch.tensor([0, 1, 2, 0, 1])
    p, q = source.softmax(1), target.softmax(1)
    expected = -2 * p[range(4), known].log().mean() - (1 - q[range(5), guessed]).log().mean()
    assert disparity(source, known, target, guessed, 2.0).item() == pytest.approx(expected.item(), rel=1e-5)


def test_disparity_is_finite_where_the_adversary_is_sure():
    target = torch.tensor([[200.0, 0.0, 0.0]], requires_grad=True)
    value = disparity(target.detach(), torch.tensor([0]), target, torch.tensor([0]), 1.0)
    value.backward()
    assert value.item() == pytest.approx(200 - np.log(2), rel=1e-3)
    assert target.grad.isfinite().all()


def test_a_randomised_map_keeps_inner_products_on_average():
    torch.manual_seed(0)
    f, g = torch.rand(2, 30), torch.rand(2, 5).softmax(1)
    wide, narrow = Multilinear(30, 5, 1000), Multilinear(30, 5, 149)
    assert (wide.width, wide.randomised, narrow.width, narrow.randomised) == (150, False, 149, True)
    exact = (wide(f, g)[0] @ wide(f, g)[1]).item()
    assert exact == pytest.approx(((f[0] @ f[1]) * (g[0] @ g[1])).item(), rel=1e-5)
    found = [(m(f, g)[0] @ m(f, g)[1]).item() for m in (Multilinear(30, 5, 149) for _ in range(200))]
    assert np.mean(found) == pytest.approx(exact, rel=0.1)


def test_accuracy_of_the_discriminator_is_logged():
    step, values = logged()
    judge = nn.Linear(1, 1)
    with torch.no_grad():
        judge.weight.fill_(1.0)
        judge.bias.zero_()
    domain_loss(step, judge, [torch.ones(3, 1), torch.tensor([[-1.0], [1.0]])])
    assert values["disc_acc"] == pytest.approx(4 / 5)


def test_two_heads_merge_into_one_with_the_same_scores():
    heads, features = TwoHeads(nn.Linear(3, 4), nn.Linear(3, 4)), sample(6)
    assert torch.allclose(heads.merged()(features), heads(features), atol=1e-6)


def test_two_heads_must_be_linear():
    with pytest.raises(Incompatible, match="expected a head of one linear layer"):
        TwoHeads(nn.Sequential(nn.Linear(3, 4)), nn.Linear(3, 4))


def test_running_statistics_follow_the_target_alone():
    learner = BlobsLearner(BlobsModel(None))
    learner.module.train()
    source, target = (
        blobs.load_source(blobs.BlobsOptions(), {}).train,
        blobs.load_target(blobs.BlobsOptions(), {}).unlabelled.hidden(),
    )
    batches = [learner.batch(e, np.arange(16), np.random.default_rng(0)) for e in (source, target)]
    look(learner, batches)
    (norm,) = norms_of(learner.module)
    mean = learner.module["stem"][0](batches[1].points).mean(0)
    assert torch.allclose(norm.running_mean, 0.1 * mean, atol=1e-6)
    assert norm.momentum == 0.1


def test_adabn_takes_the_statistics_of_the_target(tmp_path_factory, tmp_path):
    checkpoint = harness.pretrained(tmp_path_factory.getbasetemp())
    results = adabn(tmp_path, checkpoint, "blobs-mlp", 8)
    from relxfer.store import files

    arrays, _ = files.read_arrays(tmp_path / "cells" / harness.the_cell(results)["id"] / "model.safetensors")
    points = blobs.load_target(blobs.BlobsOptions(), {}).inputs
    seen = points @ arrays["stem.0.weight"].T + arrays["stem.0.bias"]
    assert arrays["stem.1.running_mean"] == pytest.approx(seen.mean(0), abs=1e-5)  # 72 points in 9 batches


def adabn(out, checkpoint, model, batch_size):
    made = type("AdaBN", (StrategyContract,), {"strategy": "adabn"})().config(checkpoint)
    made["training"] = {**made["training"], "batch_size": batch_size}
    return harness.run(made, out, [blobs])


def test_adabn_without_batch_normalisation_says_what_fits():
    from relxfer_strategies.adapting.adabn import AdaBN

    learner = BlobsLearner(BlobsModel(None))
    learner.module["stem"] = nn.Linear(2, 8)
    cell = type("Cell", (), {"learner": learner, "target": blobs.load_target(blobs.BlobsOptions(), {})})
    with pytest.raises(Incompatible, match=r"expected layers of batch normalisation.*dann, cdan"):
        AdaBN(None).transfer(cell)
