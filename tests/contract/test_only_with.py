"""Marks that say when an option acts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import ValidationError

from relxfer.contract.only_with import (
    ABOVE_0,
    GIVEN,
    KIND,
    TOLERATED,
    OnlyForData,
    OnlyWhere,
    OnlyWith,
    Wanted,
    acting,
    conditional,
    hindrances,
    holding,
    refuse_for_data,
    told,
    written,
)
from relxfer.contract.options import Options
from relxfer.errors import DataError


class Inner(Options):
    kind: str = "round"
    corners: Annotated[int, OnlyWith(kind=("square", "cube"))] = 4


class Outer(Options):
    count: int = 0
    test: str | None = None
    kinds: tuple[str, ...] = ()
    each: Annotated[int, OnlyWith(count=ABOVE_0)] = 1
    fraction: Annotated[float, OnlyWith(test=None)] = 0.5
    seed: Annotated[int, OnlyWith(test=GIVEN, count=ABOVE_0)] = 0
    degree: Annotated[int, OnlyWith(kinds=holding("degree"))] = 0
    many: Annotated[bool, OnlyWhere(lambda options: None if options.count > 2 else "alone; remove it")] = False
    inner: Inner = Inner()


def messages_of(**options) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Outer(**options)
    errors = caught.value.errors()
    assert {error["type"] for error in errors} == {KIND}
    return {".".join(map(str, error["loc"])): error["msg"] for error in errors}


def test_every_field_that_does_nothing_is_told_with_the_remedy():
    found = messages_of(test="t.csv", each=2, fraction=0.1, seed=1, degree=1, many=True)
    assert found == {
        "each": "without effect with count = 0; remove it, or set count above 0",
        "fraction": 'without effect with test = "t.csv"; remove it, or remove test',
        "seed": "without effect with count = 0; remove it, or set count above 0",
        "degree": 'without effect with kinds = []; remove it, or add "degree" to kinds',
        "many": "without effect alone; remove it",
    }


def test_a_field_that_is_unset_is_told_so():
    assert messages_of(seed=1, count=3) == {"seed": "without effect where test is unset; remove it, or set test"}


def test_options_inside_options_are_told_under_their_key():
    remedy = 'without effect with kind = "round"; remove it, or set kind = "square" or "cube"'
    assert messages_of(inner={"corners": 3}) == {"inner.corners": remedy}


def test_what_acts_is_taken():
    made = Outer(
        count=3, each=2, fraction=0.1, kinds=("degree",), degree=2, many=True, inner=Inner(kind="cube", corners=8)
    )
    assert (made.each, made.fraction, made.degree, made.inner.corners) == (2, 0.1, 2, 8)


def test_what_is_written_counts_also_where_it_is_the_default():
    assert messages_of(each=1).keys() == {"each"}
    assert Outer().each == 1


def test_they_pass_where_that_is_asked_for():
    made = Outer.model_validate({"each": 2, "inner": {"corners": 3}}, context={TOLERATED: True})
    assert hindrances(made).keys() == {"each", "seed", "degree", "many"}
    assert hindrances(made.inner).keys() == {"corners"}


def test_what_is_written_out_is_what_acts():
    made = Outer(test="t.csv", count=1)
    out = acting(made)
    assert out == {
        "count": 1, "test": "t.csv", "kinds": [], "each": 1, "seed": 0, "inner": {"kind": "round"},
    }  # fmt: skip
    assert acting(Outer(**out)) == out


def test_conditions_are_listed():
    assert conditional(Outer).keys() == {"each", "fraction", "seed", "degree", "many"}
    assert conditional(Inner).keys() == {"corners"}


class Data(Options):
    task: str = "nodes"


def test_options_of_an_adapter_ask_the_options_of_the_data():
    mark = OnlyForData(task="links")
    assert mark.hindrance(Data()) == 'with task = "nodes"; remove it, or set task = "links" of the data'
    assert mark.hindrance(Data(task="links")) is None
    assert mark.hindrance(Options()) is None, "nobody knows"


def test_data_that_shows_an_option_without_effect():
    refuse_for_data(Data(), ["task"], "where the file says it")
    with pytest.raises(DataError, match=r'^task = "links": without effect where the file says it; remove it$'):
        refuse_for_data(Data(task="links"), ["task"], "where the file says it")


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), ("é", '"é"'), (0.5, "0.5"), (Path("a/b"), '"a/b"'), ((1, 2), "[1, 2]")],
)
def test_values_are_shown_as_toml_has_them(value, text):
    assert written(value) == text


def test_long_values_are_cut_short():
    assert len(written("x" * 10_000)) == 60
    assert told("facts", [["a", "b", "c"]] * 1000, "remove facts").endswith("…; remove it, or remove facts")


def test_a_remedy_of_ones_own():
    mark = OnlyWith(share=Wanted(lambda share: 0 < share < 1, "set {key} between 0 and 1"))
    share = type("Options", (), {"share": 1})
    assert mark.hindrance(share) == "with share = 1; remove it, or set share between 0 and 1"
