"""Random numbers as pure functions of a key, such as (seed, phase, stream, step)."""

from __future__ import annotations

import hashlib

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
