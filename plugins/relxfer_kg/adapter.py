"""The knowledge-graph adapter: link prediction on a graph of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from relxfer.contract.data import Domain
from relxfer.contract.only_with import GIVEN, OnlyWith, Wanted
from relxfer.contract.options import Options
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer_kg.training.bounds import Bounds

_OF_PARTS = OnlyWith(part_entities=GIVEN)
_SEVERAL = Wanted(lambda count: count > 1, "set {key} above 1")


class KGOptions(Options):
    """How links are learnt and scored, whatever the architecture."""

    negatives: PositiveInt = 64
    """Wrong answers drawn for each training query, strictly among entities not known to be right."""
    adversarial_temperature: Annotated[float, Field(ge=0), OnlyWith(negatives=_SEVERAL)] = 1.0
    """Self-adversarial weighting of the negatives (Sun et al. 2019, eq. 5); 0 weighs them equally."""
    part_entities: Bounds | None = None
    """Train each batch on the surroundings of one of its facts: so many entities, drawn (log-uniformly) between the two
    bounds, and the batch's other questions from among them. Unset: on the whole graph."""
    left_out_fraction: Annotated[float, Field(ge=0, lt=1), _OF_PARTS] = 0.0
    """At most this share of a part's facts carries no messages, the share drawn for each batch; they stay true."""
    derived_probability: Annotated[float, Field(ge=0, le=1), _OF_PARTS] = 0.0
    """Probability that a part gets relations which follow from its own, compositions and copies; a quarter of the
    questions about such a part are about them."""
    hidden_pair_probability: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Probability that all facts between the two entities of each question leave the graph while a training batch is
    asked, not the batch's own facts alone. 1 where no fact links the entities of a test question, as in FB15k-237."""
    linked_last: bool = False
    """Rank entities that an observed fact links to that of the question, in either direction, below all others: for
    questions about pairs that no fact links yet."""
    block_mb: Annotated[PositiveFloat, OnlyWith(precision="float32")] = 64.0
    """Memory of the scores held when predicting, in MB; it sets how many queries are answered together."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """Of the entity states when predicting: bfloat16 halves their memory, for a GPU. Training is in float32 always."""
    subgraph_entities: PositiveInt | None = None
    """Predict each query within so many entities around its own, those of the highest personalised PageRank: faster on
    large graphs, and approximate. Unset: exactly."""

    @model_validator(mode="after")
    def _fits_together(self) -> KGOptions:
        if self.subgraph_entities is not None and self.precision != "float32":
            raise ValueError(
                f"expected precision 'float32' with subgraph_entities (got {self.precision!r}); unset one of them"
            )
        return self


class KGAdapter:
    """Attaches any model of knowledge graphs. Queries bring their graph, so that a learner is bound to no target."""

    #: Counts of `audit` that mean that answers of the test are given away.
    gives_away = ("also observed",)

    def __init__(self, options: KGOptions):
        self.options = options

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Any:
        """What is asked of the model is told by the task of the target, or of its sources; bound to nothing, by itself.

        Raises:
            Incompatible: it is no model of knowledge graphs, or answers with other candidates.
        """
        if not hasattr(model, "learner"):
            raise Incompatible(
                "a model of knowledge graphs, with a method attach or learner", type(model).__name__,
                "choose a model that reads knowledge graphs",
            )  # fmt: skip
        asked = {domain.task.candidates for domain in (target, *sources) if domain is not None}
        if len(asked) > 1:
            raise Incompatible(
                "one task for source and target", "one that asks for relations and one that asks for entities",
                'write task = "relation-prediction" in both [source] and [target], or in neither',
            )  # fmt: skip
        if "relations" not in (asked or {getattr(model, "answers", "entities")}):
            return model.learner(self.options)
        if not hasattr(model, "relation_learner"):
            raise Incompatible(
                "a model that answers with relations", type(model).__name__, 'choose one that does: model = "trix"',
            )  # fmt: skip
        return model.relation_learner(self.options)

    def blank(self, task: Task, inputs: Mapping[str, Any]) -> Domain:
        """A graph without facts, to which those of the question's own are added."""
        from relxfer_kg.domain import FactIds, Splits, Vocabulary, form_of, kg_domain

        nothing = Splits(FactIds(np.zeros((0, 3), np.int64)))
        made = kg_domain("your facts", Vocabulary((), ()), nothing, form=form_of(task))
        return replace(made, task=replace(made.task, candidates=task.candidates))

    def with_file(self, domain: Domain, path: Path) -> Domain:
        """The graph with the facts of a file too."""
        from relxfer_kg.files.new_facts import with_file

        return with_file(domain, path)

    def restored(self, task: Task, arrays: Mapping[str, np.ndarray], card: Mapping[str, Any]) -> Domain:
        """A graph of which `KGDomain.observed` returned the arrays."""
        from relxfer_kg.domain import restored

        return restored(task, arrays)

    def relate(self, sources: Sequence[Domain], target: Domain) -> str:
        """What the target shares with its sources: seen-entities, inductive-entity, or fully inductive."""
        entities = {name for source in sources for name in source.inputs.entities}
        relations = {name for source in sources for name in source.inputs.relations}
        old_entities = sum(name in entities for name in target.inputs.entities)
        old_relations = sum(name in relations for name in target.inputs.relations)
        graph = target.inputs
        if old_relations == 0:
            regime = "fully inductive (entities and relations are new)"
        elif old_relations < len(graph.relations):
            regime = "fully inductive (some relations are new)"
        else:
            regime = "seen-entities" if old_entities == graph.num_entities else "inductive-entity"
        return (
            f"regime by name: {regime}; {old_entities:,} of {graph.num_entities:,} entity names and {old_relations} of "
            f"{len(graph.relations)} relation names occur in the sources (the model never reads names)"
        )

    def counts(self, domain: Domain) -> Mapping[str, int]:
        """Observed facts, and the entities and relations of the vocabulary."""
        graph = domain.inputs
        return {"facts": len(graph.facts), "entities": graph.num_entities, "relations": len(graph.relations)}

    def relatedness(self, source: Domain, target: Domain) -> Mapping[str, float | str]:
        """From the observed facts of both; see `relxfer_kg.relatedness.measures`."""
        from relxfer_kg.relatedness import measures  # scipy is slow to import

        return measures(source.inputs, target.inputs)

    def audit(self, domain: Any) -> Mapping[str, int]:
        """Test facts that the observed graph gives away: the same fact, its reversal, or its pair of entities."""
        if domain.test is None:
            return {}
        graph = domain.inputs
        size = graph.num_entities
        head, relation, tail = domain.form.facts(domain.test).T
        heads, relations, tails = graph.facts.T
        facts = set(((heads * size + tails) * len(graph.relations) + relations).tolist())
        pairs = set((heads * size + tails).tolist())
        there, back = head * size + tail, tail * size + head
        count = len(graph.relations)
        return {
            "test facts": len(head),
            "also observed": sum(key in facts for key in (there * count + relation).tolist()),
            "reversal observed": sum(key in facts for key in (back * count + relation).tolist()),
            "pair linked by some fact": sum(a in pairs or b in pairs for a, b in zip(there, back, strict=True)),
        }
