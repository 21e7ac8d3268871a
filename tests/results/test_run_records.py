"""Records of a run as a whole."""

from __future__ import annotations

import pytest

from relxfer.judge.records import Gain, Verdict
from relxfer.results.run_records import SourcePair


@pytest.mark.parametrize(
    ("verdict", "word"), [(Verdict.HELPS, "better"), (Verdict.NO_DIFFERENCE, "no difference"), (None, "no verdict")]
)
def test_a_source_is_better_or_worse_and_helps_nobody(verdict, word):
    difference = Gain(0.1, 0.05, 0.2, 6, 60, baseline="b", verdict=verdict)
    pair = SourcePair(
        sources=("a", "b"), target="t", strategy="finetune", budgets=(10,), labels_per="target", metric="mrr",
        difference=difference,
    )  # fmt: skip
    assert pair.word == word
