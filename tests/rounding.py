"""A plugin of pytest that rounds like a processor whose kernels treat the last rows of a block in their own way.

With `PYTHONPATH=tests pytest -p rounding` the rows of a matrix product, a convolution or a normalisation that fill no
whole group of eight for each thread get another last bit: what equals to the bit across block sizes or threads on this
processor does so no more.
"""

from __future__ import annotations

import torch
from torch.utils._python_dispatch import TorchDispatchMode

_ATEN = torch.ops.aten
_ROUNDED = {
    _ATEN.addmm, _ATEN.addmv, _ATEN.baddbmm, _ATEN.bmm, _ATEN.convolution, _ATEN.linear, _ATEN.mm, _ATEN.mv,
    _ATEN.native_layer_norm,
}  # fmt: skip


class Rounding(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        if func.overloadpacket in _ROUNDED:
            found = made[0] if isinstance(made, tuple) else made
            if found.ndim and found.dtype in (torch.float32, torch.float64):
                _round(found, 1 if found.ndim == 3 and func.overloadpacket in (_ATEN.bmm, _ATEN.baddbmm) else 0)
        return made


def _round(values: torch.Tensor, axis: int) -> None:
    rows, group = values.shape[axis], 8 * torch.get_num_threads()
    values.narrow(axis, rows - rows % group, rows % group).mul_(1 + torch.finfo(values.dtype).eps)


def pytest_configure(config):
    config.rounding = Rounding()
    config.rounding.__enter__()


def pytest_unconfigure(config):
    config.rounding.__exit__(None, None, None)
