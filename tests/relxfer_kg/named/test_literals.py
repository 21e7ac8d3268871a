"""Literals among entities."""

import pytest
from relxfer_kg.named.facts import Facts
from relxfer_kg.named.literals import among, dropped, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("31", "number"),
        ("-0.5", "number"),
        ("1e6", "number"),
        ("2020-01-31", "date"),
        ("2020-01-31T12:00:00Z", "date"),
        ("31.01.2020", "date"),
        ('"Rom"@de-AT', "text"),
        ('"5"^^<http://www.w3.org/2001/XMLSchema#int>', "text"),
        ("a town in the north of the land that is known for its bridges", "text"),
        ("Q31", None),
        ("New York City", None),
        ("http://ex.org/31", None),
        ('"Ada" Ltd', None),
    ],
)
def test_kinds(name, kind):
    assert kind_of(name) == kind


def test_numbers_are_names_where_heads_are_numbers():
    assert among(["1", "2", "3"], ["3", "77", '"x"']) == ['"x"']
    assert among(["ann", "bob"], ["bob", "1984"]) == ["1984"]
    assert among(["ann"] * 30 + ["1984"], ["1984"]) == [], "what facts say something of is no literal"


def test_their_facts_are_left_out():
    facts = Facts.of([["ann", "age", "31"], ["ann", "knows", "bob"], ["bob", "said", '"hi"@en'], ["bob", "age", "31"]])
    left = dropped(facts)
    assert left.tolist() == [["ann", "knows", "bob"]]
    assert left.notes == ('3 facts about literals left out (literals = "drop"): "hi"@en, 31',)
    assert dropped(left) is left
