"""Ours beside published values: where the test is the same, under the rule of ranks of the source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer import Results, Undefined, UnknownName
from relxfer.bench.references import References
from relxfer.bench.standings import Seen, Standings
from relxfer.bench.suites import SuiteOptions
from relxfer.judge.metrics.ranking import Ranks
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins
from relxfer.results.records import CellResult, MetricSummary, TargetSummary
from relxfer.results.standings import Overlapping
from relxfer.store import files
from relxfer.store.run_directory import Store

SCORER = Scorer(Plugins.load(third_party=False))
#: Two queries with an answer at rank 1, tied with another: by the plain rule at rank 2.
RANKS = Ranks(np.array([1, 1]), np.array([2, 2]), np.array([2, 2]), np.array([5, 5]))
VALUE = {"model": "rival", "items": 2, "protocol": "plain", "source": "paper", "metrics": {"mrr": 0.25, "hits@10": 0.5}}
REFERENCES = References.model_validate({
    "sources": {"paper": {"citation": "A paper"}},
    "protocols": {"plain": {"summary": "the usual one", "rank_rule": "plain"}},
    "models": {"rival": {"name": "Rival", "source": "paper", "seen": ["parent"]}},
    "values": [VALUE | {"target": "us"}, VALUE | {"target": "uk", "items": 7}],
    "averages": [{"model": "rival", "group": "all", "graphs": 9, "metrics": {"mrr": 0.3}, "protocol": "plain",
                  "source": "paper"}],
    "overlaps": [{"parent": "parent", "kind": "facts", "targets": {"us": 0.25}, "source": "paper"}],
})  # fmt: skip
OPTIONS = SuiteOptions(summary="s", strategy="zero-shot", metrics=("mrr",), published=("rival",), item="facts",
                       groups={"all": ("us", "uk")})  # fmt: skip


def cell(target: str, number: int, **more) -> CellResult:
    base = CellResult(source="world", target=target, strategy="zero-shot", role="direct", budget="all", seed=0, n=2,
                      setting="transductive", labels=False, labels_per="target", seeded=False, status="done",
                      evaluation=f"{number:016x}", seconds=1.0, evaluation_seconds=2.0)  # fmt: skip
    return replace(base, **more)


@pytest.fixture
def results(tmp_path) -> Results:
    for number in (1, 2):
        arrays = {**RANKS.to_arrays(), "units": np.array([0, 1])}
        files.write_arrays(Store(tmp_path).evaluation(f"{number:016x}"), arrays, {"kind": "ranking"})
    failed = cell("de", 3, status="failed", reason="no memory")
    metrics = tuple(MetricSummary(name=name, low=0.0, high=1.0) for name in ("mrr", "hits@10"))
    target = TargetSummary(
        task="ranking", metrics=metrics, ranks_by="realistic", labels_per="target", self_supervised=True
    )
    targets = dict.fromkeys(("us", "uk", "de"), target)
    return Results(tmp_path, "x", (cell("us", 1), cell("uk", 2), failed), (), targets)


def found(results, **options):
    seen = {"world": Seen("rival", ("parent",))}
    return Standings("toy", OPTIONS.model_copy(update=options), results, REFERENCES, seen, SCORER).found()


def test_theirs_are_compared_under_their_rule_where_the_test_is_the_same(results):
    us, uk, de = found(results).targets
    assert us.metrics["mrr"].estimate == pytest.approx(1 / 1.5), "realistic, the rule of the run"
    (theirs,) = us.published
    assert (theirs.ours, theirs.difference, theirs.metrics) == ({"mrr": 0.5}, {"mrr": 0.25}, {"mrr": 0.25})
    assert (us.items, us.seconds, us.seen) == (2, 3.0, Overlapping("25 %", "parent", "paper"))
    assert (uk.published[0].difference, uk.published[0].note) == ({}, "on 7 facts: another test, not compared")
    assert (de.reason, de.metrics, de.published) == ("failed: no memory", {}, ())


def test_the_row_is_that_of_the_largest_budget(results):
    few = tuple(replace(one, budget=10) for one in results.cells)
    more = replace(results.cells[0], budget=100, evaluation=results.cells[1].evaluation, status="failed", reason="late")
    us, uk, _ = found(replace(results, cells=(*few, more))).targets
    assert us.reason == "failed: late"
    assert uk.metrics["mrr"].estimate == pytest.approx(1 / 1.5)


def test_averages_are_over_what_both_sides_have(results):
    (average,) = found(results).averages
    assert (average.targets, average.of, average.metrics, average.ours) == (("us",), 2, {"mrr": 0.25}, {"mrr": 0.5})


def test_every_source_that_is_named_is_cited(results):
    made = found(results)
    assert [value.graphs for value in made.field] == [9]
    assert (list(made.sources), list(made.protocols)) == (["paper"], ["plain"])


def test_several_queries_are_one_item(results):
    assert found(results, queries_per_item=2).targets[0].items == 1


def test_a_metric_that_the_task_does_not_have(results):
    with pytest.raises(UnknownName, match="did you mean 'mrr'"):
        found(results, metrics=("mmr",))


def test_a_metric_without_a_value_is_a_reason(results, monkeypatch):
    def undefined(results):
        raise Undefined("there are no facts")

    monkeypatch.setattr("relxfer.judge.metrics.ranking.reciprocal_rank", undefined)
    us, *_ = found(results).targets
    assert (us.reason, us.metrics, us.published) == ("mrr is undefined: there are no facts", {}, ())
    assert found(results).averages == ()


@pytest.mark.parametrize(
    ("seen", "words", "mark"),
    [
        (Seen(), "its training data is unknown, and so is contamination", "unknown"),
        (Seen(graphs=("us",), whole=True), "pre-trained here on us", "itself"),
        (Seen(graphs=("other",), whole=True), "pre-trained here on other", "none known"),
        (
            Seen("rival", ("parent",)),
            "by its content Rival, pre-trained on parent and graphs that are not listed",
            "25 %",
        ),
    ],
)
def test_what_a_source_has_seen(seen, words, mark):
    assert words in seen.sentence("world", REFERENCES)
    assert seen.of("us", REFERENCES).mark == mark
