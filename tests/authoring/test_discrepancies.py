"""The maximum mean discrepancy against the plain formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from relxfer.authoring import discrepancies

pytestmark = pytest.mark.processor


def sample(rows, seed=0, shift=0.0):
    return torch.from_numpy(np.random.default_rng(seed).normal(shift, 1, (rows, 3))).float()


def plain_mmd(x, y):
    """Gretton et al. (2012), eq. 3, pair by pair, with one median over all."""
    rows = torch.cat([x, y])
    d = ((rows[:, None] - rows[None]) ** 2).sum(-1)
    median = d[d > 0].median()
    k = sum(torch.exp(-d / (s * median)) for s in discrepancies.SCALES) / len(discrepancies.SCALES)
    n, m = len(x), len(y)
    xx = sum(k[i, j] for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    yy = sum(k[n + i, n + j] for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return xx + yy - 2 * k[:n, n:].mean()


def test_squared_distances_by_hand():
    found = discrepancies.squared_distances(torch.tensor([[0.0, 0.0], [3.0, 4.0]]), torch.tensor([[3.0, 4.0]]))
    assert found.tolist() == [[25.0], [0.0]]


def test_mmd_is_the_sum_over_pairs():
    x, y = sample(5), sample(7, 1, 0.5)
    assert discrepancies.mmd([(x, y)]).item() == pytest.approx(plain_mmd(x, y).item(), abs=1e-5)


@pytest.mark.parametrize("linear", [False, True])
def test_mmd_is_unbiased(linear):
    """Near 0 on average where nothing differs, and clearly above 0 after a shift."""
    same = [discrepancies.mmd([(sample(32, i), sample(32, 100 + i))], linear).item() for i in range(200)]
    assert abs(np.mean(same)) < 4 * np.std(same) / len(same) ** 0.5
    assert discrepancies.mmd([(sample(64), sample(64, 1, 2.0))], linear).item() > 0.2


def test_joint_mmd_sees_what_the_layers_alone_do_not():
    """Equal marginals, but the second layer goes with the first in one domain and against it in the other."""
    x, y = sample(200), sample(200, 1)
    sign = torch.from_numpy(np.random.default_rng(2).choice([-1.0, 1.0], (200, 1))).float()
    together, against = [(x + 2 * sign, y + 2 * sign), (sign, -sign)], [(x + 2 * sign, y + 2 * sign), (sign, sign)]
    assert discrepancies.mmd(together).item() > 10 * abs(discrepancies.mmd(against).item())


def test_mmd_in_chunks_is_that_of_the_whole_matrix_with_its_gradients(monkeypatch):
    monkeypatch.setattr(discrepancies, "_ROWS", 7)
    x, y = (sample(size, seed).double().requires_grad_() for size, seed in ((40, 0), (33, 1)))
    whole, chunks = discrepancies._unbiased([(x, y)]), discrepancies.chunked(x, y)
    assert chunks.item() == pytest.approx(whole.item(), abs=1e-12)
    for ours, theirs in zip(*(torch.autograd.grad(v, (x, y)) for v in (chunks, whole)), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_mmd_of_a_large_sample_never_holds_the_differences():
    """[n, m, d] would be 2 x 4000^2 x 512 floats, 65 GB."""
    x = torch.ones(2000, 512, requires_grad=True)
    discrepancies.mmd([(x, x + 1)]).backward()
    assert x.grad is not None
