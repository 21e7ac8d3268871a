"""Rows of cells as text: quotes where they are needed, and as part of a name where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer.store import delimited


def test_tabs_leave_quotes_that_nothing_needs():
    text = 'a\t"1990"\t"Rome"@en\n"Ada" Ltd\t"x\ty"\t"""both"""\n"open\tb\tc"\n'
    found = [cells for cells, _ in delimited.rows(text, "\t")]
    assert found[:2] == [["a", '"1990"', '"Rome"@en'], ['"Ada" Ltd', "x\ty", '"both"']]
    assert [cells for cells, _ in delimited.rows('"head"\t"tail"\n"a"\tb\n', "\t")] == [["head", "tail"], ["a", "b"]]


def test_lines_are_counted_behind_quoted_ones():
    text = 'a\tb\r\n"x\n\ny"\t""""\r\n\r\nc\td'
    assert [line for _, line in delimited.rows(text, "\t")] == [1, 2, 5, 6]


def test_two_names_with_a_quote_do_not_join_what_lies_between():
    text = 'a\tsang\t"Heroes\nb\tlikes\tc\nd\thas\t12"\n'
    assert [cells for cells, _ in delimited.rows(text, "\t")] == [line.split("\t") for line in text.splitlines()]


def test_a_name_of_lines_that_look_like_rows_is_read_back():
    cells = ["a", "r", "b\nc\td\te"]
    written = delimited.row(cells, "\t")
    assert [found for found, _ in delimited.rows("h\tr\tt\n" + written, "\t")] == [["h", "r", "t"], cells]


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("A.CSV", ","), ("a.tsv", "\t"), ("a.txt", "\t")])
def test_the_name_of_a_file_says_what_separates(name, separator):
    assert delimited.separator(Path(name)) == separator


def test_a_csv_whose_quotes_do_not_close_tells_the_line():
    with pytest.raises(delimited.BadQuotes) as caught:
        list(delimited.rows('a,b\nc,d\n"open,e\nf,g\n', ","))
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\tb\n", False), ('a\t"1990"\n', False), ('"a"\t"b"\n', True), ('a\t"b\tc"\n', True), ('a\t"b""c"\n', True)],
)
def test_text_without_quoted_cells_is_recognised(text, expected):
    """Where it is, lines and tabs alone divide the text, which is how large files are read quickly."""
    assert delimited.may_be_quoted(text) is expected


def test_numbers_are_written_as_numbers():
    assert delimited.row([1, -0.5, "-x"], ",") == "1,-0.5,'-x\n"
    assert delimited.row([1, -0.5, "-x"], "\t") == "1\t-0.5\t-x\n"
