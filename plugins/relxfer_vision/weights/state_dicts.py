"""Weights from elsewhere: state dicts in safetensors or .pth, without ever unpickling a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import ArtefactError
from relxfer.judge.metrics.classification import Classification
from relxfer.store import torch_file

#: Under one of these keys training scripts keep the state dict.
_KEYS = ("state_dict", "model", "model_state_dict")
_TORCH = (".pth", ".pt", ".th", ".ckpt", ".bin")


def foreign(
    path: Path, name: str, build: Callable[..., Any], head: str, classes: Sequence[str] = ()
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Weights of a network called `name`, and a card with the task of its head.

    build    `build(arrays, card)` makes the model; what does not fit is reported here, before anything is trained
    head     where the head is in the state dict: the rows of its weight are the classes
    classes  their names, where there are as many; others are called `class 0`, `class 1`, ...

    Raises:
        ArtefactError: the file does not read safely, or its names, shapes or values are another network's.
    """
    arrays = read_arrays(path)
    if f"{head}.weight" not in arrays:
        raise ArtefactError(
            f"{path}: expected the weights of a {name}, {head}.weight among them, got {some(arrays)}; "
            "choose the model that they are of"
        )
    count = len(arrays[f"{head}.weight"])
    answers = list(classes) if len(classes) == count else [f"class {i}" for i in range(count)]
    task = Classification(tuple(answers)).card()
    try:
        build(arrays, {"task": task})
    except ArtefactError as error:
        raise ArtefactError(f"{path}: {error}") from None
    for key, array in arrays.items():
        if not np.isfinite(array).all():
            raise ArtefactError(f"{path}: expected finite numbers in {key}, got others; use an earlier checkpoint")
    return arrays, {"task": task, "tasks": [task]}


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """A state dict by name, without the `module.` that DataParallel puts before every name."""
    if path.suffix == ".safetensors":
        from relxfer.store.files import read_safetensors

        arrays = read_safetensors(path)[0]
    elif path.suffix in _TORCH:
        arrays = _read_torch(path)
    else:
        raise ArtefactError(
            f"{path}: expected a name ending in .safetensors, {', '.join(_TORCH)}, got {path.name!r}; convert the file"
        )
    wrapped = bool(arrays) and all(key.startswith("module.") for key in arrays)
    return {key.removeprefix("module.") if wrapped else key: array for key, array in arrays.items()}


def check(network: Any, arrays: Mapping[str, np.ndarray], name: str) -> None:
    """`ArtefactError` where the arrays are not those of this network, with a few of the names."""
    expected = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    expected |= _scale_of_head(network, arrays)
    missing, surplus = expected.keys() - arrays.keys(), arrays.keys() - expected.keys()
    if missing or surplus:
        faults = [f"lack {some(missing)}"] * bool(missing) + [f"add {some(surplus)}"] * bool(surplus)
        raise ArtefactError(
            f"expected the {len(expected)} arrays of a {name}, got weights that {' and '.join(faults)}; "
            "choose the model that they are of"
        )
    for key, shape in expected.items():
        if arrays[key].shape not in (shape, shape or (1,)):  # a single number may be stored as a row of one
            raise ArtefactError(
                f"expected {key} of shape {list(shape)}, as a {name} has it, got {list(arrays[key].shape)}; "
                "choose the model and the options that they are of"
            )


def _scale_of_head(network: Any, arrays: Mapping[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    """The buffer that a head of numbers has, where the arrays have it: mean and deviation of each number."""
    head = next((name for name, module in network.named_modules() if module is network.head), None)
    if f"{head}.scale" not in arrays or f"{head}.weight" not in arrays:
        return {}
    return {f"{head}.scale": (2, len(arrays[f"{head}.weight"]))}


def some(names: Any) -> str:
    """The first few of many names.

    >>> some(["c", "a", "b", "e", "d"])
    'a, b, c, ... (5 in all)'
    """
    shown = sorted(map(str, names))
    return (", ".join(shown[:3]) + (f", ... ({len(shown)} in all)" if len(shown) > 3 else "")) or "nothing"


def _read_torch(path: Path) -> dict[str, np.ndarray]:
    import torch

    try:
        content = torch_file.load(path)
    # A broken archive shows in many types; none may leave this function untold. Torch says how to load it anyway.
    except Exception as error:
        raise ArtefactError(
            f"{path}: expected a torch file with tensors only, got one that does not load safely "
            f"({type(error).__name__}); get it again, or ask its author for safetensors"
        ) from None
    state = next((content[key] for key in _KEYS if isinstance(content, dict) and key in content), content)
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        got = some(content) if isinstance(content, dict) else type(content).__name__
        raise ArtefactError(
            f"{path}: expected a state dict, or one under the key {' or '.join(map(repr, _KEYS))}, got {got}; "
            "save it with torch.save(model.state_dict(), path)"
        )
    try:
        torch_file.check_sizes(path, state.values())
        return {str(key): value.detach().numpy() for key, value in state.items()}
    except ValueError as error:
        raise ArtefactError(f"{path}: expected tensors whose values are in the file, got {error}; convert it") from None
    except (TypeError, RuntimeError) as error:  # sparse, quantised, bfloat16: numpy has none of these
        raise ArtefactError(
            f"{path}: expected dense tensors of plain numbers, got others ({str(error).splitlines()[0]}); convert them"
        ) from None
