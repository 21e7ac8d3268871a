"""Networks whose nodes and edges have kinds, as torch_geometric holds them, in the form of arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.errors import DataError
from relxfer_social.files.columns import has_scale
from relxfer_social.files.formats.arrays import FREE

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Tensors of nodes, one row for each, by which nodes are counted where no number is given.
_OF_NODES = ("x", "y", "train_mask", "val_mask", "test_mask")
_MASKS = _OF_NODES[2:]
#: Tensors of edges that are put together, one row for each.
_OF_EDGES = ("edge_weight", "edge_attr")


def arrays_of(held: Mapping[Any, Mapping[str, Any]], what: str) -> dict[str, np.ndarray]:
    """The network in the form of `arrays.of_arrays`, from `HeteroData.to_dict`.

    Nodes are called as their kind and their number in it, as "paper 17". Features of one kind are columns of their own,
    0 for all other nodes, and the kind itself is a feature. Kinds of edges are `edge_type`; one is called as its
    relation, or as all three of its names where a relation stands between several kinds of nodes.

    what  the file or object, for messages

    Raises:
        DataError: nodes of a kind cannot be counted, several kinds have labels, or edges fit no nodes.
    """
    stores = {name: store for name, store in held.items() if isinstance(store, Mapping) and name != "_global_store"}
    edges = {name: store for name, store in stores.items() if isinstance(name, tuple)}
    nodes = {name: store for name, store in stores.items() if isinstance(name, str)}
    nodes |= {end: {} for name in edges for end in (name[0], name[-1]) if end not in nodes}
    sizes = {name: _size(name, store, what) for name, store in nodes.items()}
    values = sum(_array(each).size for store in stores.values() for each in store.values() if hasattr(each, "shape"))
    if sum(sizes.values()) > FREE + values:
        raise DataError(
            f"{what}: expected at most {FREE + values:,} nodes in a file of {values:,} values, got "
            f"{sum(sizes.values()):,}; correct num_nodes"
        )
    starts = dict(zip(sizes, np.cumsum([0, *sizes.values()])[:-1].tolist(), strict=True))
    names = [f"{name} {number}" for name, size in sizes.items() for number in range(size)]
    made = {"num_nodes": np.array(len(names)), "nodes": np.array(names, str)}
    made |= _features(nodes, sizes) | _answers(nodes, starts, len(names), what)
    return made | _edges(edges, sizes, starts, what)


def _array(value: Any) -> np.ndarray:
    return np.asarray(value.detach().cpu()) if hasattr(value, "detach") else np.asarray(value)


def _size(name: str, store: Mapping[str, Any], what: str) -> int:
    if "num_nodes" in store:
        return int(store["num_nodes"])
    size = next((len(store[key]) for key in _OF_NODES if key in store), None)
    if size is None:
        raise DataError(
            f"{what}: expected the number of nodes of kind {name!r}, got none; set data[{name!r}].num_nodes"
        )
    return size


def _features(nodes: Mapping[str, Mapping[str, Any]], sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Those of each kind, and the kind where there are several."""
    import scipy.sparse as sp

    blocks: list[sp.csr_matrix] = []
    columns: list[str] = []
    numbers: list[int] = []
    for name, store in nodes.items():
        given = _matrix(store, sizes[name])
        blocks.append(given)
        numbers += [len(columns) + place for place in range(given.shape[1]) if _scaled(given, place)]
        columns += [f"{name} x{number}" for number in range(given.shape[1])]
    parts = [sp.block_diag(blocks, format="csr")] if blocks else []
    if len(nodes) > 1:
        parts.append(sp.block_diag([np.ones((size, 1), np.float32) for size in sizes.values()], format="csr"))
        columns += [f"kind={name}" for name in nodes]
    if not columns:
        return {}
    made = sp.hstack(parts, format="csr", dtype=np.float32)
    of_matrix = {"x_indptr": made.indptr, "x_indices": made.indices, "x_data": made.data}
    of_columns = {"columns": np.array(columns, str), "x_numbers": np.array(numbers, np.int64)}
    return of_matrix | {"x_shape": np.array(made.shape)} | of_columns


def _scaled(given: sp.csr_matrix, place: int) -> bool:
    return has_scale(given[:, [place]].toarray().ravel())


def _matrix(store: Mapping[str, Any], size: int) -> sp.csr_matrix:
    import scipy.sparse as sp

    given = _array(store["x"]) if "x" in store else np.zeros((size, 0), np.float32)
    return sp.csr_matrix(given.reshape(size, math.prod(given.shape[1:])), dtype=np.float32)


def _answers(
    nodes: Mapping[str, Mapping[str, Any]], starts: Mapping[str, int], count: int, what: str
) -> dict[str, np.ndarray]:
    """Labels of the kind of nodes that has them, and its splits; other nodes have none."""
    labelled = [name for name, store in nodes.items() if "y" in store]
    if len(labelled) > 1:
        raise DataError(
            f"{what}: expected labels y of one kind of nodes, got those of {', '.join(labelled)}; delete the others"
        )
    made: dict[str, np.ndarray] = {}
    for name in labelled:
        for key in ("y", *_MASKS):
            if key in nodes[name]:
                given = _array(nodes[name][key])
                made[key] = _spread(given, key, slice(starts[name], starts[name] + len(given)), count)
    return made


def _spread(given: np.ndarray, key: str, rows: slice, count: int) -> np.ndarray:
    """For all nodes: of others no answer, which is -1 for a class and NaN for numbers and several labels."""
    if key in _MASKS:
        made = np.zeros((count, *given.shape[1:]), bool)
    elif given.dtype.kind == "f" or (given.ndim > 1 and given.shape[1] > 1):
        made = np.full((count, *given.shape[1:]), np.nan, np.float64)
    else:
        made = np.full((count, *given.shape[1:]), -1, np.int64)
    made[rows] = given
    return made


def _edges(
    edges: Mapping[tuple[str, ...], Mapping[str, Any]], sizes: Mapping[str, int], starts: Mapping[str, int], what: str
) -> dict[str, np.ndarray]:
    relations = [name[1] for name in edges]
    called = [name[1] if relations.count(name[1]) == 1 else " ".join(name) for name in edges]
    stores = list(edges.values())
    rows = [
        _rows(name, store, sizes, what) + np.array([[starts[name[0]]], [starts[name[-1]]]])
        for name, store in edges.items()
    ]
    made = {
        "edge_index": np.concatenate([np.zeros((2, 0), np.int64), *rows], axis=1),
        "edge_type": np.repeat(np.arange(len(rows)), [each.shape[1] for each in rows]),
        "edge_type_names": np.array(called, str),
    }
    return made | {key: _of_edges(key, stores, rows) for key in _OF_EDGES if any(key in store for store in stores)}


def _rows(name: tuple[str, ...], store: Mapping[str, Any], sizes: Mapping[str, int], what: str) -> np.ndarray:
    """[2, R] int64 of the edges of a kind, nodes numbered within theirs."""
    given = _array(store["edge_index"]) if "edge_index" in store else np.zeros(0, np.int64)
    if given.ndim != 2 or len(given) != 2 or given.dtype.kind not in "iu":
        raise DataError(f"{what}: expected edge_index [2, R] of {' '.join(name)}, got none; convert its edges")
    ends = [sizes[name[0]], sizes[name[-1]]]
    if given.size and (given.min() < 0 or (given.max(1) >= ends).any()):
        got = int(given.min() if given.min() < 0 else given.max())
        raise DataError(
            f"{what}: expected edges {' '.join(name)} from nodes below {ends[0]:,} to nodes below {ends[1]:,}, got "
            f"node {got}; correct edge_index or num_nodes"
        )
    return given.astype(np.int64)


def _of_edges(key: str, stores: list[Mapping[str, Any]], rows: list[np.ndarray]) -> np.ndarray:
    """Of all edges, 1 where a kind has none; nothing where they differ in form, so that it is told as not used."""
    given = [_array(store[key]) for store in stores if key in store]
    if len({each.shape[1:] for each in given}) > 1:
        return np.zeros(0)
    width, form = given[0].shape[1:], given[0].dtype
    return np.concatenate(
        [
            _array(store[key]) if key in store else np.ones((each.shape[1], *width), form)
            for store, each in zip(stores, rows, strict=True)
        ]
    )
