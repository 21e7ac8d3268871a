"""Reading TRIX's published weights for relation prediction without unpickling anything but tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer_kg.layers.pair_readout import COUNTS
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

#: A parameter that every such model has, and that no other TRIX model has.
ANCHOR = "entity_model.0.layers.0.linear.weight"


def read_relation_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a TRIX checkpoint for relation prediction: safetensors, or an official ``.pth``.

    Returns:
        The arrays by parameter name, float32, complete and of fitting shapes; and a card: "dim", "relation_layers",
        "entity_layers" and, where there are such parameters, "pair_counts" (the arguments of `RelationTrix`),
        "answers", which is "relations", "parameters", "sha256" of the file, and "metadata", the strings a safetensors
        file says about itself.

    Raises:
        ArtefactError: the file is missing, unreadable or not safely readable, or its keys, shapes or values
            are not those of such a model.
    """
    path = Path(path)
    arrays, metadata = read_tensors(path)
    sizes = _sizes(path, arrays)
    check(path, arrays, relation_shapes(**sizes), f"a TRIX model for relation prediction with {sizes}")
    return arrays, {**sizes, "answers": "relations", **card(path, arrays, metadata)}


def relation_shapes(
    dim: int, relation_layers: Sequence[int], entity_layers: Sequence[int], pair_counts: bool = False
) -> dict[str, tuple[int, ...]]:
    """Every parameter of `RelationTrix` with these arguments and its shape.

    >>> shapes = relation_shapes(32, (2, 2, 2), (2, 2, 2))
    >>> len(shapes), sum(int(np.prod(shape)) for shape in shapes.values())
    (256, 147489)
    """
    shapes = perceptron_shapes("mlp", dim, 1)
    if pair_counts:
        shapes |= perceptron_shapes("pair_counts", dim + COUNTS, 1)
    layer = layer_shapes(dim) | projection_shapes(dim)
    for number, (over_meetings, over_facts) in enumerate(zip(relation_layers, entity_layers, strict=True)):
        shapes |= perceptron_shapes(f"entity_model.{number}.mlp", 2 * dim, dim)
        stacks = {f"entity_model.{number}.layers": over_facts}
        stacks |= {f"relation_model.{number}.layers_{family}": over_meetings for family in FAMILIES}
        for stack, layers in stacks.items():
            prefixes = [f"{stack}.{i}" for i in range(layers)]
            shapes |= {f"{prefix}.{name}": shape for prefix in prefixes for name, shape in layer.items()}
    return shapes


def _sizes(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The sizes of the model whose parameters these arrays seem to be."""
    dim, rounds = width(path, arrays, ANCHOR, "a TRIX model for relation prediction"), depth(arrays, "entity_model")
    return {
        "dim": dim,
        "relation_layers": [depth(arrays, f"relation_model.{number}.layers_hh") for number in range(rounds)],
        "entity_layers": [depth(arrays, f"entity_model.{number}.layers") for number in range(rounds)],
        **({"pair_counts": True} if "pair_counts.0.weight" in arrays else {}),
    }
