"""The separator of a text."""

from __future__ import annotations

import pytest

from relxfer.data.tables import separators
from relxfer.data.tables.separators import separation


@pytest.mark.parametrize(
    ("text", "name", "separator", "width"),
    [
        ("a,b\tc,d\ne,f\tg,h\n", "a.csv", "\t", 2),
        ("a;b,1\nc;d,2\ne;f,3\n", "a.csv", ",", 2),
        ("1,2\n3,4\n", "a.txt", ",", 2),
        ("1,5 2,5\n2,5 3,5\n", "a.txt", " ", 2),
        ("a | b | c\nd | e | f\n", "a.txt", "|", 3),
        ("a,b,c\nd,e\nf,g,h\n", "a.csv", ",", 3),
        ("Dear reader,\n\nthere are no data in this letter.\n\nYours\n", "a.txt", None, 1),
        ("", "a.csv", None, 1),
    ],
)
def test_by_content(text, name, separator, width):
    found = separation(text, name)
    assert (found.separator, found.width) == (separator, width)


def test_the_ending_decides_where_the_content_does_not():
    text = "a;b,c\nd;e,f\n"
    assert separation(text, "a.csv").separator == ","
    assert separation(text, "a.txt").rivals == (",",)


def test_a_mistake_in_quotes_is_no_reason_to_take_all_for_names():
    assert separation('a,"b, c"\nd,"e, f"\ng,"h, i\n', "a.csv").quotes
    assert not separation('a,5" disk\n"b" c,d\n', "a.csv").quotes
    assert separation('a,r,"b', "a.csv").quotes, "a cell without an end"


def test_a_long_text_is_judged_by_its_beginning(monkeypatch):
    monkeypatch.setattr(separators, "SAMPLE", 40)
    text = "a;b\n" * 100 + "c,d,e,f\n" * 1000
    assert separation(text).separator == ";"
    assert separation(text, whole=True).separator == ","
