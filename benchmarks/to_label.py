"""What labels are worth that `relxfer predict --to-label` asks for: against random ones, and the most unsure.

    python benchmarks/to_label.py [--draws 100] [--json benchmarks/results/to_label.json]

A logistic regression on the features of data that come with scikit-learn is given a few labels of each class, asks for
as many again, and is trained on both. Half of the items are the test. Ways to ask: at random; the smallest difference
of the two highest probabilities (`margin`); and `next_items`. The same draws for each way.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from relxfer.predict.asking.to_label import next_items
from relxfer.seeding import generator

DATA = {"digits": datasets.load_digits, "breast cancer": datasets.load_breast_cancer, "wine": datasets.load_wine}
#: Labels of each class that are there at first; as many in all are asked for.
FIRST = 3

#: (probabilities [n, C], features [n, D], count, random numbers) -> rows
Way = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], np.ndarray]


def at_random(probabilities: np.ndarray, features: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(len(features))[:count]


def margin(probabilities: np.ndarray, features: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    best = np.sort(probabilities, axis=1)
    return np.argsort(best[:, -1] - best[:, -2], kind="stable")[:count]


WAYS: dict[str, Way] = {"random": at_random, "margin": margin, "to-label": next_items}


def drawn(features: np.ndarray, answers: np.ndarray, draw: int) -> dict[str, float]:
    """Accuracy on the test with the first labels alone, and with those that each way asks for."""
    rng = generator("to label", draw)
    order = rng.permutation(len(answers))
    test, pool = order[: len(order) // 2], order[len(order) // 2 :]
    first = np.concatenate([pool[answers[pool] == c][:FIRST] for c in np.unique(answers)])
    rest = np.setdiff1d(pool, first)
    model = _fitted(features[first], answers[first])
    found = {"first labels": float(model.score(features[test], answers[test]))}
    lengths = np.linalg.norm(features, axis=1).mean()
    for name, way in WAYS.items():
        rows = way(model.predict_proba(features[rest]), features[rest] / lengths, len(first), generator(name, draw))
        known = np.concatenate([first, rest[rows]])
        found[name] = float(_fitted(features[known], answers[known]).score(features[test], answers[test]))
    return found


def _fitted(features: np.ndarray, answers: np.ndarray) -> Any:
    return LogisticRegression(max_iter=1000).fit(features, answers)


def measured(load: Callable[[], Any], draws: int) -> dict[str, Any]:
    """Mean accuracy of every way, and the differences from random labels, paired by draw."""
    data = load()
    features = StandardScaler().fit_transform(data.data)
    found = [drawn(features, data.target, draw) for draw in range(draws)]
    means = {name: round(float(np.mean([each[name] for each in found])), 4) for name in found[0]}
    over = {}
    for name in ("margin", "to-label"):
        gains = np.array([each[name] - each["random"] for each in found])
        half = 1.96 * gains.std(ddof=1) / len(gains) ** 0.5
        over[name] = [round(float(value), 4) for value in (gains.mean(), gains.mean() - half, gains.mean() + half)]
    return {"accuracy": means, "over_random": over, "labels": FIRST * len(np.unique(data.target))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    made = {name: measured(load, given.draws) for name, load in DATA.items()}
    print(json.dumps(made, indent=1))
    if given.json:
        given.json.write_text(json.dumps({"draws": given.draws, **made}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
