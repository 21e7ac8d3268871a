"""Matlab's files of version 7.3: matrices of the file itself, and nothing that it refers to."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

RING = np.roll(np.eye(6), 1, 0) + np.roll(np.eye(6), -1, 0)
WORDS = np.arange(12.0).reshape(6, 2)
CLASSES = np.array([1, 2, 1, 2, 1, 2])


def test_dense_and_sparse_matrices_are_read_and_links_are_not_followed(loaded, tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=512) as content:
        content["network"], content["label"] = RING, CLASSES[None, :].T
        content["outside"] = h5py.ExternalLink("/etc/hostname", "/")
        sparse, columns = content.create_group("attrb"), sp.csc_matrix(WORDS)
        sparse.attrs["MATLAB_sparse"] = 6
        sparse["data"], sparse["ir"], sparse["jc"] = columns.data, columns.indices, columns.indptr
    data = bytearray((tmp_path / "a.h5").read_bytes())
    data[:19] = b"MATLAB 7.3 MAT-file"
    (tmp_path / "a.mat").write_bytes(data)
    domain = loaded(path=tmp_path / "a.mat", test_fraction=0)
    assert domain.task.answers == ("1", "2")
    assert domain.inputs.features.toarray().tolist() == WORDS.tolist()
