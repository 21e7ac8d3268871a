"""Networks as arrays by name: numpy's .npz, safetensors, and what other formats become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.data.tables.split_words import SPLITS
from relxfer.errors import DataError, did_you_mean
from relxfer.judge.metrics.answer_columns import cell
from relxfer.store import files, npz
from relxfer.store.endings import ending
from relxfer_social import weights
from relxfer_social.edge_kinds import hint
from relxfer_social.files.attributes import LABELS
from relxfer_social.files.columns import has_scale, one_hot
from relxfer_social.files.formats.packs import NEEDLESS
from relxfer_social.files.raw_network import RawNetwork, splits_of_masks

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Nodes, and columns of features, that a file may number beyond the values that it holds.
FREE = 1_000_000
#: Attributes of edges, in torch_geometric: weights, where they are one column of floats.
ATTRIBUTES = "edge_attr"
#: Arrays of edges.
EDGES = ("weight", "edge_weight", "weights", ATTRIBUTES, weights.VALUES)


def read_arrays(
    path: Path,
    label: Sequence[str],
    features: Sequence[str] | None,
    split: int,
    weight: weights.Asked = None,
    kind: int | str | None = None,
) -> RawNetwork:
    """The network in an .npz or .safetensors; see `of_arrays`."""
    return of_arrays(str(path), load(path), label, features, split, weight, kind)


def of_arrays(
    what: str,
    arrays: Mapping[str, np.ndarray],
    label: Sequence[str],
    features: Sequence[str] | None,
    split: int,
    weight: weights.Asked = None,
    kind: int | str | None = None,
) -> RawNetwork:
    """`edge_index` [2, R], and where they exist `x` [V, F], `y` [V], `train_mask`, `val_mask`, `test_mask` [V].

    The weights of edges [R] are called as `weight` says, or `weight`, `edge_weight` or `weights`, or are an `edge_attr`
    of one column of floats. Their kinds [R], numbers or names, are called as `kind` says, and numbered names stand in
    the array of that name and `_names`. There may also be `directed` (False: every edge stands once), sparse features
    (`x_indptr`, `x_indices`, `x_shape`, `x_data`, and `x_numbers`, the columns that have a scale), `columns` (their
    names), `nodes` and `label_names` (names), `attrs`
    [V, k] with `attr_names` (further numbers, 0 where one is missing), and `train_masks` [S, V] and so on, of which
    `split` chooses one.

    what  the file, for messages

    Raises:
        DataError: an array is absent or of another form; the message names file and array.
    """
    try:
        return _read(what, arrays, label, features, split, weight, kind)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        got = f"{type(error).__name__}: {error}"
        raise DataError(f"{what}: expected arrays in the form of a network (see docs/networks.md), got {got}") from None


def _read(
    path: str,
    arrays: Mapping[str, np.ndarray],
    label: Sequence[str],
    features: Sequence[str] | None,
    split: int,
    weight: weights.Asked,
    kind: int | str | None,
) -> RawNetwork:
    edges = _array(path, arrays, "edge_index")
    if edges.ndim != 2 or len(edges) != 2 or edges.dtype.kind not in "iu":
        how = "convert it" if edges.dtype.kind not in "iu" else "transpose it"
        raise DataError(f"{path}: expected edge_index [2, R] of whole numbers, got {_form(edges)}; {how}")
    count = _count(path, arrays, edges)
    if edges.size and not 0 <= int(edges.min()) <= int(edges.max()) < count:
        got = int(edges.max() if edges.min() >= 0 else edges.min())
        raise DataError(f"{path}: expected edges between nodes 0 to {count - 1}, got node {got} in edge_index")
    values, columns = _features(path, arrays, count, features)
    counts, notes = _weights(path, arrays, edges.shape[1], weight)
    kinds, told = _kinds(path, arrays, edges.shape[1], kind)
    answers = _numbers(path, arrays, count, label)
    named, classes = (next(iter(answers.values())), ()) if answers else _labels(path, arrays, count, *label[:1])
    return RawNetwork(
        _names(path, arrays, "nodes", count) or tuple(map(str, range(count))),
        edges.astype(np.int64),
        bool(arrays["directed"]) if "directed" in arrays else True,
        named,
        answers,
        splits_of_masks(_masks(path, arrays, split), count, path),
        values,
        columns,
        _scaled(path, arrays, values if features is None else None),
        classes,
        (*notes, *told),
        weights=counts,
        kinds=kinds,
    )


def _weights(
    path: str, arrays: Mapping[str, np.ndarray], count: int, asked: weights.Asked
) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """[R] of the edges, or None; and what is told of them."""
    of_edges = {
        name: array.reshape(count)
        for name, array in arrays.items()
        if array.shape in ((count,), (count, 1)) and array.dtype.kind in "fiub" and count
    }
    name = weights.named(list(of_edges), asked, path)
    if name is None and asked is None:
        floats = [each for each in (weights.VALUES, ATTRIBUTES) if each in of_edges]
        name = next((each for each in floats if each == weights.VALUES or of_edges[each].dtype.kind == "f"), None)
    notes = tuple(f"of the edges, not used: {each}" for each in EDGES if each in arrays and each != name)
    if name is None:
        return None, notes
    made = weights.checked(of_edges[name], lambda row: f"{path}: {name} of edge {row}")
    return made, (*notes, f"weights of edges: {name}")


def _kinds(
    path: str, arrays: Mapping[str, np.ndarray], count: int, asked: int | str | None
) -> tuple[Sequence[str], tuple[str, ...]]:
    """R kinds of the edges, or (), and what is told of them."""
    of_edges = {
        name: array.reshape(count)
        for name, array in arrays.items()
        if array.shape in ((count,), (count, 1)) and array.dtype.kind in "iuU" and count
    }
    if asked is None:
        cells = {name: np.unique(array).astype(str).tolist() for name, array in of_edges.items()}
        return (), hint(list(cells), cells)
    if asked not in of_edges:
        told = did_you_mean(str(asked), list(of_edges)) if of_edges else "edges have no array [R] of numbers or names"
        raise DataError(f"{path}: expected {asked!r} of the edges, their kind, got none: {told}")
    kinds, names = of_edges[str(asked)], _names(path, arrays, f"{asked}_names", None)
    if names and not 0 <= kinds.min() <= kinds.max() < len(names):
        raise DataError(f"{path}: expected {asked} from 0 to {len(names) - 1}, as {asked}_names says, got others")
    return [names[each] if names else str(each) for each in kinds.tolist()], ()


def _scaled(path: str, arrays: Mapping[str, np.ndarray], values: sp.csr_matrix | None) -> tuple[int, ...]:
    """The places of columns that are numbers with a scale: of sparse features, those of `x_numbers`."""
    if values is None:
        return ()
    width = values.shape[1]
    if "x_numbers" in arrays:
        numbers = arrays["x_numbers"].reshape(-1)
        if numbers.size and (numbers.dtype.kind not in "iu" or not 0 <= numbers.min() <= numbers.max() < width):
            raise DataError(f"{path}: expected x_numbers from 0 to {width - 1}, places of columns, got others")
        return tuple(numbers.tolist())
    columns = values.tocsc()
    dense = range(width) if "x" in arrays else ()
    return tuple(place for place in dense if has_scale(columns[:, [place]].toarray().ravel()))


def load(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a file by name."""
    if ending(path) != ".safetensors":
        return npz.read(path, NEEDLESS)
    try:
        return files.tensors(path)[0]
    except Exception as error:  # a file of somebody's: the reader raises anything
        raise DataError(f"{path}: expected arrays in safetensors, got: {error}; save it again") from None


def _array(path: str, arrays: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    if name not in arrays:
        raise DataError(f"{path}: expected an array {name}, got none: {did_you_mean(name, list(arrays))}")
    return arrays[name]


def _form(array: np.ndarray) -> str:
    return f"{list(array.shape)} of {array.dtype}"


def _count(path: str, arrays: Mapping[str, np.ndarray], edges: np.ndarray) -> int:
    """Number of nodes: as the file says, or as many as have features or labels, or as the edges have."""
    held = sum(array.size for array in arrays.values())
    if "x_shape" in arrays:
        _few(path, "x_shape", int(arrays["x_shape"].max(initial=0)), held)
    if "num_nodes" in arrays:
        return _few(path, "num_nodes", int(arrays["num_nodes"]), held)
    if "x_shape" in arrays:
        return int(arrays["x_shape"][0])
    for name in ("x", "y"):
        if name in arrays:
            return len(arrays[name])
    return _few(path, "edge_index", int(edges.max(initial=-1)) + 1, held)


def _few(path: str, name: str, number: int, held: int) -> int:
    """Everything is made for each node and each column, so a number alone would fill the memory."""
    if number > FREE + held:
        raise DataError(
            f"{path}: expected nodes and columns numbered from 0 without gaps, at most {FREE + held:,} in a file of "
            f"{held:,} values, got {number:,} in {name}; number them anew, and name them in nodes"
        )
    return number


def _features(
    path: str, arrays: Mapping[str, np.ndarray], count: int, chosen: Sequence[str] | None
) -> tuple[sp.csr_matrix | None, tuple[str, ...]]:
    """[V, F] float32 of `x` and its names, or a column for each value of the chosen `attrs`."""
    if chosen is not None:
        names = _names(path, arrays, "attr_names", None)
        for name in chosen:
            if name not in names:
                raise DataError(f"{path}: expected features in attr_names, got {name!r}: {did_you_mean(name, names)}")
        return (
            one_hot(_attrs(path, arrays, count, names)[:, [names.index(name) for name in chosen]], chosen)
            if chosen
            else (None, ())
        )
    values = _sparse(path, arrays) if "x_indptr" in arrays else arrays.get("x")
    if values is None or 0 in values.shape[1:]:
        return None, ()
    finite = _finite(path, values, count)
    return finite, _names(path, arrays, "columns", finite.shape[1])


def _attrs(path: str, arrays: Mapping[str, np.ndarray], count: int, names: Sequence[str]) -> np.ndarray:
    values = _array(path, arrays, "attrs")
    if values.shape != (count, len(names)):
        raise DataError(f"{path}: expected attrs [{count}, {len(names)}], a column for each name, got {_form(values)}")
    return values


def _sparse(path: str, arrays: Mapping[str, np.ndarray]) -> sp.csr_matrix:
    import scipy.sparse as sp

    places, starts = _array(path, arrays, "x_indices"), arrays["x_indptr"]
    data = arrays.get("x_data", np.ones(len(places), np.float32))
    try:
        made = sp.csr_matrix((data, places, starts), shape=tuple(_array(path, arrays, "x_shape")))
        made.check_format(full_check=True)  # an index out of bounds would read foreign memory
        return made
    except ValueError as error:
        raise DataError(f"{path}: expected x_indptr, x_indices and x_shape of one matrix, got: {error}") from None


def _finite(path: str, values: Any, count: int) -> sp.csr_matrix:
    import scipy.sparse as sp

    if values.ndim != 2 or values.shape[0] != count or values.dtype.kind not in "fiub":
        raise DataError(f"{path}: expected x [{count}, F] of numbers, one row for each node, got {_form(values)}")
    with np.errstate(over="ignore"):  # reported below
        made = sp.csr_matrix(values, dtype=np.float32)
    made.sum_duplicates()
    made.eliminate_zeros()
    wrong = np.flatnonzero(~np.isfinite(made.data))
    if len(wrong):
        node = int(np.searchsorted(made.indptr, wrong[0], side="right")) - 1
        raise DataError(f"{path}: expected finite numbers in x, got {made.data[wrong[0]]} at node {node}; fill it in")
    return made


def _labels(
    path: str, arrays: Mapping[str, np.ndarray], count: int, label: str | None = None
) -> tuple[list[str], tuple[str, ...]]:
    """Names by node, and all names where the file has them."""
    attributes = _names(path, arrays, "attr_names", None)
    if label in attributes:
        values = _attrs(path, arrays, count, attributes)[:, attributes.index(label)]
        return ["" if value == 0 else f"{label} {value}" for value in values.tolist()], ()
    name = label or next((name for name in (*LABELS,) if name in arrays), None)
    if name is None:
        return [], ()
    values = _array(path, arrays, name)
    values = values.reshape(-1) if values.ndim == 2 and values.shape[1] == 1 else values
    whole = values.dtype.kind in "iub" or (values.dtype.kind == "f" and bool((np.floor(values) == values).all()))
    if values.shape != (count,) or not whole:
        raise DataError(
            f"{path}: expected {name} [{count}] of whole numbers, one for each node, got {_form(values)}; number the "
            "classes, with -1 where nobody knows, and name them in label_names"
        )
    names = _names(path, arrays, "label_names", None) if name == "y" else ()
    if names and values.max(initial=-1) >= len(names):
        raise DataError(f"{path}: expected {name} below {len(names)}, as label_names says, got {int(values.max())}")
    return ["" if value < 0 else names[value] if names else str(value) for value in map(int, values.tolist())], names


def _numbers(path: str, arrays: Mapping[str, np.ndarray], count: int, label: Sequence[str]) -> dict[str, Sequence[str]]:
    """Cells of several answers of each node, or of numbers that are not whole, of NaN an empty one; {} for classes."""
    name = next((name for name in label or LABELS if name in arrays), None)
    if len(label) > 1:
        columns = [_array(path, arrays, each).reshape(-1) for each in label]
        names: Sequence[str] = label
    elif name is None or not _several(arrays[name]):
        return {}
    else:
        values = arrays[name].reshape(len(arrays[name]), -1)
        columns, many = list(values.T), values.shape[1] > 1
        names = _names(path, arrays, "label_names", len(columns)) if many else (name,)
        names = names or [f"{name} {number}" for number in range(len(columns))]
    for each, column in zip(names, columns, strict=True):
        if column.shape != (count,) or column.dtype.kind not in "iubf":
            raise DataError(f"{path}: expected {each} as [{count}] numbers, one for each node, got {_form(column)}")
    return {each: [cell(value) for value in column.tolist()] for each, column in zip(names, columns, strict=True)}


def _several(values: np.ndarray) -> bool:
    """Whether an array holds other answers than one class for each node."""
    if values.dtype.kind not in "iubf" or not values.size:
        return False
    return (values.ndim == 2 and values.shape[1] > 1) or (
        values.dtype.kind == "f" and bool((np.floor(values) != values).any())
    )


def _names(path: str, arrays: Mapping[str, np.ndarray], key: str, count: int | None) -> tuple[str, ...]:
    names = tuple(map(str, arrays[key].reshape(-1).tolist())) if key in arrays else ()
    if names and count is not None and (len(names) != count or len(set(names)) < count):
        raise DataError(f"{path}: expected {count} different names in {key}, got {len(set(names))}; correct them")
    return names


def _masks(path: str, arrays: Mapping[str, np.ndarray], split: int) -> dict[str, np.ndarray]:
    masks = {name: arrays[f"{name}_mask"] for name in SPLITS if f"{name}_mask" in arrays}
    for name in SPLITS:
        many = arrays.get(f"{name}_masks")
        if many is None and name in masks and masks[name].ndim == 2:  # PyG has several splits as [V, S]
            many = masks[name].T
        if many is not None:
            if not split < len(many):
                got = f"number {split} of {len(many)} in {name}_masks"
                raise DataError(f"{path}: expected split_seed to name one of the given splits, got {got}; lower it")
            masks[name] = many[split]
    return masks
