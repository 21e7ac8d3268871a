"""Numbers of names, and what is wrong with names that are not there."""

from __future__ import annotations

import pytest

from relxfer.data import lookup
from relxfer.data.lookup import Lookup, refuse
from relxfer.errors import BadQuestions


def test_each_row_has_its_number_or_its_problem():
    problems = {}
    names = Lookup({"Rome": 0, "Oslo": 1}, "town")
    assert names.of(["Oslo", "Olso", "Rome"], problems).tolist() == [1, -1, 0]
    assert problems == {1: "no town is called 'Olso'; did you mean 'Oslo'?"}
    names.of(["Rome", "nowhere at all"], problems)
    assert problems[1].endswith("'Oslo'?"), "what was told first stays"


def test_names_that_look_the_same_are_told_apart():
    told = Lookup({"Z\u00fcrich": 0}, "town").problem("Zu\u0308rich")
    assert "it looks like 'Z\\xfcrich', but was written 'Zu\\u0308rich': they differ in Unicode form" in told
    assert told.endswith("write it as in the data")


def test_suggestions_are_looked_for_a_few_times_only(monkeypatch):
    monkeypatch.setattr(lookup, "_SUGGESTED", 1)
    problems = {}
    Lookup({"Rome": 0}, "town").of(["Roma", "Romme"], problems)
    assert problems[1] == "no town is called 'Romme'; check the spelling against your data"


def test_a_question_without_its_bad_rows():
    refuse({}, {"town": ["Rome"]})
    with pytest.raises(BadQuestions) as error:
        refuse({2: "b", 0: "a"}, {"town": ["x", "Rome", "y"], "year": ["1", "2", "3"]})
    assert error.value.rows == {0: "a", 2: "b"}
    assert error.value.rest == {"town": ["Rome"], "year": ["2"]}
