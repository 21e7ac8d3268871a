"""Linear predictors on filtered features, which `closed-form` solves for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relxfer_social.architectures.loading import node_model

if TYPE_CHECKING:
    import numpy as np


def filters(options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: Mapping[str, Any] | None = None) -> Any:
    """The loader of the record `filters`."""
    from relxfer_social.architectures.filters_net import Filters

    return node_model(Filters, arrays, card)
