"""The ULTRA architecture as a source model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import PositiveInt

from relxfer.config import Options

if TYPE_CHECKING:
    import numpy as np

    from relxfer_kg.adapter import KGOptions


class UltraOptions(Options):
    """Sizes of the ULTRA architecture; a checkpoint brings its own."""

    dim: PositiveInt = 64
    """Width of all states."""
    relation_layers: PositiveInt = 6
    """Layers of message passing over the relation graph."""
    entity_layers: PositiveInt = 6
    """Layers of message passing over the facts."""
    shares: bool = False
    """Whether relations also hear how large a share of them meets, beyond the published architecture. A checkpoint
    without them learns them from nothing: it computes the same until it is trained on."""


class UltraModel:
    """Galkin et al. (2024): relation representations conditioned on the query relation, then entities on those.

    Nothing in it belongs to a vocabulary, so that it applies to entities and relations never seen before.
    """

    def __init__(
        self,
        options: UltraOptions,
        arrays: Mapping[str, np.ndarray] | None = None,
        card: dict[str, Any] | None = None,
    ):
        from relxfer.torch import load_arrays
        from relxfer_kg.ultra import Ultra
        from relxfer_kg.weights import with_shares

        own = {key: (card or {}).get(key, size) for key, size in options.model_dump().items()}
        self.sizes = own | {"shares": own["shares"] or options.shares}
        self.network = Ultra(**self.sizes)
        if arrays is not None:
            load_arrays(self.network, with_shares(arrays) if self.sizes["shares"] else dict(arrays))

    def fresh(self) -> UltraModel:
        return UltraModel(UltraOptions(**self.sizes))

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        from relxfer.torch import arrays_of

        return arrays_of(self.network), dict(self.sizes)

    def learner(self, options: KGOptions) -> Any:
        from relxfer_kg.learner import UltraLearner

        return UltraLearner(self, options)
