"""The trials of all rows."""

from __future__ import annotations

from collections import Counter

from relxfer.choose.tuning import spaces
from relxfer.choose.tuning.rows import Rows
from relxfer.choose.tuning.search import Trials
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
