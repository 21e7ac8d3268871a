"""Trials: what they tell, what they cannot see, how they are stopped, and how one becomes a cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from relxfer_strategies.selecting.labelled import TargetVal

from relxfer.contract.data import Examples
from relxfer.execute import domains, runner
from relxfer.execute.domains import Domains
from relxfer.execute.sealed import Sealed
from relxfer.plan.cells import PlannedCell
from relxfer.train.trainer import PhaseTrainer

TRAINING = {"steps": 8, "batch_size": 8, "validations": 4}
TARGET = {"name": "t", "dataset": "blobs-target", "label_budgets": [12]}
KEYS = (Sealed, Domains)


def trials(engine) -> list[PlannedCell]:
    """The cells of the first budget as trials."""
    return [replace(cell, trial=True) for cell in engine.plan() if cell.budget == 12]


class Points:
    """A listener that counts validation points."""

    count = 0

    def __call__(self, event: str, **values: Any) -> None:
        self.count += event == "epoch_finished"


@pytest.fixture
def open_engine(small):
    """`open_engine(**tables)`: an engine in the same folder, and a count of the validation points of its transfers."""

    def opened(**tables):
        engine = small(**{"training": TRAINING, "target": TARGET, "seeds": [0], **tables})
        points = Points()
        engine.events.listeners = (points,)
        return engine, points

    return opened


class Untouchable(Examples):
    """A test that may be left out of a domain, and raises when anything of it is read."""

    def __getattribute__(self, name):
        raise AssertionError(f"the test was opened: {name}")


@pytest.fixture
def sealed_tests(monkeypatch):
    load = domains.domain_of
    test = object.__new__(Untouchable)
    monkeypatch.setattr(domains, "domain_of", lambda dataset: replace(load(dataset), test=test))


def test_a_trial_runs_where_nothing_of_a_test_may_be_read(open_engine, sealed_tests):
    engine, points = open_engine(source={"name": "s", "datasets": ["blobs-source"], "training": TRAINING})
    (trial,) = trials(engine)
    outcome = engine.cells.run(trial)
    assert (outcome["status"], points.count) == ("done", 2 * 5), "of the source and of the trial"
    assert [(point["phase"], point["step"]) for point in outcome["points"]] == [("fit-0", n) for n in (0, 2, 4, 6, 8)]
    assert all(0 <= point["validation"] <= 1 and "loss" in point["logged"] for point in outcome["points"])
    judged = engine.cells.run(replace(trial, trial=False))
    assert "the test was opened" in judged["reason"]


def test_a_trial_has_no_evaluation(open_engine):
    engine, _ = open_engine()
    (trial,) = trials(engine)
    outcome = engine.cells.run(trial)
    assert not outcome.keys() & {"n", "evaluation", "metrics", "evaluation_seconds"}
    assert not list(engine.store.folder.glob("evaluations/*"))


def test_a_trial_and_a_cell_share_what_is_trained(open_engine):
    engine, points = open_engine()
    (trial,) = trials(engine)
    first = engine.cells.run(trial)
    trained = points.count
    cell = engine.cells.run(replace(trial, trial=False))
    assert (cell["id"], cell["sha"], points.count) == (first["id"], first["sha"], trained), "only evaluated"
    assert cell["n"] == 24
    again, none = open_engine()
    assert again.cells.run(trial) == first, "known, with its points"
    assert none.count == 0


def test_during_a_trial_nothing_that_can_be_reached_holds_a_test_answer(open_engine, reachable, monkeypatch):
    given: list[Any] = []
    fit, score = PhaseTrainer.fit, TargetVal.score

    def fitted(*arguments, **named):
        given.append((arguments, named))
        return fit(*arguments, **named)

    def scored(*arguments):
        given.append(arguments)
        return score(*arguments)

    engine, _ = open_engine(strategy=[{"use": "dann"}], validator="target-val")
    tests = [domain._complete.test for domain in map(engine.domains.target, engine.experiment.targets)]
    tests += [sealed._complete.test for sealed in engine.domains._of_source(engine.experiment.sources[0])]
    ready = engine.cells.prepare(trials(engine)[0])
    monkeypatch.setattr(PhaseTrainer, "fit", fitted)
    monkeypatch.setattr(TargetVal, "score", scored)
    outcome = engine.cells.run(ready.cell, prepared=ready, stop=lambda point: False)
    assert outcome["status"] == "done"
    assert len(given) > 3, "the strategy trained, and the validator scored"
    reached = list(reachable(given, engine.trials))
    assert not [one for one in reached if isinstance(one, KEYS)]
    arrays = [one for one in reached if isinstance(one, np.ndarray)]
    assert any(np.array_equal(one, tests[0].inputs) for one in arrays), "the walk gets to the inputs"
    assert not [one for one in arrays for test in tests if np.shares_memory(one, test.answers)]
    whole = [np.concatenate([d.train.answers, d.val.answers, d.test.answers]) for d in _domains(engine)]
    assert not [one for one in arrays for each in whole if one.shape == each.shape and (one == each).all()]


def _domains(engine):
    yield engine.domains.target(engine.experiment.targets[0])._complete
    yield from (sealed._complete for sealed in engine.domains._of_source(engine.experiment.sources[0]))


@pytest.mark.parametrize("training", [{}, {"patience": 2}], ids=["all steps", "patience"])
def test_a_trial_that_was_stopped_goes_on_as_if_it_never_was(open_engine, training, tmp_path, small):
    engine, _ = open_engine(training=TRAINING | training)
    (trial,) = trials(engine)
    asked = []
    stopped = engine.cells.run(trial, stop=lambda point: asked.append(point) or point.step == 2)
    assert (stopped["status"], stopped["reason"]) == (
        "stopped",
        "stopped as asked, at step 2 of phase fit-0; run again to go on from there",
    )
    assert [point["step"] for point in stopped["points"]] == [point.step for point in asked] == [0, 2]
    assert [point["validation"] for point in stopped["points"]] == [point.values["validation"] for point in asked]
    assert engine.cells.finished(engine.cells.prepare(trial)) is None
    went_on, points = open_engine(training=TRAINING | training)
    done = went_on.cells.run(trial)
    assert points.count == len(done["points"]) - 2, "after the point at which it was stopped"
    small.folder = tmp_path / "other"
    small.folder.mkdir()
    whole = open_engine(training=TRAINING | training)[0].cells.run(trial)
    assert (done["sha"], done["points"], done["selection"]) == (whole["sha"], whole["points"], whole["selection"])


def test_a_trial_that_ends_at_a_point_is_not_asked_there(open_engine):
    engine, _ = open_engine()
    (trial,) = trials(engine)
    asked = []
    outcome = engine.cells.run(trial, stop=lambda point: asked.append(point.step))
    assert (outcome["status"], asked) == ("done", [0, 2, 4, 6])


def test_a_strategy_that_retries_after_errors_is_stopped_too(open_engine, monkeypatch):
    engine, _ = open_engine()
    (trial,) = trials(engine)
    fit = PhaseTrainer.fit

    def retried(*arguments, **named):
        try:
            return fit(*arguments, **named)
        except Exception:
            return fit(*arguments, **named)

    engine.cells.prepare(trial)
    monkeypatch.setattr(PhaseTrainer, "fit", retried)
    assert engine.cells.run(trial, stop=lambda point: True)["status"] == "stopped"


def halve(engine, waiting: list[PlannedCell]) -> PlannedCell:
    """A small scheduler: trials run to the next validation point, the better half goes on, the last one is returned."""
    step = 2
    while len(waiting) > 1:
        scores = []
        for trial in waiting:
            outcome = engine.cells.run(trial, stop=lambda point, until=step: point.step >= until)
            assert outcome["status"] == "stopped"
            scores.append(outcome["points"][-1]["validation"])
        best = sorted(range(len(waiting)), key=lambda each: -scores[each])[: len(waiting) // 2]
        waiting, step = [waiting[each] for each in sorted(best)], step + 2
    return waiting[0]


def test_a_scheduler_stops_trials_and_makes_one_a_cell(open_engine):
    rows = [
        {"use": "l2-sp", "name": f"l2-sp {alpha}", "source_penalty_weight": alpha} for alpha in (0.0, 0.1, 1.0, 10.0)
    ]
    engine, points = open_engine(strategy=rows)
    waiting = trials(engine)
    assert len(waiting) == 4
    best = halve(engine, waiting)
    done = engine.cells.run(best)
    assert done["status"] == "done"
    assert len(list(engine.store.folder.glob("cells/*/outcome.json"))) == 1, "one of four was trained to its end"
    trained = points.count
    judged = engine.cells.run(replace(best, trial=False))
    assert (judged["sha"], judged["n"], points.count) == (done["sha"], 24, trained)


class Halving:
    """A scheduler: a wave of trials that are stopped at a step, and the best of them as a cell."""

    def __init__(self, plan):
        self.trials = [
            replace(cell, trial=True) for cell in plan if cell.budget == 12 and cell.method.role == "candidate"
        ]
        self.at_most = len(self.trials) + 1
        self.waves = [self.trials, None]
        self.outcomes = {}

    def wave(self):
        wave = self.waves.pop(0) if self.waves else []
        return [replace(self.best, trial=False)] if wave is None else wave

    @property
    def best(self):
        return max(self.trials, key=lambda cell: self.outcomes[cell.method.name]["points"][-1]["validation"])

    def ended(self, cell, outcome):
        self.outcomes[cell.method.name, cell.trial] = outcome
        self.outcomes.setdefault(cell.method.name, outcome)

    def reached(self, cell, point):
        return cell.trial and point.step >= 4


@pytest.mark.parametrize("executor", ["serial", {"use": "processes", "jobs": 2}], ids=["serial", "processes"])
def test_a_run_of_trials_judges_the_one_that_becomes_a_cell(small, executor, monkeypatch, reachable):
    given: list[Any] = []
    fit = PhaseTrainer.fit
    monkeypatch.setattr(PhaseTrainer, "fit", lambda *of, **named: given.append((of, named)) or fit(*of, **named))
    rows = [{"use": "l2-sp", "name": f"l2-sp {weight}", "source_penalty_weight": weight} for weight in (0.0, 1.0)]
    made = []
    engine = small(strategy=rows, training=TRAINING, target=TARGET, seeds=[0], executor=executor)
    results = runner.run(
        engine.experiment,
        engine.plugins,
        small.folder / "run",
        scheduling=lambda plan: made.append(Halving(plan)) or made[0],
    )
    (scheduler,) = made
    ended = [scheduler.outcomes[cell.method.name] for cell in scheduler.trials]
    # a worker that reads the request to stop a moment later has gone on meanwhile
    assert {outcome["status"] for outcome in ended} <= ({"stopped"} if executor == "serial" else {"stopped", "done"})
    steps = [[point["step"] for point in outcome["points"]] for outcome in ended]
    assert all(each == [0, 2, 4] if executor == "serial" else each[:3] == [0, 2, 4] for each in steps)
    (cell,) = results.cells
    assert (cell.status, cell.n, cell.strategy) == ("done", 24, scheduler.best.method.name)
    assert [row.strategy for row in results.rows] == [cell.strategy]
    assert not [one for one in reachable(given) if isinstance(one, KEYS)]
    assert bool(given) == (executor == "serial"), "workers train in processes of their own"


LABEL_FREE = {
    "source": {"name": "s", "datasets": ["blobs-source"], "training": TRAINING},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [0]},
    "strategy": ["mmd"],
}


def label_free(engine):
    return next(replace(cell, trial=True) for cell in engine.plan() if cell.method.name == "mmd")


def test_the_model_of_a_trial_is_scored_by_every_rule_that_ranks(open_engine, monkeypatch):
    engine, points = open_engine(**LABEL_FREE)
    first = engine.cells.run(label_free(engine))
    assert list(first["ratings"]) == ["class-shares", "mixval"]
    (best,) = (
        point["validation"] for point in first["points"] if point["step"] == first["selection"]["steps"]["fit-0"]
    )
    assert first["ratings"]["class-shares"] == pytest.approx(best), "that of the step that was selected"
    trained = points.count
    again, none = open_engine(**LABEL_FREE)
    monkeypatch.setattr(type(again.attach), "stored", lambda *a, **k: pytest.fail("nothing is scored again"))
    assert again.cells.run(label_free(again)) == first
    assert (trained > 0, none.count) == (True, 0)


def test_a_model_that_a_rule_has_not_scored_is_scored_and_not_trained_again(open_engine):
    engine, _ = open_engine(**LABEL_FREE)
    trial = label_free(engine)
    first = engine.cells.run(trial)
    for path in engine.store.cell(first["id"]).folder.glob("validation-*.json"):
        path.unlink()
    again, points = open_engine(**LABEL_FREE)
    assert again.cells.run(label_free(again)) == first
    assert points.count == 0


def test_trials_that_other_rules_rank_share_a_model_and_no_scores(open_engine):
    (one, first), (other, second) = (
        (engine.cells.prepare(label_free(engine)), engine.cells.run(label_free(engine)))
        for engine in (open_engine(**LABEL_FREE, validator=rules)[0] for rules in (["im", "snd"], ["im", "entropy"]))
    )
    assert one.identity == other.identity
    assert one.key != other.key
    assert [list(each["ratings"]) for each in (first, second)] == [["im", "snd"], ["im", "entropy"]]


def test_while_rules_score_a_model_nothing_of_a_test_may_be_read(open_engine, sealed_tests):
    engine, _ = open_engine(**LABEL_FREE)
    outcome = engine.cells.run(label_free(engine))
    assert (outcome["status"], len(outcome["ratings"])) == ("done", 2), outcome.get("reason")
