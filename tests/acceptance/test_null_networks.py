"""The verdict on networks whose truth is known: a source that teaches, one that teaches the reverse, and nothing.

All are stochastic block models with the same blocks; see `relxfer_social.data.blocks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relxfer

MODEL = {"use": "gcn", "hidden": 16, "layers": 1, "dropout": 0.2}
TRAINING = {"steps": 15, "batch_size": 1024, "lr": 1e-2, "validations": 0}
CLEAR = {"nodes": 300, "signal": 1.0}
#: Neither features nor links have anything to do with the classes.
NOTHING = {"nodes": 90, "signal": 0.0, "homophily": 1 / 3, "mean_degree": 6.0}


def verdict(
    folder: Path, repetition: int, source: dict[str, Any], target: dict[str, Any], steps: int = 15, seeds: int = 6
) -> str:
    """Of fine-tuning from 20 labels, on networks that no other repetition has."""
    blocks = {"use": "blocks"}
    config = {
        "threads": 1,
        "device": "cpu",
        "seeds": list(range(seeds * repetition, seeds * (repetition + 1))),
        "source": {
            "datasets": [{**blocks, "seed": 2 * repetition, "test_fraction": 0.0, **source}],
            "model": MODEL,
            "training": TRAINING | {"steps": steps},
        },
        "target": {
            "dataset": {**blocks, "seed": 2 * repetition + 1, "test_fraction": 0.5, **target},
            "model": MODEL,
            "label_budgets": [20, "all"],
        },
        "training": TRAINING,
        "strategy": [{"use": "finetune"}, {"use": "scratch"}],
        "report": {"baselines": False},
    }
    return relxfer.run(config, folder).row("finetune", 20).verdict


def nothing_to_learn(folder: Path, repetition: int) -> str:
    """Of a good source, on a target where nobody can be better than chance."""
    return verdict(folder, repetition, CLEAR | {"nodes": 90, "mean_degree": 6.0}, NOTHING)


def verdicts(pair: Callable[[Path, int], str], folder: Path, repetitions: int) -> Counter[str]:
    return Counter(pair(folder / str(repetition), repetition) for repetition in range(repetitions))


def test_a_source_with_the_same_structure_helps(tmp_path):
    assert verdict(tmp_path, 0, CLEAR, CLEAR, steps=100, seeds=12) == "HELPS"


def test_a_source_with_the_opposite_structure_hurts(tmp_path):
    """Links across classes only: features mean there what they do not mean here, though they are distributed alike."""
    assert verdict(tmp_path, 0, CLEAR | {"homophily": 0.0}, CLEAR, steps=100) == "HURTS"


def test_where_there_is_nothing_to_learn_it_is_inconclusive(tmp_path):
    found = verdicts(nothing_to_learn, tmp_path, 3)
    assert found["HELPS"] + found["HURTS"] < 3, "all three wrong: once in 8,000 at 5 %"


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_at_most_one_verdict_in_twenty_on_nothing(tmp_path):
    found = verdicts(nothing_to_learn, tmp_path, 200)
    print(dict(found))
    assert found["HELPS"] + found["HURTS"] <= 10, found
