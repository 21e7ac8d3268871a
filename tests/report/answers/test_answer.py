"""The answer about each target, as plain data."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict

from relxfer.report.answers.answer import answers
from tests.report.answers.conftest import OPEN, cell, gain, made, row


def test_an_answer_holds_sentences_what_to_use_and_what_is_open(flagship):
    (answer,) = answers(flagship)
    assert answer.target == "us"
    assert answer.text.startswith("Transfer helps at every label budget.")
    assert answer.use == "Use: zero-shot without labels, finetune from 10 labels on."
    assert [caution.kind for caution in answer.cautions] == ["source-model"]
    assert answer.open == ("zero-shot at 40 labels: about 15 seeds would probably decide it",)
    assert "[" in " ".join(asdict(answer)["said"][0]), "plain text, whose brackets are no markup"


def test_what_would_decide_is_told_once_for_equal_reasons():
    rows = [row(name, b, gain=gain(0.0, OPEN, note="a; more seeds")) for name in ("f", "g") for b in (10, "all")]
    (answer,) = answers(made(*rows))
    assert answer.open == ("f and g at 10 labels and with all 2,786 labels: more seeds",)
    sources = [row("f", 10, source=name, gain=gain(0.0, OPEN, note="more seeds")) for name in ("moon", "world")]
    assert answers(made(*sources))[0].open == ("f from moon and f from world at 10 labels: more seeds",)


def test_a_budget_that_is_all_labels_is_told_once():
    rows = [row("f", b, gain=gain(0.1)) for b in (10, "all")]
    same = made(*rows, cells=tuple(cell("f", b) for b in (10, "all")))
    assert answers(same)[0].text.startswith("Transfer helps. With all 2,786 labels")


def test_answers_need_no_torch():
    code = "import sys; import relxfer.report.answers.answer; assert not {'torch', 'numpy'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], check=True)
