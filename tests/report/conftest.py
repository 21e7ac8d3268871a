"""Results made by hand: a strategy, scratch and a direct transfer, at two label budgets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import RenderableType

from relxfer import Results
from relxfer.contract.breakdowns import Part
from relxfer.judge.curves.labels import Labels, PowerLaw, Span
from relxfer.judge.records import Bin, Gain, Interval, Reliability, Verdict
from relxfer.report.plots import canvas
from relxfer.report.shown import blocks as shown_blocks
from relxfer.report.shown.subject import Subject
from relxfer.results.curves.learning_curves import Curve, LearningCurves, Point
from relxfer.results.details.records import ByPart, Confused, Course, Details, Mistake, Strata, Stratum
from relxfer.results.origins import Licence, Pretraining, Provenance, SourceSummary
from relxfer.results.records import CellResult, Cost, Count, MetricSummary, OracleValue, Row, Selected, TargetSummary
from relxfer.results.run_records import SourcePair
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


# ------------------------------------------------------------------ everything a report in full can show


@pytest.fixture
def detailed(sample, with_curves) -> Results:
    """The sample with learning curves, details, courses, costs, provenance and a second source."""
    mistakes = tuple(
        Mistake(query={"head": f"h{n}", "relation": "r"}, item=str(n), answer="a", predicted="b", probability=0.75,
                rank=3.5, wrong=2)
        for n in range(2)
    )  # fmt: skip
    parts = (Part("cat", 7, {"precision": 0.5, "recall": None}), Part("dog", 3, {"precision": 0.25, "recall": 1.0}))
    gains = tuple(Stratum(value=name, n=5, share=0.5, metric=Interval(0.4, 0.3, 0.5, 2, 5),
                          gain=Interval(0.1, 0.0, 0.2, 2, 5)) for name in ("both", "none"))  # fmt: skip
    confused, counts = (Confused("cat", "dog", 2.0),), ((5.0, 2.0), (0.5, 2.5))
    details = Details(
        runs=2,
        by_part=ByPart(by="class", parts=parts, confusion=counts, confused=confused),
        strata=(Strata(tag="half-links observed", metric="mrr", baseline="scratch", parts=gains),),
        reliability=Reliability(0.2, 0.05, 100, (Bin(0.3, 0.2, 0.5), Bin(0.9, 0.8, 0.5))),
        mistakes=mistakes,
    )  # fmt: skip
    logged = {"loss": 0.5, "disc_acc": 0.99}
    rows = (replace(sample.rows[0], details=details, use=True, diagnostics=logged), *sample.rows[1:])
    course = Course("fit-0", (1, 5), {"loss": (0.9, 0.5), "validation": (0.1, None)})
    cells = (replace(sample.cells[0], courses=(course,), diagnostics=logged), *sample.cells[1:])
    provenance = Provenance(
        relxfer="1", python="3.11", platform="Linux", processor="cpu", cpus=2, threads=1, device="cpu",
        command=("relxfer", "run", "my file.toml"), started="2026-01-01T00:00:00+0000", versions={"torch": None},
    )  # fmt: skip
    pair = SourcePair(
        sources=("world", "other"), target="us", strategy="finetune", budgets=(10,), labels_per="target", metric="mrr",
        difference=_gain(0.1, Verdict.HELPS),
    )  # fmt: skip
    curves = tuple(replace(each, target="us", source="world") for each in with_curves.curves)
    licence = Licence(what="data set", name="geo-us", used_by=("us",), licence="CC0", citation="Nobody 2020")
    made = replace(sample, rows=rows, cells=cells, curves=curves, provenance=provenance)
    return replace(made, source_pairs=(pair,), licences=(licence,))


@pytest.fixture
def subject(detailed) -> Subject:
    return Subject(detailed, detailed, toml='name = "x"\n')


@pytest.fixture
def told() -> Callable[[shown_blocks.Part | None], str]:
    """A part as plain text: what stands in its blocks, line by line."""

    def lines(block: shown_blocks.Block) -> list[str]:
        if isinstance(block, shown_blocks.Sentences):
            return ["".join(map(str, line)) for line in block.lines]
        if isinstance(block, shown_blocks.Table):
            rows = [" | ".join("".join(map(str, cell.line)) for cell in row.cells) for row in block.rows]
            return [block.caption, " | ".join(block.head), *rows]
        if isinstance(block, shown_blocks.Folded):
            return [block.title, *(line for inner in block.blocks for line in lines(inner))]
        return [block.text] if isinstance(block, shown_blocks.Code) else [block.title, block.alt]

    def text(part: shown_blocks.Part | None) -> str:
        return "\n".join(line for block in (part.blocks if part else ()) for line in lines(block))

    return text


@pytest.fixture
def drawn() -> Callable[[shown_blocks.Part | None], list[str]]:
    """The plots of a part as SVG, those that are folded included."""
    pytest.importorskip("matplotlib")

    def figures(blocks) -> list[shown_blocks.Figure]:
        made = []
        for block in blocks:
            made += [block] if isinstance(block, shown_blocks.Figure) else []
            made += figures(block.blocks) if isinstance(block, shown_blocks.Folded) else []
        return made

    return lambda part: [canvas.svg(figure.draw()) for figure in figures(part.blocks if part else ())]


@pytest.fixture
def resolved() -> Callable[[object, str], object]:
    """What a JSON pointer (RFC 6901) leads to."""

    def of(card, path: str) -> object:
        for step in path.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            card = card[int(key)] if isinstance(card, list) else card[key]
        return card

    return of
