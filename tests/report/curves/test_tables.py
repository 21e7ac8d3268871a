"""Learning curves in the terminal: a chart, and a table of label efficiency."""

from __future__ import annotations

import json
import math
from dataclasses import replace

from relxfer.cli import main
from relxfer.judge.curves.labels import Labels, Span
from relxfer.report.curves import tables as curves
from relxfer.store import files


def with_points(curves, count):
    """The curves, where scratch has fewer points."""
    return replace(curves, scratch=replace(curves.scratch, points=curves.scratch.points[:count]))


def test_the_report_shows_curves_where_they_are_asked_for(capsys, run_with_curves, with_curves):
    assert main(["report", str(run_with_curves)]) == 0
    assert "accuracy against target labels" not in capsys.readouterr().out
    assert main(["report", str(run_with_curves), "--section", "curves"]) == 0
    assert "accuracy against target labels" in capsys.readouterr().out


def test_the_verb_prints_curves_alone(capsys, run_with_curves):
    assert main(["report", str(run_with_curves), "--curves"]) == 0
    shown = capsys.readouterr().out
    assert "how it was got" not in shown
    lines = [" ".join(line.split()) for line in shown[shown.index("strategy") :].splitlines()]
    assert lines[1:8] == [
        "finetune 10 .500 [.400, .600] ×10 [4.1, 22]",
        "100 .800 [.700, .900] ×10 [4.0, …]",
        "1,000 .900 [.800, 1.000] ≥ ×1.0 [.7, …]",
        "zero-shot 0 .350 [.250, .450] 32 labels […, 60]",
        "scratch 10 .200 [.100, .300] –",
        "100 .500 [.400, .600] –",
        "1,000 .800 [.700, .900] –",
    ]
    assert lines[8:15] == [
        "strategy jumpstart asymptotic to .800 catch-up",
        "finetune +.300 +.100 100 ~1,900",
        "[+.100, +.500] [-.100, +.300] [40, 310] [1,300, 4,200]",
        "zero-shot +.150 -.450 never 32",
        "[-.050, +.350] [-.650, -.250] […, 60]",
        "scratch – – 1,000 –",
        "[640, 1,000]",
    ]
    assert "note: scratch with 10 labels: 1 of 6 runs failed to train" in shown


def test_nothing_is_cut_at_80_columns(shown, with_curves):
    """With the longest of each kind of cell."""
    (each,) = with_curves.curves
    long = Labels(12345.0, "at least", Span(11234.0, None))
    points = tuple(replace(p, worth=long, multiple=Labels(12345.0, "at least", Span(0.123, 45678.0)))
                   for p in each.strategies[0].points)  # fmt: skip
    mine = replace(each.strategies[0], points=points, to_level=long, catch_up=Labels(None, span=Span(11234.0, None)))
    text = shown(curves.render([replace(each, strategies=(mine,))]), 80)
    assert "≥ ×12,345 [.1, 45,678]" in text
    assert "cannot be said" in text
    assert text.count("…") == text.count("[11,234, …]") + 1, "nothing but open ends, and what the legend says of them"


def test_a_strategy_without_labels_reaches_the_level_or_not_or_nobody_knows(with_curves):
    (each,) = with_curves.curves

    def told(made):
        free = replace(each.strategies[1], to_level=made)
        return next(curves.figures(replace(each, strategies=(free,))))[3]

    assert told(Labels(0.0, "at least", Span(0.0, None))) == "never"
    assert told(Labels(0.0, "at most", Span(None, 0.0))) == "0"
    assert told(Labels(0.0, "at most", Span(None, None))) == "inconclusive"
    assert told(Labels(0.0, "at most")) == "inconclusive"
    assert told(None) == "–"


def test_markdown_has_the_tables(capsys, run_with_curves):
    assert main(["report", str(run_with_curves), "--markdown"]) == 0
    shown = capsys.readouterr().out
    assert "**a → b: accuracy against target labels**" in shown
    assert "| finetune | 10 | .500 [.400, .600] | ×10 [4.1, 22] |" in shown
    assert "| finetune | +.300 [+.100, +.500] | +.100 [-.100, +.300] | 100 [40, 310] | ~1,900 [1,300, 4,200] |" in shown
    assert "- scratch with 10 labels: 1 of 6 runs failed to train" in shown


def test_a_strategy_may_have_labels_that_scratch_has_not(shown, with_curves):
    (each,) = with_curves.curves
    late = replace(each, scratch=with_points(each, 2).scratch)
    assert curves.ticks(late) == [10, 100, 1000]
    assert "1,000" in shown(curves.render([late]))


def test_json_has_the_figures(capsys, run_with_curves):
    assert main(["report", str(run_with_curves), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["curves"]
    finetune, free = found["strategies"]
    assert found["level"] == 0.8
    last = {"value": 1.0, "bound": "at least", "span": {"low": 0.7, "high": None}, "extrapolated": False}
    assert finetune["points"][2]["multiple"] == last
    assert finetune["to_level"]["value"] == 100
    assert finetune["catch_up"]["span"] == {"low": 1300, "high": 4200}
    assert math.isclose(free["points"][0]["worth"]["value"], 10**1.5)


def test_runs_without_curves(capsys, tmp_path, with_curves):
    files.write_json(tmp_path / "provenance.json", {})
    files.write_json(tmp_path / "results.json", replace(with_curves, curves=()).card())
    assert main(["report", str(tmp_path), "--curves"]) == 2
    assert "two or more numbers of target labels" in capsys.readouterr().err.replace("\n", " ")


def test_sections_are_asked_for_by_name(capsys, run_with_curves):
    assert main(["report", str(run_with_curves)]) == 0
    answer = capsys.readouterr().out
    assert main(["report", str(run_with_curves), "--section", "metrics", "--section", "curves"]) == 0
    more = capsys.readouterr().out
    assert more.startswith(answer)
    assert more.index("accuracy [95 %]") < more.index("against target labels")
    assert main(["report", str(run_with_curves), "-v"]) == 0
    assert "scratch needs" in capsys.readouterr().out
    assert main(["report", str(run_with_curves), "--section", "curve"]) == 2
    assert "did you mean 'curves'? (there are: curves, data, how, logged, metrics" in capsys.readouterr().err
