"""Arrays of somebody's that are no network: told, and never a traceback."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.files.formats.arrays import read_arrays
from safetensors.numpy import save_file

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
        read_arrays(path, ("year",) if "attr_names" in arrays else (), None, 3)


def test_the_same_form_without_a_fault_is_read(tmp_path):
    path = tmp_path / "whole.npz"
    np.savez(path, edge_index=EDGES, y=np.array([0, 1, 1, 0]), **SPARSE)
    assert read_arrays(path, (), None, 0).features.shape == (4, 3)


def test_tensors_of_pyg(loaded, tmp_path):
    edges = np.array([[0, 1, 1, 2], [1, 0, 2, 1]])
    x, y = np.array([[1, 0], [0, 2], [0, 0]], np.float32), np.array([0, 1, 1])
    masks = {"train_mask": np.array([1, 1, 0], bool), "test_mask": np.array([0, 0, 1], bool)}
    save_file({"edge_index": edges, "x": x, "y": y, **masks}, tmp_path / "d.safetensors")
    domain = loaded(path=tmp_path / "d.safetensors")
    assert domain.inputs.edges.tolist() == edges.tolist()
    assert domain.inputs.features.toarray().tolist() == x.tolist()
    assert domain.inputs.columns == ()
    assert domain.task.answers == ("0", "1")
    assert (domain.train.queries.tolist(), domain.test.queries.tolist()) == ([0, 1], [2])


@pytest.mark.parametrize(
    ("name", "edges", "classes"),
    [
        ("planetoid/Cora", 2 * 5278, 7),
        ("geomgcn/Texas", 325, 5),
        ("rozemberczki/wiki_chameleon", 2 * 31371, 5),
        ("facebook100/fb100_Caltech36", 2 * 16656, 2),
    ],
)
def test_packs(loaded, name, edges, classes, shared_file):
    domain = loaded(path=shared_file(f"data/social/{name}.npz"))
    assert domain.inputs.edges.shape[1] == edges
    assert len(domain.task.answers) == classes


def test_given_splits_of_packs(loaded, fails, shared_file):
    cora = loaded(path=shared_file("data/social/planetoid/Cora.npz"))
    assert (len(cora.train), len(cora.val), len(cora.test)) == (140, 500, 1000)
    texas = [loaded(path=shared_file("data/social/geomgcn/Texas.npz"), split_seed=seed) for seed in (0, 1)]
    assert texas[0].test.digest() != texas[1].test.digest()
    assert "got number 10 of 10 in train_masks" in fails(
        path=shared_file("data/social/geomgcn/Texas.npz"), split_seed=10
    )


def test_attributes_of_packs(loaded, fails, shared_file):
    path = shared_file("data/social/facebook100/fb100_Caltech36.npz")
    domain = loaded(path=path, label="student_fac", features=["gender", "dorm"])
    assert domain.inputs.columns[:2] == ("gender=1", "gender=2")
    assert domain.task.answers[0] == "student_fac 1"
    assert "expected features in attr_names, got 'dorms'" in fails(path=path, features=["dorms"])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"edge_index": None}, "expected an array edge_index"),
        ({"edge_index": np.zeros((4, 2), int)}, "expected edge_index [2, R]"),
        ({"edge_index": np.zeros((2, 4))}, "of whole numbers, got [2, 4] of float64; convert it"),
        ({"edge_index": np.array([[0], [9]])}, "between nodes 0 to 3, got node 9"),
        ({"edge_index": np.array([[0], [-1]])}, "got node -1"),
        ({"x": np.full((4, 2), np.nan)}, "expected finite numbers in x, got nan at node 0"),
        ({"x": np.full((4, 2), 1e99)}, "expected finite numbers in x, got inf at node 0"),
        ({"x": np.zeros((5, 2))}, "expected x [4, F] of numbers, one row for each node"),
        ({"x": np.zeros(4)}, "expected x [4, F]"),
        ({"x": np.array([["a"]] * 4)}, "expected x [4, F] of numbers"),
        ({"y": np.zeros(3, int)}, "expected y [4] of whole numbers"),
        ({"y": np.zeros((4, 3, 2), int)}, "got [4, 3, 2] of int64"),
        ({"y": np.array(["a", "b", "a", "b"])}, "number the classes, with -1"),
        ({"label_names": np.array(["a"])}, "expected y below 1, as label_names says, got 1"),
        ({"columns": np.array(["a"])}, "expected 2 different names in columns, got 1"),
        ({"train_mask": np.ones(3, bool)}, "expected train_mask for 4 nodes"),
        ({"train_mask": np.ones(4, bool), "test_mask": np.ones(4, bool)}, "got node 0 in train and test"),
        ({"y": np.array([{}, 1, 2, 3], object)}, "without pickled objects"),
    ],
)
def test_arrays_with_mistakes(fails, change, complaint, tmp_path):
    arrays = {"edge_index": np.array([[0], [1]]), "x": np.ones((4, 2)), "y": np.array([0, 1, 0, 1])}
    arrays["num_nodes"] = np.int64(4)
    np.savez(tmp_path / "a.npz", **{key: value for key, value in (arrays | change).items() if value is not None})
    message = fails(path=tmp_path / "a.npz")
    assert "a.npz: expected" in message
    assert complaint in message


def test_numbers_and_several_labels_of_nodes(loaded, fails, tmp_path):
    """NaN is missing; what is whole and of one column stays classes."""
    made = {"edge_index": EDGES, "num_nodes": np.int64(4)}
    path = tmp_path / "a.npz"
    np.savez(path, **made, y=np.array([0.5, np.nan, 2.0, -1.0]))
    domain = loaded(path=path, test_fraction=0)
    assert (domain.task.kind, domain.task.answers) == ("regression", ("y",))
    assert domain.train.queries.tolist() == [0, 2, 3]
    assert domain.train.answers.tolist() == [[0.5], [2.0], [-1.0]]
    np.savez(path, **made, y=np.array([[1, 0], [0, 0], [1, 1], [0, 1]]), label_names=np.array(["red", "round"]))
    domain = loaded(path=path, test_fraction=0)
    assert (domain.task.kind, domain.task.answers) == ("multi-label", ("red", "round"))
    assert domain.train.answers.tolist() == [[1, 0], [0, 0], [1, 1], [0, 1]]
    np.savez(path, **made, y=np.array([np.nan, 0, 1, 1]))
    assert loaded(path=path, test_fraction=0).train.queries.tolist() == [1, 2, 3]
    np.savez(path, **made, a=np.array([1, 2, 3, 4]), b=np.array([2.5, 1, 0, 0]))
    domain = loaded(path=path, test_fraction=0, label=["a", "b"])
    assert domain.task.answers == ("a", "b")
    assert domain.train.answers[0].tolist() == [1.0, 2.5]
    np.savez(path, **made, y=np.array([np.inf, 1.5, 0, 1]))
    assert "a.npz: node '0': expected a finite number in 'y', got 'inf'" in fails(path=path)
    np.savez(path, **made, y=np.array([np.inf, 1.5, 0, 1]))
    assert "a.npz: node '0': expected a finite number in 'y', got 'inf'" in fails(path=path)
    np.savez(path, **made, y=np.array([3, 5, 5, 3]))
    assert loaded(path=path, test_fraction=0, task="regression").train.answers[:2].tolist() == [[3.0], [5.0]]


def test_which_array_is_the_weights_of_edges(loaded, fails, tmp_path):
    def made(**arrays):
        known = {"edge_index": np.array([[0, 1, 2], [1, 2, 3]]), "y": np.array([0, 1, 0, 1])}
        np.savez(tmp_path / "a.npz", **known, **arrays)
        return tmp_path / "a.npz"

    heavy, column = np.array([2.0, 0.5, 1]), np.array([[3.0], [1], [1]])
    for name in ("edge_weight", "weight", "weights"):
        assert loaded(path=made(**{name: heavy})).inputs.weights.tolist() == [2, 0.5, 1]
    assert loaded(path=made(edge_attr=column)).inputs.weights.tolist() == [3, 1, 1]
    both = loaded(path=made(edge_attr=column, edge_weight=heavy))
    assert both.inputs.weights.tolist() == [2, 0.5, 1]
    assert "of the edges, not used: edge_attr" in both.notes
    assert loaded(path=made(edge_attr=column, edge_weight=heavy), weight="edge_attr").inputs.weights.max() == 3
    assert loaded(path=made(edge_attr=column, edge_weight=heavy), weight="").inputs.weights is None
    for unlike in ({"edge_attr": column.astype(int)}, {"edge_attr": np.ones((3, 2))}, {"weight": np.ones(4) * 2}):
        assert loaded(path=made(**unlike)).inputs.weights is None
    assert loaded(path=made(edge_attr=column.astype(int)), weight="edge_attr").inputs.weights.max() == 3
    assert "a.npz: edge_weight of edge 1: expected a weight" in fails(path=made(edge_weight=heavy - 1))
    assert "expected 'size' of the edges, the weight, got none" in fails(path=made(size=np.ones(4)), weight="size")
