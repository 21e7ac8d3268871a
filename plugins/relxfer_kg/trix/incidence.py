"""Which relations meet at which entity, and sums over these meetings without listing them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels import rspmm


class Incidence:
    """H(e), the relations that entity e is a head of, inverses included, each once however many facts say so.

    The relation graph of TRIX (Zhang et al. 2024, section 4) has an edge between two relations for every entity at
    which they meet, in four families: hh, a in H(e) and b in H(e); ht, a in H(e) and b in T(e); th and tt alike. An
    edge with label e brings relation a the message w_e * x_b; in hh and tt no relation meets itself. Such edges are
    4 sum |H(e)|^2 - 2 sum |H(e)| in number and never formed here, since their sums factorise through the entity:

        ht(a) = sum over e with a in H(e) of w_e * S_T(e),            S_T(e) = sum over b in T(e) of x_b
        hh(a) = sum over e with a in H(e) of w_e * S_H(e)  -  x_a * sum over e with a in H(e) of w_e

    and T(e) are the inverses of H(e). What is summed are the pairs (e, a in H(e)), 8 times.

    >>> graph = KnowledgeGraph(("ann", "bob", "rome"), ("knows", "lives_in"), np.array([[0, 0, 1], [0, 1, 2]]))
    >>> here = Incidence(graph)
    >>> x = torch.arange(1.0, 5.0).view(1, 4, 1)  # of knows, lives_in, and their inverses
    >>> hh, ht, _, _ = here.received(x, [torch.ones(1, 1, 1)] * 4)
    >>> hh.flatten().tolist(), ht.flatten().tolist()
    ([2.0, 1.0, 0.0, 0.0], [7.0, 7.0, 1.0, 2.0])
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.entities, self.relations = graph.num_entities, graph.num_relations
        head, _, relation = graph.edges
        entity, relation = np.divmod(np.unique(head * self.relations + relation), max(1, self.relations))
        sizes = {"num_nodes": max(self.entities, self.relations), "num_types": 1}
        one = np.zeros_like(entity)
        self._to_entities = Adjacency(entity, relation, one, **sizes)
        self._to_relations = Adjacency(relation, entity, one, **sizes)

    def received(self, x: Tensor, labels: Sequence[Tensor]) -> list[Tensor]:
        """What each relation receives in each family: four times [B, R, d].

        Args:
            x: [B, R, d], states of the relations.
            labels: w of each of the `FAMILIES`, [B, V, d] or of sizes that broadcast to it.
        """
        hh, ht, th, tt = labels
        of_heads, of_tails = self._at_entities(torch.stack([x, self._inverse(x)]))
        hh, tt = hh.expand_as(of_heads), tt.expand_as(of_heads)
        products = torch.stack([hh * of_heads, ht * of_tails, th * of_heads, tt * of_tails, hh, tt])
        in_hh, in_ht, in_th, in_tt, all_hh, all_tt = self._at_relations(products)
        in_th, in_tt, all_tt = (self._inverse(each) for each in (in_th, in_tt, all_tt))
        return [in_hh - x * all_hh, in_ht, in_th, in_tt - x * all_tt]

    def _at_entities(self, x: Tensor) -> Tensor:
        """[..., V, d]: the sum of x [..., R, d] over H(e)."""
        return _summed(self._to_entities, x)[..., : self.entities, :]

    def _at_relations(self, values: Tensor) -> Tensor:
        """[..., R, d]: the sum of values [..., V, d] over the entities e with the relation in H(e)."""
        return _summed(self._to_relations, values)[..., : self.relations, :]

    def _inverse(self, x: Tensor) -> Tensor:
        """[..., R, d] with the row of each relation exchanged with that of its inverse."""
        return x.roll(self.relations // 2, -2)


def incidence_of(graph: KnowledgeGraph) -> Incidence:
    """The incidence of a graph, built once."""
    return graph.kept("incidence", lambda: Incidence(graph))


def _summed(adjacency: Adjacency, x: Tensor) -> Tensor:
    rows = F.pad(x.flatten(0, -3), (0, 0, 0, adjacency.num_nodes - x.shape[-2]))
    sums = rspmm(adjacency, x.new_ones(1, 1, x.shape[-1]), rows)
    return sums.view(*x.shape[:-2], *sums.shape[1:])
