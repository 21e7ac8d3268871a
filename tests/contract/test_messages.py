"""pydantic's errors in our words."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from relxfer.contract import messages
from relxfer.contract.options import Options


class Inner(Options):
    rate: Annotated[float, Field(gt=0, le=1)] = 0.1
    kind: Literal["round", "square"] = "round"


class Outer(Options):
    name: Annotated[str, Field(min_length=2, max_length=5)]
    inner: Inner = Inner()
    counts: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)] = (0,)
    pair: tuple[int, int] = (0, 1)
    on: bool = False


def problems(raw: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(raw)
    return [str(problem) for problem in messages.problems(caught.value, Outer, raw)]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"name": 3}, "name: expected a text (got 3)"),
        ({"name": "x"}, "name: expected a text of at least 2 characters (got 'x')"),
        ({"name": "xxxxxx"}, "name: expected a text of at most 5 characters (got 'xxxxxx')"),
        ({}, "name: this key is needed"),
        ({"nam": "xx", "name": "xx"}, "nam: unknown key: did you mean 'name'?"),
        ({"name": "xx", "inner": {"rate": 0}}, "inner.rate: expected a number greater than 0 (got 0)"),
        ({"name": "xx", "inner": {"rate": 2}}, "inner.rate: expected a number of at most 1 (got 2)"),
        ({"name": "xx", "inner": {"kind": "cube"}}, "inner.kind: expected 'round' or 'square' (got 'cube')"),
        ({"name": "xx", "inner": {"rat": 1}}, "inner.rat: unknown key: did you mean 'rate'?"),
        ({"name": "xx", "inner": 3}, "inner: expected a table (got 3)"),
        ({"name": "xx", "counts": []}, "counts: expected at least 1 items (got 0)"),
        ({"name": "xx", "counts": [0, "x"]}, "counts[1]: expected a whole number (got 'x')"),
        ({"name": "xx", "counts": [1.5]}, "counts[0]: expected a whole number (got 1.5)"),
        ({"name": "xx", "pair": [1]}, "pair[1]: expected one more item"),
        ({"name": "xx", "on": "maybe"}, "on: expected true or false (got 'maybe')"),
    ],
)
def test_each_mistake_in_our_words(table, told):
    (found,) = problems(table)
    assert found.startswith(told)


def test_wrong_items_do_not_make_a_list_too_short():
    assert problems({"name": "xx", "counts": [-1]}) == ["counts[0]: expected a number of at least 0 (got -1)"]


def test_of_many_alike_the_first_are_told():
    found = problems({"name": "xx", "counts": [-1] * 30})
    assert len(found) == 10
    assert found[-1].endswith("; and 20 more like it")


def test_what_has_no_options_says_so():
    class Nothing(Options):
        pass

    with pytest.raises(ValidationError) as caught:
        Nothing.model_validate({"x": 1})
    told = messages.told(caught.value, Nothing, "mine").errors()
    assert told[0]["msg"] == 'unknown key with use = "mine": it has no options'


def test_our_words_stay_as_they_are_when_they_are_told_again():
    class Mine(BaseModel):
        x: int

    once = messages.error_at("x", "expected {braces}, got none")
    again = messages.told(messages.told(once, Mine), Mine)
    assert again.errors()[0]["msg"] == "expected {braces}, got none"
    assert messages.first_problem(again) == "x: expected {braces}, got none"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([1, 2], "a list"),
        ({"a": 1}, "a table"),
        (False, "false"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        ("x", "'x'"),
    ],
)
def test_values_as_the_file_has_them(value, shown):
    assert messages.shown(value) == shown


def test_keys_as_toml_has_them():
    assert messages.joined("a", "b c") == 'a."b c"'
    assert messages.joined("", "clé") == '"clé"'
    assert messages.joined("a", 3) == "a[3]"
