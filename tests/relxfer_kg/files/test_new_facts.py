"""Facts of a file of their own."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain
from relxfer_kg.files.new_facts import with_file

from relxfer.errors import DataError

TOWNS = kg_domain("towns", Vocabulary(["ann", "bob"], ["knows"]), Splits(FactIds(np.array([[0, 0, 1]]))))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("new.tsv", "bob\tknows\teve\n"),
        ("new.csv", "subject,predicate,object\nbob,knows,eve\nann,knows,bob\n"),
        ("new.csv", "head,relation,tail,since\nbob,knows,eve,1999\n"),
        ("new.nt", "<bob> <knows> <eve> .\n"),
    ],
)
def test_the_layout_is_read_from_the_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    grown = with_file(TOWNS, tmp_path / name)
    assert grown.inputs.entities == ("ann", "bob", "eve")
    assert grown.inputs.facts.tolist() == [[0, 0, 1], [1, 0, 2]]


def test_a_file_that_holds_no_facts_is_told(tmp_path):
    (tmp_path / "new.tsv").write_text("bob\n")
    with pytest.raises(DataError):
        with_file(TOWNS, tmp_path / "new.tsv")
