"""Ids are checked where results are read."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from relxfer.results.ids import Id


@pytest.mark.parametrize("made", ["0123456789abcdef", ""])
def test_ids(made):
    assert TypeAdapter(Id).validate_python(made) == made


@pytest.mark.parametrize("made", ["../../x", "0123456789ABCDEF", "0" * 15, "0" * 17, 3, None, ["x"]])
def test_what_is_no_id(made):
    with pytest.raises(ValidationError, match="expected an id of 16 digits from 0 to f, got"):
        TypeAdapter(Id).validate_python(made)
