"""The first row of a table of nodes is a header or a node, as its content and the edges say."""

from __future__ import annotations

import pytest
from relxfer_social.files.formats.node_header import read_headed


@pytest.fixture
def head(tmp_path):
    def names_of(text: str, *ends: str):
        (tmp_path / "labels.txt").write_text(text)
        table = read_headed(tmp_path / "labels.txt", ends)
        return table.names, len(table)

    return names_of


def test_numbers_need_no_header(head):
    assert head("0\tred\n1\tblue\n2\tred\n", "0", "1") == (("node", "label"), 3)
    assert head("7\tred\n1\tblue\n2\tgrey\n", "1", "2") == (("node", "label"), 3)  # no edge touches the first node
    assert head("0\tred\n1\tblue\n2\tred\n") == (("node", "label"), 3)


def test_names_need_no_header(head):
    assert head("ann,red\nbob,blue\ncid,blue\n", "ann", "cid") == (("node", "label"), 3)  # red occurs nowhere else
    assert head("ann,red\nbob,blue\ncid,red\n", "bob", "cid") == (("node", "label"), 3)  # no edge touches ann
    rows = "".join(f"p{i},{'ab'[i % 2]}\n" for i in range(100))
    assert head("ann,z\n" + rows, "ann", "p1", "p2")[1] == 101  # a rare label looks like a heading


def test_a_header_in_other_words(head):
    assert head("knoten,klasse\nann,red\nbob,blue\n", "ann", "bob") == (("knoten", "klasse"), 2)
    assert head("kn,2019,2020\nann,3,4\nbob,5,6\n", "ann", "bob") == (("kn", "2019", "2020"), 2)
    assert head("node,label\n0,red\n", "0") == (("node", "label"), 1)
    assert head("kn,0,1,2\nann,0,1,0\nbob,1,0,0\n", "ann", "bob")[1] == 2


def test_many_columns_without_a_header(head):
    rows = "p1\t0\t1\tx\np2\t1\t1\ty\np3\t0\t0\tx\n"
    assert head(rows, "p1", "p2", "p3") == (("node", "column_2", "column_3", "label"), 3)
