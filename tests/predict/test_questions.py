"""Questions are read, and rows that cannot be asked are set aside."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from relxfer import Classification, Domain, Examples
from relxfer.data.lookup import Lookup, refuse
from relxfer.errors import BadQuestions, DataError
from relxfer.judge.metrics.ranking import Ranking
from relxfer.predict import questions


@dataclass(frozen=True)
class Towns(Domain):
    """Asked by name."""

    def ask(self, question):
        problems = {}
        rows = Lookup({"Rome": 0, "Oslo": 1, "Bonn": 2}, "town").of(question["town"], problems)
        refuse(problems, question)
        return Examples(None, rows)


TOWNS = Towns("towns", Classification(("north", "south")))


def test_questions_are_a_table_a_folder_a_file_or_a_pattern(tmp_path):
    (tmp_path / "a.tsv").write_text("node\tb\nx\ty\n")
    (tmp_path / "1.png").touch()
    assert questions.read(tmp_path / "a.tsv") == {"node": ["x"], "b": ["y"]}
    assert questions.read(tmp_path) == {"folder": [str(tmp_path)]}
    assert questions.read(tmp_path / "1.png") == {"file": [str(tmp_path / "1.png")]}
    assert questions.read(tmp_path / "*.png") == {"file": [str(tmp_path / "1.png")]}
    with pytest.raises(DataError, match="files that match"):
        questions.read(tmp_path / "*.jpg")


def test_good_rows_are_asked_and_bad_ones_told():
    found = questions.asked(TOWNS, {"town": ["Bonn", "Osslo", "Rome"]})
    assert found.examples.queries.tolist() == [2, 0]
    assert found.bad == {1: "no town is called 'Osslo'; did you mean 'Oslo'?"}
    with pytest.raises(BadQuestions, match=r"row 1 of the question: .*'Paris'; check the spelling.*1 more row"):
        questions.asked(TOWNS, {"town": ["Paris", "Lima"]})


def test_rows_may_say_their_answers():
    found = questions.asked(TOWNS, {"town": ["Rome", "Oslo", "Bonn", "Lima"], "label": ["south", "", "soth", "north"]})
    assert (found.examples.queries.tolist(), found.examples.answers.tolist()) == ([0, 1], [1, -1])
    assert found.bad == {
        2: "no answer is called 'soth'; did you mean 'south'?",
        3: "no town is called 'Lima'; check the spelling against your data",
    }
    assert questions.asked(TOWNS, {"town": ["Rome"], "answer": [""]}).examples.answers is None


def test_where_answers_are_open_the_domain_reads_them_itself():
    open_towns = Towns("towns", Ranking(("a", "b"), open=True))
    assert questions.asked(open_towns, {"town": ["Rome"], "label": ["x"]}).examples.answers is None


def test_a_missing_column_is_told_at_once():
    @dataclass(frozen=True)
    class Strict(Domain):
        def ask(self, question):
            raise DataError("expected a column 'town'")

    with pytest.raises(DataError, match="a column 'town'"):
        questions.asked(Strict("s", TOWNS.task), {"name": ["Rome"]})
