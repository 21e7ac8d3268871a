"""Tables of scores: which column is what, one system or several, and rows that cannot be used."""

from __future__ import annotations

import gzip

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import score_tables
from relxfer.data.scores.records import Named
from relxfer.errors import DataError


@pytest.fixture
def systems(tmp_path):
    """The systems of a text that is a file."""

    def read(text, name="a.csv", columns=None, metric=None, bad=None):
        packed = text.encode() if not name.endswith(".gz") else gzip.compress(text.encode())
        (tmp_path / name).write_bytes(packed)
        return score_tables.systems(tmp_path / name, Named(columns or {}, metric), bad or BadRowList("scores"))

    return read


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("id,correct\nq1,1\nq2,0\n", "a.csv"),
        ("id\tcorrect\nq1\ttrue\nq2\tfalse\n", "a.tsv"),
        ('{"id": "q1", "correct": true}\n{"id": "q2", "correct": false}\n', "a.jsonl"),
        ('[{"id": "q1", "correct": 1}, {"id": "q2", "correct": 0}]', "a.json"),
        ("Question ID;Is Correct\nq1;yes\nq2;no\n", "a.csv"),
        ("id,correct\nq1,1\nq2,0\n", "a.csv.gz"),
        ("q1,1\nq2,0\n", "a.csv"),
    ],
)
def test_forms(systems, text, name):
    (found,) = systems(text, name)
    assert (found.name, list(found.ids), found.scores.tolist()) == ("a", ["q1", "q2"], [1.0, 0.0])
    assert found.seeds is None
    assert found.groups is None
    assert found.classes is None


def test_parquet(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    pandas.DataFrame({"id": [1, 2], "score": [0.5, 0.25]}).to_parquet(tmp_path / "a.parquet")
    (found,) = score_tables.systems(tmp_path / "a.parquet", Named(), BadRowList("scores"))
    assert (list(found.ids), found.scores.tolist(), found.metric) == (["1", "2"], [0.5, 0.25], "score")


def test_a_column_of_systems_splits_a_table(systems):
    made = systems("system,item,seed,score\nnew,a,0,1\nold,a,0,0\nnew,b,0,1\n")
    assert [(each.name, list(each.ids), each.scores.tolist()) for each in made] == [
        ("new", ["a", "b"], [1.0, 1.0]),
        ("old", ["a"], [0.0]),
    ]


def test_what_is_taken_and_what_not_is_said(systems):
    (found,) = systems("id,text,correct,group\nq1,Why?,1,g\nq2,How?,0,g\n")
    assert found.notes[-1].endswith("id 'id', score 'correct', group 'group'; not used: 'text'")


def test_columns_that_the_user_names(systems):
    text = "nr,acc,f1,patient,kind\n1,1,.5,x,a\n2,0,.25,y,b\n"
    (found,) = systems(text, columns={"id": "nr", "group": "patient", "class": "kind"}, metric="f1")
    assert (found.metric, found.scores.tolist()) == ("f1", [0.5, 0.25])
    assert found.groups is not None
    assert list(found.groups) == ["x", "y"]
    assert found.classes is not None
    assert list(found.classes) == ["a", "b"]


def test_a_class_by_its_heading_changes_nothing(systems):
    (found,) = systems("id,correct,class\n1,1,a\n2,0,b\n")
    assert found.classes is None


def test_rows_that_cannot_be_used_are_gathered(systems):
    bad = BadRowList("scores", skip=True)
    (found,) = systems("id,correct,group\nq1,1,g\nq2,,g\n,1,g\nq4,NaN,g\nq5,1,\n", bad=bad)
    assert list(found.ids) == ["q1"]
    assert sorted((row.row, row.reason) for row in bad.first) == [
        (3, "expected a score, got an empty cell"),
        (4, "expected the id of an item, got an empty cell"),
        (5, "expected a score, got no value"),
        (6, "expected the name of a group, got an empty cell"),
    ]


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("name,points,rank\na,1,2\nb,2,1\n", {}, "a column with the id and one with the score of items, got 'name'"),
        (
            "id,points\na,1\nb,2\nc,3\n",
            {},
            "a column with the score of items, got 'id', 'points'; say which: --me",
        ),
        ("id,correct\na,1\n", {"group": "text"}, "expected a column 'text', got none"),
        ("id,correct\n", {}, "got no rows"),
    ],
)
def test_columns_that_are_not_there(systems, text, columns, message):
    with pytest.raises(DataError, match=message):
        systems(text, columns=columns)
