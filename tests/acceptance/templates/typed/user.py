"""What a user writes: a run, its results, and a strategy of one's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import relxfer
from relxfer import Cell, CellResult, Gain, Results, Row, TransferStrategy, Verdict, hookimpl

relxfer_api_version = 2


class HalfOptions(relxfer.Options):
    """Options of `half`."""

    share: float = 0.5
    """Share of the steps."""


class Half:
    """Trains with a share of the steps."""

    def __init__(self, options: HalfOptions) -> None:
        self.share = options.share

    def transfer(self, cell: Cell) -> Any:
        train = cell.target.train
        if train is None:
            raise relxfer.Incompatible("labels of the target", "none", "name a target with labels")
        cell.trainer.fit(cell.learner, lambda step, batch: cell.learner.loss(batch), train, share=self.share)
        return cell.learner


@hookimpl
def relxfer_transfer_strategies() -> Iterable[TransferStrategy]:
    needs = ("source-model", "gradients", "target-labels")
    return [TransferStrategy(name="half", load="user:Half", options="user:HalfOptions", needs=needs)]


def gain_of(row: Row) -> float | None:
    gain: Gain | None = row.gain
    return gain.low if gain and gain.verdict is Verdict.HELPS else None


def report(results: Results) -> list[str]:
    best: CellResult = max(results.cells, key=lambda cell: cell.metrics.get("mrr", 0.0))
    lines = [f"{best.strategy} {best.seed} {best.seconds:.1f}"]
    for row in results.rows:
        if row.interval is not None:
            lines.append(f"{row.strategy}: {row.interval.estimate:.3f} {gain_of(row)} {sum(row.metrics.values()):.3f}")
    for name, target in results.targets.items():
        lines.append(f"{name}: {target.counts['test'].units} {', '.join(target.notes)}")
    for source in results.sources.values():
        lines.extend(stage.selection.rule for stage in source.stages)
    return lines


def main() -> None:
    try:
        results = relxfer.run("experiment.toml", out="runs/mine", changes=["seeds=2"])
    except relxfer.ConfigError as error:
        print(*(problem.key for problem in error.problems))
    except relxfer.RelxferError as error:
        print(error.exit_code)
    else:
        print(*report(results))
        print(results.row("finetune", 10, source="world").verdict, len(results.to_frame("cells")))


if __name__ == "__main__":
    main()
