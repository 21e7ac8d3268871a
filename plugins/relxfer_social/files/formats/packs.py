"""Networks in the form of the GNN benchmark: adjacency, attributes and labels as sparse matrices in one .npz."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from relxfer.errors import DataError
from relxfer_social import weights

if TYPE_CHECKING:
    import scipy.sparse as sp

#: What stands between the name of a matrix and that of its part, as in adj_data and adj_matrix.data.
_FORMS = ("_", "_matrix.", "_matrix_")
_PARTS = ("data", "indices", "indptr", "shape")
#: Names and remarks in such files, which hold pickled objects in some of them and are not read then.
NEEDLESS = frozenset({"idx_to_node", "idx_to_attr", "idx_to_class", "metadata", "attr_text", "node_names",
                      "attr_names", "class_names"})  # fmt: skip
#: What the names are called in a network of arrays.
_NAMES = {"node_names": "nodes", "attr_names": "columns", "class_names": "label_names"}


def is_pack(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether arrays are such a network (Shchur et al. 2018, "Pitfalls of graph neural network evaluation")."""
    return _form(arrays, "adj") is not None


def of_pack(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same network in the form of `arrays.of_arrays`; one whose adjacency is its own transpose has no directions.

    Raises:
        DataError: a matrix does not fit.
    """
    links = _matrix(path, arrays, "adj")
    if links.shape[0] != links.shape[1]:
        raise DataError(f"{path}: expected a square matrix adj, got {list(links.shape)}; correct adj_shape")
    links.sum_duplicates()
    links.eliminate_zeros()
    edges = np.stack(links.nonzero()).astype(np.int64)
    made = {
        "edge_index": edges,
        "num_nodes": np.array(links.shape[0]),
        "directed": np.array(bool((abs(links) != abs(links).T).nnz)),
    }
    if (links.data != 1).any():
        made[weights.VALUES] = links.data
    if _form(arrays, "attr"):
        features = _matrix(path, arrays, "attr")
        made |= {"x_data": features.data, "x_indices": features.indices, "x_indptr": features.indptr}
        made["x_shape"] = np.array(features.shape)
    elif "attr_matrix" in arrays:
        made["x"] = arrays["attr_matrix"]
    if "labels" in arrays:
        made |= {"y": arrays["labels"], "labels": arrays["labels"]}
    return made | {ours: arrays[theirs] for theirs, ours in _NAMES.items() if theirs in arrays}


def _form(arrays: Mapping[str, np.ndarray], name: str) -> str | None:
    """The beginning of the names of a matrix's parts."""
    return next((f"{name}{form}" for form in _FORMS if all(f"{name}{form}{part}" in arrays for part in _PARTS)), None)


def _matrix(path: Path, arrays: Mapping[str, np.ndarray], name: str) -> sp.csr_matrix:
    import scipy.sparse as sp

    data, indices, indptr, shape = (arrays[f"{_form(arrays, name)}{part}"] for part in _PARTS)
    try:
        made = sp.csr_matrix((data, indices, indptr), shape=tuple(int(size) for size in shape))
        made.check_format(full_check=True)  # an index out of bounds would read foreign memory
        return made
    except (ValueError, IndexError, TypeError) as error:
        raise DataError(
            f"{path}: expected {name} as data, indices, indptr and shape of one matrix, got: {error}"
        ) from None
