"""Reading published ULTRA weights without unpickling anything but tensors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import ArtefactError
from relxfer.store import files, torch_file
from relxfer_kg.graph.relation_graph import MEETINGS

_NETWORKS = ("relation_model", "entity_model")
_ANCHOR = "entity_model.layers.0.linear.weight"
_TYPES = "relation_model.layers.0.relation.weight"


def read_weights(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read an ULTRA checkpoint: safetensors, or an official ``.pth`` (state dict under the key "model").

    A ``.pth`` is read by ``torch.load(weights_only=True)``, which executes nothing from the file; torch below
    2.6 is refused because that guard could be escaped there (CVE-2025-32434).

    Returns:
        The arrays by parameter name, float32, complete and of fitting shapes; and a card: "dim",
        "relation_layers", "entity_layers", "shares" (the arguments of `Ultra`), "parameters", "sha256" of the file, and
        "metadata", the strings a safetensors file says about itself.

    Raises:
        ArtefactError: the file is missing, unreadable or not safely readable, or its keys, shapes or values
            are not those of an ULTRA model.
    """
    path = Path(path)
    if not path.is_file():
        raise ArtefactError(f"{path}: expected a checkpoint (.safetensors or .pth), got no such file; check the path")
    if path.suffix == ".safetensors":
        arrays, metadata = _read_safetensors(path)
    elif path.suffix in (".pth", ".pt", ".ckpt"):
        arrays, metadata = _read_torch(path), {}
    else:
        raise ArtefactError(
            f"{path}: expected a name ending in .safetensors or .pth, got {path.suffix!r}; "
            "rename the file or convert it"
        )
    sizes = _checked(path, arrays)
    card = {
        **sizes,
        "parameters": int(sum(a.size for a in arrays.values())),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "metadata": metadata,
    }
    return arrays, card


def expected_shapes(
    dim: int, relation_layers: int, entity_layers: int, shares: bool = False
) -> dict[str, tuple[int, ...]]:
    """Every parameter of `Ultra(dim, relation_layers, entity_layers, shares=shares)` and its shape.

    >>> shapes = expected_shapes(64, 6, 6)
    >>> len(shapes), sum(int(np.prod(shape)) for shape in shapes.values())
    (82, 168705)
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for network, layers in zip(_NETWORKS, (relation_layers, entity_layers), strict=True):
        for i in range(layers):
            for name, shape in _layer_shapes(network, dim, shares).items():
                shapes[f"{network}.layers.{i}.{name}"] = shape
    for i, rows in ((0, 2 * dim), (2, 1)):
        shapes |= {f"entity_model.mlp.{i}.weight": (rows, 2 * dim), f"entity_model.mlp.{i}.bias": (rows,)}
    return shapes


def _layer_shapes(network: str, dim: int, shares: bool) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "layer_norm.weight": (dim,),
        "layer_norm.bias": (dim,),
        "linear.weight": (dim, 2 * dim),
        "linear.bias": (dim,),
    }
    if network == "relation_model":
        return shapes | {"relation.weight": (len(MEETINGS) * (2 if shares else 1), dim)}
    for i in (0, 2):
        shapes |= {f"relation_projection.{i}.weight": (dim, dim), f"relation_projection.{i}.bias": (dim,)}
    return shapes


def _read_safetensors(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    from safetensors import SafetensorError

    try:
        return files.tensors(path)
    except (SafetensorError, OSError, TypeError, ValueError, RecursionError) as error:
        raise ArtefactError(
            f"{path}: expected a safetensors file, got one that does not read ({error}); download it again"
        ) from error


def _read_torch(path: Path) -> dict[str, np.ndarray]:
    import torch

    _check_torch(path, torch.__version__)
    try:
        content = torch_file.load(path)
    # A broken archive raises errors of many types, and torch's own text suggests to load it unsafely.
    except Exception as error:
        raise ArtefactError(
            f"{path}: expected a torch file with tensors only, got one that does not load safely "
            f"({type(error).__name__}); download it again, or ask its author for safetensors"
        ) from error
    state = content.get("model") if isinstance(content, dict) else None
    if not isinstance(state, dict) or not all(
        isinstance(k, str) and isinstance(v, torch.Tensor) for k, v in state.items()
    ):
        got = f"keys {sorted(map(str, content))[:8]}" if isinstance(content, dict) else type(content).__name__
        raise ArtefactError(
            f"{path}: expected a state dict under the key 'model', got {got}; "
            "save it as torch.save({'model': model.state_dict()}, path)"
        )
    try:
        torch_file.check_sizes(path, state.values())
        return {key: value.detach().numpy() for key, value in state.items()}
    except ValueError as error:
        raise ArtefactError(f"{path}: expected tensors whose values are in the file, got {error}; convert it") from None
    except (TypeError, RuntimeError) as error:  # sparse, quantised, bfloat16: numpy has none of these
        raise ArtefactError(
            f"{path}: expected dense float32 tensors, got others ({str(error).splitlines()[0]}); convert them"
        ) from error


def _check_torch(path: Path, version: str) -> None:
    major, minor = (int(number) for number in re.findall(r"\d+", version)[:2])
    if (major, minor) < (2, 6):
        raise ArtefactError(
            f"{path}: expected torch >= 2.6 to read a .pth safely, got torch {version}; "
            "upgrade torch, or use the .safetensors file"
        )


def _checked(path: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The sizes of the ULTRA model whose parameters these arrays are."""
    if _ANCHOR not in arrays or arrays[_ANCHOR].ndim != 2:
        raise ArtefactError(
            f"{path}: expected the parameters of an ULTRA model, such as {_ANCHOR} [d, 2d], "
            f"got {_some(arrays)}; use an ULTRA checkpoint"
        )
    sizes: dict[str, Any] = {
        "dim": int(arrays[_ANCHOR].shape[0]),
        "relation_layers": _depth(arrays, "relation_model"),
        "entity_layers": _depth(arrays, "entity_model"),
        "shares": _TYPES in arrays and len(arrays[_TYPES]) == 2 * len(MEETINGS),
    }
    shapes = expected_shapes(**sizes)
    missing, surplus = shapes.keys() - arrays.keys(), arrays.keys() - shapes.keys()
    if missing or surplus:
        raise ArtefactError(
            f"{path}: expected the {len(shapes)} parameters of an ULTRA model with {sizes}, "
            f"got a file that lacks {_some(missing)} and adds {_some(surplus)}; "
            "use an unmodified checkpoint"
        )
    for key, shape in shapes.items():
        _check_array(path, key, arrays[key], shape)
    return sizes


def _check_array(path: Path, key: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape or array.dtype != np.float32:
        raise ArtefactError(
            f"{path}: expected {key} as float32 {list(shape)}, got {array.dtype} "
            f"{list(array.shape)}; use an unmodified checkpoint"
        )
    if not np.isfinite(array).all():
        raise ArtefactError(
            f"{path}: expected finite numbers in {key}, got NaN or infinity; "
            "the training that wrote it diverged: use an earlier checkpoint"
        )


def _depth(arrays: Mapping[str, np.ndarray], network: str) -> int:
    matches = (re.match(rf"{network}\.layers\.(\d{{1,4}})\.", key) for key in arrays)
    return max((int(match[1]) + 1 for match in matches if match), default=0)


def _some(names: Any) -> str:
    shown = sorted(map(str, names))
    return (", ".join(shown[:4]) + (f", ... ({len(shown)} in all)" if len(shown) > 4 else "")) or "nothing"
