"""Two runs side by side, in the terminal."""

from __future__ import annotations

from relxfer.judge.records import Interval
from relxfer.report import pairing
from relxfer.results.comparing.pairing import Compared, ComparedRow, ComparedRuns, Named, Worse

WORSE = Compared(0.5, 0.4, Interval(-0.1, -0.15, -0.05, 3, 24), "worse", 0.01)
FOUND = ComparedRuns(
    a="runs/a", b="runs/b", rank_rule="plain",
    rows=(
        ComparedRow("world", "us", "finetune", 10, seeds=3, items=1234, metrics={"mrr": WORSE}),
        ComparedRow(None, "us", "scratch", "all", reason="other test questions in A than in B"),
    ),
    only_a=(Named("world", "uk", "finetune", "all"),), only_b=(),
)  # fmt: skip


def test_what_could_be_compared_is_a_table_and_the_rest_is_told(shown):
    lines = [" ".join(line.split()) for line in shown(pairing.render(FOUND)).splitlines()]
    assert lines[:2] == ["A: runs/a", "B: runs/b"]
    assert lines[4] == "10 finetune MRR .500 .400 -.100 [-.150, -.050] worse 3 × 1,234"
    assert "not comparable: no source → us, scratch, all labels: other test questions in A than in B" in lines
    assert "only in A: world → uk, finetune, all labels" in lines
    assert lines[-1].endswith("plain ranks on both sides")


def test_nothing_to_compare_is_no_table(shown):
    text = shown(pairing.render(ComparedRuns("a", "b", None, (), (), ())))
    assert "difference [95 %]" not in text
    assert "ranks" not in text


def test_a_broken_limit_is_a_sentence():
    row = Worse("world", "us", "finetune", 10, "mrr", WORSE)
    assert pairing.sentence(row) == (
        "worse: world → us, finetune, 10 labels: MRR .500 in A, .400 in B, -.100 [-.150, -.050]"
    )


def test_less_of_an_error_is_better():
    lower = Compared(0.5, 0.4, Interval(0.1, 0.05, 0.15, 3, 24), "better", 0.01, direction="lower")
    row = ComparedRow("world", "prices", "finetune", 10, seeds=3, items=24, metrics={"rmse": lower})
    shown_text = "\n".join(
        str(part) for part in pairing.render(ComparedRuns("a", "b", None, (row,), (), ())).renderables
    )
    assert "A - B in a metric of which less is better (↓)" in shown_text
