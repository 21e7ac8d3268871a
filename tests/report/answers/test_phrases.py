"""Parts of sentences: names, label budgets, spans of differences."""

from __future__ import annotations

import pytest

from relxfer.judge.records import Interval
from relxfer.report.answers.phrases import Labels, Sized, listed, name, span

PER_CLASS = Labels((0, 1, 5, 20, "all"), "class", 120)


@pytest.mark.parametrize(
    ("budgets", "told"),
    [
        ([1], "at 1 label per class"),
        ([1, 20], "at 1 and 20 labels per class"),
        ([1, 5, 20], "at 1 to 20 labels per class"),
        ([0, 5], "without labels and at 5 labels per class"),
        ([5, "all"], "at 5 labels per class and with all 120 labels"),
        ([0, 1, 5, 20, "all"], "at every label budget"),
    ],
)
def test_label_budgets_are_told_as_a_person_would(budgets, told):
    assert PER_CLASS.at(budgets) == told


def test_budgets_that_do_not_adjoin_are_listed_one_by_one():
    assert Labels((1, 2, 3, 4), "target", None).at([1, 2, 4]) == "at 1, 2 and 4 labels"


def test_where_nothing_uses_labels_no_budget_is_told():
    assert Labels(("all",), "target", None, used=False).at(["all"]) == "without labels of the target"
    assert Labels(("all",), "target", None).at(["all"]) == "with all labels"


def test_names_that_are_no_word_have_quotation_marks():
    assert name("only the head, logistic") == '"only the head, logistic"'
    assert listed(["a b", "c"], 2) == '"a b" and c'


def sized(estimate, strategy, budget):
    return Sized(Interval(estimate, estimate - 0.01, estimate + 0.01, 6, 300), strategy, budget)


def test_a_span_names_what_sets_its_ends_apart():
    labels = Labels((5, 20), "class", None)
    alike = [sized(0.2, "one", 5), sized(0.1, "two", 5)]
    assert span(alike, "accuracy", labels) == ".100 accuracy [.090, .110] (two) to .200 [.190, .210] (one)"
    mixed = [sized(0.2, "one", 5), sized(0.1, "two", 20)]
    assert span(mixed, "", labels).endswith("(two, 20 labels per class) to .200 [.190, .210] (one, 5 labels per class)")
    assert span([sized(-0.2, "one", 5)], "", labels, signed=True) == "-.200 [-.210, -.190]"
