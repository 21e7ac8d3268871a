"""What is said of many kinds of runs, written out so that it can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.report.answers import claims
from relxfer.report.answers.claims import decisive
from tests.report.answers.conftest import (
    HELPS,
    HURTS,
    OPEN,
    SAME,
    against,
    cell,
    gain,
    made,
    row,
    target,
)

NO_SEEDS = {"verdict": None, "note": "no verdict from 1 seed that trained: it takes 3"}


def direct(budget="all", **more):
    return row("zero-shot", budget, "direct", **more)


def alone(strategy="finetune", verdict=HELPS, budget="all", **more):
    estimate = -0.1 if verdict is HURTS else 0.1
    return made(row(strategy, budget, gain=gain(estimate, verdict, **more)), row("scratch", budget, "scratch"))


def unlabelled(*strategies):
    """Adaptation without a label of the target, beside the source unchanged."""
    rows = [direct(), *(row(name, gain=gain(estimate, verdict, "zero-shot")) for name, estimate, verdict in strategies)]
    cells = tuple(cell(each.strategy, labels=False) for each in rows)
    return made(*rows, cells=cells, targets={"us": target("accuracy")})


def two_sources():
    kinds = (("friends", 0.2, HELPS), ("opposites", -0.3, HURTS))
    return made(*(
        each for source, estimate, verdict in kinds for budget in (10, "all")
        for each in (
            row("finetune", budget, source=source, gain=gain(estimate, verdict if budget == 10 else OPEN)),
            row("scratch", budget, "scratch", source=source),
        )
    ))  # fmt: skip


CASES = {
    "one strategy, one budget": (
        alone(),
        ["Transfer helps. With all 2,786 labels, finetune beats training from scratch by .100 MRR [.050, .150]."],
    ),
    "it hurts": (
        alone(verdict=HURTS, budget=10),
        ["Transfer hurts. At 10 labels, finetune is worse than training from scratch by .100 MRR [.050, .150]."],
    ),
    "no difference": (
        alone(verdict=SAME, budget=10),
        ["Transfer makes no difference that matters. At 10 labels, finetune makes no difference that matters."],
    ),
    "no verdict possible": (
        alone(budget=10, **NO_SEEDS),
        [
            "Transfer has no verdict. At 10 labels, finetune has no verdict: +.100 MRR [+.050, +.150] against training "
            "from scratch."
        ],
    ),
    "everything undecided, at several budgets": (
        made(*(row(name, b, gain=gain(0.01, OPEN)) for name in ("a", "b", "c") for b in (10, 20, 50))),
        [
            "Transfer is undecided. Whatever the number of labels, a, b and c are undecided."
        ],
    ),
    "no labels of the target": (
        unlabelled(("mmd", 0.143, HELPS), ("mcc", 0.09, HELPS), ("dann", -0.1, HURTS), ("adabn", 0.02, OPEN)),
        [
            "Adapting to the target helps with some strategies and hurts with others. Without labels of the target, "
            "mmd beats the source unchanged "
            "(zero-shot) by .143 accuracy [.093, .193], mcc by .090 [.040, .140]; dann is "
            "worse than zero-shot by .100 accuracy [.050, .150]; adabn is undecided: +.020 accuracy [-.030, +.070] "
            "against zero-shot."
        ],
    ),
    "several sources": (
        two_sources(),
        [
            "Transfer from friends helps up to 10 labels. At 10 labels, finetune beats training from scratch by .200 "
            "MRR [.150, .250]. With all 2,786 labels, finetune is undecided: +.200 MRR [+.150, +.250] against scratch.",
            "Transfer from opposites hurts or is undecided. At 10 labels, finetune is worse than scratch by .300 MRR "
            "[.250, .350]. With all 2,786 labels, finetune is undecided: -.300 MRR [-.350, -.250] against scratch.",
        ],
    ),
    "budgets without labels, beside priors": (
        made(
            direct(0, gain=gain(0.4, baseline="counts")), row("counts", 0, "prior"),
            direct(5, gain=gain(0.2, baseline="counts")), row("counts", 5, "prior"),
        ),
        [
            "Transfer helps without labels and at 5 labels. Without labels and at 5 labels, zero-shot beats the prior "
            "counts by .200 MRR [.150, .250] (5 labels) to .400 [.350, .450] (0 labels)."
        ],
    ),
    "it helps below and hurts above": (
        made(*(row("f", b, gain=gain(g, v)) for b, g, v in ((5, 0.1, HELPS), (10, 0.0, SAME), ("all", -0.1, HURTS)))),
        [
            "Transfer helps up to 5 labels and hurts with all 2,786 labels. At 5 labels, f beats training from scratch "
            "by .100 MRR [.050, .150]. At 10 labels, f makes no difference that matters. With all 2,786 labels, f is "
            "worse than scratch by .100 MRR [.050, .150]."
        ],
    ),
    "the source unchanged alone is better": (
        made(
            row("finetune", 10, gain=gain(0.1), over_direct=gain(-0.1, HURTS, "zero-shot")),
            direct(10, gain=gain(0.2)),
        ),
        [
            "Transfer helps. At 10 labels, zero-shot beats training from scratch by .200 MRR [.150, .250]; finetune "
            "beats scratch by .100 MRR [.050, .150], but zero-shot alone is better."
        ],
    ),
    "another alternative decides": (
        made(
            row("finetune", 10, gain=gain(0.1, HURTS, against=(against("scratch", 0.1), against("counts", -0.05)))),
            row("counts", 10, "prior"),
        ),
        ["Transfer hurts. At 10 labels, finetune is worse than the prior counts by .050 MRR [.030, .070]."],
    ),
    "a baseline of the user's, and no source": (
        made(
            row("own", 10, source=None, gain=gain(0.1, HELPS, "only features")),
            row("only features", 10, source=None, baseline=True),
        ),
        ['At 10 labels, own beats "only features" by .100 MRR [.050, .150].'],
    ),
    "many strategies": (
        made(*(row(f"s{i}", 10, gain=gain(0.1 + i / 100, HELPS if i else OPEN)) for i in range(9))),
        [
            "Transfer helps. At 10 labels, 8 of 9 strategies beat training from scratch by .110 MRR [.060, .160] (s1) "
            "to .180 [.130, .230] (s8); s0 is undecided: +.100 MRR [+.050, +.150] against scratch."
        ],
    ),
    "a metric of which less is better": (
        made(row("f", 10, metric="rmse", gain=gain(1.25)), targets={"us": target("rmse")}),
        ["Transfer helps. At 10 labels, f beats training from scratch by 1.250 RMSE [1.200, 1.300]."],
    ),
    "nothing finished": (made(row("f", runs=0, cost=None)), ["Nothing finished, so that there is no answer."]),
    "no test": (made(row("f", runs=0)), ["The target has no test, so that nothing is compared."]),
    "exploratory rows": (
        made(row("f", gain=gain(0.1, None, asked=False))),
        ["The run asks no question about this target: its rows are exploratory."],
    ),
    "nothing to compare with": (
        made(row("f", no_gain="no finished scratch to compare with"), direct(no_gain="is the baseline itself")),
        ["Nothing is compared: no finished scratch to compare with; zero-shot is the baseline itself."],
    ),
}  # fmt: skip


def paragraphs(results, target):
    """What is said of each source as one text."""
    return [" ".join(said) for said in claims.paragraphs(results, target)]


@pytest.mark.parametrize(("results", "said"), CASES.values(), ids=CASES)
def test_what_is_said(results, said):
    assert paragraphs(results, "us") == said


def test_of_the_flagship(flagship):
    (said,) = paragraphs(flagship, "us")
    assert said.startswith("Transfer helps at every label budget. Without labels, zero-shot beats the prior counts by")
    assert "zero-shot beats training from scratch by .234 MRR [.184, .284], finetune by .245 [.195, .295]." in said
    assert "At 40 labels, finetune beats scratch by .056" in said
    assert said.endswith("; zero-shot makes no difference that matters.")


def test_each_target_is_told_alone():
    two = made(row("f", 10, gain=gain(0.1)), row("f", 10, target="uk", gain=gain(-0.2, HURTS)))
    assert [len(paragraphs(two, name)) for name in ("us", "uk")] == [1, 1]
    assert "hurts" in paragraphs(two, "uk")[0]
    assert "hurts" not in paragraphs(two, "us")[0]


def test_a_verdict_rests_on_the_alternative_that_decides():
    several = (against("scratch", 0.1), against("counts", 0.02))
    assert decisive(gain(0.1, HELPS, against=several))[0] == "scratch", "the one that is shown, as all are beaten"
    assert decisive(gain(0.1, OPEN, against=several))[0] == "counts"
    worse = (against("scratch", -0.1, p=0.2), against("counts", -0.02, p=0.001))
    assert decisive(gain(0.1, HURTS, against=worse))[0] == "counts", "the one that is surely better"
    assert decisive(replace(gain(0.1, OPEN), against=()))[0] == "scratch"


def test_a_name_with_a_full_stop_ends_no_sentence():
    (said,) = claims.paragraphs(made(row("St. Gallen", 10, gain=gain(0.1)), row("f", 10, gain=gain(0.1))), "us")
    assert len(said) == 2
    assert "St. Gallen" in said[1]
