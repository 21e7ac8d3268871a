"""What only the user's own configuration may say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from relxfer.contract.options import Options
from relxfer.contract.user_only import KIND, UserOnly, is_marked, said

STRANGER = {"stranger": "in a run directory; say it in your own"}


class Nested(Options):
    model_config = ConfigDict(extra="allow")
    path: Path | None = None


class Mine(Options):
    of: Annotated[str, UserOnly] = "package:Class"
    names: list[Annotated[str, UserOnly]] = []
    table: dict[Any, Any] = {}
    inner: Nested = Nested()
    rate: float = 0.1


def refused(**table: Any) -> set[Any]:
    with pytest.raises(ValidationError) as caught:
        Mine.model_validate(table, context=STRANGER)
    assert {error["type"] for error in caught.value.errors()} == {KIND}
    return {error["loc"][0] for error in caught.value.errors()}


def test_plain_values_are_anybodys():
    assert Mine.model_validate({"rate": 0.5, "table": {"a": [1, "b"]}}, context=STRANGER).rate == 0.5


def test_a_default_says_nothing():
    assert Mine.model_validate({"of": "package:Class"}, context=STRANGER).of == "package:Class"


@pytest.mark.parametrize(
    "table",
    [
        {"of": "os:system"},
        {"names": ["os:system"]},
        {"table": {"a": [Path("/etc")]}},
        {"table": {Path("/etc"): 1}},
        {"inner": Nested(path=Path("/etc"))},
        {"inner": Nested(more={"a": (Path("/etc"),)})},
    ],
)
def test_what_a_stranger_may_not_say_is_found_wherever_it_stands(table):
    assert refused(**table) == set(table)


def test_the_user_may_say_all_of_it():
    made = Mine(of="os:path", table={"a": Path("/etc")})
    assert said(made) == {"of": "os:path", "table": {"a": Path("/etc")}}


def test_what_is_no_options_says_nothing():
    assert said({"of": Path("/etc")}) == {}


def test_a_field_that_is_needed_is_said_always():
    class Needed(BaseModel):
        of: Annotated[str, UserOnly]

    assert said(Needed(of="a:B")) == {"of": "a:B"}


def test_marks_are_found_inside_types():
    assert [name for name, field in Mine.model_fields.items() if is_marked(field)] == ["of", "names"]
