"""A network bound to pictures: batches, views, targets of reconstruction, and pieces that are computed together."""

from __future__ import annotations

import numpy as np
import torch
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.architectures.lenet import LeNetOptions, lenet
from relxfer_vision.architectures.pixels import PixelsOptions, pixels
from relxfer_vision.domain import image_domain
from relxfer_vision.learner import TOGETHER
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages

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


def test_pictures_are_made_when_they_are_needed():
    learner, domain = bound()
    made = []
    learner.preprocessing = lambda *asked: made.append(asked) or torch.zeros(3, 1, 28, 28)
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
