"""Learning curves in the terminal: a chart, and a table of label efficiency."""

from __future__ import annotations

import json
import math
from dataclasses import replace

from relxfer.cli import main
from relxfer.report import curves, terminal
from relxfer.results import learning_curves
from relxfer.store import files


def test_the_report_shows_curves_from_three_numbers_of_labels_on(capsys, run_with_curves, with_curves):
    assert main(["report", str(run_with_curves)]) == 0
    assert "accuracy against target labels" in capsys.readouterr().out
    two = replace(with_curves, rows=tuple(row for row in with_curves.rows if row.budget != 100))
    shown = [str(getattr(part, "plain", "")) for part in terminal.render(two).renderables]
    assert not any("against target labels" in text for text in shown)
    assert curves.shown_by_default(list(learning_curves.of(two))) == []


def test_the_verb_prints_curves_alone(capsys, run_with_curves):
    assert main(["report", str(run_with_curves), "--curves"]) == 0
    shown = capsys.readouterr().out
    assert "how it was got" not in shown
    rows = [line.split() for line in shown[shown.index("jumpstart") :].splitlines()[1:4]]
    told = {name: " ".join(rest) for name, *rest in rows}
    assert told["finetune"] == "– .500 (×10) .800 (×10) .900 (≥ ×1.0) +.300 +.100 100"
    assert told["zero-shot"] == ".350 (32 labels) – – – +.150 -.450 never"
    assert told["scratch"] == "– .200 .500 .800 – – 1,000"


def test_json_has_the_figures(capsys, run_with_curves):
    assert main(["report", str(run_with_curves), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["curves"]
    finetune, free = found["strategies"]
    assert found["level"] == 0.8
    assert finetune["multiples"][2] == {"value": 1.0, "bound": "at least"}
    assert finetune["labels_to_level"] == 100
    assert math.isclose(free["worth"][0]["value"], 10**1.5)


def test_runs_without_curves(capsys, tmp_path, with_curves):
    files.write_json(tmp_path / "provenance.json", {})
    files.write_json(tmp_path / "results.json", replace(with_curves, rows=with_curves.rows[:1]).card())
    assert main(["report", str(tmp_path), "--curves"]) == 2
    assert "two or more numbers of target labels" in capsys.readouterr().err.replace("\n", " ")
