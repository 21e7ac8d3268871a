"""Networks that are given as objects of Python: the files that a configuration holds in their place."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from relxfer.authoring import objects
from relxfer.store import files, json_text

#: The name of a network without a file, in reports.
NAME = "own-network"


def as_file(value: Any, info: ValidationInfo) -> Any:
    """The file of a graph of networkx, a `Data` or `HeteroData` of torch_geometric, or a table; all else as it is.

    A graph becomes node-link JSON, a `Data` safetensors, a `HeteroData` a file of `torch.save`, a table Parquet.

    Raises:
        DataError: a table is given, and pyarrow is not installed.
    """
    if hasattr(value, "is_directed") and hasattr(value, "nodes"):
        return _file(value, "json", _json(value), info)
    if hasattr(value, "edge_types") and hasattr(value, "to_dict"):
        return _file(value, "pt", _stores(value), info)
    if hasattr(value, "edge_index") and hasattr(value, "to_dict"):
        return _file(value, "safetensors", _tensors(value), info)
    return objects.table_file(value, NAME, info) if objects.is_frame(value) else value


def _file(value: Any, ending: str, content: bytes, info: ValidationInfo) -> Path:
    return objects.of(info).file(value, f"{NAME}.{ending}", lambda path: files.write_bytes(path, content))


def _json(graph: Any) -> bytes:
    """Node-link JSON, in which a value is a number, a text or null."""
    import networkx as nx

    content = nx.node_link_data(graph, edges="links")
    nodes = [{name: _plain(value) for name, value in node.items()} for node in content["nodes"]]
    links = [{name: _plain(value) for name, value in link.items()} for link in content["links"]]
    plain = {"directed": graph.is_directed(), "multigraph": graph.is_multigraph(), "nodes": nodes, "links": links}
    return json_text.dumps(plain).encode()


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    if value is None or value != value:  # NaN
        return None
    plain = isinstance(value, bool | int | float | str) and value not in (math.inf, -math.inf)  # of which JSON has none
    return value if plain else str(value)


def _stores(data: Any) -> bytes:
    """The dense tensors of each kind, and numbers as tensors."""
    import torch

    content = io.BytesIO()
    torch.save({kind: _dense(store) for kind, store in data.to_dict().items()}, content)
    return content.getvalue()


def _tensors(data: Any) -> bytes:
    """The dense tensors, and numbers as tensors."""
    from safetensors.torch import save

    return save(_dense(data.to_dict()))


def _dense(held: Mapping[str, Any]) -> dict[str, Any]:
    import torch

    made = {
        name: value if isinstance(value, torch.Tensor) else torch.tensor(value)
        for name, value in sorted(held.items())
        if isinstance(value, torch.Tensor | bool | int | float)
    }
    dense = {name: value.detach().cpu() for name, value in made.items() if value.layout == torch.strided}
    return {name: value.clone().contiguous() for name, value in dense.items()}
