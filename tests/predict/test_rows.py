"""Which row answers: the best by validation, and never by the test."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from relxfer import Domain, Task
from relxfer.predict import rows
from relxfer.predict.chosen import Wanted
from relxfer.results.records import CellResult

DIGITS = iter(range(1, 100))


def cell(strategy, role="candidate", seed=0, budget="all", score=None, **more):
    made = CellResult(
        source=more.pop("source", "s"), target="t", strategy=strategy, role=role, budget=budget, seed=seed,
        setting="inductive", labels=True, labels_per="target", seeded=True, status="done",
        id=f"{next(DIGITS):016x}", **more
    )  # fmt: skip
    return made, score


@dataclass
class Scores:
    """In place of the validation of a run."""

    of: dict
    engine: object = field(
        default_factory=lambda: SimpleNamespace(
            domains=SimpleNamespace(target=lambda target: SimpleNamespace(domain=Domain("t", Task("k")))),
            scorer=SimpleNamespace(metrics=lambda kind: [SimpleNamespace(name="mrr")]),
        )
    )  # fmt: skip

    def score(self, cell):
        return self.of[cell.id] if cell.validation is None else cell.validation

    def labels(self, cell):
        return 12

    def planned(self, cell):
        return SimpleNamespace(target="t")

    def rule(self, cell):
        return SimpleNamespace(validator=next((score for score in self.of.values() if score is not None), None))


def chosen(*cells, strategy=None, seed=None, **more):
    results = SimpleNamespace(cells=[made for made, _ in cells], targets={"t": None}, folder="runs/r")
    validation = Scores({made.id: score for made, score in cells})
    return rows.choose(results, validation, Wanted(strategy, None, seed=seed, **more))


def test_the_best_row_by_validation_answers_with_all_its_seeds():
    found = chosen(
        cell("finetune", seed=0, score=0.5), cell("finetune", seed=1, score=0.7),
        cell("scratch", "scratch", 0, score=0.55), cell("scratch", "scratch", 1, score=0.6),
        cell("zero-shot", "direct", score=0.4), cell("bare", score=None),
    )  # fmt: skip
    assert [(each.strategy, each.seed) for each in found.cells] == [("finetune", 0), ("finetune", 1)]
    assert found.description.startswith(
        "finetune on s → t (all labels, the mean of 2 models, one for each seed, cells "
    )
    assert "best of 3 rows by validation MRR .600 (12 labels); without a validation score, and not compared: bare" in (
        found.why
    )


def test_a_baseline_may_be_the_best_and_the_first_of_equal_ones_is_taken():
    assert chosen(cell("finetune", score=0.5), cell("scratch", "scratch", score=0.6)).cells[0].strategy == "scratch"
    assert chosen(cell("a", score=0.5), cell("b", score=0.5)).cells[0].strategy == "a"
    other = chosen(cell("a", score=0.5), cell("a", score=0.6, source="r"))
    assert other.cells[0].source == "r", "rows of every source"


def test_only_rows_of_the_largest_budget_are_compared():
    found = chosen(cell("a", budget=10, score=0.9), cell("a", budget=100, score=0.5), cell("b", budget=100, score=0.4))
    assert (found.cells[0].strategy, found.cells[0].budget) == ("a", 100)


def test_without_validation_labels_the_source_unchanged_answers_and_this_is_said():
    found = chosen(cell("finetune"), cell("zero-shot", "direct"), cell("scratch", "scratch"))
    assert found.cells[0].strategy == "zero-shot"
    assert found.why == "the source unchanged, because there are no validation labels to compare rows by"
    assert chosen(cell("prior", "prior"), cell("own")).why.startswith(
        "the first strategy of the configuration, because"
    )


def test_a_strategy_a_seed_and_an_id_can_be_named():
    cells = cell("a", seed=0, score=0.9), cell("b", seed=0, score=0.5), cell("b", seed=3, score=0.5)
    assert chosen(*cells, strategy="b").why == ""
    assert [each.seed for each in chosen(*cells, strategy="b", seed=3).cells] == [3]
    assert chosen(*cells, cell=cells[1][0].id).cells == (cells[1][0],)
    with pytest.raises(Exception, match="no finished seed of this row is called '9'"):
        chosen(*cells, strategy="b", seed=9)


def test_a_row_whose_seeds_share_one_model_answers_for_every_seed():
    one, score = cell("zero-shot", "direct", score=0.5)
    shared = [(replace(one, seed=seed, seeded=False), score) for seed in (0, 1)]
    assert len(chosen(*shared).cells) == 1
    assert len(chosen(*shared, seed=1).cells) == 1


def test_a_row_whose_seeds_share_one_model_is_compared_on_the_labels_of_all_of_them():
    first, _ = cell("zero-shot", "direct")
    shared = [replace(first, seed=seed, seeded=False, validation=score) for seed, score in ((0, 0.9), (1, 0.1))]
    tuned = [(replace(cell("finetune")[0], seed=seed, id=f"{seed:016x}"), 0.6) for seed in (0, 1)]
    found = chosen(*((each, each.validation) for each in shared), *tuned)
    assert [each.strategy for each in found.cells] == ["finetune"] * 2, "though it is the worse one at seed 0"


def test_the_only_row_is_said_to_be_the_only_one():
    assert chosen(cell("a", score=0.5)).why == "the only finished row"
    only = chosen(cell("zero-shot", "direct"))
    assert only.why == "the source unchanged, which is the only finished row"
    many = chosen(*(cell("a", seed=seed, score=0.5) for seed in range(5)))
    assert " and 2 more): the only finished row" in many.description
