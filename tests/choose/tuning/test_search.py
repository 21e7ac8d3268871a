"""The trials of all rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from relxfer.choose.tuning import spaces
from relxfer.choose.tuning.rows import Rows
from relxfer.choose.tuning.search import Trials, unchanged
from relxfer.declare.tuning import TuneOptions
from relxfer.plan.cells import PlannedCell


def test_every_row_has_as_many_trials_as_scratch(experiment, plugins):
    made = experiment()
    methods = {method.name: method for method in made.methods}
    plan = [
        PlannedCell(made.sources[0], made.targets[0], method, 24, seed, source_seed=0)
        for method in made.methods
        for seed in range(3)
    ]
    wanted = spaces.of_rows(made, {})
    values = {name: spaces.defaults(methods[name], space, made) for name, space in wanted.items()}
    trials = Trials(plan, wanted, values, Rows(made, plugins).varied, TuneOptions(trials=5, seeds=2))
    given = Counter()
    while wave := trials.wave():
        assert all(cell.trial for cell in wave)
        given.update((cell.method.name, cell.seed) for cell in wave)
        for cell in wave:
            points = [{"phase": "fit", "step": 0, "validation": 0.5, "logged": {}}]
            trials.ended(cell, {"status": "done", "points": points, "selection": {"rule": "im", "steps": {}}})
    assert given == {("l2-sp", 0): 5, ("l2-sp", 1): 5, ("scratch", 0): 5, ("scratch", 1): 5}
    assert trials.at_most == sum(given.values())
    assert [choice.strategy for choice in trials.choices()] == ["l2-sp", "scratch"]


def test_cells_that_cannot_run_are_not_tried(experiment, plugins):
    made = experiment()
    plan = [PlannedCell(made.sources[0], made.targets[0], made.methods[0], 24, 0, refusal="it lacks labels")]
    trials = Trials(plan, {"l2-sp": {}}, {"l2-sp": {}}, Rows(made, plugins).varied, TuneOptions())
    assert (trials.at_most, trials.wave(), trials.choices()) == (0, [], ())


RULES = ("a rule",)


def planned(made, method, seeds=2, **changes):
    cell = PlannedCell(made.sources[0], made.targets[0], method, 0, 0)
    return [replace(cell, seed=seed, **{"source_seed": seed, **changes}) for seed in range(seeds)]


def test_the_source_unchanged_is_a_trial_beside_those_of_a_row_that_rules_rank(experiment):
    made = experiment()
    row, direct = (next(m for m in made.methods if m.name == name) for name in ("l2-sp", "zero-shot"))
    plan = [*planned(made, row), *planned(made, direct)]
    trials = unchanged(plan, plan[:2], RULES)
    assert [(cell.method.name, cell.seed, cell.source_seed) for cell in trials] == [
        ("zero-shot", 0, 0),
        ("zero-shot", 1, 1),
    ]
    assert all(cell.trial and cell.method.validators == RULES for cell in trials)


def test_it_is_no_trial_where_it_does_not_run_for_every_seed(experiment):
    made = experiment()
    row, direct = (next(m for m in made.methods if m.name == name) for name in ("l2-sp", "zero-shot"))
    cells = planned(made, row)
    assert unchanged([*cells, *planned(made, direct, seeds=1)], cells, RULES) == []
    assert unchanged([*cells, *planned(made, direct, refusal="other classes")], cells, RULES) == []
    assert unchanged([*cells, *planned(made, direct, budget=24)], cells, RULES) == []
    assert unchanged([*cells, *planned(made, direct, source_seed=7)], cells, RULES) == []
    assert unchanged([*cells, *planned(made, direct)], cells, ()) == [], "without rules there is nothing to rank"
    scratch = planned(made, next(m for m in made.methods if m.name == "scratch"))
    assert unchanged([*scratch, *planned(made, direct)], scratch, RULES) == [], "scratch has no source to leave"
