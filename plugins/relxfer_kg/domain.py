"""A knowledge graph as a domain: observed facts, and questions about others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.plain import AnswerTable
from relxfer.contract.tasks import Task
from relxfer.errors import DataError, UnfitArtefact
from relxfer.seeding import generator
from relxfer.store import texts
from relxfer_kg import predicted
from relxfer_kg.asking.entities import Entities
from relxfer_kg.asking.entities import facts_of as facts_of
from relxfer_kg.asking.form import Form
from relxfer_kg.asking.relations import Relations
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

#: Kind of task -> what is asked of facts.
FORMS: Mapping[str, Form] = {"ranking": Entities(), "relation-prediction": Relations()}
ENTITIES = FORMS["ranking"]
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
    """A domain whose inputs are the observed facts; queries and answers are those of its form.

    whole_pairs  whether its splits hold all facts between two entities together, so that no observed fact links the two
                 entities of one that is asked for
    form         what is asked of facts: an entity of each (`relxfer_kg.asking.entities`) or the relation
    """

    whole_pairs: bool = False
    form: Form = ENTITIES

    @property
    def tasks(self) -> tuple[str, ...]:
        """Asking for entities, and for relations."""
        return tuple(FORMS) if self.task.kind in FORMS else (self.task.kind,)

    def posed(self, kind: str) -> Domain:
        """The same facts, asked for otherwise."""
        if kind == self.task.kind or kind not in self.tasks:
            return super().posed(kind)
        form = FORMS[kind]
        train, val, test = (self._asked(form, split) for split in (self.train, self.val, self.test))
        test = test and form.tagged(test)
        return replace(self, task=form.task(self.inputs), form=form, train=train, val=val, test=test)

    def _asked(self, form: Form, split: Examples | None) -> Examples | None:
        if split is None:
            return None
        return form.examples(split.inputs, self.form.facts(split), self.form.units(split))

    def hold_out(self, rows: np.ndarray) -> Domain:
        """Validation facts leave the graph against which they are asked.

        Where splits hold whole pairs of entities, the other facts of their pairs leave it, too: validation would else
        be easier than the test, and would choose what reads the answer off another relation of the same two entities.
        """
        domain = super().hold_out(rows)
        assert domain.val is not None
        graph: KnowledgeGraph = self.inputs
        facts = self.form.facts(domain.val)
        if self.whole_pairs:
            held_out = _linked(graph.facts, facts, graph.num_entities)
        else:
            held_out = graph.edges_of(facts)[: len(graph.facts)]
        return replace(domain, val=replace(domain.val, inputs=graph.without(held_out)))

    def known(self) -> list[Examples]:
        """The splits, and every observed fact: a label budget removes training queries, and no fact from the graph."""
        return [self.form.examples(self.inputs, self.inputs.facts, None), *super().known()]

    def observe(self, fraction: float) -> Domain:
        """Keep a seeded fraction of the observed units, in the graph and among the training queries."""
        assert self.train is not None
        graph: KnowledgeGraph = self.inputs
        units = self.form.units(self.train)
        kept = generator("observed fraction", graph.sha).permutation(np.unique(units))
        kept = kept[: max(1, round(len(kept) * fraction))]
        rows = np.flatnonzero(np.isin(units, kept))
        note = f"{len(rows)} of {len(graph.facts)} observed facts kept (observed_fraction = {fraction})"
        observed = FactIds(graph.facts[rows], units[rows])
        splits = Splits(observed, self._facts_in(self.val), self._facts_in(self.test), self.whole_pairs)
        vocabulary = Vocabulary(graph.entities, graph.relations)
        return kg_domain(self.name, vocabulary, splits, (*self.notes, note), self.form)

    def whole(self) -> Domain:
        """Facts of validation and of the test enter the graph, those that are not in it."""
        held = [self.form.facts(split) for split in (self.val, self.test) if split is not None]
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
        splits = Splits(FactIds(facts), self._facts_in(val), self._facts_in(test))
        made = kg_domain(self.name, vocabulary, splits, form=self.form)
        task = replace(self.task, answers=made.task.answers)
        fields = {key: getattr(made, key) for key in ("inputs", "sha", "train", "val", "test")}
        return replace(self, task=task, notes=(*self.notes, *notes), **fields)

    def _facts_in(self, examples: Examples | None) -> FactIds | None:
        return None if examples is None else FactIds(self.form.facts(examples), self.form.units(examples))

    def observed(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Names and facts; `restored` reads them."""
        graph: KnowledgeGraph = self.inputs
        names = texts.packed("entities", graph.entities) | texts.packed("relations", graph.relations)
        return {**names, "facts": graph.facts}, {}

    def ask(self, question: Mapping[str, Sequence[str]]) -> Examples:
        """Queries from columns of names; see `of_names` of the forms in `relxfer_kg.asking`."""
        return self.form.of_names(self.inputs, question)

    def everything(self) -> Examples:
        return self.form.everything(self.inputs)

    def answerable(self, queries: np.ndarray) -> np.ndarray | None:
        return self.form.answerable(self.inputs, queries)

    def query_kinds(self, queries: np.ndarray) -> np.ndarray:
        return self.form.kinds(self.inputs, queries)

    def name_kinds(self, kinds: np.ndarray) -> list[str]:
        return self.form.name_kinds(self.inputs, kinds)

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        return self.form.name_queries(self.inputs, queries)

    def placed(self, answers: AnswerTable) -> Any:
        """The predicted facts as a graph of networkx; see `predicted.graph`."""
        return predicted.graph(answers)

    def formats(self) -> Mapping[str, Callable[[AnswerTable, BinaryIO], None]]:
        """The predicted facts as GraphML, N-Triples and Turtle."""
        return {".graphml": predicted.graphml, ".nt": predicted.ntriples, ".ttl": predicted.ntriples}


def kg_domain(
    name: str, vocabulary: Vocabulary, splits: Splits, notes: Sequence[str] = (), form: Form = ENTITIES
) -> KGDomain:
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
    test = _by_relation(form, graph, splits.test)
    return KGDomain(
        name=name,
        task=form.task(graph),
        inputs=graph,
        sha=graph.sha,
        train=form.examples(graph, graph.facts, splits.observed.units),
        val=_by_relation(form, graph, splits.valid),
        test=test and form.tagged(test),
        notes=tuple(notes),
        whole_pairs=_whole_pairs(splits, graph.num_entities),
        form=form,
    )


def form_of(task: Task) -> Form:
    """What is asked of facts in a task; entities in one that is not of this plugin."""
    return FORMS.get(task.kind, ENTITIES)


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
        made = kg_domain("the stored graph", vocabulary, Splits(FactIds(facts)), form=form_of(task))
    except (KeyError, ValueError) as error:
        raise UnfitArtefact(f"expected the facts of a graph, got others ({error}); write the folder again") from None
    return replace(made, task=replace(made.task, candidates=task.candidates))


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


def _by_relation(form: Form, graph: KnowledgeGraph, facts: FactIds | None) -> Examples | None:
    if facts is None or not len(facts.ids):
        return None
    order = np.argsort(facts.ids[:, 1], kind="stable")
    return form.examples(graph, facts.ids[order], None if facts.units is None else facts.units[order])


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
