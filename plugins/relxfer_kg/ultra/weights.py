"""Reading published ULTRA weights without unpickling anything but tensors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relxfer_kg.graph.link_features import OF_ENTITY, OF_QUERY
from relxfer_kg.graph.relation_graph import MEETINGS
from relxfer_kg.weight_files import (
    card,
    check,
    depth,
    layer_shapes,
    perceptron_shapes,
    projection_shapes,
    read_tensors,
    width,
)

_NETWORKS = ("relation_model", "entity_model")
_ANCHOR = "entity_model.layers.0.linear.weight"
_TYPES = "relation_model.layers.0.relation.weight"
_COUNTS = "half_links"


def read_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read an ULTRA checkpoint: safetensors, or an official ``.pth`` (state dict under the key "model").

    A ``.pth`` is read by ``torch.load(weights_only=True)``, which executes nothing from the file; torch below
    2.6 is refused because that guard could be escaped there (CVE-2025-32434).

    Returns:
        The arrays by parameter name, float32, complete and of fitting shapes; and a card: "dim",
        "relation_layers", "entity_layers", "shares", "half_links" (the arguments of `Ultra`), "parameters", "sha256" of
        the file, and "metadata", the strings a safetensors file says about itself.

    Raises:
        ArtefactError: the file is missing, unreadable or not safely readable, or its keys, shapes or values
            are not those of an ULTRA model.
    """
    path = Path(path)
    arrays, metadata = read_tensors(path)
    sizes = _sizes(path, arrays)
    check(path, arrays, expected_shapes(**sizes), f"an ULTRA model with {sizes}")
    return arrays, {**sizes, **card(path, arrays, metadata)}


def expected_shapes(
    dim: int, relation_layers: int, entity_layers: int, shares: bool = False, half_links: bool = False
) -> dict[str, tuple[int, ...]]:
    """Every parameter of an `Ultra` of these arguments and its shape.

    >>> shapes = expected_shapes(64, 6, 6)
    >>> len(shapes), sum(int(np.prod(shape)) for shape in shapes.values())
    (82, 168705)
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for network, layers in zip(_NETWORKS, (relation_layers, entity_layers), strict=True):
        for i in range(layers):
            for name, shape in _layer_shapes(network, dim, shares).items():
                shapes[f"{network}.layers.{i}.{name}"] = shape
    counts = perceptron_shapes(_COUNTS, dim + OF_QUERY + OF_ENTITY, 1) if half_links else {}
    return shapes | perceptron_shapes("entity_model.mlp", 2 * dim, 1) | counts


def _layer_shapes(network: str, dim: int, shares: bool) -> dict[str, tuple[int, ...]]:
    if network == "entity_model":
        return layer_shapes(dim) | projection_shapes(dim)
    return layer_shapes(dim) | {"relation.weight": (len(MEETINGS) * (2 if shares else 1), dim)}


def _sizes(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The sizes of the ULTRA model whose parameters these arrays seem to be."""
    return {
        "dim": width(path, arrays, _ANCHOR, "an ULTRA model"),
        "relation_layers": depth(arrays, "relation_model.layers"),
        "entity_layers": depth(arrays, "entity_model.layers"),
        "shares": _TYPES in arrays and len(arrays[_TYPES]) == 2 * len(MEETINGS),
        "half_links": any(name.startswith(f"{_COUNTS}.") for name in arrays),
    }
