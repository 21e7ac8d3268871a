"""A knowledge graph as a domain: queries of facts, held-out facts, questions by name."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.domain import FactIds, KGDomain, Splits, Vocabulary, facts_of, kg_domain, restored
from relxfer_kg.files.named_facts import split_domain

from relxfer.contract.tasks import Task
from relxfer.errors import DataError, Incompatible, UnfitArtefact
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.ranking import Ranking

NAMES = Vocabulary(["ann", "bob", "rome", "bonn"], ["knows", "lives_in"])
FACTS = np.array([[0, 0, 1], [1, 0, 0], [0, 1, 2], [1, 1, 2], [1, 1, 3]])


@pytest.fixture
def domain() -> KGDomain:
    splits = Splits(
        FactIds(FACTS, np.array([7, 7, 1, 2, 3])),
        valid=FactIds(np.array([[0, 1, 3], [2, 0, 3]])),
        test=FactIds(np.array([[3, 1, 2], [3, 0, 2], [2, 1, 3]]), np.array([4, 5, 4])),
    )
    return kg_domain("towns", NAMES, splits, ["a note"])


def test_a_fact_is_a_tail_query_and_a_head_query(domain):
    queries, answers = domain.train.queries.tolist(), domain.train.answers.tolist()
    for row, (head, relation, tail) in enumerate(FACTS.tolist()):
        assert (queries[2 * row], answers[2 * row]) == ([head, relation], tail)
        assert (queries[2 * row + 1], answers[2 * row + 1]) == ([tail, relation + 2], head)
    assert domain.inputs.facts.tolist() == FACTS.tolist()
    assert domain.notes == ("a note",)


def test_facts_to_be_asked_for_are_sorted_by_relation_with_their_units(domain):
    assert facts_of(domain.inputs, domain.test).tolist() == [[3, 0, 2], [3, 1, 2], [2, 1, 3]]
    assert domain.test.unit_ids().tolist() == [1, 1, 0, 0, 0, 0]


def test_units_are_numbered_within_their_split(domain):
    assert domain.train.unit_ids().tolist() == [3, 3, 3, 3, 0, 0, 1, 1, 2, 2]
    assert domain.val.unit_ids()[::2].tolist() == [0, 1]  # each fact an item


@pytest.mark.parametrize("empty", [None, FactIds(np.zeros((0, 3), int), np.zeros(0, int))])
def test_an_empty_split_is_none(empty):
    domain = kg_domain("towns", NAMES, Splits(FactIds(FACTS), empty, empty))
    assert (domain.val, domain.test) == (None, None)
    assert domain.train.unit_ids()[::2].tolist() == [0, 1, 2, 3, 4]


@given(st.integers(0, 999), st.integers(1, 9))
def test_facts_are_read_back_from_their_queries(seed, count):
    rng = np.random.default_rng(seed)
    facts = np.stack([rng.integers(0, limit, count) for limit in (4, 2, 4)], 1)
    domain = kg_domain("towns", NAMES, Splits(FactIds(facts)))
    np.testing.assert_array_equal(facts_of(domain.inputs, domain.train), facts)
    some = np.flatnonzero(rng.random(2 * count) < 0.5)
    expected = facts[some // 2]
    if len(some) % 2 or not np.array_equal(expected[::2], expected[1::2]):
        np.testing.assert_array_equal(facts_of(domain.inputs, domain.train.take(some)), expected)


def test_facts_held_out_for_validation_leave_the_graph_they_are_asked_against(domain):
    rows = np.array([4, 5])  # both queries of ann lives_in rome
    held = domain.hold_out(rows)
    assert facts_of(domain.inputs, held.val).tolist() == [[0, 1, 2]]
    assert held.val.inputs.facts.tolist() == np.delete(FACTS, 2, axis=0).tolist()
    assert held.inputs.facts.tolist() == FACTS.tolist()


#: ann and bob are linked twice, and so are bob and rome; the validation fact is between others.
APART = Splits(FactIds(np.array([[0, 0, 1], [1, 1, 0], [1, 1, 2], [2, 0, 1]])), valid=FactIds(np.array([[0, 1, 3]])))


@pytest.mark.parametrize(
    ("splits", "left"),
    [
        (APART, [[1, 1, 2], [2, 0, 1]]),
        (APART._replace(valid=FactIds(np.array([[0, 1, 1]]))), [[1, 1, 0], [1, 1, 2], [2, 0, 1]]),
        (APART._replace(valid=None), [[1, 1, 0], [1, 1, 2], [2, 0, 1]]),
        (APART._replace(valid=None, whole_pairs=True), [[1, 1, 2], [2, 0, 1]]),
    ],
    ids=["as validation tells", "validation shares pairs", "nothing tells", "as said"],
)
def test_other_facts_of_a_pair_leave_the_graph_for_validation_where_splits_hold_whole_pairs(splits, left):
    domain = kg_domain("towns", NAMES, splits)
    held = domain.hold_out(np.array([0, 1]))  # ann knows bob
    assert held.val.inputs.facts.tolist() == left
    assert domain.observe(1.0).hold_out(np.array([0, 1])).val.inputs.facts.tolist() == left


def test_facts_for_validation_are_as_hard_as_the_test_that_was_split_off():
    """An answer is not read off another relation of the same two entities, in the test nor in validation."""
    pairs = [(f"e{i}", relation, f"e{(i * 7 + 1) % 40}") for i in range(40) for relation in ("part_of", "near")]
    pairs += [(f"e{i}", "near", f"e{(i + 3) % 40}") for i in range(40)]
    domain = split_domain("doubled", np.array(pairs))
    held = domain.hold_out(np.arange(20))
    for split in (held.val, domain.test):
        facts = facts_of(split.inputs, split)
        observed = {frozenset((head, tail)) for head, _, tail in split.inputs.facts.tolist()}
        assert not [fact for fact in facts.tolist() if frozenset((fact[0], fact[2])) in observed]


def test_every_observed_fact_is_known_whatever_the_label_budget(domain):
    few = replace(domain, train=domain.train.take(np.array([0])))
    known = {(tuple(q), a) for part in few.known() for q, a in zip(part.queries.tolist(), part.answers, strict=True)}
    for head, relation, tail in FACTS.tolist():
        assert ((head, relation), tail) in known
        assert ((tail, relation + 2), head) in known


def test_observing_a_fraction_keeps_whole_units_and_both_splits(domain):
    thin = domain.observe(0.5)
    kept = {tuple(fact) for fact in thin.inputs.facts.tolist()}
    assert ((0, 0, 1) in kept) == ((1, 0, 0) in kept)  # one unit
    assert len(np.unique(thin.train.unit_ids())) == 2
    assert len(thin.train) == 2 * len(thin.inputs.facts)
    for split in ("val", "test"):
        fewer, whole = (replace(getattr(of, split), tags={}) for of in (thin, domain))
        assert fewer.digest() == whole.digest(), "but for the tags of half-links, which are of the observed graph"
    assert thin.notes == ("a note", f"{len(kept)} of 5 observed facts kept (observed_fraction = 0.5)")
    assert domain.observe(0.5).sha == thin.sha
    assert len(domain.observe(0.0).inputs.facts) > 0


def test_hidden_queries_do_not_answer_each_other(domain):
    hidden = domain.train.hidden()
    assert hidden.answers is None
    assert hidden.units is None


# ------------------------------------------------------------------ questions by name


@pytest.mark.parametrize("unknown", ["?", "", None])
def test_the_side_that_is_unknown_is_asked_for(domain, unknown):
    question = {"head": ["ann", unknown], "relation": ["knows", "lives_in"], "tail": [unknown, "rome"]}
    assert domain.ask(question).queries.tolist() == [[0, 0], [2, 3]]
    assert domain.ask({"head": ["ann"], "relation": ["knows"]}).queries.tolist() == [[0, 0]]


def test_a_relation_alone_asks_about_every_entity(domain):
    asked = domain.ask({"relation": ["lives_in", "knows"]}).queries.tolist()
    assert asked == [[entity, relation] for relation in (1, 0) for entity in range(4)]


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"head": ["ann"]}, "expected a column 'relation' in the queries, got: head; add it"),
        ({"head": ["ann"], "relation": ["knws"]}, "no relation is called 'knws'; did you mean 'knows'"),
        ({"head": ["an"], "relation": ["knows"]}, "no entity is called 'an'; did you mean 'ann'"),
        ({"head": ["?"], "tail": [""], "relation": ["knows"]}, "neither head nor tail is named"),
    ],
)
def test_questions_that_cannot_be_asked(domain, question, message):
    with pytest.raises(DataError) as error:
        domain.ask(question)
    assert message in str(error.value)


def test_every_question_that_an_observed_fact_answers_by_relation(domain):
    assert domain.everything().queries.tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]


def test_queries_are_named_with_the_asked_side_open(domain):
    named = domain.name_queries(np.array([[0, 0], [2, 3]]))
    assert named == {"head": ["ann", "?"], "relation": ["knows", "lives_in"], "tail": ["?", "rome"]}
    assert domain.ask(named).queries.tolist() == [[0, 0], [2, 3]]


def test_all_that_is_known_is_in_the_graph_once(domain):
    whole = domain.whole()
    assert (whole.val, whole.test) == (None, None)
    held = [[0, 1, 3], [2, 0, 3], [3, 1, 2], [3, 0, 2], [2, 1, 3]]
    assert sorted(whole.inputs.facts.tolist()) == sorted(FACTS.tolist() + held)
    assert facts_of(whole.inputs, whole.train).tolist() == whole.inputs.facts.tolist()
    assert whole.sha == whole.inputs.sha != domain.sha
    assert whole.whole().inputs.facts.tolist() == whole.inputs.facts.tolist()


def test_new_facts_bring_their_names_and_leave_what_is_held_out_as_it_is(domain):
    new = {"head": ["ann", "eve", "ann"], "relation": ["knows", "owns", "knows"], "tail": ["bob", "rome", "eve"]}
    grown = domain.with_new(new)
    assert grown.inputs.entities == (*NAMES.entities, "eve")
    assert grown.inputs.relations == (*NAMES.relations, "owns")
    assert grown.inputs.facts.tolist() == [*FACTS.tolist(), [4, 2, 2], [0, 0, 4]]
    assert grown.task.answers == grown.inputs.entities
    assert facts_of(grown.inputs, grown.test).tolist() == facts_of(domain.inputs, domain.test).tolist()
    assert grown.notes[-1] == "added: 2 new facts, 1 new entity, 1 new relation"
    assert grown.ask({"head": ["?"], "relation": ["knows"], "tail": ["eve"]}).queries.tolist() == [[4, 3]]
    with pytest.raises(DataError, match="expected columns head, relation and tail of facts, got no 'tail'"):
        domain.with_new({"head": ["ann"], "relation": ["knows"]})


def test_what_is_observed_is_restored(domain):
    arrays, _ = domain.whole().observed()
    again = restored(Ranking((), open=True), arrays)
    assert again.sha == domain.whole().sha
    assert again.task.answers == domain.task.answers
    assert restored(Ranking((), open=True, candidates="towns"), arrays).task.candidates == "towns"
    for wrong in ({"facts": arrays["facts"] + 9}, {"facts": arrays["facts"] * 0.5}, {"entities/ends": arrays["facts"]}):
        with pytest.raises(UnfitArtefact):
            restored(domain.task, arrays | wrong)


# ------------------------------------------------------------------ relations instead of entities


def same(one: KGDomain, other: KGDomain) -> None:
    for name in ("train", "val", "test"):
        of, to = getattr(one, name), getattr(other, name)
        assert (of.digest(), of.inputs.sha, set(of.tags)) == (to.digest(), to.inputs.sha, set(to.tags)), name
    assert one.task == other.task
    assert (one.sha, one.notes, one.whole_pairs) == (other.sha, other.notes, other.whole_pairs)


def test_a_graph_asks_for_relations_too_and_for_entities_again(domain):
    asked = domain.posed("relation-prediction")
    assert domain.tasks == asked.tasks == ("ranking", "relation-prediction")
    assert (asked.task.kind, asked.task.answers, asked.task.candidates) == (
        "relation-prediction",
        tuple(NAMES.relations),
        "relations",
    )
    assert asked.train.queries.tolist() == FACTS[:, [0, 2]].tolist()
    assert asked.train.answers.tolist() == FACTS[:, 1].tolist()
    assert asked.train.unit_ids().tolist() == domain.train.unit_ids()[::2].tolist()
    assert asked.test.queries.tolist() == [[3, 2], [3, 2], [2, 3]]
    assert asked.test.unit_ids().tolist() == [1, 0, 0]
    assert asked.test.tags == {}
    same(asked.posed("ranking"), domain)
    with pytest.raises(Incompatible, match="ranking, relation-prediction"):
        domain.posed("classification")


def test_a_domain_of_another_task_poses_that_alone(domain):
    town = replace(domain, task=Classification(("a", "b")))
    assert town.tasks == ("classification",)
    with pytest.raises(Incompatible):
        town.posed("relation-prediction")


@pytest.mark.parametrize(
    "change",
    [
        lambda domain: domain.observe(0.6),
        lambda domain: domain.with_new({"head": ["eve"], "relation": ["hates"], "tail": ["ann"]}),
    ],
)
def test_changes_of_the_graph_are_the_same_whatever_is_asked(domain, change):
    same(change(domain.posed("relation-prediction")), change(domain).posed("relation-prediction"))


def test_all_that_is_known_of_relations_is_known(domain):
    asked = domain.posed("relation-prediction")
    assert asked.whole().inputs.facts.tolist() == domain.whole().inputs.facts.tolist()
    assert asked.whole().train.queries.shape == (len(asked.whole().inputs.facts), 2)
    assert asked.whole().task.kind == "relation-prediction"
    few = replace(asked, train=asked.train.take(np.array([0]))).known()
    known = {
        (*pair, answer)
        for each in few
        for pair, answer in zip(each.queries.tolist(), each.answers.tolist(), strict=True)
    }
    assert known >= {(h, t, r) for h, r, t in FACTS.tolist()}


@pytest.mark.parametrize(("whole_pairs", "left"), [(False, 4), (True, 3)])
def test_held_out_relations_leave_the_graph_of_their_questions(domain, whole_pairs, left):
    """Row 0 is a fact of the pair ann, bob, which another fact links backwards."""
    asked = replace(domain.posed("relation-prediction"), val=None, whole_pairs=whole_pairs)
    held = asked.hold_out(np.array([0]))
    assert held.val.queries.tolist() == [[0, 1]]
    assert len(held.val.inputs.facts) == left
    assert len(held.inputs.facts) == 5


def test_a_stored_graph_asks_what_its_task_says(domain):
    asked = domain.posed("relation-prediction")
    again = restored(Task.from_card(asked.task.card()), asked.observed()[0])
    assert (again.task, again.form) == (asked.task, asked.form)
    assert again.train.queries.tolist() == asked.train.queries.tolist()
