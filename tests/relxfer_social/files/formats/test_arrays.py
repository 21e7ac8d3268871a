"""Arrays of somebody's that are no network: told, and never a traceback."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.files.formats.arrays import read_arrays

from relxfer.errors import DataError

EDGES = np.array([[0, 1, 2], [1, 2, 3]])
SPARSE = {"x_indptr": np.array([0, 1, 2, 3, 4]), "x_indices": np.array([0, 1, 2, 0]), "x_shape": np.array([4, 3])}


@pytest.mark.parametrize(
    "arrays",
    [
        {"attr_names": np.array(["year"])},
        {"attr_names": np.array(["year"]), "attrs": np.zeros(4)},
        {"attr_names": np.array(["year"]), "attrs": np.zeros((2, 1))},
        {"num_nodes": np.array([4, 4])},
        {"x": np.array(1.0)},
        {**SPARSE, "x_shape": np.array(4)},
        {**SPARSE, "x_indptr": np.array([0, 3, 2, 3, 4])},
        {**SPARSE, "x_indices": np.array([0, 1, 2, 99_999_999])},
        {"y": np.array([0, np.inf, 1, 0])},
        {"directed": np.array([True, False])},
        {"y": np.array([0, 1, 1, 0]), "train_masks": np.zeros((0, 4), bool)},
        {"y": np.array([0, 1, 1, 0]), "train_masks": np.zeros((1, 4), bool)},
    ],
    ids=lambda arrays: ", ".join(f"{name} {list(array.shape)}" for name, array in arrays.items()),
)
def test_it_is_told_and_the_file_named(arrays, tmp_path):
    path = tmp_path / "strange.npz"
    np.savez(path, edge_index=EDGES, **arrays)
    with pytest.raises(DataError, match=r"strange\.npz"):
        read_arrays(path, "year" if "attr_names" in arrays else None, None, 3)


def test_the_same_form_without_a_fault_is_read(tmp_path):
    path = tmp_path / "whole.npz"
    np.savez(path, edge_index=EDGES, y=np.array([0, 1, 1, 0]), **SPARSE)
    assert read_arrays(path, None, None, 0).features.shape == (4, 3)
