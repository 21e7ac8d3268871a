"""Networks in Matlab's files."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from relxfer_social.files.formats.matlab import matlab_attributes
from scipy.io import savemat

from relxfer.judge.metrics.multi_label import MultiLabel

RING = np.roll(np.eye(6), 1, 0) + np.roll(np.eye(6), -1, 0)
WORDS = np.arange(12.0).reshape(6, 2)
CLASSES = np.array([1, 2, 1, 2, 1, 2])


def test_usual_names_of_variables(loaded, tmp_path):
    savemat(tmp_path / "a.mat", {"Network": sp.csc_matrix(RING), "Attributes": WORDS, "Label": CLASSES})
    domain = loaded(path=tmp_path / "a.mat", test_fraction=0)
    assert domain.task.answers == ("1", "2")
    assert domain.inputs.features.toarray().tolist() == WORDS.tolist()
    assert domain.inputs.edges.shape == (2, 12)
    marks = np.eye(2)[CLASSES - 1]
    savemat(tmp_path / "b.mat", {"network": RING, "attrb": sp.csr_matrix(WORDS), "group": marks})
    other = loaded(path=tmp_path / "b.mat", test_fraction=0)
    assert (other.sha, other.train.answers.tolist()) == (domain.sha, domain.train.answers.tolist())
    assert other.task.answers == ("group 1", "group 2")


def test_names_that_the_user_gives_and_several_labels(loaded, fails, tmp_path):
    several = np.array([[1, 1], [0, 1]] * 3)
    savemat(tmp_path / "a.mat", {"A": RING, "mine": CLASSES, "y": several})
    assert loaded(path=tmp_path / "a.mat", label="mine").task.answers == ("1", "2")
    assert isinstance(loaded(path=tmp_path / "a.mat").task, MultiLabel)
    assert "expected 'nine' of the nodes, got none: did you mean 'mine'" in fails(path=tmp_path / "a.mat", label="nine")
    savemat(tmp_path / "b.mat", {"P": RING, "Q": RING})
    assert "expected one square matrix, the network, got P, Q" in fails(path=tmp_path / "b.mat")


def test_what_does_not_read_is_told(fails, tmp_path):
    for content in (b"", b"MATLAB 5.0 MAT-file" + b"x" * 200, b"MATLAB 7.3 MAT-file" + b"x" * 600):
        (tmp_path / "a.mat").write_bytes(content)
        assert "a.mat: expected a Matlab file" in fails(path=tmp_path / "a.mat")
    savemat(tmp_path / "a.mat", {"cells": np.array([[{"a": 1}]], object)})
    assert "expected one square matrix" in fails(path=tmp_path / "a.mat")


def test_attributes_of_facebook_go_by_their_names(loaded, tmp_path):
    info = np.zeros((6, 7))
    info[:, 1], info[:, 4], info[:, 5] = [1, 2, 1, 2, 1, 0], [7, 7, 8, 8, 9, 9], [2004, 2005] * 3
    savemat(tmp_path / "a.mat", {"A": sp.csc_matrix(RING), "local_info": info})
    domain = loaded(path=tmp_path / "a.mat", label="gender", features=["dorm"], test_fraction=0)
    assert domain.task.answers == ("gender 1", "gender 2")
    assert domain.inputs.columns == ("dorm=7", "dorm=8", "dorm=9")
    cells = matlab_attributes(tmp_path / "a.mat")
    assert (cells["gender"], cells["year"][:2]) == (["1", "2", "1", "2", "1", ""], ["2004", "2005"])


def test_what_could_be_a_label_is_named_where_no_variable_has_a_usual_name(tmp_path):
    savemat(tmp_path / "a.mat", {"A": RING, "mine": CLASSES, "x": WORDS})
    assert matlab_attributes(tmp_path / "a.mat") == {"mine": ["1", "2"] * 3}
    savemat(tmp_path / "b.mat", {"A": RING, "mine": CLASSES, "y": CLASSES})
    assert matlab_attributes(tmp_path / "b.mat") == {}


def test_the_values_of_a_matrix_are_weights(loaded, fails, tmp_path):
    heavy = RING * np.arange(1, 7)
    savemat(tmp_path / "a.mat", {"network": sp.csc_matrix(heavy), "group": CLASSES})
    savemat(tmp_path / "b.mat", {"network": heavy, "group": CLASSES})
    domain = loaded(path=tmp_path / "a.mat")
    assert domain.inputs.adjacency().toarray().tolist() == heavy.T.tolist(), "rows receive"
    assert domain.sha == loaded(path=tmp_path / "b.mat").sha
    savemat(tmp_path / "c.mat", {"network": RING, "group": CLASSES})
    assert loaded(path=tmp_path / "a.mat", weight="").sha == loaded(path=tmp_path / "c.mat").sha
    assert "expected no name of weights" in fails(path=tmp_path / "a.mat", weight="w")
    savemat(tmp_path / "d.mat", {"network": -heavy, "group": CLASSES})
    assert "values of the matrix of edge 0: expected a weight" in fails(path=tmp_path / "d.mat")
