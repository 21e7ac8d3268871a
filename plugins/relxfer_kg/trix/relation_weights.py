"""Reading TRIX's published weights for relation prediction without unpickling anything but tensors."""

from __future__ import annotations

from collections.abc import Mapping
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

_ANCHOR = "entity_model.0.layers.0.linear.weight"


def read_relation_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a TRIX checkpoint for relation prediction: safetensors, or an official ``.pth``.

    Returns:
        The arrays by parameter name, float32, complete and of fitting shapes; and a card: "dim", "rounds", "layers"
        (the arguments of `RelationTrix`), "parameters", "sha256" of the file, and "metadata", the strings a safetensors
        file says about itself.

    Raises:
        ArtefactError: the file is missing, unreadable or not safely readable, or its keys, shapes or values
            are not those of such a model.
    """
    path = Path(path)
    arrays, metadata = read_tensors(path)
    sizes = _sizes(path, arrays)
    check(path, arrays, relation_shapes(**sizes), f"a TRIX model for relation prediction with {sizes}")
    return arrays, {**sizes, **card(path, arrays, metadata)}


def relation_shapes(dim: int, rounds: int, layers: int) -> dict[str, tuple[int, ...]]:
    """Every parameter of `RelationTrix(dim, rounds, layers)` and its shape.

    >>> shapes = relation_shapes(32, 3, 2)
    >>> len(shapes), sum(int(np.prod(shape)) for shape in shapes.values())
    (256, 147489)
    """
    shapes = perceptron_shapes("mlp", dim, 1)
    layer = layer_shapes(dim) | projection_shapes(dim)
    stacks = ["entity_model.{}.layers", *(f"relation_model.{{}}.layers_{family}" for family in FAMILIES)]
    for number in range(rounds):
        shapes |= perceptron_shapes(f"entity_model.{number}.mlp", 2 * dim, dim)
        for stack in stacks:
            prefixes = [f"{stack.format(number)}.{i}" for i in range(layers)]
            shapes |= {f"{prefix}.{name}": shape for prefix in prefixes for name, shape in layer.items()}
    return shapes


def _sizes(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The sizes of the model whose parameters these arrays seem to be."""
    return {
        "dim": width(path, arrays, _ANCHOR, "a TRIX model for relation prediction"),
        "rounds": depth(arrays, "entity_model"),
        "layers": depth(arrays, "entity_model.0.layers"),
    }
