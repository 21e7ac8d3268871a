"""Reading TRIX's published weights for entity prediction without unpickling anything but tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer_kg.trix.families import FAMILIES
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

_ANCHOR = "entity_model_1.layers.0.linear.weight"
#: Names in the first published file -> names in the published code, which later files have.
_RENAMED = {"entity_model_mini.": "entity_model_1.", "entity_model.": "entity_model_2."}
#: A head that is computed and not used.
_UNUSED = "entity_model_1.mlp."


def read_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a TRIX checkpoint for entity prediction: safetensors, or an official ``.pth``.

    Both spellings of the names of the entity networks are read, and the head that is never used is left out. A file
    does not say which relation layers belong to which round: the first round has one, as published.

    Returns:
        The arrays by parameter name, float32, complete and of fitting shapes; and a card: "dim", "relation_layers",
        "entity_layers" (the arguments of `Trix`), "parameters", "sha256" of the file, and "metadata", the strings a
        safetensors file says about itself.

    Raises:
        ArtefactError: the file is missing, unreadable or not safely readable, or its keys, shapes or values
            are not those of a TRIX model.
    """
    path = Path(path)
    found, metadata = read_tensors(path)
    arrays = {name: array for name, array in _as_in_the_code(found).items() if not name.startswith(_UNUSED)}
    sizes = _sizes(path, arrays)
    check(path, arrays, expected_shapes(**sizes), f"a TRIX model with {sizes}")
    return arrays, {**sizes, **card(path, arrays, metadata)}


def expected_shapes(
    dim: int, relation_layers: Sequence[int], entity_layers: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """Every parameter of `Trix(dim, relation_layers, entity_layers)` and its shape.

    >>> shapes = expected_shapes(32, (1, 2), (2, 4))
    >>> len(shapes), sum(int(np.prod(shape)) for shape in shapes.values())
    (150, 82913)
    """
    prefixes = [f"relation_model.layers_{family}.{i}" for family in FAMILIES for i in range(sum(relation_layers))]
    prefixes += [f"entity_model_{k}.layers.{i}" for k, count in enumerate(entity_layers, 1) for i in range(count)]
    layer = layer_shapes(dim) | projection_shapes(dim)
    shapes = {f"{prefix}.{name}": shape for prefix in prefixes for name, shape in layer.items()}
    feedback: dict[str, tuple[int, ...]] = {
        "relation_model.node_mlp.weight": (dim, 2 * dim),
        "relation_model.node_mlp.bias": (dim,),
    }
    return shapes | feedback | perceptron_shapes(f"entity_model_{len(entity_layers)}.mlp", 2 * dim, 1)


def _as_in_the_code(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    if not any(name.startswith("entity_model_mini.") for name in arrays):
        return dict(arrays)
    return {_renamed(name): array for name, array in arrays.items()}


def _renamed(name: str) -> str:
    prefix = name[: name.find(".") + 1]
    return _RENAMED.get(prefix, prefix) + name[len(prefix) :]


def _sizes(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The sizes of the TRIX model whose parameters these arrays seem to be."""
    return {
        "dim": width(path, arrays, _ANCHOR, "a TRIX model for entity prediction"),
        "relation_layers": [1, depth(arrays, "relation_model.layers_hh") - 1],
        "entity_layers": [depth(arrays, f"entity_model_{number}.layers") for number in (1, 2)],
    }
