"""A knowledge graph as a domain: facts become a tail and a head query each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.plain import AnswerTable
from relxfer.contract.tasks import Task
from relxfer.errors import DataError, UnfitArtefact
from relxfer.judge.metrics.ranking import Ranking
from relxfer.seeding import generator
from relxfer.store import texts
from relxfer_kg import half_links, predicted
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.questions import UNKNOWN, KGQuestions

#: Splits hold pairs together also where this share of the validation facts is an exception.
_STRAY = 0.01


class Vocabulary(NamedTuple):
    """Names of entities and of direct relations; the index is the id."""

    entities: Sequence[str]
    relations: Sequence[str]


class FactIds(NamedTuple):
    """Facts as ids, and which of them belong together.

    ids    [n, 3] integers (head, relation, tail)
    units  [n]: facts with equal numbers are one item for budgets and resampling, such as a symmetric fact and its
           twin; None makes every fact an item
    """

    ids: np.ndarray
    units: np.ndarray | None = None


class Splits(NamedTuple):
    """The facts of a domain: the observed ones, and those to be asked for; no test, or an empty one, is None.

    whole_pairs  whether all facts between two entities are in one split; None: as the validation facts tell
    """

    observed: FactIds
    valid: FactIds | None = None
    test: FactIds | None = None
    whole_pairs: bool | None = None


@dataclass(frozen=True)
class KGDomain(Domain):
    """A domain whose inputs are the observed facts; a query is (entity, relation id), its answer an entity.

    A tail query (h, r, ?) is (h, r); a head query (?, r, t) is (t, r + number of direct relations).

    whole_pairs  whether its splits hold all facts between two entities together, so that no observed fact links the two
                 entities of one that is asked for
    """

    whole_pairs: bool = False

    def hold_out(self, rows: np.ndarray) -> Domain:
        """Validation facts leave the graph against which they are asked.

        Where splits hold whole pairs of entities, the other facts of their pairs leave it, too: validation would else
        be easier than the test, and would choose what reads the answer off another relation of the same two entities.
        """
        domain = super().hold_out(rows)
        assert domain.val is not None
        graph: KnowledgeGraph = self.inputs
        facts = facts_of(graph, domain.val)
        if self.whole_pairs:
            held_out = _linked(graph.facts, facts, graph.num_entities)
        else:
            held_out = graph.edges_of(facts)[: len(graph.facts)]
        return replace(domain, val=replace(domain.val, inputs=graph.without(held_out)))

    def known(self) -> list[Examples]:
        """The splits, and every observed fact: a label budget removes training queries, and no fact from the graph."""
        return [_examples(self.inputs, self.inputs.facts, None), *super().known()]

    def observe(self, fraction: float) -> Domain:
        """Keep a seeded fraction of the observed units, in the graph and among the training queries."""
        assert self.train is not None
        graph: KnowledgeGraph = self.inputs
        units = self.train.unit_ids()[::2]
        kept = generator("observed fraction", graph.sha).permutation(np.unique(units))
        kept = kept[: max(1, round(len(kept) * fraction))]
        rows = np.flatnonzero(np.isin(units, kept))
        note = f"{len(rows)} of {len(graph.facts)} observed facts kept (observed_fraction = {fraction})"
        observed = FactIds(graph.facts[rows], units[rows])
        splits = Splits(observed, _facts_in(self.val), _facts_in(self.test), self.whole_pairs)
        return kg_domain(self.name, Vocabulary(graph.entities, graph.relations), splits, (*self.notes, note))

    def whole(self) -> Domain:
        """Facts of validation and of the test enter the graph, those that are not in it."""
        held = [facts_of(split.inputs, split) for split in (self.val, self.test) if split is not None]
        vocabulary = Vocabulary(self.inputs.entities, self.inputs.relations)
        return self._over(vocabulary, _added(self.inputs, vocabulary, held), None, None)

    def with_new(self, new: Mapping[str, Sequence[str]]) -> Domain:
        """Further facts in columns head, relation and tail; their new entities and relations come after those that are
        there."""
        if missing := [role for role in ("head", "relation", "tail") if role not in new]:
            raise DataError(f"expected columns head, relation and tail of facts, got no {missing[0]!r}; add it")
        old = Vocabulary(self.inputs.entities, self.inputs.relations)
        vocabulary, ids = numbered(old, list(zip(new["head"], new["relation"], new["tail"], strict=True)))
        facts = _added(self.inputs, vocabulary, [ids])
        counts = (
            (len(facts) - len(self.inputs.facts), "fact", "facts"),
            (len(vocabulary.entities) - len(old.entities), "entity", "entities"),
            (len(vocabulary.relations) - len(old.relations), "relation", "relations"),
        )
        note = f"added: {', '.join(f'{n:,} new {many if n != 1 else one}' for n, one, many in counts)}"
        return self._over(vocabulary, facts, self.val, self.test, note)

    def _over(
        self,
        vocabulary: Vocabulary,
        facts: np.ndarray,
        val: Examples | None,
        test: Examples | None,
        *notes: str,
    ) -> Domain:
        """With these names and observed facts, all of them for training, and these splits, renumbered."""
        made = kg_domain(self.name, vocabulary, Splits(FactIds(facts), _facts_in(val), _facts_in(test)))
        task = replace(self.task, answers=made.task.answers)
        fields = {key: getattr(made, key) for key in ("inputs", "sha", "train", "val", "test")}
        return replace(self, task=task, notes=(*self.notes, *notes), **fields)

    def observed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Names and facts; `restored` reads them."""
        graph: KnowledgeGraph = self.inputs
        names = texts.packed("entities", graph.entities) | texts.packed("relations", graph.relations)
        return {**names, "facts": graph.facts}, {}

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Queries from names: columns `relation` and one of `head` and `tail`, or both with the unknown side empty or
        "?"; a fact with both is the tail query whose answer it says.

        With the column `relation` alone, every entity is asked about as head, but for literals. The columns may have
        other usual names, such as subject, predicate and object.
        """
        return KGQuestions(self.inputs).of(question)

    def everything(self) -> Examples:
        """(entity, relation, ?) for every pair that an observed fact has, by relation."""
        graph: KnowledgeGraph = self.inputs
        head, relation, _ = graph.facts.T
        relation, head = np.divmod(np.unique(relation * graph.num_entities + head), graph.num_entities)
        return Examples(graph, np.stack([head, relation], 1))

    def answerable(self, queries: np.ndarray) -> np.ndarray:
        """[n]: the probability that the entity of a query has an unknown fact of its relation, by the slots of
        relations that it fills; see `relxfer_kg.slots`."""
        from relxfer_kg.slots.slot_profile import SlotProfile  # imports scipy, which is slow

        graph: KnowledgeGraph = self.inputs
        return graph.kept("slot profile", lambda: SlotProfile(graph)).probabilities(queries)

    def query_kinds(self, queries: np.ndarray) -> np.ndarray:
        """[n]: the relation of each query; the heads of a relation and its tails are two kinds."""
        return queries[:, 1]

    def name_kinds(self, kinds: np.ndarray) -> list[str]:
        """The relation, and which side of it is asked for: `knows: tail`, `knows: head`."""
        direct = len(self.inputs.relations)
        return [self.inputs.relations[kind % direct] + (": tail", ": head")[kind >= direct] for kind in kinds.tolist()]

    def placed(self, answers: AnswerTable) -> Any:
        """The predicted facts as a graph of networkx; see `predicted.graph`."""
        return predicted.graph(answers)

    def formats(self) -> Mapping[str, Callable[[AnswerTable, BinaryIO], None]]:
        """The predicted facts as GraphML, N-Triples and Turtle."""
        return {".graphml": predicted.graphml, ".nt": predicted.ntriples, ".ttl": predicted.ntriples}

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        """Columns head, relation, tail; the side that was asked for is "?"."""
        graph: KnowledgeGraph = self.inputs
        direct = len(graph.relations)
        names = [graph.entities[entity] for entity in queries[:, 0]]
        backwards = queries[:, 1] >= direct
        return {
            "head": [UNKNOWN if back else name for name, back in zip(names, backwards, strict=True)],
            "relation": [graph.relations[relation % direct] for relation in queries[:, 1]],
            "tail": [name if back else UNKNOWN for name, back in zip(names, backwards, strict=True)],
        }


def kg_domain(name: str, vocabulary: Vocabulary, splits: Splits, notes: Sequence[str] = ()) -> KGDomain:
    """A domain from facts as ids.

    The observed facts are both the message graph and the training queries. Validation and test facts are sorted by
    relation, because a scorer computes much of the work once per relation.

    >>> facts = FactIds(np.array([[0, 0, 1]]))
    >>> domain = kg_domain("tiny", Vocabulary(["a", "b"], ["knows"]), Splits(facts))
    >>> domain.train.queries.tolist(), domain.train.answers.tolist()
    ([[0, 0], [1, 1]], [1, 0])
    """
    observed = np.asarray(splits.observed.ids, dtype=np.int64).reshape(-1, 3)
    graph = KnowledgeGraph(tuple(vocabulary.entities), tuple(vocabulary.relations), observed)
    return KGDomain(
        name=name,
        task=Ranking(graph.entities, open=True, self_supervised=True),
        inputs=graph,
        sha=graph.sha,
        train=_examples(graph, graph.facts, splits.observed.units),
        val=_by_relation(graph, splits.valid),
        test=_with_half_links(_by_relation(graph, splits.test)),
        notes=tuple(notes),
        whole_pairs=_whole_pairs(splits, graph.num_entities),
    )


def restored(task: Task, arrays: Mapping[str, np.ndarray]) -> KGDomain:
    """The domain of which `KGDomain.observed` returned these arrays.

    Raises:
        UnfitArtefact: they are others.
    """
    try:
        vocabulary = Vocabulary(texts.unpacked("entities", arrays), texts.unpacked("relations", arrays))
        facts = arrays["facts"]
        if facts.dtype != np.int64 or facts.ndim != 2 or facts.shape[1] != 3:
            raise ValueError(f"facts as {facts.dtype} {list(facts.shape)}")
        made = kg_domain("the stored graph", vocabulary, Splits(FactIds(facts)))
    except (KeyError, ValueError) as error:
        raise UnfitArtefact(f"expected the facts of a graph, got others ({error}); write the folder again") from None
    return replace(made, task=replace(made.task, candidates=task.candidates))


def facts_of(graph: KnowledgeGraph, examples: Examples) -> np.ndarray:
    """[n, 3] (head, relation, tail), one fact for two queries where both are present."""
    assert examples.answers is not None
    direct = len(graph.relations)
    entity, relation = examples.queries.T
    backwards = relation >= direct
    head = np.where(backwards, examples.answers, entity)
    tail = np.where(backwards, entity, examples.answers)
    facts = np.stack([head, relation % direct, tail], 1)
    paired = len(facts) % 2 == 0 and np.array_equal(facts[::2], facts[1::2])
    return facts[::2] if paired else facts


def _whole_pairs(splits: Splits, num_entities: int) -> bool:
    """Whether splits hold pairs of entities together; the test is sealed, so that validation facts must tell."""
    if splits.whole_pairs is not None or splits.valid is None or not len(splits.valid.ids):
        return bool(splits.whole_pairs)
    observed = np.asarray(splits.observed.ids).reshape(-1, 3)
    return bool(_linked(splits.valid.ids, observed, num_entities).mean() <= _STRAY)


def _linked(facts: np.ndarray, others: np.ndarray, num_entities: int) -> np.ndarray:
    """[n] bool: the facts whose two entities one of `others` links, in either direction.

    >>> _linked(np.array([[0, 0, 1], [2, 0, 1]]), np.array([[1, 5, 0]]), 3).tolist()
    [True, False]
    """
    keys = [np.minimum(h, t) * num_entities + np.maximum(h, t) for h, _, t in (facts.T, others.T)]
    return np.isin(*keys)


def _with_half_links(test: Examples | None) -> Examples | None:
    """The test with a tag by which its questions can be told apart."""
    if test is None:
        return None
    assert test.answers is not None
    return replace(test, tags={half_links.TAG: half_links.half_links(test.inputs, test.queries, test.answers)})


def _by_relation(graph: KnowledgeGraph, facts: FactIds | None) -> Examples | None:
    if facts is None or not len(facts.ids):
        return None
    order = np.argsort(facts.ids[:, 1], kind="stable")
    return _examples(graph, facts.ids[order], None if facts.units is None else facts.units[order])


def _examples(graph: KnowledgeGraph, facts: np.ndarray, units: np.ndarray | None) -> Examples:
    """Tail and head query of each fact, side by side.

    Units are numbered within their split: numbers across splits would tell what the sealed test holds.
    """
    head, relation, tail = np.asarray(facts, dtype=np.int64).reshape(-1, 3).T
    queries = np.stack([head, relation, tail, relation + len(graph.relations)], 1).reshape(-1, 2)
    answers = np.stack([tail, head], 1).reshape(-1)
    each = np.arange(len(head)) if units is None else np.unique(units, return_inverse=True)[1].reshape(-1)
    return Examples(graph, queries, answers, np.repeat(each, 2))


def numbered(old: Vocabulary, facts: Sequence[Sequence[str]]) -> tuple[Vocabulary, np.ndarray]:
    """The vocabulary with new names after the old ones, as they first appear, and the facts as ids [n, 3].

    >>> made, ids = numbered(Vocabulary(["a"], ["r"]), [("b", "r", "a"), ("b", "s", "c")])
    >>> made.entities, made.relations, ids.tolist()
    (['a', 'b', 'c'], ['r', 's'], [[1, 0, 0], [1, 1, 2]])
    """
    entities = {name: number for number, name in enumerate(old.entities)}
    relations = {name: number for number, name in enumerate(old.relations)}
    columns = ((0, entities), (1, relations), (2, entities))
    rows = [[known.setdefault(str(fact[i]), len(known)) for i, known in columns] for fact in facts]
    return Vocabulary([*entities], [*relations]), np.array(rows, np.int64).reshape(-1, 3)


def _added(graph: KnowledgeGraph, vocabulary: Vocabulary, more: Sequence[np.ndarray]) -> np.ndarray:
    """[n, 3]: the facts of a graph, then the others, each once; ids are those of the vocabulary."""
    new = np.concatenate([graph.facts[:0], *more])
    there = KnowledgeGraph(tuple(vocabulary.entities), tuple(vocabulary.relations), graph.facts)
    new = new[np.sort(np.unique(new, axis=0, return_index=True)[1])]
    return np.concatenate([graph.facts, new[~there.holds(new)]])


def _facts_in(examples: Examples | None) -> FactIds | None:
    if examples is None:
        return None
    return FactIds(facts_of(examples.inputs, examples), examples.unit_ids()[::2])
