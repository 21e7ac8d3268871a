"""Compiled relational kernels: the product over typed edges as a differentiable operator, and exact locality in numba.

`rspmm` is the operator. The modules `kernel_*` are compiled by numba or Triton and imported when they are needed.
"""

from relxfer_kg.kernels.operator import Implementation, rspmm

__all__ = ["Implementation", "rspmm"]
