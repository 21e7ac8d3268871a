"""A plugin whose queries are trees in a table, and whose candidates are relations, or nodes of another graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from relxfer import Dataset, Domain, Examples, Ranking, SourceModel, TargetAdapter, TransferStrategy, hookimpl
from relxfer.contract.options import Options
from relxfer.testing import harness

KINDS = ("nodes of the other graph", "relations")
#: Leaf -> the candidates that it allows.
LEAVES = {"red": {0, 1, 2}, "small": {1, 2, 3}, "old": {2, 3, 4}, "near": {0, 2, 4}}
NAMES = tuple("abcde")


def allowed(tree: Any) -> set[int]:
    """The candidates that a tree allows: a leaf, or ["and" | "or", tree, tree]."""
    if isinstance(tree, str):
        return LEAVES[tree]
    rule, left, right = tree
    return allowed(left) & allowed(right) if rule == "and" else allowed(left) | allowed(right)


class Asked(Options):
    """What the candidates are."""

    candidates: str = KINDS[0]
    """The kind of candidates."""


def load(options: Asked, files: Any) -> Domain:
    pairs = [[rule, a, b] for rule in ("and", "or") for a in LEAVES for b in LEAVES if a < b]
    table = (*LEAVES, *pairs, ["and", ["or", "red", "old"], "small"])
    answered = [(row, answer) for row, tree in enumerate(table) for answer in sorted(allowed(tree))]
    queries, answers = np.array(answered).T
    whole = Examples(None, queries, answers, queries, table=table)
    leaves = np.flatnonzero(queries < len(LEAVES))
    rest = np.flatnonzero(queries >= len(LEAVES))
    task = Ranking(NAMES, open=True, candidates=options.candidates)
    return Domain("trees", task, None, "trees", train=whole.take(leaves), test=whole.take(rest))


class Votes:
    """What each leaf allows, [leaves, candidates]."""

    def __init__(self, options: Any, arrays: Any = None, card: Any = None):
        self.table = np.zeros((len(LEAVES), len(NAMES))) if arrays is None else arrays["table"]

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        return {"table": self.table}, {}


@dataclass
class Learner:
    """Scores of a tree: the minimum of its parts, or the maximum."""

    model: Votes

    def predict(self, examples: Examples) -> Any:
        assert (examples.answers, examples.units) == (None, None)
        yield np.array([self._score(examples.table[row]) for row in examples.queries.tolist()]).reshape(-1, len(NAMES))

    def _score(self, tree: Any) -> np.ndarray:
        if isinstance(tree, str):
            return self.model.table[[*LEAVES].index(tree)]
        rule, *parts = tree
        return (np.minimum if rule == "and" else np.maximum)(*map(self._score, parts))

    def learn(self, examples: Any, trainer: Any) -> None:
        raise AssertionError("nobody asks for it")

    def export(self) -> Votes:
        return self.model


class Adapter:
    """Attaches votes."""

    def __init__(self, options: Any):
        self.options = options

    def attach(self, model: Votes, target: Domain | None, sources: Any) -> Learner:
        return Learner(model)


class Count:
    """Learns what the labels of leaves say."""

    def __init__(self, options: Any):
        self.options = options

    def transfer(self, cell: Any) -> Learner:
        train = cell.target.train
        for row, answer in zip(train.queries, train.answers, strict=True):
            cell.learner.model.table[[*LEAVES].index(train.table[row]), answer] += 1
        return cell.learner


class Plugin:
    __name__ = "trees"

    @hookimpl
    def relxfer_datasets(self):
        return [Dataset(name="trees", load=f"{__name__}:load", options=f"{__name__}:Asked", content="trees.questions")]

    @hookimpl
    def relxfer_source_models(self):
        return [SourceModel(name="votes", load=f"{__name__}:Votes", reads=("trees.questions",))]

    @hookimpl
    def relxfer_target_adapters(self):
        reads = ("trees.questions",)
        return [TargetAdapter(name="trees", load=f"{__name__}:Adapter", reads=reads, model="votes")]

    @hookimpl
    def relxfer_transfer_strategies(self):
        needs = ("target-labels",)
        return [TransferStrategy(name="count", load=f"{__name__}:Count", needs=needs, seeded=False)]


def config(*candidates: str) -> dict[str, Any]:
    return {
        "threads": 1,
        "device": "cpu",
        "target": [{"name": kind, "dataset": {"use": "trees", "candidates": kind}} for kind in candidates],
        "strategy": [{"use": "count"}],
        "report": {"baselines": False},
    }


def test_trees_are_asked_and_answered_by_whatever_the_candidates_are(tmp_path):
    results = harness.run(config(*KINDS), tmp_path / "run", [Plugin()])
    assert not results.failed, [cell.reason for cell in results.failed]
    for kind in KINDS:
        row = results.row("count", target=kind)
        assert row.metric == "mrr"
        assert row.metrics["hits@1"] == pytest.approx(1.0), "all that a tree allows are known answers but the one asked"
        assert results.targets[kind].counts["test"].units == 13


def test_who_answers_with_nodes_is_not_asked_for_relations():
    nodes, relations = (load(Asked(candidates=kind), {}).task for kind in KINDS)
    assert not nodes.same_as(relations)


def test_another_tree_is_another_test(tmp_path):
    whole = load(Asked(), {})
    table = (*whole.test.table[:-1], ["or", ["or", "red", "old"], "small"])
    other = Examples(None, whole.test.queries, whole.test.answers, whole.test.units, table=table)
    assert other.digest() != whole.test.digest()
