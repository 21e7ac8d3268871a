"""Facts as names: numbered, split, and made a domain."""

import numpy as np
import pytest
from relxfer_kg.domain import facts_of
from relxfer_kg.files.named_facts import GivenSplit, encode, given_domain, split_domain, with_units
from relxfer_kg.files.splits import RandomSplit

from relxfer.errors import DataError

CITIES = [f"c{i}" for i in range(12)]
FACTS = [[a, relation, b] for i, a in enumerate(CITIES) for relation, b in
         (("next", CITIES[(i + 1) % 12]), ("far", CITIES[(i + 5) % 12]))]  # fmt: skip


def named(domain, split) -> list[list[str]]:
    graph = domain.inputs
    rows = graph.facts if split == "observed" else facts_of(graph, getattr(domain, split))
    return [[graph.entities[h], graph.relations[r], graph.entities[t]] for h, r, t in rows]


def test_test_without_validation():
    domain = given_domain("x", GivenSplit(np.array(FACTS), None, np.array([["c0", "far", "c7"]])))
    assert domain.val is None
    assert (len(domain.train), len(domain.test)) == (48, 2)
    assert domain.notes == ("24 observed, 1 test facts, split as given",)


def test_twins_stay_together_and_duplicates_are_dropped():
    twins = [[b, "before", a] for a, relation, b in FACTS if relation == "next"]
    domain = split_domain("x", np.array([*FACTS, *twins, *FACTS[:3]]), notes=("a note",))
    assert domain.notes[1:] == ("3 repeated facts dropped", "a note")
    observed = {frozenset((h, t)) for h, _, t in named(domain, "observed")}
    assert all(frozenset((h, t)) not in observed for h, _, t in named(domain, "test"))
    items = [(frozenset((h, t)), r) for h, r, t in named(domain, "observed")]
    units = domain.train.unit_ids()[::2].tolist()
    assert len(set(zip(items, units, strict=True))) == len(set(items)) == len(set(units))


def test_a_fact_and_its_reversal_are_one_item_and_other_relations_are_not():
    facts = [["a", "near", "b"], ["b", "near", "a"], ["a", "above", "b"], ["c", "near", "a"]]
    domain = split_domain("x", np.array(facts), RandomSplit(0, 0))
    assert domain.train.unit_ids()[::2].tolist() == [0, 0, 1, 2]


def test_no_fractions_no_test():
    domain = split_domain("x", np.array(FACTS), RandomSplit(0, 0))
    assert (domain.val, domain.test, len(domain.train)) == (None, None, 48)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([["a", "r", "a"]], "mine: expected facts about at least two entities, got 1"),
        ([["a", "r", " "]], "mine: expected a name for every entity, got an empty one"),
        ([["a", "", "b"]], "expected a name for every relation"),
        ([["a", "r", "b"]], "mine: expected facts that can be held out, got 1 linked pairs"),
    ],
)
def test_facts_that_cannot_be_used(facts, message):
    with pytest.raises(DataError, match=message):
        split_domain("mine", np.array(facts, dtype=object))


@pytest.mark.parametrize("role", ["observed", "validation", "test"])
def test_an_empty_split_is_refused_by_its_name(role):
    facts = np.array(FACTS, dtype=object)
    given = GivenSplit(facts, facts[:1], facts[:1])._replace(**{role: facts[:0]})
    with pytest.raises(DataError, match=f"mine: expected {role} facts, got none"):
        given_domain("mine", given)


def test_a_unit_runs_over_the_splits():
    """A fact and its reversal are one item, whatever split each of them is in."""
    splits = {"train": np.array([[0, 0, 1], [1, 1, 2]]), "test": np.array([[1, 0, 0]])}
    made = with_units(splits, 3)
    assert [facts.ids.tolist() for facts in made.values()] == [ids.tolist() for ids in splits.values()]
    (first, second), (third,) = (facts.units.tolist() for facts in made.values())
    assert first == third != second


def test_names_are_numbered_as_they_first_appear():
    splits = np.array([["b", "r", "a"]]), np.array([["c", "q", "a"], ["a", "r", "d"]])
    vocabulary, ids = encode(*splits)
    assert vocabulary == (["b", "a", "c", "d"], ["r", "q"])
    assert [facts.tolist() for facts in ids] == [[[0, 0, 1]], [[2, 1, 1], [1, 0, 3]]]
