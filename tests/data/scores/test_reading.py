"""Which form a file has, names of systems, and items that occur twice."""

from __future__ import annotations

import contextlib
import json
import random

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores.reading import read
from relxfer.data.scores.records import Named
from relxfer.errors import DataError, RelxferError, UnknownName


@pytest.fixture
def systems(tmp_path):
    """The systems in files of these texts."""

    def made(metric=None, **texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name.replace("__", "/").replace("_json", ".json").replace("_csv", ".csv")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            paths.append(path)
        return read(paths, Named(metric=metric), BadRowList("scores"))

    return made


def samples(*metrics):
    return "".join(
        json.dumps({"doc_id": i, "doc": {}, "filter": "none", "metrics": metrics} | dict.fromkeys(metrics, 1.0)) + "\n"
        for i in range(2)
    )


def test_logs_are_read_in_the_metric_of_the_first(systems):
    made = systems(one__s_jsonl=samples("acc", "f1"), two__s_jsonl=samples("f1", "acc"))
    assert [each.metric for each in made] == ["acc", "acc"]
    with pytest.raises(UnknownName, match="is called 'acc'"):
        systems(one__s_jsonl=samples("acc"), two__s_jsonl=samples("f1"))


def test_tables_need_not_call_their_scores_alike(systems):
    made = systems(a_csv="id,correct\nx,1\n", b_csv="id,score\nx,1\n")
    assert [each.metric for each in made] == ["correct", "score"]


def test_systems_have_different_names(systems, tmp_path):
    table = "id,correct\nx,1\n"
    assert [each.name for each in systems(a_csv=table, b_csv=table)] == ["a", "b"]
    assert [each.name for each in systems(p__a_csv=table, q__a_csv=table)] == [
        str(tmp_path / "p" / "a.csv"),
        str(tmp_path / "q" / "a.csv"),
    ]
    with pytest.raises(DataError, match="got 'a' twice"):
        read([tmp_path / "a.csv"] * 2, Named(), BadRowList("scores"))


def test_logs_of_inspect_have_the_names_of_models_unless_they_are_the_same(systems):
    def log(model):
        return json.dumps({"eval": {"model": model}, "samples": [{"id": 1, "scores": {"m": {"value": "C"}}}]})

    assert [each.name for each in systems(a_json=log("one"), b_json=log("two"))] == ["one", "two"]
    assert [each.name for each in systems(a_json=log("one"), b_json=log("one"))] == ["a", "b"]


def test_all_items_that_occur_twice_are_told_at_once(systems):
    with pytest.raises(DataError) as caught:
        systems(a_csv="id,correct\n" + "x,1\ny,0\nz,1\nx,0\ny,1\n")
    told = str(caught.value)
    assert "got 2 several times; tell the runs apart in a column seed, or leave all but one out" in told
    assert "'x': lines 2, 5\n  'y': lines 3, 6" in told
    with pytest.raises(DataError, match="'x' of seed 1: lines 3, 4"):
        systems(a_csv="id,seed,correct\n" + "x,0,1\nx,1,0\nx,1,0\n")


def log(value):
    scored = [{"id": i, "epoch": 1, "scores": {"match": {"value": value}}} for i in range(3)]
    return json.dumps({"eval": {"model": "m"}, "samples": scored})


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", "id,correct\nx,1\ny,0\nz,1\n"), ("a.jsonl", samples("acc", "f1")), ("a.json", log("C"))],
)
def test_damaged_files_are_refused_with_a_sentence(tmp_path, name, text):
    """Cut off anywhere, or with other bytes in it: it is read, or the error is one of ours."""
    rng, path = random.Random(0), tmp_path / name
    for _ in range(60):
        data = bytearray(text.encode()[: rng.choice([len(text), rng.randrange(len(text))])])
        for place in rng.sample(range(len(data)), min(len(data), rng.choice([0, 1, 4]))):
            data[place] = rng.randrange(256)
        path.write_bytes(data)
        with contextlib.suppress(RelxferError):
            read([path], Named(), BadRowList("scores", skip=True))


def test_what_is_no_file(tmp_path):
    for path, got in ((tmp_path, "a folder"), (tmp_path / "x.csv", "nothing there")):
        with pytest.raises(DataError, match=got):
            read([path], Named(), BadRowList("scores"))
