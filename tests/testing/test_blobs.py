"""The blobs: a world that is small and real."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.testing import blobs
from relxfer.testing.blobs import BlobsOptions


def test_source_and_target_differ_and_each_is_the_same_every_time():
    source, target = blobs.load_source(BlobsOptions(), {}), blobs.load_target(BlobsOptions(), {})
    assert source.sha == blobs.load_source(BlobsOptions(), {}).sha != target.sha
    assert source.task.same_as(target.task)


def test_the_target_is_the_source_turned_and_shifted():
    """The centre of each class lies where turning and shifting the centre of the source's would put it."""
    source, target = (load(BlobsOptions(train=2000), {}) for load in (blobs.load_source, blobs.load_target))

    def centres(domain):
        whole = domain.unlabelled
        return np.stack([domain.inputs[whole.queries[whole.answers == each]].mean(0) for each in range(3)])

    cos, sin = np.cos(blobs.ROTATION), np.sin(blobs.ROTATION)
    turned = centres(source) @ np.array([[cos, sin], [-sin, cos]]) + blobs.SHIFT
    assert np.allclose(turned, centres(target), atol=0.1)


def test_splits_share_no_point():
    domain = blobs.load_source(BlobsOptions(), {})
    rows = [domain.train.queries, domain.val.queries, domain.test.queries]
    assert sorted(np.concatenate(rows).tolist()) == list(range(72))


@pytest.mark.parametrize("seed", [1, 2])
def test_a_permuted_test_keeps_everything_but_its_answers(seed):
    plain, permuted = (blobs.load_target(BlobsOptions(shuffle_test=each), {}) for each in (0, seed))
    assert permuted.sha == plain.sha
    assert np.array_equal(permuted.test.queries, plain.test.queries)
    assert not np.array_equal(permuted.test.answers, plain.test.answers)
    assert np.array_equal(np.sort(permuted.test.answers), np.sort(plain.test.answers))
    assert np.array_equal(permuted.train.answers, plain.train.answers)


def test_options_withhold_what_a_strategy_may_need():
    assert blobs.load_target(BlobsOptions(unlabelled=False), {}).unlabelled is None
    assert blobs.load_target(BlobsOptions(open=True), {}).task.open
    other = blobs.load_target(BlobsOptions(answers=("a", "b", "c")), {})
    assert not other.task.same_as(blobs.load_source(BlobsOptions(), {}).task)
