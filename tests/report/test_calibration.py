"""The report says how far probabilities are off, before and after calibration, and shows the bins of a cell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from relxfer.judge.records import Bin, Reliability
from relxfer.report import calibration


def results(*reliabilities: Reliability | None, role: str = "candidate") -> Any:
    place = {"source": "s", "target": "t", "strategy": "finetune", "budget": 20}
    cells = [SimpleNamespace(**place, id=str(number), reliability=of) for number, of in enumerate(reliabilities)]
    return SimpleNamespace(cells=cells, rows=[SimpleNamespace(**place, labels_per="target", role=role)])


ONE = Reliability(0.2, 0.04, 100, (Bin(0.5, 0.6, 0.5), Bin(0.9, 0.9, 0.5)))
OTHER = Reliability(0.1, 0.02, 100, (Bin(0.5, 0.6, 1.0),) * 4)


def test_a_line_is_the_mean_over_seeds():
    (line,) = calibration.lines(results(ONE, OTHER))
    assert line[-4:] == [".150", ".030", "3", "100"]
    assert line[2] == "finetune"


def test_what_was_not_calibrated_has_no_error_after():
    (line,) = calibration.lines(results(Reliability(0.2, None, 7, ())))
    assert line[-4:] == [".200", "–", "0", "7"]


def test_without_probabilities_there_is_no_table():
    assert calibration.render(results(None)) is None
    assert calibration.render(results(ONE, role="prior")) is None
    assert calibration.bins(SimpleNamespace(reliability=None)) is None  # type: ignore[arg-type]


def test_the_tables_have_their_rows():
    made = calibration.render(results(ONE))
    assert made is not None
    assert made.row_count == 2, "the transfer, and its row"
    shown = calibration.bins(SimpleNamespace(reliability=ONE))  # type: ignore[arg-type]
    assert shown is not None
    assert shown.row_count == 2
