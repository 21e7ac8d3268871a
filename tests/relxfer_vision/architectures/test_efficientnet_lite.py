"""EfficientNet-Lite0: its published weights, where the package with them is installed."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from relxfer_vision.architectures.efficientnet_lite import efficientnet_lite0, read
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages
from relxfer_vision.pictures.preprocessing import Preprocessing
from relxfer_vision.weights import installed

from relxfer.errors import ArtefactError
from relxfer.judge.metrics.classification import Classification

LITE = ("efficientnet_lite0", "IMAGENET1K")


def test_other_weights_are_refused(tmp_path):
    torch.save({"_fc.weight": torch.zeros(1000, 1280), "_fc.bias": torch.zeros(1000)}, tmp_path / "w.pth")
    with pytest.raises(ArtefactError, match="expected the 296 arrays of a EfficientNetLite, got weights that lack"):
        read(tmp_path / "w.pth")


def test_a_stored_model_is_read_again():
    arrays, card = efficientnet_lite0(None, None, {"task": Classification(("a", "b")).card()}).state()
    again = efficientnet_lite0(None, arrays, card)
    assert again.task.answers == ("a", "b")
    assert np.array_equal(again.state()[0]["_conv_stem.weight"], arrays["_conv_stem.weight"])


def test_the_published_weights_know_two_photographs():
    """Of ImageNet 698 is a palace, as which the temple passes, and 985 a daisy, as which the flower does."""
    from sklearn.datasets import load_sample_images

    if not installed.is_installed(*LITE):
        pytest.skip("needs the extra imagenet")
    arrays, card = read(installed.find(*LITE))
    model = efficientnet_lite0(None, arrays, card)
    network = model.network.eval()
    pixels = [np.asarray(Image.fromarray(each).resize((320, 214))) for each in load_sample_images().images]
    prepared = Preprocessing.of(ImageOptions(), model.native)(ArrayImages.of(np.stack(pixels)), np.arange(2))
    with torch.inference_mode():
        scores = network.head(network.embed(prepared))
    assert scores.argmax(1).tolist() == [698, 985]
