"""Random numbers as pure functions of a key, such as (seed, phase, stream, step)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


def derive(*key: object) -> int:
    """A 63-bit seed, derived from the text of a key; equal keys give equal seeds on every machine.

    >>> derive(0, "fit-0", 3) == derive(0, "fit-0", 3)
    True
    >>> derive(0, "fit-0", 3) == derive(0, "fit-0", 4)
    False
    """
    text = "\x1f".join(map(str, key))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def generator(*key: object) -> np.random.Generator:
    """A numpy generator that is seeded with `derive(*key)`."""
    return np.random.default_rng(derive(*key))


def seed_torch(*key: object) -> None:
    """Seed torch's global generators with `derive(*key)`.

    Unlike `torch.manual_seed`, this skips devices that do not exist. For each of those, torch records the call stack in
    case the device is used later, which takes longer than drawing all random numbers of a step on a CPU.
    """
    import torch

    seed = derive(*key)
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)


@contextmanager
def torch_kept() -> Iterator[None]:
    """Restore the state of torch's global generators after the block, whatever is drawn inside.

    >>> import torch
    >>> seed_torch(0)
    >>> with torch_kept():
    ...     inside = torch.rand(1)
    >>> bool(inside == torch.rand(1))
    True
    """
    import torch

    state = torch.get_rng_state()
    on_gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    try:
        yield
    finally:
        torch.set_rng_state(state)
        if on_gpus is not None:
            torch.cuda.set_rng_state_all(on_gpus)
