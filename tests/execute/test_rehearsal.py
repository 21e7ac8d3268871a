"""The speed of cells and of pre-training, as measured with a few steps on a part of the data."""

from __future__ import annotations

import pytest

from relxfer.execute import rehearsal
from relxfer.execute.rehearsal import Rehearsal
from relxfer.store.run_directory import Store


@pytest.fixture
def rehearsed(small, tmp_path):
    def made(**changes):
        engine = small(**changes)
        aside = Store.create(tmp_path / "aside").folder
        return engine, Rehearsal(engine.experiment, engine.plugins, engine.domains, aside)

    return made


def test_a_trained_cell_has_a_pace_for_each_of_its_parts(rehearsed):
    engine, rehearsal = rehearsed()
    pace = rehearsal.cell(engine.plan()[0], "6")
    assert min(pace.step, pace.fit.start, pace.answer.at(24), pace.validate.at(6)) > 0
    assert pace.again == pace.answer, "the body was trained, so that no features are kept"


def test_a_cell_that_is_not_trained_has_no_steps(rehearsed):
    engine, rehearsal = rehearsed(strategy=["zero-shot"], training={})
    pace = rehearsal.cell(engine.plan()[0], "6")
    assert pace.step == 0
    assert pace.fit.start > 0
    assert pace.answer.at(24) > 0


def test_pre_training_has_a_pace(rehearsed):
    engine, rehearsal = rehearsed()
    pace = rehearsal.stage(engine.experiment.sources[0], 0)
    assert min(pace.step, pace.fit.start, pace.validate.at(6)) > 0


def test_few_queries_are_trained_on_and_none_of_the_test_is_asked(rehearsed, monkeypatch):
    from relxfer.execute.sealed import Sealed
    from relxfer.testing.blobs_net import BlobsLearner

    monkeypatch.setattr(rehearsal, "MOST", 4)
    monkeypatch.setattr(Sealed, "judge", lambda *of: pytest.fail("a test was opened"))
    sizes, batch = [], BlobsLearner.batch

    def watched(self, examples, rows, rng):
        if examples.answers is not None:
            sizes.append(len(examples))
        return batch(self, examples, rows, rng)

    monkeypatch.setattr(BlobsLearner, "batch", watched)
    engine, rehearsing = rehearsed(source=[], strategy=["scratch"])
    pace = rehearsing.cell(engine.plan()[-1], "all")
    assert pace.step > 0
    assert set(sizes) <= {4, 8}, "half a batch and a whole one, which is more than `MOST`"


def test_the_features_of_earlier_runs_are_not_used(rehearsed):
    engine, rehearsing = rehearsed(strategy=["feature-extraction"])
    rehearsing.cell(engine.plan()[0], "6")
    assert rehearsing._engine.attach.features.disk is None
    assert "features" not in vars(engine.attach)


def test_where_a_step_takes_long_steps_are_measured_nevertheless(rehearsed, monkeypatch):
    monkeypatch.setattr(rehearsal, "LONG", 0.0)
    monkeypatch.setattr(rehearsal, "SECONDS", 0.0)
    steps = []
    engine, rehearsing = rehearsed(source=[], strategy=["scratch"])
    run = rehearsing._run

    def watched(cell, shown, count):
        made = run(cell, shown, count)
        steps.append(made[3])
        return made

    monkeypatch.setattr(rehearsing, "_run", watched)
    assert rehearsing.cell(engine.plan()[-1], "all").step > 0
    assert steps == [1, 2]


def test_a_validator_that_asks_fewer_queries_is_forecast_so(rehearsed):
    target = {"name": "t", "dataset": "blobs-target", "label_budgets": ["all"]}

    def counted(**changes):
        engine, _ = rehearsed(target=target, **changes)
        return rehearsal.queries_of_validation(engine.domains.shown(engine.plan()[0]))

    assert counted() > 2
    assert counted(validator={"use": "target-val", "max_queries": 2}) == 2


def test_a_validation_point_that_takes_as_long_for_any_number_of_queries(rehearsed, monkeypatch):
    engine, rehearsing = rehearsed(target={"name": "t", "dataset": "blobs-target", "label_budgets": ["all"]})
    monkeypatch.setattr(rehearsing, "_validated", lambda shown, learner: (rehearsal.queries_of_validation(shown), 2.0))
    assert rehearsing.cell(engine.plan()[0], "all").validate == rehearsal.Line(2.0)
