"""The row to use: by validation alone, and without it the source unchanged."""

from __future__ import annotations

from dataclasses import replace

from relxfer.results import recommended
from relxfer.results.records import Row

ROW = Row(source="a", target="t", strategy="finetune", role="candidate", budget=10, labels_per="target",
          setting="inductive", metric="mrr", runs=3, planned=3, deterministic=False)  # fmt: skip
SCRATCH, DIRECT = replace(ROW, strategy="scratch", role="scratch"), replace(ROW, strategy="zero-shot", role="direct")


def test_the_test_plays_no_part():
    rows = [replace(ROW, validation=0.4, metrics={"mrr": 0.1}), replace(SCRATCH, validation=0.3, metrics={"mrr": 0.9})]
    assert recommended.best(rows).strategy == "finetune"
    assert recommended.best(rows[::-1]).strategy == "finetune"


def test_of_equal_rows_the_first_and_without_scores_the_source_unchanged():
    assert recommended.best([replace(ROW, validation=0.4), replace(SCRATCH, validation=0.4)]).strategy == "finetune"
    assert recommended.best([ROW, SCRATCH, DIRECT]).strategy == "zero-shot"
    assert recommended.best([ROW, SCRATCH, replace(DIRECT, validation=0.0)]).strategy == "zero-shot"


def test_one_row_for_each_target_and_budget_over_all_sources():
    other = replace(ROW, source="b", validation=0.5)
    rows = [replace(ROW, validation=0.4), other, replace(ROW, budget="all"), replace(SCRATCH, budget=0, runs=0)]
    assert list(recommended.each(rows)) == [other, rows[2]]
