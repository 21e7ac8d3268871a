"""The names of a graph, for models with parts that belong to one graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from relxfer.errors import Incompatible
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


@dataclass(frozen=True)
class GraphNames:
    """The names to which the rows of a model's tables belong; its card keeps them.

    >>> import numpy as np
    >>> graph = KnowledgeGraph(("ann", "bob"), ("knows",), np.array([[0, 0, 1]]))
    >>> names = GraphNames.of(graph)
    >>> names.card()
    {'entities': ['ann', 'bob'], 'relations': ['knows']}
    >>> GraphNames.from_card(names.card()) == names
    True
    >>> names.require(graph)
    >>> names.require(KnowledgeGraph(("ann", "eve"), ("knows",), graph.facts))
    Traceback (most recent call last):
    ...
    relxfer.errors.Incompatible: expected the 2 entities and 1 relations that the model was trained on, got a graph ...
    """

    entities: tuple[str, ...]
    relations: tuple[str, ...]

    @classmethod
    def of(cls, graph: KnowledgeGraph) -> GraphNames:
        return cls(graph.entities, graph.relations)

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> GraphNames:
        return cls(tuple(card["entities"]), tuple(card["relations"]))

    def card(self) -> dict[str, list[str]]:
        """As JSON, for `Model.state`."""
        return {"entities": list(self.entities), "relations": list(self.relations)}

    def require(self, graph: KnowledgeGraph) -> None:
        """Check that a graph has these names in this order.

        Raises:
            Incompatible: it has others.
        """
        if (self.entities, self.relations) == (graph.entities, graph.relations):
            return
        others = [*_without(graph.entities, self.entities), *_without(graph.relations, self.relations)]
        got = f"a graph with others: {', '.join(others[:3])}" if others else "a graph without some, or in another order"
        raise Incompatible(
            f"the {len(self.entities):,} entities and {len(self.relations):,} relations that the model was trained on",
            got,
            "train it on this graph (scratch), or choose a model for any graph, such as ultra",
        )


def _without(names: Sequence[str], known: Sequence[str]) -> list[str]:
    there = set(known)
    return [name for name in names if name not in there]
