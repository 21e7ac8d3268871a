"""The relational kernel: a sparse-dense product over typed edges, as one differentiable operator."""

from relxfer_kg.kernels.operator import Implementation, rspmm

__all__ = ["Implementation", "rspmm"]
