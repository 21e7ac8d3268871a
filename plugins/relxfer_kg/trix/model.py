"""The TRIX architecture as a source model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveInt, model_validator

from relxfer.contract.options import Options
from relxfer.errors import Incompatible

if TYPE_CHECKING:
    import numpy as np

    from relxfer_kg.adapter import KGOptions

#: What a model answers with.
Answers = Literal["entities", "relations"]
#: Layers of the published models.
_PUBLISHED: Mapping[Answers, Mapping[str, tuple[int, ...]]] = {
    "entities": {"relation_layers": (1, 2), "entity_layers": (2, 4)},
    "relations": {"relation_layers": (2, 2, 2), "entity_layers": (2, 2, 2)},
}
_INSTEAD = {
    "relations": 'name weights for relation prediction, such as "kg-relations", or train some: [source] with datasets '
    'and task = "relation-prediction"',
    "entities": 'name weights for entity prediction, such as "kg-trix", or ask for relations with '
    'task = "relation-prediction"',
}
#: The number of layers in each round.
Layers = Annotated[tuple[PositiveInt, ...], Field(min_length=2, max_length=8)]


class TrixOptions(Options):
    """The TRIX architecture; a checkpoint brings its own sizes."""

    dim: PositiveInt = 32
    """Width of all states."""
    relation_layers: Layers | None = None
    """Layers of message passing between relations in each round, of which there are two or more. Unset: as published,
    1 and 2, or for relation prediction 2, 2 and 2."""
    entity_layers: Layers | None = None
    """Layers of message passing over the facts in each round. Unset: as published, 2 and 4, or for relation prediction
    2, 2 and 2."""
    pair_counts: bool = False
    """For relation prediction: counts of facts add to the scores; not in the paper."""

    @model_validator(mode="after")
    def _as_many_rounds(self) -> TrixOptions:
        rounds = {None if layers is None else len(layers) for layers in (self.relation_layers, self.entity_layers)}
        if len(rounds) > 1:
            got = " and ".join(
                "none" if layers is None else str(list(layers)) for layers in (self.entity_layers, self.relation_layers)
            )
            raise ValueError(
                f"expected as many numbers in entity_layers as in relation_layers, one for each round (got {got})"
            )
        return self

    def sizes(self, answers: Answers) -> dict[str, Any]:
        """The arguments of the network that answers with entities, or with relations."""
        published = _PUBLISHED[answers]
        sizes = {key: published.get(key) if size is None else size for key, size in self.model_dump().items()}
        return sizes if sizes["pair_counts"] else {key: size for key, size in sizes.items() if key != "pair_counts"}


class TrixModel:
    """Zhang et al. (2024): relation and entity representations that refine each other, both given the query.

    No parameter belongs to a vocabulary, so that it applies to entities and relations it was not trained on. Two
    networks with weights of their own answer with entities, and with relations; a model is one of them. Without weights
    it becomes the one that its first learner needs.

    answers  what it answers with
    """

    def __init__(
        self,
        options: TrixOptions,
        arrays: Mapping[str, np.ndarray] | None = None,
        card: dict[str, Any] | None = None,
    ):
        from relxfer.authoring.torch_learner import load_arrays

        card = card or {}
        own = {key: size for key, size in card.items() if key in TrixOptions.model_fields}
        self.options = TrixOptions.model_validate(options.model_dump() | own)
        self.settled = arrays is not None  # whether it has weights, or has been given to a learner
        self._be("relations" if card.get("answers") == "relations" or self.options.pair_counts else "entities")
        if arrays is not None:
            load_arrays(self.network, dict(arrays))

    def _be(self, answers: Answers) -> None:
        from relxfer_kg.trix.network import Trix
        from relxfer_kg.trix.relation_prediction import RelationTrix

        self.answers, self.sizes = answers, self.options.sizes(answers)
        self.network: Any = (Trix if answers == "entities" else RelationTrix)(**self.sizes)

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        from relxfer.authoring.torch_learner import arrays_of

        card = {key: _listed(size) for key, size in self.sizes.items()}
        return arrays_of(self.network), card | ({"answers": "relations"} if self.answers == "relations" else {})

    def learner(self, options: KGOptions) -> Any:
        """What scores entities.

        Raises:
            Incompatible: its weights are of the network that answers with relations, or it has `pair_counts`.
        """
        from relxfer_kg.trix.learner import TrixLearner

        if self.options.pair_counts and not self.settled:
            raise Incompatible(
                "pair_counts where relations are asked for", "pair_counts where entities are",
                'leave it out of the model, or ask for relations with task = "relation-prediction"',
            )  # fmt: skip
        self._answer("entities")
        return TrixLearner(self, options)

    def relation_learner(self, options: KGOptions) -> Any:
        """What scores relations.

        Raises:
            Incompatible: its weights are of the network that answers with entities.
        """
        from relxfer_kg.trix.relation_learner import RelationLearner

        self._answer("relations")
        return RelationLearner(self, options)

    def _answer(self, wanted: Answers) -> None:
        if self.answers != wanted and self.settled:
            raise Incompatible(
                f"weights of TRIX that answer with {wanted}",
                f"weights that answer with {self.answers}, which are those of another network",
                _INSTEAD[wanted],
            )
        if self.answers != wanted:
            self._be(wanted)
        self.settled = True


def _listed(size: Any) -> Any:
    return list(size) if isinstance(size, tuple) else size
