"""Frames are flat: a column for each value, and none holds a list or a mapping."""

from __future__ import annotations

from pathlib import Path

import pytest

from relxfer import Results
from relxfer.errors import NotInstalled
from relxfer.judge.records import Gain, Interval, TopClass, Verdict
from relxfer.results.records import CellResult, Cost, OracleValue, Row, Selected

pd = pytest.importorskip("pandas")

ROW = Row(source="a", target="b", strategy="finetune", role="candidate", budget=10, labels_per="target",
          setting="inductive", metric="mrr", runs=2, planned=3, deterministic=False, reasons=("one", "two"),
          metrics={"mrr": 0.4, "hits@1": 0.3}, interval=Interval(0.4, 0.3, 0.5, 2, 99),
          gain=Gain(0.1, 0.05, 0.2, 2, 99, baseline="scratch", verdict=Verdict.HELPS, p=0.5, p_adjusted=1.0, note="1"),
          over_direct=Gain(0.02, -0.1, 0.1, 2, 99, baseline="zero-shot", verdict=None),
          cost=Cost(1.5, None, 7), selection=("target-val", "last-step"),
          label_count=10, oracle=0.45, diagnostics={"mrr": 0.1, "disc_acc": None})  # fmt: skip
CELL = CellResult(source=None, target="b", strategy="finetune", role="candidate", budget="all", seed=3, status="done",
                  setting="inductive", labels=True, labels_per="target", seeded=True, id="0123456789abcdef", n=99,
                  metrics={"mrr": 0.4}, seconds=1.0, selection=Selected("target-val", {"fit-0": 3}),
                  top_class=TopClass("x", 1.0, 0.5), oracle=OracleValue(0.5, "fit-0", 2), notes=("cut",),
                  diagnostics={"disc_acc": 0.5})  # fmt: skip


def bare(record, **names):
    """With what every record has, and nothing else."""
    kept = ("source", "target", "strategy", "role", "budget", "labels_per", "setting", *names.pop("more"))
    return type(record)(**{name: getattr(record, name) for name in kept} | names)


REFUSED = bare(ROW, more=("metric", "planned", "deterministic"), runs=0)
FAILED = bare(CELL, more=("seed", "labels", "seeded"), status="failed", reason="no memory")
RESULTS = Results(Path("runs/x"), "x", (CELL, FAILED), (ROW, REFUSED))


@pytest.mark.parametrize("what", ["rows", "cells"])
def test_no_cell_holds_more_than_one_value(what):
    frame = RESULTS.to_frame(what)
    assert len(frame) == 2
    plain = (str, int, float, bool, type(None))
    assert all(isinstance(value, plain) or pd.api.types.is_scalar(value) for value in frame.to_numpy().ravel())


def test_a_row_has_a_column_for_each_number():
    first, second = RESULTS.to_frame("rows").to_dict("records")
    expected = {
        "source": "a", "target": "b", "strategy": "finetune", "budget": 10, "metric": "mrr", "estimate": 0.4,
        "low": 0.3, "high": 0.5, "seeds": 2, "n": 99, "baseline": "scratch",
        "gain": 0.1, "gain_low": 0.05, "gain_high": 0.2,
        "verdict": "HELPS", "p": 0.5, "p_adjusted": 1.0, "over_direct": 0.02, "over_direct_low": -0.1,
        "over_direct_high": 0.1, "seconds": 1.5, "trained_parameters": 7, "selection": "target-val, last-step",
        "oracle": 0.45, "note": "1", "reason": "one; two", "mrr": 0.4, "hits@1": 0.3, "logged: mrr": 0.1,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert all(pd.isna(second[name]) for name in ("estimate", "gain", "verdict", "p", "seconds", "mrr"))


def test_a_cell_has_a_column_for_each_number():
    first, second = RESULTS.to_frame("cells").to_dict("records")
    expected = {
        "target": "b", "strategy": "finetune", "budget": "all", "seed": 3, "status": "done", "id": "0123456789abcdef",
        "n": 99, "selection": "target-val", "top_class": "x", "collapsed": True, "oracle": 0.5, "mrr": 0.4,
        "logged: disc_acc": 0.5,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert (second["status"], second["reason"]) == ("failed", "no memory")
    assert pd.isna(second["mrr"])


def test_rows_are_the_default():
    assert RESULTS.to_frame().equals(RESULTS.to_frame("rows"))


def test_without_pandas_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(NotInstalled, match=r"pip install 'relxfer\[tables\]'"):
        RESULTS.to_frame()
