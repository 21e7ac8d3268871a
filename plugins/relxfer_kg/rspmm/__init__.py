"""The relational kernel, generalised sparse-dense products over typed edges, as one differentiable operator."""

from relxfer_kg.rspmm.operator import Implementation, rspmm

__all__ = ["Implementation", "rspmm"]
