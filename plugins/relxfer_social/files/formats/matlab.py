"""Networks in Matlab's .mat files: an adjacency matrix, features and labels of the nodes as variables."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from relxfer.errors import DataError, did_you_mean
from relxfer.judge.metrics.answer_columns import cell
from relxfer.store import bounded
from relxfer_social import weights
from relxfer_social.files.formats.arrays import of_arrays
from relxfer_social.files.formats.matlab_hdf import read_hdf
from relxfer_social.files.raw_network import RawNetwork
from relxfer_social.options import Attribute

#: How people call the variables, lower case.
NETWORK = ("network", "net", "a", "adj", "adjacency", "adj_mat", "adjmat", "graph", "g", "w", "links", "edges")
FEATURES = ("attrb", "attributes", "attributess", "attribute", "attr", "features", "feature", "fea", "x")
LABELS = ("group", "label", "labels", "class", "classes", "gnd", "gt", "y", "target")
#: Of Facebook100: the variable with attributes of people, 0 where one is missing, and their names in its columns.
INFO, ATTRIBUTES = "local_info", get_args(Attribute)
_NEWER = b"MATLAB 7.3"


def read_matlab(
    path: Path,
    label: Sequence[str],
    features: Sequence[str] | None,
    split: int,
    weight: weights.Asked = None,
) -> RawNetwork:
    """The network in a .mat file of version 5, or of 7.3 with the extra `mat`. Its cells are the weights of edges.

    label, features  names of variables, or of attributes in `local_info`; none: usual ones
    weight           whether cells count; see `relxfer_social.weights`

    Raises:
        DataError: it does not read, or has no square matrix.
    """
    held = _variables(path)
    links = held[_network(path, held)]
    count, rows = links.shape[0], np.stack(links.nonzero()).astype(np.int64)
    of_nodes = {name: value for name, value in held.items() if value.shape[0] == count and value is not links}
    arrays: dict[str, np.ndarray] = {"edge_index": rows, "num_nodes": np.array(count)}
    table = links.tocsr() if hasattr(links, "tocsr") else links  # some versions of scipy read one that has no cells
    cells = np.asarray(table[tuple(rows)]).reshape(-1) if rows.size else np.zeros(0)
    if weights.nameless(weight, str(path)) and (cells != 1).any():
        arrays[weights.VALUES] = cells
    if _informs(of_nodes) and {*label, *(features or ())} <= set(ATTRIBUTES) and label:
        arrays |= {"attrs": _dense(of_nodes[INFO]).astype(np.int64), "attr_names": np.array(ATTRIBUTES)}
        return of_arrays(str(path), arrays, label, features, split)
    arrays |= _features(path, of_nodes, features)
    named = label or tuple(name for name in of_nodes if name.lower() in LABELS)[:1]
    for name in named:
        if name not in of_nodes:
            raise DataError(f"{path}: expected {name!r} of the nodes, got none: {did_you_mean(name, list(of_nodes))}")
        arrays |= _labels(name, _dense(of_nodes[name]), "y" if len(named) == 1 else name)
    return of_arrays(str(path), arrays, () if len(named) == 1 else named, None, split)


def matlab_attributes(path: Path) -> Mapping[str, Sequence[str]]:
    """The cells of what could be a label: the attributes in `local_info`, or every variable of one number for each
    node; none where one has a usual name."""
    held = _variables(path)
    links = held[_network(path, held)]
    of_nodes = {name: value for name, value in held.items() if value.shape[0] == links.shape[0] and value is not links}
    if any(name.lower() in LABELS for name in of_nodes):
        return {}
    if _informs(of_nodes):
        columns = _dense(of_nodes[INFO]).T.tolist()
        return {
            name: ["" if value == 0 else cell(value) for value in column]
            for name, column in zip(ATTRIBUTES, columns, strict=True)
        }
    alone = {name: value for name, value in of_nodes.items() if value.shape[1] == 1 and name.lower() not in FEATURES}
    return {name: [cell(number) for number in _dense(value)[:, 0].tolist()] for name, value in alone.items()}


def _informs(of_nodes: Mapping[str, Any]) -> bool:
    return INFO in of_nodes and of_nodes[INFO].shape[1] == len(ATTRIBUTES)


def _variables(path: Path) -> dict[str, Any]:
    """Numeric matrices by name; a vector stands as a column."""
    try:
        data = bounded.read(path)
        if data.startswith(_NEWER):
            return read_hdf(path, data)
        from scipy.io import loadmat

        content = loadmat(io.BytesIO(data))
    except DataError:
        raise
    except Exception as error:  # a broken file shows in many types
        raise DataError(
            f"{path}: expected a Matlab file, got one that does not read ({type(error).__name__}: {error}); save it "
            "again"
        ) from None
    return {name: _column(value) for name, value in content.items() if _is_matrix(value)}


def _is_matrix(value: Any) -> bool:
    return getattr(value, "ndim", 0) == 2 and getattr(value, "dtype", np.dtype(object)).kind in "biuf"


def _column(value: Any) -> Any:
    return value.T if value.shape[0] == 1 and value.shape[1] > 1 else value


def _network(path: Path, held: Mapping[str, Any]) -> str:
    squares = [name for name, value in held.items() if value.shape[0] == value.shape[1] and value.shape[0] > 1]
    usual = [name for wanted in NETWORK for name in squares if name.lower() == wanted]
    chosen = [*usual, *squares]
    if not chosen or (len(squares) > 1 and not usual):
        got = ", ".join(squares or held) or "no matrix"
        raise DataError(f"{path}: expected one square matrix, the network, got {got}; call it network")
    return chosen[0]


def _dense(value: Any) -> np.ndarray:
    return value.toarray() if hasattr(value, "toarray") else np.asarray(value)


def _features(path: Path, held: Mapping[str, Any], names: Sequence[str] | None) -> dict[str, np.ndarray]:
    import scipy.sparse as sp

    for name in names or ():
        if name not in held:
            raise DataError(f"{path}: expected {name!r} of the nodes, got none: {did_you_mean(name, list(held))}")
    usual = [name for name in held if name.lower() in FEATURES][:1]
    chosen = [held[name] for name in (usual if names is None else names)]
    if not chosen:
        return {}
    joined = sp.csr_matrix(sp.hstack([sp.csr_matrix(value) for value in chosen]))
    return {
        "x_indptr": joined.indptr,
        "x_indices": joined.indices,
        "x_data": joined.data,
        "x_shape": np.array(joined.shape),
    }


def _labels(name: str, values: np.ndarray, key: str) -> dict[str, np.ndarray]:
    """Numbers of classes; of one column for each class, its place, and -1 where there is none."""
    if values.shape[1] == 1:
        return {key: values[:, 0]}
    if np.isin(values, (0, 1)).all() and (values.sum(1) <= 1).all():
        names = np.array([f"{name} {number}" for number in range(1, values.shape[1] + 1)])
        return {key: np.where(values.any(1), values.argmax(1), -1), "label_names": names}
    names = np.array([f"{name} {number}" for number in range(1, values.shape[1] + 1)])
    return {key: values, "label_names": names}
