"""Learning curves: the figures on curves made by hand, monotone cases, and how they are shown."""

from __future__ import annotations

import builtins
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from relxfer import Results
from relxfer.cli import main
from relxfer.judge.records import Interval
from relxfer.report import chart, curves, terminal
from relxfer.results import learning_curves
from relxfer.results.learning_curves import Curve, Labels, LearningCurves
from relxfer.results.records import Cost, Row
from relxfer.store import files

SCRATCH = Curve("scratch", (10, 100, 1000), (0.2, 0.5, 0.8), ((0.1, 0.3), (0.4, 0.6), (0.7, 0.9)))


def beside(*strategies, scratch=SCRATCH):
    return LearningCurves("a", "b", "accuracy", scratch, strategies)


# ------------------------------------------------------------------ the figures


@pytest.mark.parametrize(
    ("level", "labels"),
    [
        (0.2, Labels(10)),
        (0.35, Labels(10**1.5)),
        (0.5, Labels(100)),
        (0.7, Labels(10 ** (2 + 2 / 3))),
        (0.8, Labels(1000)),
        (0.81, Labels(1000, "at least")),
        (0.19, Labels(10, "at most")),
    ],
)
def test_labels_that_scratch_needs(level, labels):
    found = SCRATCH.labels_for(level)
    assert (found.bound, found.value) == (labels.bound, pytest.approx(labels.value))


def test_the_first_crossing_counts_where_a_curve_falls_again():
    assert Curve("s", (10, 100, 1000), (0.2, 0.6, 0.4)).labels_for(0.4).value == pytest.approx(10**1.5)
    assert Curve("s", (10, 100, 1000), (0.2, 0.6, 0.4)).labels_for(0.7) == Labels(1000, "at least")


def test_the_figures_of_a_strategy():
    found = beside(mine := Curve("finetune", (10, 100, 1000), (0.5, 0.8, 0.9)))
    assert found.multiples(mine) == [Labels(10), Labels(10), Labels(1, "at least")]
    assert found.jumpstart(mine) == pytest.approx(0.3)
    assert found.asymptotic(mine) == pytest.approx(0.1)
    assert (mine.first_at(found.level), SCRATCH.first_at(found.level), mine.first_at(0.95)) == (100, 1000, None)


def test_the_figures_of_a_strategy_without_labels():
    found = beside(free := Curve("zero-shot", (0,), (0.5,)))
    assert found.worth(free) == [Labels(100)]
    assert found.multiples(free) == [None]
    assert (found.jumpstart(free), found.asymptotic(free)) == (pytest.approx(0.3), pytest.approx(-0.3))
    assert (free.first_at(0.5), free.first_at(0.6)) == (0, None)


def test_a_strategy_without_a_point_has_no_gain_there():
    found = beside(part := Curve("late", (100,), (0.6,)))
    assert (found.jumpstart(part), found.asymptotic(part)) == (None, None)


rising = some.lists(some.tuples(some.integers(1, 10**6), some.floats(0, 1)), min_size=2, max_size=6).map(
    lambda pairs: Curve("s", tuple(sorted({n for n, _ in pairs})), tuple(sorted(v for _, v in pairs)))
)
rising = rising.filter(lambda curve: len(curve.labels) == len(curve.values))


@given(rising, some.floats(0, 1), some.floats(0, 1))
def test_a_higher_level_never_takes_fewer_labels(curve, one, other):
    low, high = sorted((one, other))
    assert curve.labels_for(low).value <= curve.labels_for(high).value * (1 + 1e-9)


@given(rising)
def test_of_its_own_values_a_rising_curve_needs_at_most_its_own_labels(curve):
    for n, value in zip(curve.labels, curve.values, strict=True):
        needed = curve.labels_for(value)
        assert needed.value <= n * (1 + 1e-9)
        assert needed.bound == ""


@given(rising, some.floats(0, 1))
def test_between_its_ends_a_rising_curve_has_the_level_where_it_says(curve, part):
    level = curve.values[0] + part * (curve.values[-1] - curve.values[0])
    needed = curve.labels_for(level)
    assert curve.labels[0] * (1 - 1e-9) <= needed.value <= curve.labels[-1] * (1 + 1e-9)
    below = [v for n, v in zip(curve.labels, curve.values, strict=True) if n < needed.value * (1 - 1e-9)]
    assert all(value <= level for value in below)


@given(rising, some.floats(0, 0.5))
def test_a_strategy_that_is_nowhere_below_scratch_is_worth_its_labels(curve, more):
    found = beside(mine := Curve("m", curve.labels, tuple(v + more for v in curve.values)), scratch=curve)
    for n, worth in zip(mine.labels, found.worth(mine), strict=True):
        lowest = min(m for m, v in zip(curve.labels, curve.values, strict=True) if v == curve.at(n))
        assert worth.value >= lowest * (1 - 1e-9)


# ------------------------------------------------------------------ from results


def row(strategy, budget, labels, value, role="strategy", source="a"):
    return Row(
        source=source, target="b", strategy=strategy, role=role, budget=budget, labels_per="target",
        setting="inductive", runs=1, planned=1, deterministic=False, label_count=labels, metrics={"accuracy": value},
        selection=("last-step",), cost=Cost(1.0, None, 1), interval=Interval(value, value - 0.1, value + 0.1, 1, 9),
    )  # fmt: skip


ROWS = [
    *(row("scratch", b, n, v, "scratch") for b, n, v in ((10, 10, 0.2), (100, 100, 0.5), ("all", 1000, 0.8))),
    *(row("finetune", b, n, v) for b, n, v in ((10, 10, 0.5), (100, 100, 0.8), ("all", 1000, 0.9))),
    *(row("zero-shot", b, 0, 0.35, "direct") for b in (10, 100, "all")),
    row("counts", "all", 0, 0.1, "prior-only"),
]


def results(rows=ROWS, folder="runs/x"):
    return Results(Path(folder), "x", "accuracy", (), tuple(rows))


def test_curves_are_by_the_labels_that_were_used():
    (found,) = learning_curves.of(results())
    assert (found.scratch.labels, found.scratch.values) == ((10, 100, 1000), (0.2, 0.5, 0.8))
    assert found.scratch.spans[1] == (0.4, 0.6)
    assert [(curve.strategy, curve.labels) for curve in found.strategies] == [
        ("finetune", (10, 100, 1000)),
        ("zero-shot", (0,)),
    ]


def test_a_budget_beyond_what_there_is_is_no_point_of_its_own():
    more = [row("scratch", 5000, 1000, 0.8, "scratch"), row("finetune", 5000, 1000, 0.9)]
    (found,) = learning_curves.of(results([*ROWS, *more]))
    assert found.scratch.labels == (10, 100, 1000)


@pytest.mark.parametrize(
    "kept", [lambda r: r.role != "scratch", lambda r: r.budget == "all", lambda r: r.role == "scratch"]
)
def test_without_two_numbers_of_labels_or_a_strategy_there_is_no_curve(kept):
    assert list(learning_curves.of(results([row for row in ROWS if kept(row)]))) == []


def test_rows_whose_labels_nobody_counted_have_no_curve():
    assert list(learning_curves.of(results([replace(row, label_count=None) for row in ROWS]))) == []


# ------------------------------------------------------------------ as it is shown


@pytest.fixture
def run(tmp_path):
    files.write_json(tmp_path / "run" / "provenance.json", {})
    files.write_json(tmp_path / "run" / "results.json", results(folder="run").card())
    return tmp_path / "run"


def test_the_chart_has_every_point_where_it_belongs():
    lines = chart.draw({"one": [(10, 0.0), (1000, 1.0)], "two": [(100, 0.5)]}, [10, 100, 1000])
    inside = [line.partition("┤")[2] for line in lines[: chart.HEIGHT]]
    assert inside[0] == " " * (chart.WIDTH - 1) + "a" or inside[0].endswith("·a")
    assert inside[-1][0] == "a"
    assert inside[chart.HEIGHT // 2][(chart.WIDTH - 1) // 2 + 1] == "b"
    assert lines[-1].split() == ["a", "one", "b", "two"]
    assert lines[-2].split() == ["10", "100", "1,000"]


def test_a_level_chart_and_close_ticks():
    lines = chart.draw({"one": [(10, 0.5), (1000, 0.5)]}, [10, 11, 1000])
    assert lines[-2].split() == ["10", "1,000"]
    assert sum("a" in line for line in lines[: chart.HEIGHT]) == 1


def test_the_report_shows_curves_from_three_numbers_of_labels_on(capsys, run):
    assert main(["report", str(run)]) == 0
    assert "accuracy against target labels" in capsys.readouterr().out
    two = [row for row in ROWS if row.budget != 100]
    shown = [str(getattr(part, "plain", "")) for part in terminal.render(results(two)).renderables]
    assert not any("against target labels" in text for text in shown)
    assert curves.unasked(list(learning_curves.of(results(two)))) == []


def test_the_verb_prints_curves_alone(capsys, run):
    assert main(["report", str(run), "--curves"]) == 0
    shown = capsys.readouterr().out
    assert "how it was got" not in shown
    rows = [line.split() for line in shown[shown.index("jumpstart") :].splitlines()[1:4]]
    told = {name: " ".join(rest) for name, *rest in rows}
    assert told["finetune"] == "– .500 (×10) .800 (×10) .900 (≥ ×1.0) +.300 +.100 100"
    assert told["zero-shot"] == ".350 (32 labels) – – – +.150 -.450 never"
    assert told["scratch"] == "– .200 .500 .800 – – 1,000"


def test_json_has_the_figures(capsys, run):
    assert main(["report", str(run), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["curves"]
    finetune, free = found["strategies"]
    assert found["level"] == 0.8
    assert finetune["multiples"][2] == {"value": 1.0, "bound": "at least"}
    assert finetune["labels_to_level"] == 100
    assert math.isclose(free["worth"][0]["value"], 10**1.5)


def test_runs_without_curves(capsys, tmp_path):
    files.write_json(tmp_path / "provenance.json", {})
    files.write_json(tmp_path / "results.json", results(ROWS[:1]).card())
    assert main(["report", str(tmp_path), "--curves"]) == 2
    assert "two or more numbers of target labels" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize(("name", "magic"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_a_plot_is_written(run, tmp_path, name, magic):
    pytest.importorskip("matplotlib")
    assert main(["report", str(run), "--curves", "--plot", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_wrong_plots(run, tmp_path, capsys, monkeypatch):
    assert main(["report", str(run), "--plot", str(tmp_path / "a.gif")]) == 2
    assert "ending in .png or .svg" in capsys.readouterr().err.replace("\n", " ")
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["report", str(run), "--plot", str(tmp_path / "a.png")]) == 2
    assert "pip install 'relxfer[plot]'" in capsys.readouterr().err.replace("\n", " ")
