"""The ULTRA architecture as a source model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveInt

from relxfer.contract.options import Options

if TYPE_CHECKING:
    import numpy as np

    from relxfer_kg.adapter import KGOptions


class UltraOptions(Options):
    """The ULTRA architecture; a checkpoint brings its own sizes, `shares` and `half_links`."""

    dim: PositiveInt = 64
    """Width of all states."""
    relation_layers: PositiveInt = 6
    """Layers of message passing over the relation graph."""
    entity_layers: PositiveInt = 6
    """Layers of message passing over the facts."""
    support: Annotated[float, Field(ge=0, le=1)] | None = None
    """Relations meet in the relation graph if they share at least this fraction of the heads, or tails, of the one that
    has fewer; 0: if they share any, as published. Unset: as the checkpoint says, else 0."""
    shares: bool = False
    """Whether edges of the relation graph also carry how large a share of a relation's entities the other one shares;
    not in the published architecture."""
    half_links: bool = False
    """Whether counts add to the scores: how often the query's entity and a candidate are in facts of the relation, on
    which side, and how functional the relation is; not in the published architecture."""


class UltraModel:
    """Galkin et al. (2024): relation representations conditioned on the query relation, then entities on those.

    No parameter belongs to a vocabulary, so that it applies to entities and relations it was not trained on.
    """

    def __init__(
        self,
        options: UltraOptions,
        arrays: Mapping[str, np.ndarray] | None = None,
        card: dict[str, Any] | None = None,
    ):
        from relxfer.authoring.torch_learner import load_arrays
        from relxfer_kg.ultra.network import Ultra

        sizes = options.model_dump(exclude={"support"})
        # weights from before there were these options have neither
        card = {} if card is None else {"shares": False, "half_links": False} | card
        self.sizes = {key: type(size)(card.get(key, size)) for key, size in sizes.items()}
        self.support = float(card.get("support", 0.0) if options.support is None else options.support)
        self.network = Ultra(**self.sizes, support=self.support)
        if arrays is not None:
            load_arrays(self.network, dict(arrays))

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        from relxfer.authoring.torch_learner import arrays_of

        return arrays_of(self.network), self.sizes | {"support": self.support}

    def learner(self, options: KGOptions) -> Any:
        from relxfer_kg.ultra.learner import UltraLearner

        return UltraLearner(self, options)
