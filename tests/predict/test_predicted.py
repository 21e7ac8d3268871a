"""Answers by name as an object; `tests/test_finished.py` asks runs of networks and pictures."""

from __future__ import annotations

import pytest

from relxfer.errors import Incompatible
from relxfer.predict import predictions
from relxfer.predict.chosen import Wanted
from relxfer.predict.predicted import predicted
from relxfer.testing import harness


@pytest.fixture
def nodes(small):
    return predictions.choose(small("nodes").run, harness.plugins_with([]), Wanted(seed=1))


def test_answers_are_those_of_the_verb(nodes):
    question = {"node": ["n1", "n21"]}
    made = predicted(nodes, question, k=2)
    assert made.table == predictions.predict(nodes, question, 2)
    assert made.description == nodes.description
    assert len(made) == len(made.rows) == 4
    assert made.rows[0]["node"] == "n1"
    assert not made.not_asked


def test_without_a_question_everything_without_an_answer_is_asked(nodes):
    assert predicted(nodes, None, k=1).table["node"] == ["n20", "n21", "n22", "n23"]


def test_a_label_budget_chooses_the_row(choose):
    assert "6 labels" in choose(strategy="finetune", budget=6).description
    assert "all labels" in choose(strategy="finetune").description


def test_data_without_places_says_so(small, tmp_path):
    pictures = predictions.choose(small("pictures").run, harness.plugins_with([]), Wanted(seed=1))
    made = predicted(pictures, {"folder": [str(small("pictures").questions)]}, k=1)
    for refused in (made.to_networkx, made.to_pyg):
        with pytest.raises(Incompatible, match=r"use the table"):
            refused()
