"""A network bound to pictures: batches, views, targets of reconstruction, and pieces that are computed together."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.architectures.lenet import LeNetOptions, lenet
from relxfer_vision.architectures.pixels import PixelsOptions, pixels
from relxfer_vision.domain import image_domain
from relxfer_vision.learner import TOGETHER
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages
from relxfer_vision.pictures.preprocessing import Preprocessing

ROWS = np.arange(40)


def bound(size: int = 28, model=None, **options):
    rng = np.random.default_rng(0)
    images = ArrayImages.of(rng.integers(0, 256, (40, size, size), dtype=np.uint8))
    domain = image_domain("noise", images, ("x", "y"), (ROWS[::-1].copy(), ROWS % 2), None)
    model = model or lenet(LeNetOptions(size=size, width=8))
    return ImageAdapter(ImageOptions(**options)).attach(model, domain, ()), domain


def batch(learner, examples, rows=(0, 1, 2)):
    return learner.batch(examples, np.array(rows), np.random.default_rng(0))


def test_labelled_batches_alone_are_varied():
    learner, domain = bound(augment=("flip", "shift"))
    plain, _ = bound()
    assert learner.varies
    assert not plain.varies
    expected = batch(plain, domain.train).pictures
    assert torch.equal(batch(learner, domain.train.hidden()).pictures, expected)
    assert not torch.equal(batch(learner, domain.train).pictures, expected)


def test_mixed_pictures_have_the_loss_of_both_labels():
    learner, domain = bound(mixup=0.4)
    plain, _ = bound()
    learner.module.eval()
    rows = np.arange(6)
    ready, own = batch(learner, domain.train, rows), batch(plain, domain.train, rows)
    share, order = ready.mixed.share, ready.mixed.order
    assert 0.5 <= share < 1
    assert learner.varies
    assert sorted(order.tolist()) == rows.tolist()
    assert torch.allclose(ready.pictures, share * own.pictures + (1 - share) * own.pictures[order], atol=1e-6)
    soft = share * F.one_hot(own.labels, 2) + (1 - share) * F.one_hot(own.labels[order], 2)
    assert torch.allclose(learner.loss(ready), F.cross_entropy(learner.scores(ready), soft), atol=1e-6)
    scores = torch.randn(6, 2)
    assert torch.allclose(learner.loss(ready, scores), F.cross_entropy(scores, soft), atol=1e-6)


def test_pictures_without_labels_are_not_mixed_and_shares_differ_from_batch_to_batch():
    learner, domain = bound(mixup=0.4)
    plain, _ = bound()
    assert torch.equal(batch(learner, domain.train.hidden()).pictures, batch(plain, domain.train.hidden()).pictures)
    drawn = [learner.batch(domain.train, ROWS[:4], np.random.default_rng(seed)).mixed.share for seed in range(5)]
    assert len(set(drawn)) == 5


def test_pictures_are_made_when_they_are_needed(monkeypatch):
    learner, domain = bound()
    made = []
    monkeypatch.setattr(Preprocessing, "__call__", lambda *asked: made.append(asked) or torch.zeros(3, 1, 28, 28))
    ready = batch(learner, domain.train)
    assert len(ready) == 3
    assert not made
    assert ready.pictures is ready.pictures
    assert len(made) == 1


def test_a_view_moves_each_picture_and_a_corrupted_one_hides_pixels():
    learner, domain = bound()
    ready = batch(learner, domain.train)
    torch.manual_seed(0)
    moved, hidden = learner.view(ready, corrupt=False).pictures, learner.view(ready, corrupt=True).pictures
    assert moved.shape == ready.pictures.shape
    assert not torch.equal(moved, ready.pictures)
    assert set(moved.unique().tolist()) <= set(ready.pictures.unique().tolist()), "no value is made up"
    changed = hidden != ready.pictures
    assert 0.15 < changed.float().mean() < 0.35
    assert torch.unique(hidden[changed]).numel() == 1


def test_large_pictures_are_reconstructed_as_means():
    learner, domain = bound(64, pixels(PixelsOptions(size=64)))
    ready = batch(learner, domain.train)
    expected = ready.pictures.unflatten(3, (32, 2)).unflatten(2, (32, 2)).mean((3, 5)).flatten(1)
    torch.testing.assert_close(learner.tensor(ready), expected)
    small, domain = bound(8, pixels(PixelsOptions(size=8)))
    ready = batch(small, domain.train)
    assert torch.equal(small.tensor(ready), ready.pictures.flatten(1))


def test_pieces_are_a_few_pictures_in_the_order_of_the_splits():
    learner, domain = bound()
    pieces = learner.pieces(domain.train)
    assert pieces.numbers.tolist() == [row // TOGETHER for row in range(40)]
    whole = pieces.whole(1)
    assert whole.queries.tolist() == domain.train.queries[TOGETHER : 2 * TOGETHER].tolist()
    assert pieces.content(0) != pieces.content(1)
    assert pieces.content(0) == learner.pieces(domain.train).content(0)
    other, _ = bound(normalise="none")
    assert pieces.content(0) != other.pieces(domain.train).content(0)
    varied, _ = bound(augment=("flip",))
    assert pieces.content(0) == varied.pieces(domain.train).content(0), "features are of pictures that are not varied"
