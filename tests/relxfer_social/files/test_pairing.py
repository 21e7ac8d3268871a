"""Two tables of any names are edges and nodes by what they hold."""

from __future__ import annotations

import pytest
from relxfer_social.files.folder import found
from relxfer_social.files.pairing import is_list, paired

from relxfer.data.tables.table import Table
from relxfer.errors import DataError, Undecided


@pytest.fixture
def pair(tmp_path):
    def of(**texts: str):
        files = [tmp_path / f"{name}.csv" for name in texts]
        for file, text in zip(files, texts.values(), strict=True):
            file.write_text(text)
        made = paired(files)
        return None if made is None else tuple(file.stem for file in made)

    return of


EDGES = "von,nach\n01,02\n02,03\n01,03\n04,01\n"


def test_the_nodes_have_the_names_of_the_edges_each_once(pair):
    assert pair(kanten=EDGES, knoten="knoten,klasse\n01,a\n02,b\n03,a\n04,b\n") == ("kanten", "knoten")
    assert pair(a="klasse,id\na,1\nb,2\na,3\nb,4\n", b=EDGES) == ("b", "a")
    assert pair(x="p,q,w\nn1,n2,0.5\nn2,n3,1\nn1,n3,2\n", y="n1\ta\nn2\tb\nn3\ta\n", readme="some, words\n") == (
        "x",
        "y",
    )


def test_edges_may_have_dates(pair):
    dated = "who,whom,since\n" + "".join(f"{i},{(i + 1) % 5},2020-01-0{i + 1}\n" for i in range(5))
    assert pair(f=dated, m="id,club\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(5))) == ("f", "m")


def test_unique_ends_do_not_confuse(pair):
    ring = "".join(f"n{i},n{(i + 1) % 6}\n" for i in range(6))
    assert pair(r="f,t\n" + ring, s="n,k\n" + "".join(f"n{i},{'ab'[i % 2]}\n" for i in range(6))) == ("r", "s")


def test_facts_and_other_tables_are_no_pair(pair):
    assert pair(train=EDGES, test="knoten,klasse\n01,a\n02,b\n03,a\n04,b\n") is None
    assert pair(facts="a,likes,b\nb,knows,c\nc,likes,a\n", things="thing,kind\na,x\nb,y\nc,x\n") is None


def test_what_does_not_fit_is_told_by_both_names(pair):
    with pytest.raises(DataError, match=r"with the nodes of kanten\.csv, got other\.csv, no column of which"):
        pair(kanten=EDGES, other="thing,kind,size\nx,p,b1\ny,q,b2\nz,p,b3\n")
    ring = [f"n{i},n{(i + 1) % 6}\n" for i in range(6)]
    with pytest.raises(Undecided, match=r"got one\.csv and two\.csv, .* call the list edges\.csv"):
        pair(one="f,t\n" + "".join(ring), two="f,t\n" + "".join(reversed(ring)))


def test_a_list_finds_the_one_table_beside_it(tmp_path):
    (tmp_path / "kanten.csv").write_text(EDGES)
    (tmp_path / "knoten.csv").write_text("knoten,klasse\n01,a\n02,b\n03,a\n04,b\n")
    assert found(tmp_path / "kanten.csv").nodes == tmp_path / "knoten.csv"
    assert found(tmp_path).path == tmp_path / "kanten.csv"
    assert found(tmp_path / "knoten.csv").nodes is None


def test_a_matrix_with_negative_values_is_a_list_of_edges_too():
    columns = {name: ["0" if row != place else "-0.5" for row in range(5)] for place, name in enumerate("abcde")}
    assert is_list(Table.of("a.csv", columns))
