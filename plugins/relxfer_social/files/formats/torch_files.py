"""Networks of torch_geometric in files of `torch.save`, of which nothing is executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import DataError
from relxfer.store import torch_file
from relxfer_social import weights
from relxfer_social.files.formats import hetero
from relxfer_social.files.formats.arrays import of_arrays
from relxfer_social.files.raw_network import RawNetwork


def read_torch(
    path: Path,
    label: Sequence[str],
    features: Sequence[str] | None,
    split: int,
    weight: weights.Asked = None,
    kind: int | str | None = None,
) -> RawNetwork:
    """The network in a file: a `Data`, a `HeteroData`, a table of tensors, or what PyG's data sets keep of one graph.

    Raises:
        DataError: it holds other objects, which are not read, or several graphs.
    """
    import torch
    from torch_geometric.data.data import Data, DataEdgeAttr, DataTensorAttr
    from torch_geometric.data.hetero_data import HeteroData
    from torch_geometric.data.storage import BaseStorage, EdgeStorage, GlobalStorage, NodeStorage

    kinds = [HeteroData, BaseStorage, NodeStorage, EdgeStorage]
    try:
        with torch.serialization.safe_globals([Data, DataEdgeAttr, DataTensorAttr, GlobalStorage, *kinds]):
            content = torch_file.load(path)
        held = _held(content)
        stores = [held, *(value for value in held.values() if isinstance(value, Mapping))]
        tensors = [value for store in stores for value in store.values() if isinstance(value, torch.Tensor)]
        torch_file.check_sizes(path, tensors)
        arrays = (
            hetero.arrays_of(held, str(path)) if any(isinstance(name, tuple) for name in held) else _arrays_of(held)
        )
    except DataError:
        raise
    except Exception as error:  # torch raises anything on a file of somebody's
        raise DataError(
            f"{path}: expected a torch_geometric Data of one graph, got a file that is not read, since nothing in it "
            f"is executed ({type(error).__name__}: {str(error)[:120]}); save its tensors: "
            'safetensors.torch.save_file({"edge_index": data.edge_index, "x": data.x, "y": data.y}, "mine.safetensors")'
        ) from None
    return of_arrays(str(path), arrays, label, features, split, weight, kind)


def _is_data(value: Any) -> bool:
    """Whether a value is a `Data` or a `HeteroData`."""
    return (hasattr(value, "edge_index") or hasattr(value, "edge_types")) and hasattr(value, "to_dict")


def _held(content: Any) -> Mapping[str, Any]:
    """The tensors by name; `ValueError` for something else."""
    if isinstance(content, tuple) and content and isinstance(content[0], Mapping):
        slices = content[1] if len(content) > 1 else None
        if isinstance(slices, Mapping) and any(len(ends) > 2 for ends in slices.values()):
            raise ValueError("several graphs")
        content = content[0]
    if isinstance(content, tuple) and content:
        content = content[0]
    held = content.to_dict() if _is_data(content) else content
    if not isinstance(held, Mapping):
        raise ValueError(type(content).__name__)
    return held


def _arrays_of(held: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Tensors and numbers as arrays."""
    import torch

    made: dict[str, np.ndarray] = {}
    for name, value in held.items():
        if isinstance(value, torch.Tensor) and value.layout == torch.strided:
            made[name] = value.detach().cpu().numpy()
        elif isinstance(value, bool | int | float):
            made[name] = np.array(value)
    return made
