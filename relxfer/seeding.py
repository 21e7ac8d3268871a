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
    """A numpy generator for a place."""
    return np.random.default_rng(derive(*place))


def seed_torch(*place: object) -> None:
    """Set torch's global generators for a place.

    As `torch.manual_seed`, without devices that do not exist: for each of those it records the call stack, in case the
    device is used later, which takes longer than all random numbers of a step on a CPU.
    """
    import torch

    seed = derive(*place)
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)
