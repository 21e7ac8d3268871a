"""The TRIX architecture as a source model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, PositiveInt, model_validator

from relxfer.contract.options import Options

if TYPE_CHECKING:
    import numpy as np

    from relxfer_kg.adapter import KGOptions

#: The number of layers in each round.
Layers = Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=8)]


class TrixOptions(Options):
    """The TRIX architecture; a checkpoint brings its own sizes."""

    dim: PositiveInt = 32
    """Width of all states."""
    relation_layers: Layers = (1, 2)
    """Layers of message passing between relations in each round, of which there are two or more."""
    entity_layers: Layers = (2, 4)
    """Layers of message passing over the facts in each round."""

    @model_validator(mode="after")
    def _as_many_rounds(self) -> TrixOptions:
        if len(self.relation_layers) != len(self.entity_layers):
            raise ValueError(
                "expected as many numbers in entity_layers as in relation_layers, one for each round "
                f"(got {list(self.entity_layers)} and {list(self.relation_layers)})"
            )
        return self


class TrixModel:
    """Zhang et al. (2024): relation and entity representations that refine each other, both given the query.

    No parameter belongs to a vocabulary, so that it applies to entities and relations it was not trained on.
    """

    def __init__(
        self,
        options: TrixOptions,
        arrays: Mapping[str, np.ndarray] | None = None,
        card: dict[str, Any] | None = None,
    ):
        from relxfer.authoring.torch_learner import load_arrays
        from relxfer_kg.trix.network import Trix

        own = {key: size for key, size in (card or {}).items() if key in TrixOptions.model_fields}
        self.sizes = TrixOptions.model_validate(options.model_dump() | own).model_dump()
        self.network = Trix(**self.sizes)
        if arrays is not None:
            load_arrays(self.network, dict(arrays))

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        from relxfer.authoring.torch_learner import arrays_of

        return arrays_of(self.network), {key: _listed(size) for key, size in self.sizes.items()}

    def learner(self, options: KGOptions) -> Any:
        from relxfer_kg.trix.learner import TrixLearner

        return TrixLearner(self, options)


def _listed(size: Any) -> Any:
    return list(size) if isinstance(size, tuple) else size
