"""The report as Markdown: a table that nothing breaks, and what must be known."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.markdown import markdown
from relxfer.results.records import MetricSummary, TargetSummary
from relxfer.results.run_records import Stopping


def table(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


def test_every_row_has_a_cell_for_every_column(sample):
    head, rule, *rows = table(markdown(sample))
    assert {len(row) for row in (head, rule, *rows)} == {9}
    assert [row[1] for row in rows] == [
        "finetune",
        "zero-shot",
        "scratch",
        "finetune",
        "scratch",
        "counts (prior)",
    ]
    assert rows[0][2:6] == [".400 [.350, .450]", "+.100 [+.060, +.140] scratch", "HELPS", ".031"]
    assert rows[1][7] == "1 (deterministic) × 1234"
    assert rows[2][3:7] == ["–", "–", "–", "–"]


def test_a_leak_is_beside_the_verdict_and_told_below_the_table(sample):
    leaking = replace(sample.targets["us"], given_away=("same",))
    text = markdown(replace(sample, targets={"us": leaking}))
    _, _, *rows = table(text)
    assert rows[0][4] == "HELPS **(leak)**"
    assert "\n**leak in us: the answers of 3 of 3 same are given away (same)" in text


def test_the_oracle_is_a_column_where_it_was_asked_for(with_oracle):
    head, _, first, second, *_ = table(markdown(with_oracle))
    assert (head[-1], first[-1], second[-1]) == ("oracle", ".900", "–")


def test_headings_and_sentences(sample):
    text = markdown(sample)
    assert text.startswith("# x\n\n2 seed(s).\n\n## world → us\n\nMetric: MRR.\n")
    assert "- target us: cut by us\n" in text


def test_a_run_that_adds_seeds_says_when_it_stopped_and_that_its_gains_are_too_large(sample):
    stopping = Stopping(most=20, seeds=2, questions=3, decided=2)
    text = markdown(replace(sample, stopping=stopping))
    assert text.startswith("# x\n\n2 of at most 20 seed(s).\n")
    others = "of the others, more seeds would decide nothing, or hardly anything"
    assert f"- stopped after 2 of at most 20 seeds: 2 of 3 questions decided; {others}\n" in text
    assert "such gains are on average too large\n" in text
    assert "(Bonferroni)" in text
    assert "looks:" not in markdown(sample)


def test_names_break_no_table(sample):
    rows = tuple(replace(row, strategy="a|b") for row in sample.rows)
    head, *rows_of = table(markdown(replace(sample, rows=rows)))
    assert {len(row) for row in rows_of} == {len(head)}
    assert rows_of[1][1] == r"a\|b"


def test_each_target_names_its_metric_and_what_is_undefined(sample):
    prices = TargetSummary(
        task="regression", metrics=(MetricSummary(name="rmse", direction="lower"),), labels_per="target",
        self_supervised=False,
    )  # fmt: skip
    row = replace(sample.rows[0], target="prices", metric="rmse", metrics={}, interval=None, gain=None,
                  undefined={"rmse": "there are no test queries"})  # fmt: skip
    made = replace(sample, rows=(*sample.rows, row), targets={**sample.targets, "prices": prices})
    text = markdown(made)
    assert "## world → us\n\nMetric: MRR.\n" in text
    assert "## world → prices\n\nMetric: RMSE ↓.\n" in text
    assert "- world → prices: RMSE is undefined: there are no test queries (finetune at 10 labels)\n" in text
