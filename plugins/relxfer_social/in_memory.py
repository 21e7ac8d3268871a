"""Networks that are given as objects of Python: the files that a configuration holds in their place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from relxfer.authoring import objects
from relxfer.store import files

#: The name of a network without a file, in reports.
NAME = "own-network"


def as_file(value: Any, info: ValidationInfo) -> Any:
    """The file of a graph of networkx, of a `Data` of torch_geometric, or of a table; anything else as it is.

    A graph becomes node-link JSON, a `Data` safetensors, a table Parquet.

    Raises:
        DataError: a table is given, and pyarrow is not installed.
    """
    if hasattr(value, "is_directed") and hasattr(value, "nodes"):
        return _file(value, "json", _json(value), info)
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
    return json.dumps(plain, ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    if value is None or value != value:  # NaN
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)


def _tensors(data: Any) -> bytes:
    """The dense tensors, and numbers as tensors."""
    import torch
    from safetensors.torch import save

    held = {name: value for name, value in sorted(data.to_dict().items()) if not isinstance(value, str)}
    made = {
        name: value if isinstance(value, torch.Tensor) else torch.tensor(value)
        for name, value in held.items()
        if isinstance(value, torch.Tensor | bool | int | float)
    }
    dense = {name: value.detach().cpu() for name, value in made.items() if value.layout == torch.strided}
    return save({name: value.clone().contiguous() for name, value in dense.items()})
