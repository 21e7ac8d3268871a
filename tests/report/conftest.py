"""Results made by hand: a strategy, scratch and a direct transfer, at two label budgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import RenderableType

from relxfer import Results
from relxfer.judge.curves.labels import Labels, PowerLaw, Span
from relxfer.judge.records import Gain, Interval, Verdict
from relxfer.results.curves.learning_curves import Curve, LearningCurves, Point
from relxfer.results.origins import Pretraining, SourceSummary
from relxfer.results.records import CellResult, Cost, Count, MetricSummary, OracleValue, Row, Selected, TargetSummary
from relxfer.store import files
from relxfer.store.console import PlainConsole

RANKING = (MetricSummary(name="mrr"), MetricSummary(name="hits@1"))


def _row(strategy: str, budget, value: float, **more) -> Row:
    base = Row(
        source="world", target="us", strategy=strategy, role="candidate", budget=budget, labels_per="target",
        setting="inductive", metric="mrr", runs=6, planned=6, deterministic=False,
        metrics={"mrr": value, "hits@1": value / 2},
        interval=Interval(value, value - 0.05, value + 0.05, 6, 1234), cost=Cost(75.0, 512.4, 168705),
        selection=("target-val",), label_count=100 if budget == "all" else budget,
    )  # fmt: skip
    return replace(base, **more)


def _gain(estimate: float, verdict: Verdict, note: str = "") -> Gain:
    return Gain(estimate, estimate - 0.04, estimate + 0.04, 6, 1234, baseline="scratch", verdict=verdict, p=0.01,
                p_adjusted=0.03125, note=note)  # fmt: skip


def _cell(strategy: str, budget, seed: int, **more) -> CellResult:
    base = CellResult(
        source="world", target="us", strategy=strategy, role="candidate", budget=budget, seed=seed, setting="inductive",
        labels=True, labels_per="target", seeded=True, status="done", id=f"{seed + 1:016x}", n=1234,
        selection=Selected("target-val"), metrics={"mrr": 0.4},
    )  # fmt: skip
    return replace(base, **more)


@pytest.fixture
def sample() -> Results:
    few = "inconclusive mostly for the spread of seeds: a gain of +.020 would show from about 24 seeds"
    return Results(
        folder=Path("runs/x"), name="x", seeds=(0, 1),
        cells=(
            _cell("finetune", 10, 0), _cell("finetune", "all", 1),
            _cell("finetune", "all", 0, status="failed", reason="no memory", id="f" * 16, metrics={}, n=0),
            _cell("mapped", "all", 0, status="refused", reason="needs mapping", id="", metrics={}, n=0),
        ),
        rows=(
            _row("finetune", 10, 0.4, gain=_gain(0.1, Verdict.HELPS), over_direct=_gain(0.2, Verdict.HELPS)),
            _row("zero-shot", 10, 0.2, role="direct", gain=_gain(-0.1, Verdict.HURTS), deterministic=True, runs=1),
            _row("scratch", 10, 0.3, role="scratch"),
            _row("finetune", "all", 0.6, gain=_gain(0.02, Verdict.INCONCLUSIVE, few)),
            _row("mapped", "all", 0.0, metrics={}, interval=None, cost=None, runs=0),
            _row("scratch", "all", 0.58, role="scratch"),
            _row("counts", "all", 0.1, role="prior", label_count=0),
        ),
        targets={"us": TargetSummary(task="ranking", metrics=RANKING, ranks_by="realistic", labels_per="target",
                                     self_supervised=True, notes=("cut by us",),
                                     counts={"train": Count(200, 100), "test": Count(2468, 1234)}, audit={"same": 3},
                                     related={"world": "shares 3 of 9 relations"})},
        sources={"world": SourceSummary(datasets=("geo-world",), stages=(Pretraining(
            seed=0, id="a" * 16, sha="b", seconds=4000.0, trained_parameters=7, selection=Selected("source-val")),))},
    )  # fmt: skip


@pytest.fixture
def with_oracle(sample) -> Results:
    rows = tuple(replace(row, oracle=0.9) if row.strategy == "finetune" else row for row in sample.rows)
    asked = (replace(sample.cells[0], oracle_asked=True, oracle=OracleValue(0.9, "fit-0", 4)),
             replace(sample.cells[1], oracle_asked=True))  # fmt: skip
    return replace(sample, rows=rows, cells=asked)


@pytest.fixture
def shown() -> Callable[[RenderableType], str]:
    """What a terminal of this width shows."""

    def of(renderable: RenderableType, width: int = 200) -> str:
        console = PlainConsole(width=width)
        with console.capture() as capture:
            console.print(renderable)
        return capture.get()

    return of


# ------------------------------------------------------------------ learning curves: three budgets beside scratch


def _point(strategy: str, budget, labels: int, value: float, role="candidate") -> Row:
    return _row(
        strategy, budget, value, source="a", target="b", role=role, label_count=labels, metrics={"accuracy": value},
        interval=Interval(value, value - 0.1, value + 0.1, 1, 9), runs=1, planned=1, metric="accuracy",
    )  # fmt: skip


@pytest.fixture
def with_curves() -> Results:
    """Scratch, a strategy and a direct transfer at 10, 100 and all 1,000 labels; counts without any."""
    rows = (
        *(_point("scratch", b, n, v, "scratch") for b, n, v in ((10, 10, 0.2), (100, 100, 0.5), ("all", 1000, 0.8))),
        *(_point("finetune", b, n, v) for b, n, v in ((10, 10, 0.5), (100, 100, 0.8), ("all", 1000, 0.9))),
        *(_point("zero-shot", b, 0, 0.35, "direct") for b in (10, 100, "all")),
        _point("counts", "all", 0, 0.1, "prior"),
    )
    target = TargetSummary(
        task="classification", metrics=(MetricSummary(name="accuracy"),), labels_per="target", self_supervised=False
    )
    return Results(Path("runs/x"), "x", (), rows, targets={"b": target}, curves=(_curves(),))


def _curves() -> LearningCurves:
    def at(labels: int, value: float, worth: Labels | None = None) -> Point:
        return Point(labels, value, value - 0.1, value + 0.1, worth, worth.per(labels) if worth and labels else None)

    def gain(value: float) -> Interval:
        return Interval(value, value - 0.2, value + 0.2, 6, 9)

    finetune = (
        at(10, 0.5, Labels(100, span=Span(41, 220))),
        at(100, 0.8, Labels(1000, span=Span(400, None))),
        at(1000, 0.9, Labels(1000, "at least", Span(700, None))),
    )
    return LearningCurves(
        source="a", target="b", metric="accuracy", direction="higher", level=0.8, law=PowerLaw(1.0, 1.0, 0.2),
        scratch=Curve("scratch", (at(10, 0.2), at(100, 0.5), at(1000, 0.8)), (0.2, 0.5, 0.8),
                      to_level=Labels(1000, span=Span(640, 1000))),
        strategies=(
            Curve("finetune", finetune, (0.5, 0.8, 0.9), gain(0.3), gain(0.1), Labels(100, span=Span(40, 310)),
                  Labels(1900, span=Span(1300, 4200), extrapolated=True)),
            Curve("zero-shot", (at(0, 0.35, Labels(10**1.5, span=Span(None, 60))),), (0.35,), gain(0.15), gain(-0.45),
                  Labels(0, "at least", Span(0, None)), Labels(10**1.5, span=Span(None, 60))),
        ),
        notes=("scratch with 10 labels: 1 of 6 runs failed to train",),
    )  # fmt: skip


@pytest.fixture
def run_with_curves(with_curves, tmp_path) -> Path:
    """The same as a run directory."""
    files.write_json(tmp_path / "run" / "provenance.json", {})
    files.write_json(tmp_path / "run" / "results.json", with_curves.card())
    return tmp_path / "run"
