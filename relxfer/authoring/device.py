"""Where a learner computes; what a strategy adds must lie there too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def device_of(learner: Any) -> torch.device:
    """The device of the learner's parameters."""
    return next(learner.module.parameters()).device
