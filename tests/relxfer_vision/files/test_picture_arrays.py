"""Labelled pictures in files of numpy."""

from __future__ import annotations

import numpy as np
from relxfer_vision.files.picture_arrays import read_arrays


def test_names_of_splits_and_bytes_for_labels(tmp_path):
    images = np.zeros((2, 4, 4), np.uint8)
    np.savez(tmp_path / "a.npz", training_images=images, training_labels=np.array([b"x", b"y"]))
    ((split, found),) = read_arrays(tmp_path / "a.npz", None)
    assert (split, found.labels, found.names) == ("train", ["x", "y"], ["training_0", "training_1"])
