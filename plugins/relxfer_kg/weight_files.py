"""Weights of other programs, read without unpickling anything but tensors, and checked one by one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import ArtefactError
from relxfer.store import files, torch_file


def read_tensors(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays of a safetensors file, or of a ``.pth`` (state dict under the key "model"), and its metadata.

    A ``.pth`` is read by ``torch.load(weights_only=True)``, which executes nothing from the file; torch below
    2.6 is refused because that guard could be escaped there (CVE-2025-32434).

    Raises:
        ArtefactError: the file is missing, unreadable or not safely readable.
    """
    if not path.is_file():
        raise ArtefactError(f"{path}: expected a checkpoint (.safetensors or .pth), got no such file; check the path")
    if path.suffix == ".safetensors":
        return _read_safetensors(path)
    if path.suffix in (".pth", ".pt", ".ckpt"):
        return _read_torch(path), {}
    raise ArtefactError(
        f"{path}: expected a name ending in .safetensors or .pth, got {path.suffix!r}; rename the file or convert it"
    )


def shipped(package: str, name: str) -> Path:
    """The path of a file that comes with a package of this plugin.

    Raises:
        ArtefactError: the installation lacks it.
    """
    path = Path(str(resources(package))) / name
    if not path.is_file():
        raise ArtefactError(f"expected {path}, which comes with relxfer, got no such file; install relxfer again")
    return path


def check(path: Path, arrays: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[int, ...]], model: str) -> None:
    """Raise `ArtefactError` unless the arrays are float32, finite and of these shapes, none missing and none more.

    Args:
        model: whose parameters they are, in words.
    """
    missing, surplus = shapes.keys() - arrays.keys(), arrays.keys() - shapes.keys()
    if missing or surplus:
        raise ArtefactError(
            f"{path}: expected the {len(shapes)} parameters of {model}, "
            f"got a file that lacks {some(missing)} and adds {some(surplus)}; "
            "use an unmodified checkpoint"
        )
    for key, shape in shapes.items():
        _check_array(path, key, arrays[key], shape)


def card(path: Path, arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str]) -> dict[str, Any]:
    """The number of "parameters", the "sha256" of the file, and "metadata", what a safetensors file says of itself."""
    return {
        "parameters": int(sum(a.size for a in arrays.values())),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "metadata": metadata,
    }


def layer_shapes(dim: int) -> dict[str, tuple[int, ...]]:
    """The parameters of a layer of message passing and their shapes, but for those that make its edge vectors."""
    return {
        "layer_norm.weight": (dim,),
        "layer_norm.bias": (dim,),
        "linear.weight": (dim, 2 * dim),
        "linear.bias": (dim,),
    }


def projection_shapes(dim: int) -> dict[str, tuple[int, ...]]:
    """The parameters that make the edge vectors of an `EntityLayer` from states."""
    kinds: dict[str, tuple[int, ...]] = {"weight": (dim, dim), "bias": (dim,)}
    return {f"relation_projection.{i}.{kind}": shape for i in (0, 2) for kind, shape in kinds.items()}


def perceptron_shapes(name: str, width: int, out: int) -> dict[str, tuple[int, ...]]:
    """The parameters of an MLP ``width -> width -> out``."""
    rows = ((0, width), (2, out))
    return {f"{name}.{i}.weight": (count, width) for i, count in rows} | {f"{name}.{i}.bias": (n,) for i, n in rows}


def width(path: Path, arrays: Mapping[str, np.ndarray], name: str, model: str) -> int:
    """The width d of a model, by the rows of a parameter [d, 2d] that it has at any size.

    Args:
        model: what has this parameter, in words.

    Raises:
        ArtefactError: the arrays have no such parameter: they are those of another model.
    """
    if name not in arrays or arrays[name].ndim != 2:
        raise ArtefactError(
            f"{path}: expected the parameters of {model}, such as {name} [d, 2d], got {some(arrays)}; "
            f"use a checkpoint of {model}"
        )
    return int(arrays[name].shape[0])


def depth(arrays: Mapping[str, np.ndarray], layers: str) -> int:
    """The number of layers whose names begin with `layers` and a number."""
    matches = (re.match(rf"{re.escape(layers)}\.(\d{{1,4}})\.", key) for key in arrays)
    return max((int(match[1]) + 1 for match in matches if match), default=0)


def some(names: Iterable[str]) -> str:
    """The first names in words."""
    shown = sorted(map(str, names))
    return (", ".join(shown[:4]) + (f", ... ({len(shown)} in all)" if len(shown) > 4 else "")) or "nothing"


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
