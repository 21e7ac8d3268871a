"""Records of results: what they derive, and what an id is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.judge.records import Gain, Verdict
from relxfer.results.records import CellResult, Cost, MetricSummary, Row

ROW = Row(source="a", target="b", strategy="s", role="candidate", budget="all", labels_per="target",
          setting="inductive", metric="mrr", runs=1, planned=1, deterministic=False, no_gain="no scratch")  # fmt: skip
CELL = CellResult(source="a", target="b", strategy="s", role="candidate", budget="all", seed=0, setting="inductive",
                  labels=True, labels_per="target", seeded=True, status="done", n=3)  # fmt: skip


def test_a_row_says_its_verdict_and_its_note():
    assert (ROW.verdict, ROW.note) == (None, "no scratch")
    gain = Gain(0.1, 0.0, 0.2, 6, 9, baseline="scratch", verdict=Verdict.INCONCLUSIVE, note="few seeds")
    assert (replace(ROW, gain=gain).verdict, replace(ROW, gain=gain).note) == (Verdict.INCONCLUSIVE, "few seeds")


@pytest.mark.parametrize(("status", "n", "evaluated"), [("done", 3, True), ("done", 0, False), ("failed", 3, False)])
def test_a_cell_is_evaluated_where_it_ended_with_a_test(status, n, evaluated):
    assert replace(CELL, status=status, n=n).evaluated is evaluated


@pytest.mark.parametrize(
    ("runs", "cost", "finished"), [(0, None, False), (1, None, True), (0, Cost(1.0, None, 5), True)]
)
def test_a_row_finished_where_a_cell_was_trained_to_the_end(runs, cost, finished):
    assert replace(ROW, runs=runs, cost=cost).finished is finished


def test_a_row_is_compared_with_those_of_its_place():
    assert ROW.place == ("a", "b", "all")


@pytest.mark.parametrize(("direction", "sign"), [("higher", 1), ("lower", -1)])
def test_the_sign_of_an_improvement(direction, sign):
    assert MetricSummary(name="m", direction=direction).sign == sign
