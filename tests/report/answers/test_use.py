"""Which row is said to be used."""

from __future__ import annotations

from relxfer.report.answers import use
from tests.report.answers.conftest import OPEN, gain, made, row


def used(strategy, budget="all", role="candidate", **more):
    return row(strategy, budget, role, use=True, validation=0.5, **more)


def test_one_row_for_all_budgets_or_several_in_order(flagship):
    assert use.sentence(flagship, "us") == "Use: zero-shot without labels, finetune from 10 labels on."
    assert use.sentence(made(used("f", 10), used("f")), "us") == "Use: f."
    assert use.sentence(made(row("f")), "us") == "", "nothing finished"
    mixed = made(used("a", 5), used("a", 10), used("b", 20), used("scratch", "all", "scratch"))
    assert use.sentence(mixed, "us") == "Use: a at 5 and 10 labels, b at 20 labels, scratch with all 2,786 labels."


def test_sources_are_named_where_there_are_several():
    several = made(used("f", 10), row("f", 10, source="moon"), used("counts", "all", "prior"))
    assert use.sentence(several, "us") == "Use: f from world at 10 labels, the prior counts with all 2,786 labels."


def test_without_validation_it_says_so_and_names_what_helps():
    direct = row("zero-shot", role="direct", use=True)
    one, two = row("mmd", gain=gain(0.1)), row("only heads", gain=gain(0.1))
    why = "Use: zero-shot, as there are no validation labels to choose by"
    assert use.sentence(made(direct, row("mmd", gain=gain(0.1, OPEN))), "us") == f"{why}."
    assert use.sentence(made(direct, one), "us") == f"{why}; mmd helps, and --strategy mmd chooses it."
    said = use.sentence(made(direct, one, two), "us")
    assert said == f'{why}; mmd and "only heads" help, and --strategy NAME chooses one of them.'
    assert use.sentence(made(direct), "us") == "Use: zero-shot.", "there was nothing to choose"
