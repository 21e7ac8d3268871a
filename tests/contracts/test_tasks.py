"""Every built-in kind of task keeps the contract."""

from __future__ import annotations

from relxfer.testing import TaskContract


class TestClassification(TaskContract):
    task = "classification"


class TestClustering(TaskContract):
    task = "clustering"


class TestLinkPrediction(TaskContract):
    task = "link-prediction"


class TestRanking(TaskContract):
    task = "ranking"


class TestRelationPrediction(TaskContract):
    task = "relation-prediction"


class TestRegression(TaskContract):
    task = "regression"


class TestMultiLabel(TaskContract):
    task = "multi-label"
