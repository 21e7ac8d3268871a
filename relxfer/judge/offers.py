"""The plugin that offers the kinds of task and the metrics that ship with relxfer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Metric, TaskKind

relxfer_api_version = 2

#: Rules by which ranks count ties, see `relxfer.judge.metrics.ranking.Ranks`.
_RULES = ("realistic", "pessimistic", "plain")
#: The kinds of task whose candidates are ranked.
_RANKED = ("ranking", "relation-prediction")
#: The smallest difference of a share, such as accuracy, that matters by default.
_SHARE = 0.05


@hookimpl
def relxfer_tasks() -> Iterable[TaskKind]:
    return [
        TaskKind(
            name="ranking",
            load="relxfer.judge.metrics.ranking:Ranking",
            metrics=("mrr", "hits@1", "hits@3", "hits@10"),
            ties=_RULES,
            summary="the right candidate among many, such as the entities of a graph",
        ),
        TaskKind(
            name="relation-prediction",
            load="relxfer.judge.metrics.relations:RelationPrediction",
            metrics=("mrr", "hits@1", "hits@3", "hits@10", "filtered-mrr", "filtered-hits@1"),
            ties=_RULES,
            summary="the relation between two entities of a graph, among all its relations",
        ),
        TaskKind(
            name="classification",
            load="relxfer.judge.metrics.classification:Classification",
            metrics=("accuracy", "macro-f1", "auc"),
            summary="one class of each query",
        ),
        TaskKind(
            name="link-prediction",
            load="relxfer.judge.metrics.links:LinkPrediction",
            metrics=("auc", "ap", "hits@50"),
            summary="whether pairs are linked",
        ),
        TaskKind(
            name="clustering",
            load="relxfer.judge.metrics.clustering:Clustering",
            metrics=("accuracy", "nmi"),
            labels=False,
            summary="clusters of what has classes, without labels",
        ),
        TaskKind(
            name="regression",
            load="relxfer.judge.metrics.regression:Regression",
            metrics=("rmse", "mae", "r2", "spearman"),
            summary="a number for each query, or several",
        ),
        TaskKind(
            name="multi-label",
            load="relxfer.judge.metrics.multi_label:MultiLabel",
            metrics=("macro-f1", "micro-f1", "map", "exact-match"),
            summary="any number of labels for each query",
        ),
    ]


def _share(name: str, load: str, *tasks: str, summary: str) -> Metric:
    """A metric from 0 to 1, the higher the better."""
    load = f"relxfer.judge.metrics.{load}"
    return Metric(name=name, load=load, tasks=tasks, low=0.0, high=1.0, minimal_effect=_SHARE, summary=summary)


@hookimpl
def relxfer_metrics() -> Iterable[Metric]:
    return [*_of_ranks(), *_of_classes(), *_of_numbers()]


def _of_ranks() -> list[Metric]:
    filtered = "among relations that are not known"
    return [
        _share("mrr", "ranking:reciprocal_rank", *_RANKED, summary="mean reciprocal rank"),
        _share("hits@1", "ranking:hits_at_1", *_RANKED, summary="answers that rank first"),
        _share("hits@3", "ranking:hits_at_3", *_RANKED, summary="answers among the first 3"),
        _share("hits@10", "ranking:hits_at_10", *_RANKED, summary="answers among the first 10"),
        _share(
            "filtered-mrr",
            "relations:filtered_reciprocal_rank",
            "relation-prediction",
            summary=f"mean reciprocal rank {filtered}",
        ),
        _share(
            "filtered-hits@1",
            "relations:filtered_hits_at_1",
            "relation-prediction",
            summary=f"answers that rank first {filtered}",
        ),
    ]


def _of_classes() -> list[Metric]:
    return [
        _share("accuracy", "shared_metrics:accuracy", "classification", "clustering", summary="queries that are right"),
        _share("macro-f1", "shared_metrics:macro_f1", "classification", "multi-label", summary="F1, mean over classes"),
        _share("auc", "shared_metrics:auc", "classification", "link-prediction", summary="area under the ROC curve"),
        _share("nmi", "clustering:nmi", "clustering", summary="normalised mutual information"),
        _share("ap", "links:average_precision", "link-prediction", summary="average precision"),
        _share("hits@50", "links:hits_at_50", "link-prediction", summary="linked pairs above the 50th other pair"),
        _share("micro-f1", "multi_label:micro_f1", "multi-label", summary="F1 over all labels"),
        _share(
            "map", "multi_label:mean_average_precision", "multi-label", summary="average precision, mean over labels"
        ),
        _share(
            "exact-match", "multi_label:exact_match", "multi-label", summary="queries all of whose labels are right"
        ),
    ]


def _of_numbers() -> list[Metric]:
    return [
        _number("rmse", "root of the mean squared error", direction="lower", low=0.0),
        _number("mae", "mean absolute error", direction="lower", low=0.0),
        _number("r2", "share of the variance that is explained", high=1.0, minimal_effect=_SHARE),
        _number("spearman", "rank correlation", low=-1.0, high=1.0, minimal_effect=_SHARE),
    ]


def _number(name: str, summary: str, **more: Any) -> Metric:
    load = f"relxfer.judge.metrics.regression:{name}"
    return Metric(name=name, load=load, tasks=("regression",), summary=summary, **more)
