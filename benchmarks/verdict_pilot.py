"""Whether verdicts from few seeds are those from many: pairs of networks with planted shifts, and true nulls.

    python benchmarks/verdict_pilot.py [--seeds 20] [--json FILE]

24 pairs of stochastic block models (`blocks`), fine-tuning against scratch from 30 labels. Eight sources have the
structure of the target, more or less; eight have another (links across classes, or other names for them); eight are
nulls, where the source was not trained (fine-tuning is scratch from another start), or the target has nothing to learn.
Each pair is run once with many seeds. Verdicts are then made of six seeds at a time, and of all: how often are they
opposite, does a null get one, are those of all seeds found, and is the gain of all seeds, on one half of the test
items, inside the interval of six seeds on the other half?
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import relxfer
from relxfer.judge.records import Gain, Verdict
from relxfer.judge.scoring import Measured, Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results.records import CellResult
from relxfer.results.rows import Judge
from relxfer.results.values import Evaluated, Values, stored_values

GROUP, LABELS = 6, 30
MODEL = {"use": "gcn", "hidden": 16, "layers": 1, "dropout": 0.2}
TRAINING = {"steps": 40, "batch_size": 1024, "lr": 1e-2, "validations": 0}
TARGET = {"nodes": 420, "signal": 1.0, "mean_degree": 6.0}
NOTHING = {"signal": 0.0, "homophily": 1 / 3}
DECIDED = (Verdict.HELPS, Verdict.HURTS)


@dataclass(frozen=True)
class Pair:
    """A source and a target; `null`: there is nothing to find."""

    name: str
    source: Mapping[str, Any]
    target: Mapping[str, Any]
    steps: int = 100
    null: bool = False


def pairs() -> Iterator[Pair]:
    for shift in (0.0, 0.5, 1.0, 2.0):
        for signal in (1.0, 0.7):
            yield Pair(f"same structure, shift {shift}, signal {signal}", {"shift": shift}, {"signal": signal})
    for homophily in (0.0, 0.15, 0.3, 0.45):
        yield Pair(f"homophily {homophily}", {"homophily": homophily}, {})
    for relabel in (1, 2):
        for signal in (1.0, 0.5):
            yield Pair(f"classes renamed by {relabel}, signal {signal}", {"relabel": relabel, "signal": signal}, {})
    for signal in (1.0, 0.8, 0.6, 0.4):
        yield Pair(f"untrained source, signal {signal}", {}, {"signal": signal}, steps=1, null=True)
    for degree in (3.0, 6.0, 9.0, 12.0):
        yield Pair(f"nothing to learn, degree {degree}", {}, {**NOTHING, "mean_degree": degree}, null=True)


def run(pair: Pair, number: int, seeds: int, folder: Path) -> relxfer.Results:
    blocks: dict[str, Any] = {"use": "blocks", **TARGET}
    training = {"steps": pair.steps, **({"lr": 1e-7} if pair.steps == 1 else {})}
    return relxfer.run(
        {
            "threads": 1,
            "device": "cpu",
            "seeds": list(range(seeds)),
            "source": {
                "datasets": [{**blocks, "seed": 2 * number, "test_fraction": 0.0, **pair.source}],
                "model": MODEL,
                "training": TRAINING | training,
            },
            "target": {
                "dataset": {**blocks, "seed": 2 * number + 1, "test_fraction": 0.7, **pair.target},
                "model": MODEL,
                "label_budgets": [LABELS],
            },
            "training": TRAINING,
            # at equal rates, fine-tuning an untrained source is scratch from another start
            "strategy": [{"use": "finetune", "lr_factor": 1.0}, {"use": "scratch"}],
            "report": {"baselines": False},
        },
        folder,
    )


def some(values: Values, half: int | None) -> Values:
    """The values of all items, or of those with an even or an odd number."""

    def of(evaluation: str) -> Evaluated:
        made = values(evaluation)
        if half is None:
            return made
        kept = np.flatnonzero(made.units % 2 == half)
        measured = made.measured
        return replace(
            made,
            measured=Measured(
                {name: each[kept] for name, each in measured.values.items()}, {}, {}, measured.chance, measured.per_item
            ),
            units=made.units[kept],
            groups=None if made.groups is None else made.groups[kept],
            questions=None if made.questions is None else made.questions[kept],
        )

    return of


def judged(
    results: relxfer.Results,
    values: Values,
    seeds: Sequence[int],
    cells: Sequence[CellResult] | None = None,
    strategy: str = "finetune",
) -> Gain:
    """The gain of fine-tuning over these seeds; `cells`: those to judge, without it all of the run."""
    supervised = dict.fromkeys(results.targets, False)
    judge = Judge(values, {name: target.metrics for name, target in results.targets.items()}, supervised)
    rows = judge.rows([cell for cell in (cells or results.cells) if cell.seed in seeds])
    return next(row.gain for row in rows if row.strategy == strategy and row.gain)


def looked_at(pair: Pair, results: relxfer.Results, seeds: int) -> dict[str, Any]:
    values = stored_values(results.store, results.rank_rule, Scorer(Plugins.load(third_party=False)))
    whole = judged(results, values, range(seeds))
    other = judged(results, some(values, 1), range(seeds))
    groups = [range(start, start + GROUP) for start in range(0, seeds - GROUP + 1, GROUP)]
    few = [judged(results, values, group) for group in groups]
    halves = [judged(results, some(values, 0), group) for group in groups]
    return {
        "pair": pair.name,
        "null": pair.null,
        "gain": [whole.estimate, whole.low, whole.high],
        "verdict": whole.verdict,
        "few": [gain.verdict for gain in few],
        "inside": [gain.low <= other.estimate <= gain.high for gain in halves],
    }


def summary(found: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    few = [(row, verdict) for row in found for verdict in row["few"]]
    decided = [(row["verdict"], verdict) for row, verdict in few if row["verdict"] in DECIDED and not row["null"]]
    null = [verdict in DECIDED for row, verdict in few if row["null"]]
    return {
        "opposite": float(np.mean([{row["verdict"], verdict} == set(DECIDED) for row, verdict in few])),
        "null_pairs_with_a_verdict": float(np.mean(null)),
        "null_pairs_with_a_verdict_from_all_seeds": float(
            np.mean([r["verdict"] in DECIDED for r in found if r["null"]])
        ),
        "recall": float(np.mean([one == other for one, other in decided])),
        "decided_by_all_seeds": sum(row["verdict"] in DECIDED for row in found),
        "inside": float(np.mean([each for row in found for each in row["inside"]])),
        "comparisons": len(few),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = []
    for number, pair in enumerate(pairs()):
        with tempfile.TemporaryDirectory() as folder:
            found.append(looked_at(pair, run(pair, number, arguments.seeds, Path(folder) / "run"), arguments.seeds))
        print(json.dumps(found[-1]), flush=True)
    made = {"seeds": arguments.seeds, "group": GROUP, "labels": LABELS, "summary": summary(found), "pairs": found}
    print(json.dumps(made["summary"], indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
