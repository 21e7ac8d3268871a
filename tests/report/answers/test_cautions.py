"""What endangers a conclusion stands in a value of its own, each kind once."""

from __future__ import annotations

import pytest

from relxfer.judge.records import Failures, Share, TopClass
from relxfer.report.answers import cautions
from relxfer.results.lock_check import LockCheck
from relxfer.results.origins import Pretraining, SourceSummary
from relxfer.results.records import Selected
from tests.report.answers.conftest import HURTS, cell, gain, made, row, target

STAGE = Pretraining(seed=0, id="a" * 16, sha="b", seconds=1.0, trained_parameters=7, selection=Selected("last-step"))
HERE = {"conditions": ("with this source model",)}
SOME, NONE = Share(2, 6, 0.1, 0.7), Share(0, 6, 0.0, 0.4)
NO_SEEDS = "no verdict from 1 seed that trained: it takes 3"
FEW_GROUPS = "no verdict: test items come in only 4 groups, and it takes 10"
LEAKY = target(audit={"test facts": 1000, "same": 12}, given_away=("same",))
LOCKED = LockCheck(sha256="0" * 64, locked="2026-12-01T10:00:07Z", differs=("code of relxfer",))

CASES = {
    "leak": (
        made(row("f", gain=gain(0.1)), targets={"us": LEAKY}),
        "Leak in us: the answers of 12 of 1,000 test facts are given away (same): no verdict counts before they are "
        "taken out.",
    ),
    "lock": (
        made(row("f", gain=gain(0.1)), lock=LOCKED),
        "Not what was locked 2026-12-01 10:00 UTC: another code of relxfer than in the lock 000000000000.",
    ),
    "failed": (
        made(row("f", gain=gain(0.1)), cells=(cell("f", 10, status="failed", reason="no memory"),)),
        "A cell of f failed: no memory (relxfer show 0000000000000001 --run runs/x)",
    ),
    "no-verdict": (
        made(row("f", gain=gain(0.1, None, note=f"{NO_SEEDS}; more"))),
        "No verdict from 1 seed that trained: it takes 3.",
    ),
    "undefined": (
        made(row("f", gain=gain(0.1), undefined={"auc": "all test answers are of one class"})),
        "auc has no value: all test answers are of one class.",
    ),
    "failed-to-train": (
        made(row("f", 10, gain=gain(0.1, failures=Failures(SOME, NONE)))),
        "2 of 6 runs of f at 10 labels failed to train: the verdict is on the others.",
    ),
    "collapsed": (
        made(row("f", gain=gain(0.1)), cells=(cell("f", 10, top_class=TopClass("x", 0.99, 0.3)),)),
        "f at seed 0 (10 labels, world → us) has collapsed: it predicts one class for 99 % of the target ('x', which "
        "is 30 % of it).",
    ),
    "source-model": (
        made(row("f", gain=gain(0.1, **HERE)), sources={"world": SourceSummary(shared=True, stages=(STAGE,))}),
        "One pre-training serves all seeds: verdicts hold for this source model only.",
    ),
    "use": (
        made(row("f", 10, use=True, gain=gain(-0.1, HURTS))),
        "The row to use at 10 labels, f, HURTS by the test.",
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_caution_is_one_sentence_of_its_kind(kind):
    results, text = CASES[kind]
    assert cautions.of(results, "us") == (cautions.Caution(kind, text),)


def test_nothing_endangers_a_clean_run():
    assert cautions.of(made(row("f", gain=gain(0.1))), "us") == ()


def test_a_given_model_and_few_pre_trainings_are_told_as_what_they_are():
    given = made(row("f", gain=gain(0.1, **HERE)))
    (one,) = cautions.of(given, "us")
    assert one.text == "The source is one given model: verdicts hold for this source model only."
    two = made(row("f", gain=gain(0.1, conditions=("with these 2 source models",))))
    assert cautions.of(two, "us")[0].text == "Few pre-trainings: verdicts hold for these 2 source models only."


def test_a_verdict_that_only_some_rows_lack_names_them():
    lacking = [row("f", b, gain=gain(0.1, None, note=FEW_GROUPS)) for b in (10, "all")]
    (only,) = cautions.of(made(*lacking, row("g", 10, gain=gain(0.1))), "us")
    assert only.text == (
        "No verdict on f at 10 labels and with all 2,786 labels: test items come in only 4 groups, and it takes 10."
    )


def test_most_runs_that_fail_count():
    most = Failures(Share(5, 6, 0.4, 1.0), SOME)
    (told,) = cautions.of(made(row("f", 10, gain=gain(0.1, failures=most))), "us")
    assert told.text == (
        "5 of 6 runs of f at 10 labels and 2 of 6 runs of scratch failed to train: the verdict counts them."
    )
