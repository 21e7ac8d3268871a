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


def names(cells, mark, rows=30):
    """Rows of names that all have equally many words, so that white space would give equal rows too."""
    return "".join(mark.join(cells).format(a=i % 7, b=i * 5 % 11) + "\n" for i in range(rows))


@pytest.mark.parametrize("mark", [",", ";", "|", "\t", ", "])
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
@pytest.mark.parametrize(
    "cells",
    [
        ("city {a} of a long name with blanks", "lies in", "country {b} of the world"),
        ("city {a}", "in", "country {b}"),
        ("Rome {a}", "capital of", "Italy"),
        ("person {a}", "person {b}"),
        ("ann", "the thing {a}"),
        ("the person {a}", "ann"),
    ],
)
def test_names_with_equally_many_words_are_whole(cells, mark, name):
    found = separation(names(cells, mark), name)
    assert (found.separator, found.width) == (mark.strip(" "), len(cells))


def test_some_mistakes_do_not_make_white_space_the_separator():
    text = names(("city {a}", "in", "country {b}"), ",") + "city 1,in;country 2\n" * 2
    assert separation(text, "a.csv").separator == ","


@pytest.mark.parametrize(
    ("text", "name", "separator"),
    [
        ("city 1,0\ncity 2,1\ncity 3,0\n", "a.csv", ","),
        ("name label\ncity 1,5\ntown 2,5\nhill 3,5\n", "a.txt", " "),
        ('Rome "is, in" Italy\nBonn "is, in" Germany\n', "a.csv", " "),
        ('"Rome, IT" in Italy\n"Bonn, DE" in Germany\n', "a.txt", " "),
        ("node 1 node 2\nnode 3 node 4\n", "a.csv", " "),
        ("Ng,Andrew knows Li\nOslo knows Rome\nBonn knows Ng,Andrew\nLi knows Oslo\n", "a.txt", " "),
    ],
)
def test_white_space_is_the_last_resort(text, name, separator):
    assert separation(text, name).separator == separator


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
