"""A plugin: houses of a town, whose data set poses tasks of several kinds, one of them a kind of its own.

`town` is a table of houses with groups (streets) and tags (districts). Of each it asks the district (classification),
the rent (regression), the shops (multi-label), or how many people live there (counts, which this plugin offers).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from relxfer import (
    ByInfluence,
    Classification,
    Dataset,
    Domain,
    Examples,
    Metric,
    MultiLabel,
    PerItem,
    Regression,
    Task,
    TaskKind,
    Undefined,
    hookimpl,
)
from relxfer.contract.options import Options

relxfer_api_version = 2
DISTRICTS = ("harbour", "hill", "park")


@dataclass(frozen=True)
class Counts(Task):
    """How many there are of each of `answers`: [n] int from 0 on; outputs of a head are logarithms of rates."""

    kind: str = field(default="counts", init=False)
    ranked: ClassVar[bool] = False
    shows: ClassVar[str] = "value"

    def problem(self, answers: np.ndarray) -> str | None:
        if answers.dtype.kind not in "iu" or answers.ndim != 1 or (answers < 0).any():
            return f"expected counts [n] from 0 on, got {answers.dtype}{list(answers.shape)}"
        return None

    def loss(self, scores: Any, labels: Any, scale: Any = None) -> Any:
        import torch.nn.functional as F

        return F.poisson_nll_loss(scores[:, 0], labels.to(scores.dtype))

    def decoded(self, scores: np.ndarray, scale: np.ndarray | None = None) -> np.ndarray:
        return np.exp(scores)

    def merit(self, results: Any) -> np.ndarray:
        return -deviance(results).values


def deviance(results: Any) -> PerItem:
    """Poisson deviance, 2 (y log(y / p) - y + p)."""
    rates, counts = results.scores[:, 0].astype(float), results.answers.astype(float)
    logs = counts * np.log(np.where(counts > 0, counts, 1) / rates)
    return PerItem(2 * (logs - counts + rates))


def bias(results: Any) -> ByInfluence:
    """Sum of predictions over sum of answers."""
    rates, counts = results.scores[:, 0].astype(float), results.answers.astype(float)
    if not counts.sum():
        raise Undefined("nobody lives in the test")
    value = rates.sum() / counts.sum()
    return ByInfluence(value, (rates - value * counts) / counts.mean())


def empty(results: Any) -> PerItem:
    """How surely empty houses are told."""
    if (results.answers > 0).all():
        raise Undefined("no house of the test is empty")
    return PerItem(np.exp(-results.scores[:, 0]))


@dataclass(frozen=True)
class Town(Domain):
    """Houses, of which several questions can be asked."""

    @property
    def tasks(self) -> tuple[str, ...]:
        return ("classification", "regression", "multi-label", "counts")

    def posed(self, kind: str) -> Domain:
        task, answers = answered(kind)
        splits = {name: getattr(self, name) for name in ("train", "test")}
        asked = {name: replace(s, answers=answers[s.queries]) for name, s in splits.items() if s is not None}
        return replace(self, task=task, **asked)

    def name_items(self, units: np.ndarray) -> list[str]:
        return [f"house {unit}" for unit in units.tolist()]

    def ask(self, question: Any) -> Examples:
        return Examples(self.inputs, np.array([int(name.split()[-1]) for name in question["house"]]))

    def name_queries(self, queries: np.ndarray) -> dict[str, list[str]]:
        return {"house": self.name_items(queries)}


def answered(kind: str) -> tuple[Task, np.ndarray]:
    """A task, and its answers for all houses."""
    districts, points = houses()
    if kind == "classification":
        return Classification(DISTRICTS), districts
    if kind == "regression":
        return Regression(("rent",)), 100.0 * districts + 500
    if kind == "multi-label":
        return MultiLabel(("bakery", "pub")), (points > 0).astype(int)
    return Counts(("people",)), 1 + 3 * districts


def houses() -> tuple[np.ndarray, np.ndarray]:
    """The district of each house [120], and its place [120, 2]."""
    rng = np.random.default_rng(7)
    districts = np.arange(120) % 3
    angles = districts * 2 * np.pi / 3
    return districts, (np.stack([np.cos(angles), np.sin(angles)], 1) * 2 + rng.normal(size=(120, 2))).astype(np.float32)


class TownOptions(Options):
    """Which houses."""

    half: int = 0
    """The first or the second half of the town."""


def load(options: TownOptions, files: Any) -> Domain:
    districts, points = houses()
    own = np.arange(60) + 60 * options.half
    streets, names = own // 5, np.array(DISTRICTS)[districts[own]]
    whole = Examples(points, own, districts[own], own, streets, {"district": names})
    train, test = np.split(np.arange(60), [40])
    return Town(
        "town", Classification(DISTRICTS), points, "the town", whole.take(train), None, whole.hidden(), whole.take(test)
    )


@hookimpl
def relxfer_datasets() -> list[Dataset]:
    return [Dataset(name="town", load=f"{__name__}:load", options=f"{__name__}:TownOptions", content="blobs.points")]


@hookimpl
def relxfer_tasks() -> list[TaskKind]:
    return [TaskKind(name="counts", load=f"{__name__}:Counts", metrics=("deviance", "bias"))]


@hookimpl
def relxfer_metrics() -> list[Metric]:
    lower = {"tasks": ("counts",), "direction": "lower", "low": 0.0}
    return [
        Metric(name="deviance", load=f"{__name__}:deviance", minimal_effect=0.1, **lower),
        Metric(name="bias", load=f"{__name__}:bias", **lower),
        Metric(name="empty", load=f"{__name__}:empty", tasks=("counts",), low=0.0, high=1.0),
    ]
