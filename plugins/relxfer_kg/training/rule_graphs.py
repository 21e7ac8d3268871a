"""Synthetic graphs whose facts follow from one another by rules, to pre-train on beside real graphs.

As in INCITE, whose model is trained on graphs made by rules alone; how they are drawn here is relxfer's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from relxfer.contract.data import Domain
from relxfer.seeding import generator
from relxfer_kg.training.bounds import drawn
from relxfer_kg.training.options import RuleGraphOptions

if TYPE_CHECKING:
    from scipy import sparse

#: The most facts of a relation, per entity of its graph.
_FACTS_PER_ENTITY = 3
#: Shares of the styles of base relations.
_STYLES = {"one-to-one": 0.08, "many-to-one": 0.42, "one-to-many": 0.12, "many-to-many": 0.38}


class _Relation(NamedTuple):
    """Facts as a boolean matrix [V, V], from entities of one kind to entities of another."""

    domain: int
    range: int
    facts: sparse.csr_array


def load(options: RuleGraphOptions, files: Mapping[str, Path]) -> Domain:
    """All graphs as one domain; a seeded tenth of the pairs each is held out for validation and test."""
    from relxfer_kg.files.named_facts import split_domain
    from relxfer_kg.files.splits import RandomSplit

    rows = []
    for number in range(options.graphs):
        rng = generator("rule graph", options.seed, number)
        head, relation, tail = rule_graph(drawn(options.entities, rng), rng).astype(str).T
        entity, kind = f"g{number}e", f"g{number}r"
        rows.append(np.stack([np.char.add(entity, head), np.char.add(kind, relation), np.char.add(entity, tail)], 1))
    return split_domain("rule-graphs", np.concatenate(rows).astype(object), RandomSplit(seed=options.seed))


def rule_graph(entities: int, rng: np.random.Generator) -> np.ndarray:
    """Facts int [n, 3] (head, relation, tail) of one graph.

    Entities have a kind and a neighbourhood. Base relations lead from one kind to one kind, in a style (one-to-one to
    many-to-many), to popular entities more often, and more or less within the neighbourhood. Then rules make relations
    of relations: inverse, symmetry, one step of transitivity, sample, union, chains of two. Rules have exceptions, and
    facts that no rule explains are mixed in.

    >>> facts = rule_graph(100, np.random.default_rng(0))
    >>> facts.shape[1], int(facts[:, [0, 2]].max()) < 100, len(np.unique(facts, axis=0)) == len(facts)
    (3, True, True)
    """
    population = _Population(entities, rng)
    relations = [population.base() for _ in range(rng.integers(4, 25))]
    if rng.random() < 0.4:
        relations.append(population.hierarchy())
    for _ in range(rng.integers(3, 25)):
        made = population.derived_from(relations)
        if made is not None:
            relations.append(made)
    kept = 1 - 0.3 * rng.random()
    columns = []
    for number, relation in enumerate(relations):
        head, tail = relation.facts.nonzero()
        stated = rng.random(len(head)) < kept
        columns.append(np.stack([head[stated], np.full(stated.sum(), number), tail[stated]], 1))
    return np.concatenate(columns)


class _Population:
    """Entities with kinds and neighbourhoods, between which relations are drawn."""

    def __init__(self, entities: int, rng: np.random.Generator) -> None:
        self.size, self.rng = entities, rng
        kinds = int(rng.integers(2, 13))
        self.kind = rng.choice(kinds, entities, p=rng.dirichlet(np.full(kinds, 0.7)))
        self.place = rng.integers(0, max(1, entities // int(rng.integers(10, 60))), entities)
        self.kinds = np.unique(self.kind)

    def members(self, kind: int) -> np.ndarray:
        return np.flatnonzero(self.kind == kind)

    def base(self) -> _Relation:
        rng = self.rng
        domain = int(rng.choice(self.kinds))
        to = domain if rng.random() < 0.25 else int(rng.choice(self.kinds))
        style = str(rng.choice(list(_STYLES), p=list(_STYLES.values())))
        left, right = (to, domain) if style == "one-to-many" else (domain, to)
        heads = self.members(left)
        heads = heads[rng.random(len(heads)) < rng.uniform(0.2, 1)]
        if style == "one-to-one":
            tails = rng.permutation(self.members(right))[: len(heads)]
            heads = heads[: len(tails)]
        else:
            if style == "many-to-many":
                heads = np.repeat(heads, rng.geometric(1 / rng.uniform(1.2, 5), len(heads)))
            tails = self._tails(heads, right)
        pairs = (tails, heads) if style == "one-to-many" else (heads, tails)
        return _Relation(domain, to, self._matrix(*pairs))

    def hierarchy(self) -> _Relation:
        """A tree over the entities of a kind: each but the first is below an earlier one."""
        kind = int(self.rng.choice(self.kinds))
        members = self.rng.permutation(self.members(kind))
        above = (self.rng.random(len(members)) ** self.rng.uniform(1, 2) * np.arange(len(members))).astype(int)
        return _Relation(kind, kind, self._matrix(members[1:], members[above[1:]]))

    def derived_from(self, relations: list[_Relation]) -> _Relation | None:
        """A relation that follows from others by a rule drawn at random; None where it would have no facts."""
        rule = _RULES[int(self.rng.integers(len(_RULES)))]
        first = relations[int(self.rng.integers(len(relations)))]
        made = rule(first, relations, self.rng)
        if made is None or made.facts.nnz == 0:
            return None
        head, tail = made.facts.nonzero()
        kept = self.rng.random(len(head)) < self.rng.uniform(0.6, 1)
        # Surplus facts are dropped head by head, so that the rule still holds for the heads that stay.
        share = min(1, _FACTS_PER_ENTITY * self.size / len(head))
        kept &= (self.rng.random(self.size) < share)[head]
        kept &= head != tail
        stray = int(kept.sum() * self.rng.uniform(0, 0.15))
        sides = [self.members(kind) for kind in (made.domain, made.range)]
        unexplained = [self.rng.choice(side, stray) for side in sides]
        facts = self._matrix(*(np.append(*both) for both in zip((head[kept], tail[kept]), unexplained, strict=True)))
        return made._replace(facts=facts) if facts.nnz else None

    def _tails(self, heads: np.ndarray, kind: int) -> np.ndarray:
        """One entity of the kind for each head; popular and near entities are drawn more often."""
        candidates = self.rng.permutation(self.members(kind))
        popular = (1 + np.arange(len(candidates))) ** -self.rng.uniform(0, 1.2)
        tails = self.rng.choice(candidates, len(heads), p=popular / popular.sum())
        near = self.rng.random(len(heads)) < self.rng.uniform(0, 0.9)
        for place in np.unique(self.place[heads[near]]):
            those = self.place[candidates] == place
            rows = np.flatnonzero(near & (self.place[heads] == place))
            if those.any():
                weights = popular[those]
                tails[rows] = self.rng.choice(candidates[those], len(rows), p=weights / weights.sum())
        return tails

    def _matrix(self, head: np.ndarray, tail: np.ndarray) -> sparse.csr_array:
        from scipy import sparse  # slow to import, and listing needs none

        matrix = sparse.csr_array((np.ones(len(head), bool), (head, tail)), shape=(self.size, self.size))
        matrix.sum_duplicates()
        return matrix


Rule = Callable[[_Relation, list[_Relation], np.random.Generator], _Relation | None]


def _inverse(first: _Relation, relations: list[_Relation], rng: np.random.Generator) -> _Relation:
    return _Relation(first.range, first.domain, first.facts.T.tocsr())


def _symmetric(first: _Relation, relations: list[_Relation], rng: np.random.Generator) -> _Relation | None:
    return first._replace(facts=first.facts + first.facts.T.tocsr()) if first.domain == first.range else None


def _transitive(first: _Relation, relations: list[_Relation], rng: np.random.Generator) -> _Relation | None:
    return first._replace(facts=first.facts + first.facts @ first.facts) if first.domain == first.range else None


def _sample(first: _Relation, relations: list[_Relation], rng: np.random.Generator) -> _Relation:
    kept = first.facts.copy()
    kept.data[:] = rng.random(kept.nnz) < rng.uniform(0.3, 0.8)
    kept.eliminate_zeros()
    return first._replace(facts=kept)


def _union(first: _Relation, relations: list[_Relation], rng: np.random.Generator) -> _Relation | None:
    alike = [other for other in relations if other[:2] == first[:2] and other is not first]
    return first._replace(facts=first.facts + _one(alike, rng).facts) if alike else None


def _chain(backwards: bool, first: _Relation, relations: list[_Relation], rng: np.random.Generator) -> _Relation | None:
    """r(x, y) and s(y, z); `backwards`: r(x, y) and s(z, y)."""
    turned = [_inverse(other, relations, rng) for other in relations] if backwards else relations
    fitting = [other for other in turned if other.domain == first.range]
    if not fitting:
        return None
    other = _one(fitting, rng)
    return _Relation(first.domain, other.range, first.facts @ other.facts)


def _one(relations: list[_Relation], rng: np.random.Generator) -> _Relation:
    return relations[int(rng.integers(len(relations)))]


#: Chains are listed several times, since most rules of real graphs are chains.
_RULES: tuple[Rule, ...] = (
    _inverse, _symmetric, _transitive, _sample, _union, *3 * (partial(_chain, False),), *2 * (partial(_chain, True),),
)  # fmt: skip
