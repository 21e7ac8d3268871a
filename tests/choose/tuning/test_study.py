"""The trials of one row."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from relxfer.choose.tuning.study import Study
from relxfer.contract.options import Searched
from relxfer.declare.experiment import Method
from relxfer.errors import ConfigError
from relxfer.plan.cells import PlannedCell
from relxfer.store.entry import Point

pytest.importorskip("optuna")
SPACE = {"lr": Searched(low=0.0, high=1.0)}
TARGET = SimpleNamespace(name="t", config=None)


def varied(method, options):
    return replace(method, name=f"{options['lr']}")


def study(seeds=1, of=varied, **changes):
    cells = [PlannedCell(None, TARGET, Method("row", ()), "all", seed) for seed in range(seeds)]
    return Study(cells, SPACE, {"lr": 0.5}, of, **{"trials": 10, **changes})


def outcome(*scores, status="done"):
    points = [{"phase": "fit", "step": n, "validation": score, "logged": {}} for n, score in enumerate(scores)]
    return {"status": status, "points": points, "selection": {"rule": "target-val", "steps": {}}}


def lr(cell):
    return float(cell.method.name)


def end(of, score=lambda lr, seed: lr):
    """Run all trials, whose scores rise from 0."""
    waves = []
    while wave := of.wave():
        waves.append([lr(cell) for cell in wave])
        for cell in reversed(wave):
            best = score(lr(cell), cell.seed)
            stop = next((n for n in (1, 2) if of.reached(cell, Point("fit", n, {"validation": best * n / 3}))), None)
            steps = range(4) if stop is None else range(stop + 1)
            of.ended(cell, outcome(*(best * n / 3 for n in steps), status="done" if stop is None else "stopped"))
    return waves


def test_the_first_trial_has_the_options_of_the_row_and_the_best_is_chosen():
    made = study()
    waves = end(made)
    assert [len(wave) for wave in waves] == [4, 4, 2], "the same number at a time whatever runs them"
    assert waves[0][0] == 0.5
    choice = made.choice()
    best = max(trial.score for trial in choice.trials if trial.status == "done")
    assert choice.trials[choice.chosen].score == best > 0.5
    assert (choice.strategy, choice.budget, choice.selected_by) == ("row", "all", "target-val")


def test_scores_are_means_over_later_points_and_over_seeds():
    made = study(seeds=3, trials=2)
    end(made, lambda lr, seed: lr * seed)
    first = made.choice().trials[0]
    assert first.scores == pytest.approx((0.0, 2.5 / 6, 5 / 6))  # the last two points are 2/3 and 3/3 of lr * seed
    assert first.score == pytest.approx(2.5 / 6)


def test_a_trial_that_had_one_good_point_is_not_chosen():
    made = study(trials=2)
    lucky, steady = made.wave()
    made.ended(lucky, outcome(0.1, 0.2, 0.9, 0.1))
    made.ended(steady, outcome(0.1, 0.5, 0.6, 0.6))
    assert made.wave() == []
    assert made.choice().chosen == 1


def test_trials_that_are_worse_than_the_median_are_stopped_and_never_chosen():
    made = study(trials=24)
    end(made, lambda lr, seed: 1 - 2 * abs(lr - 0.5))
    statuses = [trial.status for trial in made.choice().trials]
    assert statuses[:4] == ["done"] * 4
    assert "pruned" in statuses
    assert made.choice().chosen == 0
    unpruned = study(trials=24, prune=False)
    end(unpruned, lambda lr, seed: 1 - 2 * abs(lr - 0.5))
    assert {trial.status for trial in unpruned.choice().trials} <= {"done", "failed"}


def test_a_cell_that_was_stopped_in_vain_is_given_again_and_goes_to_its_end():
    made = study(trials=8)
    first = made.wave()
    for cell in first:
        made.ended(cell, outcome(0, 0.5, 1.0))
    stopped, *others = made.wave()
    made.ended(stopped, outcome(0, 0.9, status="stopped"))  # above the median: no rule asks for it
    for cell in others:
        made.ended(cell, outcome(0, 0.9, 1.0))
    (again,) = made.wave()
    assert again.method == stopped.method
    assert not made.reached(again, Point("fit", 1, {"validation": 0.0})), "it is not stopped again"
    made.ended(again, outcome(0, 0.9, 2.0))
    assert made.wave() == []
    assert made.choice().options["lr"] == lr(stopped)


def test_failed_trials_are_told_and_where_all_fail_no_more_are_tried():
    def broken(method, options):
        return varied(method, {"lr": min(options["lr"], 0.9)})

    made = study(of=broken)
    wave = made.wave()
    for cell in wave:
        made.ended(cell, {"status": "failed", "reason": "out of memory"})
    assert made.wave() == []
    choice = made.choice()
    assert choice.chosen is None
    assert {trial.reason for trial in choice.trials} == {"out of memory"}


def test_options_that_are_not_allowed_are_a_failed_trial():
    def never(method, options):
        raise ConfigError("c.toml", [])

    made = study(of=never)
    assert made.wave() == []
    assert [trial.status for trial in made.choice().trials] == ["failed"] * 4


def test_a_model_that_no_validator_scored_cannot_be_chosen():
    made = study()
    for cell in made.wave():
        made.ended(cell, outcome(None, None))
    assert made.wave() == []
    assert {trial.reason for trial in made.choice().trials} == {"no validator scored it"}


def test_the_same_seed_tries_the_same_options_and_another_one_others():
    assert end(study()) == end(study()) != end(study(seed=1))


def test_options_of_the_row_beyond_the_space_are_tried_first_all_the_same():
    made = Study(study().cells, {"lr": Searched(choices=(0.1, 0.2))}, {"lr": 0.5}, varied, trials=4)
    assert end(made)[0][0] == 0.5
    assert made.choice().options == {"lr": 0.5}


def test_a_trial_is_stopped_only_where_all_of_its_seeds_are():
    made = study(seeds=2, trials=24)
    end(made, lambda lr, seed: 1 - 2 * abs(lr - 0.5) if seed else 1.0)
    assert {trial.status for trial in made.choice().trials} == {"done"}
    assert all(len(trial.scores) == 2 and trial.scores[0] == pytest.approx(5 / 6) for trial in made.choice().trials)


def test_cells_of_earlier_trials_that_are_told_again_change_nothing():
    made = study(trials=8)
    first = made.wave()
    for cell in first:
        made.ended(cell, outcome(0, 0.5, 1.0))
    second = made.wave()
    made.ended(first[0], outcome(0, 0.9, 9.0))
    assert not made.reached(first[0], Point("fit", 1, {"validation": 0.0}))
    for cell in second:
        made.ended(cell, outcome(0, 0.5, 0.5))
    assert made.wave() == []
    assert [trial.score for trial in made.choice().trials[:4]] == [0.75] * 4


def ranked(scores, status="done"):
    """The outcome of a trial whose model rules scored, which no validator did while it was trained."""
    return {**outcome(None), "ratings": scores}


def judged(scored, unchanged=None, seeds=1):
    """The choice among trials with these scores, in their order; `unchanged` are those of the source unchanged."""
    source = [replace(cell, method=Method("zero-shot", ())) for cell in study(seeds).cells] if unchanged else []
    cells = study(seeds).cells
    made = Study(cells, SPACE, {"lr": 0.5}, varied, trials=len(scored), unchanged=source)
    numbers: dict[str, int] = {}
    while wave := made.wave():
        for cell in wave:
            name = cell.method.name
            number = numbers.setdefault(name, len(numbers))
            scores = unchanged if name == "zero-shot" else scored[number]
            made.ended(cell, ranked({rule: score and score + cell.seed for rule, score in scores.items()}))
    return made.choice()


def test_a_vote_chooses_the_trial_with_the_best_mean_rank():
    """By the first rule the second trial is best, by the second rule the third one, which both put high."""
    choice = judged([{"a": 1.0, "b": 2.0}, {"a": 4.0, "b": 1.0}, {"a": 3.0, "b": 9.0}, {"a": 2.0, "b": 3.0}])
    assert choice.chosen == 2
    assert choice.selected_by == "vote of a, b"
    assert [trial.score for trial in choice.trials] == [1.0, 4.0, 3.0, 2.0], "the first rule is told"
    assert choice.trials[2].ratings == {"a": 3.0, "b": 9.0}
    assert (choice.unchanged, choice.source_first) == ({}, False)


def test_of_equal_mean_ranks_the_earliest_trial_is_chosen():
    assert judged([{"a": 1.0, "b": 1.0}, {"a": 2.0, "b": 3.0}, {"a": 3.0, "b": 2.0}]).chosen == 1


def test_a_rule_that_does_not_score_every_model_does_not_vote():
    choice = judged([{"a": 1.0, "b": 9.0}, {"a": 2.0, "b": None}])
    assert (choice.chosen, choice.selected_by) == (1, "a")


def test_models_are_ranked_by_means_over_seeds():
    choice = judged([{"a": 1.0}, {"a": 2.0}], seeds=2)
    assert [trial.ratings for trial in choice.trials] == [{"a": 1.5}, {"a": 2.5}]
    assert choice.trials[0].scores == (1.0, 2.0)


def test_the_source_unchanged_ranks_first_only_above_all_trials():
    trials = [{"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 1.0}]
    choice = judged(trials, unchanged={"a": 3.0, "b": 3.0})
    assert (choice.source_first, choice.chosen, choice.unchanged) == (True, 0, {"a": 3.0, "b": 3.0})
    assert not judged(trials, unchanged={"a": 3.0, "b": 0.5}).source_first
    assert not judged([{"a": 1.0}, {"a": 2.0}], unchanged={"a": 2.0}).source_first, "not where it is as good"


def test_a_model_that_the_first_rule_cannot_score_is_no_choice():
    assert [trial.reason for trial in judged([{"a": None, "b": 1.0}]).trials] == ["no validator scored it"]
