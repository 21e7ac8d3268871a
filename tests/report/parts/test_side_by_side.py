"""Several runs beside each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from relxfer.report.parts import side_by_side
from relxfer.report.shown.subject import Subject


def test_a_shared_target_has_columns_for_each_run(detailed, told):
    other = replace(detailed, name="y", folder=Path("runs/y"), rows=detailed.rows[:1])
    part = side_by_side.part([Subject(detailed, detailed, "/0"), Subject(other, other, "/1")])
    text = told(part)
    assert "1 x | world → us | finetune, 10 labels | MRR | .400 [.350, .450] | +.100 [+.060, +.140] | HELPS" in text
    assert "strategy | 1 x | 1 x: verdict | 2 y | 2 y: verdict" in text
    assert "finetune | .400 [.350, .450] | HELPS | .400 [.350, .450] | HELPS" in text
    assert "scratch | .300 [.250, .350] | – | – | –" in text
    assert text.endswith("relxfer compare runs/x runs/y")


def test_runs_on_other_targets_are_not_compared(detailed, with_curves, told):
    text = told(side_by_side.part([Subject(detailed, detailed, "/0"), Subject(with_curves, with_curves, "/1")]))
    assert "relxfer compare" not in text
    assert "verdict | 2" not in text
