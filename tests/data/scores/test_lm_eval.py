"""Samples of lm-evaluation-harness: filters, metrics, and lines that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import lm_eval
from relxfer.errors import DataError, UnknownName

PATH = Path("org__model/samples_task_2025-01-01T00-00-00.jsonl")


def sample(number, kept="none", **metrics):
    """A sample as the harness writes it."""
    return {
        "doc_id": number,
        "doc": {"question": f"What is {number}?", "answer": str(number)},
        "target": str(number),
        "arguments": {"gen_args_0": {"arg_0": f"Q: {number}", "arg_1": {"until": ["\n"]}}},
        "resps": [[str(number)]],
        "filtered_resps": [str(number)],
        "filter": kept,
        "metrics": list(metrics),
        "doc_hash": f"{number:064x}",
        "prompt_hash": "1" * 64,
        "target_hash": "2" * 64,
        **metrics,
    }


def lines(*samples):
    return "".join(json.dumps(each) + "\n" for each in samples)


def system(text, metric=None, bad=None):
    return lm_eval.system(text, PATH, metric, bad or BadRowList("scores"))


def test_the_first_metric_is_taken_and_the_others_are_said():
    found = system(lines(*(sample(i, acc=float(i == 1), acc_norm=1.0) for i in range(3))))
    assert (found.name, found.metric, list(found.ids), found.scores.tolist()) == (
        "org__model",
        "acc",
        ["0", "1", "2"],
        [0.0, 1.0, 0.0],
    )
    assert found.digests is not None
    assert found.digests[1] == f"{1:064x}"
    assert "acc, filter none (also there: acc_norm; --metric NAME)" in found.notes[0]


@pytest.mark.parametrize(
    ("asked", "metric", "scores"),
    [
        (None, "exact_match,strict-match", [0.0, 0.0]),
        ("exact_match", "exact_match,strict-match", [0.0, 0.0]),
        ("exact_match,flexible-extract", "exact_match,flexible-extract", [1.0, 1.0]),
    ],
)
def test_filters(asked, metric, scores):
    both = (("strict-match", 0.0), ("flexible-extract", 1.0))
    text = lines(*(sample(i, kept, exact_match=value) for i in range(2) for kept, value in both))
    found = system(text, asked)
    assert (found.metric, found.scores.tolist()) == (metric, scores)
    assert ("also there: exact_match,flexible-extract" in found.notes[0]) == (asked is None)


def test_samples_without_a_list_of_metrics_have_those_with_numbers():
    old = [{name: value for name, value in sample(i, acc=1.0).items() if name != "metrics"} for i in range(2)]
    assert system(lines(*old)).metric == "acc"


@pytest.mark.parametrize("metric", ["f1", "acc,lenient"])
def test_names_that_are_not_there(metric):
    with pytest.raises(UnknownName):
        system(lines(sample(0, acc=1.0)), metric)


def test_a_metric_of_a_whole_corpus_cannot_be_judged():
    with pytest.raises(DataError, match="such as perplexity, cannot be judged by item"):
        system(lines(sample(0, word_perplexity=[-12.5, 4])))


def test_lines_that_are_no_samples_are_gathered():
    bad = BadRowList("scores", skip=True)
    found = system(lines(sample(0, acc=1.0), sample(1, acc=None)) + "broken\n", bad=bad)
    assert list(found.ids) == ["0"]
    assert sorted(row.row or 0 for row in bad.first) == [2, 3]


@pytest.mark.parametrize(
    ("text", "expected"), [(lines(sample(0, acc=1)), True), ('{"doc_id": 1, "score": 1}\n', False), ("doc_id\n", False)]
)
def test_what_samples_are(text, expected):
    assert lm_eval.is_samples(text) is expected
