"""The adapter: its options, whom it attaches, and what it says of a target before any training."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from relxfer_kg.adapter import KGAdapter, KGOptions
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.files.named_facts import split_domain
from relxfer_kg.priors import RelationFrequency

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible


@pytest.fixture
def adapter() -> KGAdapter:
    return KGAdapter(KGOptions())


def domain_of(entities: str, relations: str, facts, test=None):
    splits = Splits(FactIds(np.array(facts)), test=None if test is None else FactIds(np.array(test)))
    return kg_domain("some", Vocabulary(list(entities), list(relations)), splits)


# ------------------------------------------------------------------ options


@pytest.mark.parametrize("options", [{"subgraph_entities": 0}, {"subgraph_entities": 9, "precision": "bfloat16"}])
def test_bounds_that_cannot_be_met_are_refused(options):
    with pytest.raises(ValidationError, match="subgraph"):
        KGOptions(**options)


def test_bounds_of_a_training_subgraph_ascend():
    with pytest.raises(ValidationError, match="lower bound first"):
        KGOptions(part_entities=(3000, 300))


# ------------------------------------------------------------------ attaching


def test_a_model_of_another_modality_is_refused(adapter):
    with pytest.raises(Incompatible, match="a model of knowledge graphs"):
        adapter.attach(object(), None, [])


def test_a_model_gives_its_learner_with_the_adapters_options(adapter):
    prior = RelationFrequency(None)
    assert adapter.attach(prior, None, []) is prior


def test_priors_rank_linked_entities_last_too(random_graph, every_query):
    graph = random_graph(entities=30, facts=40)
    asked = Examples(graph, every_query(graph))
    prior = RelationFrequency(None)
    last = KGAdapter(KGOptions(linked_last=True)).attach(prior, None, [])
    before, after = (np.concatenate(list(each.predict(asked))) for each in (prior, last))
    receiver, sender, _ = graph.edges
    is_linked = np.zeros((30, 30), bool)
    is_linked[receiver, sender] = True
    of = is_linked[asked.queries[:, 0]]
    np.testing.assert_array_equal(after[~of], before[~of])
    highest, lowest = np.where(of, after, -np.inf).max(1), np.where(of, np.inf, after).min(1)
    assert (highest < lowest).all()


class Both:
    """A model that says which learner it was asked for."""

    answers = "relations"

    def learner(self, options):
        return "entities"

    def relation_learner(self, options):
        return "relations"


def test_the_task_says_what_a_model_answers_with(adapter):
    entities = domain_of("ab", "r", [[0, 0, 1]])
    relations = entities.posed("relation-prediction")
    assert adapter.attach(Both(), entities, []) == adapter.attach(Both(), None, [entities]) == "entities"
    assert adapter.attach(Both(), relations, []) == adapter.attach(Both(), None, [relations]) == "relations"
    assert adapter.attach(Both(), None, []) == "relations", "what it says itself"
    with pytest.raises(Incompatible, match=r"in both \[source\] and \[target\]"):
        adapter.attach(Both(), relations, [entities])


def test_a_model_of_entities_is_refused_for_relations(adapter):
    asked = domain_of("ab", "r", [[0, 0, 1]]).posed("relation-prediction")
    with pytest.raises(Incompatible, match=r'answers with relations, got RelationFrequency; .* model = "trix"'):
        adapter.attach(RelationFrequency(None), asked, [])


@pytest.mark.parametrize("kind", ["ranking", "relation-prediction"])
def test_a_graph_without_facts_asks_what_the_task_says(adapter, kind):
    task = domain_of("ab", "r", [[0, 0, 1]]).posed(kind).task
    blank = adapter.blank(task, {})
    assert (blank.task.kind, blank.task.candidates) == (kind, task.candidates)
    more = blank.with_new({"head": ["a"], "relation": ["r"], "tail": ["b"]})
    assert (len(more.train), more.task.answers) == ((1, ("r",)) if kind != "ranking" else (2, ("a", "b")))


def test_the_audit_is_the_same_whatever_is_asked(adapter):
    domain = domain_of("abc", "rs", [[0, 0, 1], [1, 1, 0], [0, 1, 2]], [[0, 1, 1], [0, 0, 1], [1, 0, 2]])
    found = adapter.audit(domain)
    assert found == adapter.audit(domain.posed("relation-prediction"))
    assert found["also observed"] == 1


# ------------------------------------------------------------------ what the target shares with its sources


@pytest.mark.parametrize(
    ("entities", "relations", "regime"),
    [
        ("ab", "r", "seen-entities; 2 of 2 entity names and 1 of 1 relation names"),
        ("ax", "r", "inductive-entity; 1 of 2 entity names and 1 of 1 relation names"),
        ("xy", "r", "inductive-entity; 0 of 2"),
        ("ab", "q", "fully inductive (entities and relations are new)"),
        ("ab", "rq", "fully inductive (some relations are new)"),
    ],
)
def test_the_regime_is_told_by_name(adapter, entities, relations, regime):
    source = domain_of("abc", "rs", [[0, 0, 1]])
    target = domain_of(entities, relations, [[0, 0, 1]])
    assert f"regime by name: {regime}" in adapter.relate([source], target)


def test_counts_are_of_observed_facts(adapter):
    domain = split_domain("ring", np.array([(f"e{i}", "next", f"e{(i + 1) % 10}") for i in range(10)]))
    counts = adapter.counts(domain)
    assert counts == {"facts": len(domain.inputs.facts), "entities": 10, "relations": 1}
    assert counts["facts"] < 10


def test_no_test_answer_is_read_for_relatedness_and_counts(adapter):
    rng = np.random.default_rng(0)
    facts = np.array([(f"e{h}", f"r{r}", f"e{t}") for h, r, t in rng.integers(0, 12, (80, 3))], dtype=object)
    source, target = (split_domain(name, part) for name, part in (("s", facts[:50]), ("t", facts[40:])))
    wrong = [replace(d, test=replace(d.test, answers=rng.permutation(d.test.answers))) for d in (source, target)]
    without = [replace(d, test=None) for d in (source, target)]
    assert adapter.relatedness(source, target) == adapter.relatedness(*wrong) == adapter.relatedness(*without)
    assert adapter.counts(target) == adapter.counts(wrong[1])


# ------------------------------------------------------------------ leaks and cost


def test_the_audit_counts_what_the_observed_graph_gives_away(adapter):
    observed = [[0, 0, 1], [2, 0, 1], [0, 1, 3]]
    test = [[0, 0, 1], [1, 0, 2], [3, 0, 0], [2, 1, 3]]  # repeated, reversed, a linked pair, nothing
    assert adapter.audit(domain_of("abcd", "rs", observed, test)) == {
        "test facts": 4,
        "also observed": 1,
        "reversal observed": 1,
        "pair linked by some fact": 3,
    }
    assert adapter.audit(domain_of("abcd", "rs", observed)) == {}
