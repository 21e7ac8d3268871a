"""Answers as rows, in every format."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.data import Domain
from relxfer.judge.metrics.classification import Classification
from relxfer.predict import answers
from relxfer.predict.answers import Answers, blocks
from relxfer.predict.scores import Best

DOMAIN = Domain("d", Classification(("cat", 'a "dog"', "=eel")), None, "")
FOUND, SCORES = np.array([[1, 0], [2, -1]]), np.array([[0.75, 0.25], [1.0, np.nan]])
COLUMNS = ("query", "answer", "rank", "score")


def made(times=1):
    queries = np.arange(2 * times)
    return Answers(COLUMNS, blocks(DOMAIN, queries, iter([Best.first(FOUND, SCORES)] * times)))


def test_a_row_for_each_answer_that_there_is():
    assert made().table() == {
        "query": ["0", "0", "1"],
        "answer": ['a "dog"', "cat", "=eel"],
        "rank": [1, 2, 1],
        "score": [0.75, 0.25, 1.0],
    }


def test_blocks_are_cut_and_keep_their_queries(monkeypatch):
    whole = made(5).table()
    monkeypatch.setattr(answers, "_QUERIES", 1)
    assert made(5).table() == whole
    assert whole["query"] == [str(n) for pair in range(5) for n in (2 * pair, 2 * pair, 2 * pair + 1)]


def test_a_format_of_the_domain_gets_the_whole_table(tmp_path):
    def write(table, stream):
        stream.write(repr(table["answer"]).encode())

    answers = Answers(made(2).columns, made(2).blocks, {".mine": write})
    assert answers.write(tmp_path / "a.mine") == 6
    assert (tmp_path / "a.mine").read_text() == repr(['a "dog"', "cat", "=eel"] * 2)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    def breaks():
        yield from blocks(DOMAIN, np.arange(2), iter([Best.first(FOUND, SCORES)]))
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.tsv"
    path.write_text("before")
    with pytest.raises(Exception, match="No space left"):
        Answers(COLUMNS, breaks()).write(path)
    assert path.read_text() == "before"
    assert [item.name for item in tmp_path.iterdir()] == ["a.tsv"]


def test_rows_of_queries_that_do_not_fit_are_told_or_left_out(tmp_path):
    from relxfer.data.bad_rows import BadRowList
    from relxfer.errors import BadRows
    from relxfer.predict.questions import read_table

    path = tmp_path / "q.csv"
    path.write_text('head;relation\nRome, "is, in", Italy;r\na;b\nc;d;e\n')
    with pytest.raises(BadRows, match="expected 2 columns as in most rows, got 3: c, d, e"):
        read_table(path)
    bad = BadRowList("queries", skip=True)
    assert read_table(path, bad) == {"head": ['Rome, "is, in", Italy', "a"], "relation": ["r", "b"]}
    assert bad.count == 1
