"""Random numbers as pure functions of a seed and a place: (seed, phase, stream, step)."""

from __future__ import annotations

import hashlib

import numpy as np


def derive(*place: object) -> int:
    """A 63-bit seed from any place; equal places give equal seeds, on every machine.

    >>> derive(0, "fit-0", 3) == derive(0, "fit-0", 3)
    True
    >>> derive(0, "fit-0", 3) == derive(0, "fit-0", 4)
    False
    """
    text = "\x1f".join(map(str, place))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def generator(*place: object) -> np.random.Generator:
    """numpy's generator for a place."""
    return np.random.default_rng(derive(*place))


def seed_torch(*place: object) -> None:
    """Set torch's global generators for a place.

    What `torch.manual_seed` does, but for devices that are not there: it notes the call stack for each of them, in case
    it comes to be used, which costs a step on the CPU more than all its random numbers.
    """
    import torch

    seed = derive(*place)
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)
