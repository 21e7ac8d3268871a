"""From per-query values to the rows of the report: intervals, gains over baselines, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from relxfer.judge import statistics, verdict

#: evaluation id -> (metric -> [n] values, units [n])
Values = Callable[[str], tuple[Mapping[str, np.ndarray], np.ndarray]]


@dataclass(frozen=True)
class Runs:
    """The finished cells of one strategy in one block, by seed. One evaluation for all seeds: deterministic."""

    name: str
    evaluations: dict[int, str]

    @property
    def deterministic(self) -> bool:
        return len(self.evaluations) > 1 and len(set(self.evaluations.values())) == 1

    def seeds(self) -> list[int]:
        return sorted(self.evaluations)

    def matrix(self, values: Values, metric: str, seeds: Sequence[int]) -> np.ndarray:
        """[S, n]; one row where all seeds share a run."""
        if len(set(self.evaluations.values())) == 1:
            seeds = seeds[:1]
        return np.stack([values(self.evaluations[seed])[0][metric] for seed in seeds])


@dataclass(frozen=True)
class Block:
    """The cells of one source, target and label budget."""

    source: str | None
    target: str
    budget: int | str
    cells: tuple[Mapping[str, Any], ...]

    def runs(self, name: str) -> Runs:
        done = [c for c in self.cells if c["strategy"] == name and c["status"] == "done" and c.get("n")]
        return Runs(name, {c["seed"]: c["evaluation"] for c in done})

    def named(self, role: str) -> Runs | None:
        """The finished runs of the baseline in this role."""
        names = [c["strategy"] for c in self.cells if c["role"] == role and c["status"] == "done"]
        return self.runs(names[0]) if names else None


def blocks(cells: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """Cells grouped by source, target and budget, in the order of the plan."""
    grouped: dict[tuple, list[Mapping[str, Any]]] = {}
    for cell in cells:
        grouped.setdefault((cell["source"], cell["target"], cell["budget"]), []).append(cell)
    for (source, target, budget), members in grouped.items():
        yield Block(source, target, budget, tuple(members))


def rows(
    cells: Sequence[dict[str, Any]],
    values: Values,
    metrics: Sequence[str],
    self_supervised: Mapping[str, bool],
    resamples: int,
) -> list[dict[str, Any]]:
    """One row for every strategy of every block; the verdict is of the first metric."""
    found = []
    for block in blocks(cells):
        made = [
            _row(block, name, values, metrics, self_supervised[block.target], resamples)
            for name in dict.fromkeys(cell["strategy"] for cell in block.cells)
        ]
        _adjust(made)
        found.extend(made)
    return found


def _row(
    block: Block, name: str, values: Values, metrics: Sequence[str], self_supervised: bool, resamples: int
) -> dict[str, Any]:
    first = next(cell for cell in block.cells if cell["strategy"] == name)
    runs, count = block.runs(name), sum(cell["strategy"] == name for cell in block.cells)
    row: dict[str, Any] = {
        "source": block.source, "target": block.target, "budget": block.budget, "strategy": name,
        "labels_per": first.get("labels_per", "target"),
        "role": first["role"], "setting": first["setting"], "runs": len(runs.evaluations), "planned": count,
        "deterministic": runs.deterministic or (len(runs.evaluations) == 1 and not first["seeded"]),
    }  # fmt: skip
    failures = sorted({cell["reason"] for cell in block.cells if cell["strategy"] == name and cell.get("reason")})
    if failures:
        row["reasons"] = failures
    if not runs.evaluations:
        return row
    units = values(next(iter(runs.evaluations.values())))[1]
    means = {m: runs.matrix(values, m, runs.seeds()) for m in metrics}
    row["metrics"] = {m: float(matrix.mean()) for m, matrix in means.items()}
    row["interval"] = measured(means[metrics[0]], units, resamples)
    row["cost"] = _cost(block, name)
    row["selection"] = sorted({c["selection"]["rule"] for c in _done(block, name)})
    row |= _beside(_done(block, name))
    return row | _gains(block, runs, first, values, metrics[0], units, self_supervised, resamples)


def _beside(done: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Labels that were used; the mean over seeds of the oracle, and of what strategies logged last."""
    found: dict[str, Any] = {"label_count": max(cell["label_count"] for cell in done)}
    if all(cell.get("oracle") for cell in done):
        found["oracle"] = float(np.mean([cell["oracle"]["value"] for cell in done]))
    logged = [cell.get("diagnostics", {}) for cell in done]
    names = dict.fromkeys(name for one in logged for name in one)
    # None is what JSON has for what is no finite number
    values = {name: [np.nan if one[name] is None else one[name] for one in logged if name in one] for name in names}
    means = {name: float(np.mean(of)) for name, of in values.items()}
    return found | ({"diagnostics": means} if means else {})


def _gains(
    block: Block,
    runs: Runs,
    first: Mapping[str, Any],
    values: Values,
    metric: str,
    units: np.ndarray,
    self_supervised: bool,
    resamples: int,
) -> dict[str, Any]:
    """The gain over the baseline that the verdict names, and beside it the gain over direct transfer."""
    if first["role"] not in ("strategy", "direct"):
        return {}
    own = "scratch" if first["labels"] or self_supervised else "direct"
    against = "baseline" if any(cell["role"] == "baseline" for cell in block.cells) else own
    found: dict[str, Any] = {"baseline": against}
    baseline = block.named(against)
    if baseline is None or baseline.name == runs.name or not set(runs.seeds()) & set(baseline.seeds()):
        found["note"] = _no_baseline(block, runs, against, baseline)
    else:
        found |= _compared(runs, baseline, values, metric, units, resamples)
    direct = block.named("direct")
    if against != "direct" and direct and direct.name != runs.name and set(runs.seeds()) & set(direct.seeds()):
        gain = _paired(runs, direct, values, metric, units, resamples)[0]
        found["over_direct"] = interval_card(gain)
    return found


def _no_baseline(block: Block, runs: Runs, against: str, baseline: Runs | None) -> str:
    if baseline is not None:
        return "is the baseline itself" if baseline.name == runs.name else f"no seed finished here and in {against}"
    if block.budget == 0:
        return f"no {against} at budget 0: there is nothing to train it on"
    return f"no finished {against} to compare with"


def _compared(
    runs: Runs, baseline: Runs, values: Values, metric: str, units: np.ndarray, resamples: int
) -> dict[str, Any]:
    gain, differences = _paired(runs, baseline, values, metric, units, resamples)
    return {"comparison": verdict.compare(runs.name, baseline.name, metric, gain, differences)}


def _paired(
    runs: Runs, baseline: Runs, values: Values, metric: str, units: np.ndarray, resamples: int
) -> tuple[Any, np.ndarray | None]:
    """The gain with its interval, and the differences by seed (None where neither side depends on it)."""
    seeds = [seed for seed in runs.seeds() if seed in baseline.evaluations]
    ours, theirs = runs.matrix(values, metric, seeds), baseline.matrix(values, metric, seeds)
    gain = statistics.paired_gain(ours, theirs, units, resamples=resamples)
    differences = np.broadcast_arrays(ours.mean(1), theirs.mean(1))
    fixed = runs.deterministic and baseline.deterministic
    return gain, None if fixed else differences[0] - differences[1]


def _adjust(made: list[dict[str, Any]]) -> None:
    """Holm over the comparisons of one block, then each as plain values in its row."""
    compared = [row for row in made if "comparison" in row]
    for row, found in zip(compared, verdict.adjust([row.pop("comparison") for row in compared]), strict=True):
        row |= {
            "baseline": found.baseline,
            "gain": interval_card(found.gain),
            "verdict": found.verdict.name,
            "p": found.p,
            "p_adjusted": found.p_adjusted,
            "note": found.note,
        }


def _cost(block: Block, name: str) -> dict[str, Any]:
    done = _done(block, name)
    peaks = [cell["peak_mb"] for cell in done if cell.get("peak_mb")]
    return {
        "seconds": float(np.mean([cell["seconds"] for cell in done])),
        "peak_mb": max(peaks) if peaks else None,
        "trained_parameters": max(cell["trained_parameters"] for cell in done),
    }


def _done(block: Block, name: str) -> list[Mapping[str, Any]]:
    return [cell for cell in block.cells if cell["strategy"] == name and cell["status"] == "done"]


def measured(values: np.ndarray, units: np.ndarray, resamples: int = 10_000) -> dict[str, Any]:
    """The mean of a metric, values [S, n], with its interval: metrics are shares, so it ends at 0 and 1."""
    found = interval_card(statistics.mean_interval(values, units, resamples=resamples))
    return found | {"low": max(0.0, found["low"]), "high": min(1.0, found["high"])}


def interval_card(interval: statistics.Interval) -> dict[str, Any]:
    """An interval as JSON."""
    return {
        "estimate": float(interval.estimate),
        "low": float(interval.low),
        "high": float(interval.high),
        "seeds": int(interval.n_seeds),
        "units": int(interval.n_units),
    }
