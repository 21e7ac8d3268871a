"""A refusal says who withholds what, why, and what to do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.ranking import Ranking
from relxfer.judge.metrics.relations import RelationPrediction
from relxfer.plan.refusals import Facts, withholds
from relxfer.testing import blobs

DOMAIN = blobs.load_target(blobs.BlobsOptions(), {})
OPEN = replace(DOMAIN, task=Ranking(("a", "b"), open=True))
RELATIONS = replace(DOMAIN, task=RelationPrediction(("a", "b"), open=True, candidates="relations"))
SEVERAL = replace(DOMAIN, task=MultiLabel(("a", "b")))
SAME, OTHER = (DOMAIN.task,), (Classification(("x", "y")),)
STRANGE_MODEL = {"source": {"datasets": ["blobs-source"], "model": "gcn"}}
STRANGE_DATA = {"source": {"datasets": ["karate-club"], "model": "blobs-mlp"}}
PER_CLASS = {"target": {"dataset": "blobs-target", "labels_per": "class", "label_budgets": [3, "all"]}}


@pytest.mark.parametrize(
    ("name", "tables", "facts", "told"),
    [
        ("source-model", {"source": []}, Facts(), r"there is no \[source\] \(add one"),
        ("source-model", STRANGE_MODEL, Facts(), "model 'gcn' reads network, and the .* is blobs.points"),
        ("source-model", STRANGE_DATA, Facts(), r"the data set 'karate-club' is network \(choose other data"),
        ("teacher", {"source": []}, Facts(), r"there is no \[source\]"),
        ("source-inputs", {"source": []}, Facts(), "there is no"),
        ("target-labels", {}, Facts(replace(DOMAIN, train=None)), "has no labels"),
        ("target-labels", PER_CLASS, Facts(OPEN), "no classes to count"),
        ("target-inputs", {}, Facts(replace(DOMAIN, unlabelled=None)), "lists no unlabelled queries"),
        ("same-task", {"source": []}, Facts(), "there is no"),
        ("same-task", {}, Facts(DOMAIN, OTHER), "source and target have other answers"),
        ("same-task", {}, Facts(DOMAIN, ()), "the classes of the source model are not known"),
        ("classes", {}, Facts(OPEN), "answers of target 'blobs-target' are open"),
        ("other.capability", {}, Facts(), "source model 'blobs-mlp' does not offer it"),
        ("classes", {}, Facts(SEVERAL), "answers of target 'blobs-target' are no classes of which each query has one"),
        ("target-labels", PER_CLASS, Facts(SEVERAL), "no classes to count"),
        ("source-model", {}, Facts(RELATIONS, (OPEN.task,)), r'has learnt ranking, .* task = "relation-prediction" in'),
    ],
)  # fmt: skip
def test_what_is_withheld_has_its_reason(cells, name, tables, facts, told):
    cell = cells(seeds=[0], strategy=["scratch"], **tables)[0]
    assert re.search(told, withholds(name, cell, facts) or "")


def test_a_source_may_hide_its_labels(cells):
    cell = cells(seeds=[0], strategy=["scratch"])[0]
    config = cell.source.config.model_copy(update={"labels": False})
    hiding = replace(cell, source=replace(cell.source, config=config))
    assert withholds("source-labels", hiding, Facts()) == "[source] hides them (remove labels = false)"
    assert "its head is untrained" in withholds("same-task", hiding, Facts(DOMAIN, SAME))


@pytest.mark.parametrize(
    "name", ["source-model", "source-labels", "target-labels", "target-inputs", "same-task", "classes", "features"]
)
def test_what_is_there_is_not_withheld(cells, name):
    assert withholds(name, cells(strategy=["scratch"])[0], Facts(DOMAIN, SAME)) is None


def test_without_data_nothing_is_refused_that_only_data_could_tell(cells):
    assert [cell.refusal for cell in cells(strategy=["zero-shot", "dann"], seeds=[0])] == [None, None]


def test_a_budget_of_no_labels_refuses_who_needs_some_and_proposes_others(cells):
    found = cells(strategy=["finetune"], target={"dataset": "blobs-target", "label_budgets": [0, "all"]}, seeds=[0])
    told = {cell.budget: cell.refusal for cell in found}
    assert "needs target-labels: the label budget is 0 (raise target.label_budgets)" in told[0]
    fitting = told[0].partition("Strategies that fit: ")[2].split(", ")
    assert {"zero-shot", "dann"} <= set(fitting)
    assert "finetune" not in fitting
    assert "prior" not in fitting
    assert "dgi" not in fitting  # a stage, which alone is refused
