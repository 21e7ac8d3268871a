"""Names that look alike."""

from __future__ import annotations

import pytest

from relxfer.data.lookalikes import found, notes


@pytest.mark.parametrize(
    ("name", "known", "kind"),
    [
        ("Cafe\u0301", "Caf\u00e9", "Unicode form"),
        ("1.0", "1", "a number is written"),
        ("7", "007", "a number is written"),
        ("ROME ", "Rome", "case or white space"),
        ("New  York", "New York", "case or white space"),
        ("\ufb01sh", "fish", "case or white space"),
    ],
)
def test_a_known_name_that_looks_so(name, known, kind):
    told = found(name, ["other", known])
    assert told is not None
    assert ascii(known) in told
    assert kind in told


def test_other_names_are_others():
    assert found("Rome", ["Roma", "1"]) is None
    assert notes(["Rome", "Roma", "1", "2", "ROME"], "entities") == []
    (note,) = notes(["1", "1.0", "01", "2"], "entities")
    assert note.startswith("3 names of entities look alike and differ in the way in which a number is written: '1' and")
