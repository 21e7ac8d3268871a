"""Networks and tables in memory, written down once as the files that they would be."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any


def as_file(value: Any) -> Any:
    """The path of a file with the content of a graph of networkx, a `Data` of torch_geometric, or a frame of pandas,
    polars or pyarrow; anything else as it is.

    The file is in the user's folder of data, under a name that its content gives, so that other processes and later
    predictions find it. It is read as any other.
    """
    if hasattr(value, "is_directed") and hasattr(value, "nodes"):
        return _kept(_json(value), "json")
    if hasattr(value, "edge_index") and hasattr(value, "to_dict"):
        return _kept(_tensors(value), "safetensors")
    if hasattr(value, "columns") and hasattr(value, "shape"):
        return _kept(_csv(value), "csv")
    return value


def _kept(data: bytes, ending: str) -> Path:
    from relxfer.data.places import data_root
    from relxfer.store import files

    path = data_root() / "objects" / f"network-{files.sha256(data)[:20]}.{ending}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path, data)
    return path


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


def _csv(frame: Any) -> bytes:
    from relxfer.data.tables.typed import of_frame

    table = of_frame(frame, "the frame")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if table.names:
        writer.writerow(table.names)
    writer.writerows(table.row(row) for row in range(len(table)))
    return text.getvalue().encode()
