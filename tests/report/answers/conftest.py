"""Results of many kinds, made by hand: what a run says of them is written out in the tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from relxfer import Results
from relxfer.judge.records import Against, Gain, Interval, Verdict
from relxfer.results.records import CellResult, Cost, MetricSummary, Row, TargetSummary

HELPS, HURTS, SAME, OPEN = Verdict.HELPS, Verdict.HURTS, Verdict.NO_DIFFERENCE, Verdict.INCONCLUSIVE


def gain(estimate: float, verdict: Verdict | None = HELPS, baseline: str = "scratch", **more) -> Gain:
    """A gain with an interval of ± .05."""
    base = Gain(estimate, estimate - 0.05, estimate + 0.05, 6, 300, baseline=baseline, verdict=verdict)
    return replace(base, **more)


def against(name: str, estimate: float, p: float = 0.01) -> Against:
    return Against(estimate, estimate - 0.02, estimate + 0.02, 6, 300, name=name, p=p)


def row(strategy: str, budget: int | str = "all", role: str = "candidate", **more) -> Row:
    base = Row(
        source="world", target="us", strategy=strategy, role=role, budget=budget, labels_per="target",
        setting="inductive", metric="mrr", runs=6, planned=6, seeds=6, source_seeds=1, deterministic=False,
        metrics={"mrr": 0.5}, interval=Interval(0.5, 0.45, 0.55, 6, 300), cost=Cost(1.0, None, 5),
        label_count=2786 if budget == "all" else budget,
    )  # fmt: skip
    return replace(base, **more)


def cell(strategy: str, budget: int | str = "all", seed: int = 0, **more) -> CellResult:
    base = CellResult(
        source="world", target="us", strategy=strategy, role="candidate", budget=budget, seed=seed, setting="inductive",
        labels=True, labels_per="target", seeded=True, status="done", id=f"{seed + 1:016x}", n=300,
    )  # fmt: skip
    return replace(base, **more)


def target(metric: str = "mrr", **more) -> TargetSummary:
    base = TargetSummary(
        task="ranking", metrics=(MetricSummary(name=metric),), labels_per="target", self_supervised=False
    )
    return replace(base, **more)


def made(*rows: Row, cells: tuple[CellResult, ...] = (), **more) -> Results:
    """Results of these rows."""
    given = {"targets": {each.target: target() for each in rows}, "seeds": tuple(range(6))} | more
    return Results(Path("runs/x"), "x", cells, rows, **given)


@pytest.fixture
def flagship() -> Results:
    """A graph: zero-shot and finetune at four label budgets, beside scratch and a prior."""
    condition = {"conditions": ("with this source model",)}
    few = "about 15 seeds would probably decide it"
    return made(
        row("zero-shot", 0, "direct", use=True, gain=gain(0.418, baseline="counts", **condition)),
        row("counts", 0, "prior"),
        row("zero-shot", 10, "direct", gain=gain(0.234, **condition)),
        row("finetune", 10, gain=gain(0.245, **condition), use=True, validation=0.5),
        row("scratch", 10, "scratch", validation=0.3),
        row("zero-shot", 40, "direct", gain=gain(0.037, OPEN, note=few, **condition)),
        row("finetune", 40, gain=gain(0.056, **condition), use=True, validation=0.5),
        row("zero-shot", "all", "direct", gain=gain(-0.008, SAME, **condition)),
        row("finetune", "all", gain=gain(0.033, **condition), use=True, validation=0.5),
    )
