"""The knowledge-graph adapter: link prediction on a graph of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, PositiveFloat, PositiveInt

from relxfer.config import Options
from relxfer.errors import Incompatible
from relxfer.protocols import Domain
from relxfer_kg.domain import facts_of


class KGOptions(Options):
    """How links are learnt and scored."""

    negatives: PositiveInt = 64
    """Wrong answers drawn for each training query, strictly among entities not known to be right."""
    adversarial_temperature: Annotated[float, Field(ge=0)] = 1.0
    """Self-adversarial weighting of the negatives (Sun et al. 2019, eq. 5); 0 weighs them equally."""
    block_mb: PositiveFloat = 24.0
    """Memory of one layer's states when scoring, in MB; it sets how many queries are scored together."""


class KGAdapter:
    """Attaches any knowledge-graph model: the graph comes with the questions, so nothing is bound beforehand."""

    def __init__(self, options: KGOptions):
        self.options = options

    def attach(self, model: Any, target: Domain | None, sources: Sequence[Domain]) -> Any:
        if not hasattr(model, "learner"):
            raise Incompatible(
                "a model of knowledge graphs", type(model).__name__, "choose a source model of adapter 'kg'"
            )
        return model.learner(self.options)

    def audit(self, domain: Domain) -> Mapping[str, int]:
        """Test facts that the observed graph gives away: the same fact, its reversal, or its pair of entities."""
        if domain.test is None:
            return {}
        graph = domain.inputs
        size = graph.num_entities
        head, relation, tail = facts_of(graph, domain.test).T
        seen_head, seen_relation, seen_tail = graph.facts.T
        facts = set(((seen_head * size + seen_tail) * len(graph.relations) + seen_relation).tolist())
        pairs = set((seen_head * size + seen_tail).tolist())
        same = [(h * size + t) * len(graph.relations) + r in facts for h, r, t in zip(head, relation, tail, strict=True)]
        back = [(t * size + h) * len(graph.relations) + r in facts for h, r, t in zip(head, relation, tail, strict=True)]
        linked = [h * size + t in pairs or t * size + h in pairs for h, t in zip(head, tail, strict=True)]
        return {"test facts": len(head), "also observed": sum(same), "reversal observed": sum(back),
                "pair linked by some fact": sum(linked)}  # fmt: skip
