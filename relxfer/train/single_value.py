"""Batch normalisation of a batch with a single value per channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

from relxfer.errors import Incompatible


@contextmanager
def single_values(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Inside, batch normalisation in train mode uses its running statistics for an input with one value per channel,
    which has no variance, and does not update them. Every other input is normalised as usual.

    Raises:
        Incompatible: on such an input of a layer that keeps no running statistics.

    >>> import torch
    >>> norm = nn.BatchNorm1d(2)
    >>> with single_values([norm]):
    ...     norm(torch.tensor([[3.0, 4.0]])).round().tolist()
    [[3.0, 4.0]]
    """
    norms = {id(m): m for module in modules for m in module.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)}
    hooks = [norm.register_forward_pre_hook(_before) for norm in norms.values()]
    hooks += [norm.register_forward_hook(_after, always_call=True) for norm in norms.values()]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
        for norm in norms.values():
            _after(norm)


def _before(norm: Any, inputs: tuple[Any, ...]) -> None:
    if not norm.training or not inputs or inputs[0].numel() != inputs[0].shape[1]:
        return
    if norm.running_mean is None:
        raise Incompatible(
            f"several values of each channel in a batch, for {type(norm).__name__} without running statistics",
            "one",
            "raise training.batch_size or the label budget, or let the layer keep running statistics",
        )
    norm.eval()
    norm._single = True


def _after(norm: Any, *_: Any) -> None:
    if norm.__dict__.pop("_single", False):
        norm.train()
