"""The state of a training phase in one file: modules, optimisers, best weights and counters, without pickle.

Random numbers are not saved: every step seeds them from (seed, phase, step).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from relxfer.errors import DamagedArtefact
from relxfer.store import files


def module_arrays(modules: Mapping[str, nn.Module], prefix: str) -> dict[str, np.ndarray]:
    """Parameters and buffers of named modules as copies."""
    return {
        f"{prefix}/{name}/{key}": _array(value)
        for name, module in modules.items()
        for key, value in module.state_dict().items()
    }


def restore_modules(modules: Mapping[str, nn.Module], arrays: Mapping[str, np.ndarray], prefix: str) -> None:
    """Load what `module_arrays` saved, in place."""
    for name, module in modules.items():
        start = f"{prefix}/{name}/"
        state = {k[len(start) :]: torch.from_numpy(v.copy()) for k, v in arrays.items() if k.startswith(start)}
        module.load_state_dict(state, strict=True)


def optimiser_arrays(optimisers: Mapping[str, torch.optim.Optimizer]) -> dict[str, np.ndarray]:
    """The state of every optimiser, which in torch.optim is only tensors and numbers."""
    return {
        f"optimiser/{name}/{index}/{key}": _array(torch.as_tensor(value))
        for name, optimiser in optimisers.items()
        for index, state in optimiser.state_dict()["state"].items()
        for key, value in state.items()
        if value is not None
    }


def restore_optimisers(optimisers: Mapping[str, torch.optim.Optimizer], arrays: Mapping[str, np.ndarray]) -> None:
    """Load what `optimiser_arrays` saved."""
    for name, optimiser in optimisers.items():
        start = f"optimiser/{name}/"
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in arrays.items():
            if key.startswith(start):
                index, entry = key[len(start) :].split("/", 1)
                state.setdefault(int(index), {})[entry] = torch.from_numpy(value.copy())
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def load(path: Path) -> tuple[dict[str, np.ndarray], Any] | None:
    """What a phase wrote by `files.write_arrays`; None where the file is missing or damaged.

    The phase then starts again, to the same end.
    """
    if not path.exists():
        return None
    try:
        return files.read_arrays(path)
    except DamagedArtefact as error:
        warnings.warn(f"a checkpoint was damaged, so its phase starts again: {error}", RuntimeWarning, stacklevel=2)
        path.unlink(missing_ok=True)
        return None


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().copy()
