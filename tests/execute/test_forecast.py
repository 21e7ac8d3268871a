"""What a run would do."""

from __future__ import annotations

import time

import pytest

from relxfer.errors import Incompatible
from relxfer.execute.forecast import Forecaster, forecast
from relxfer.execute.pace import Line, Pace
from relxfer.testing import blobs, harness


def made(small, **changes):
    engine = small(**changes)
    return forecast(engine.experiment, harness.plugins_with([blobs]), small.folder / "none")


def test_cells_runs_and_steps_are_counted(small):
    found = made(small, strategy=["finetune", "zero-shot"])
    assert (found.cells, found.refused) == (8, ())
    tuned, direct = found.rows
    assert (tuned.source, tuned.target, tuned.strategy) == ("s", "t", "finetune")
    assert (tuned.cells, tuned.runs, tuned.steps, tuned.queries) == (4, 4, 4 * 2, 4 * 24)
    # without labels a budget decides nothing, and each seed has a source of its own
    assert (direct.cells, direct.runs, direct.steps, direct.queries) == (4, 2, 0, 2 * 24)
    assert [(stage.source, stage.runs, stage.steps) for stage in found.sources] == [("s", 2, 4)]


def test_a_shared_source_is_trained_once_and_its_model_run_once(small):
    found = made(small, strategy=["zero-shot", "finetune"], source=small.config["source"] | {"shared": True})
    assert (found.sources[0].runs, found.rows[0].runs) == (1, 1)


def test_a_plan_of_as_many_runs_as_are_run(small):
    """The count is that of the cells that a run starts."""
    changes = {"strategy": ["finetune", "zero-shot", "scratch"]}
    watch = harness.Observer()
    small.run(watch, **changes)
    found = made(small, **changes)
    assert watch.cells == sum(row.runs for row in found.rows) + sum(stage.runs for stage in found.sources)


def test_what_is_refused_is_told_once_and_has_no_row(small):
    target = {"name": "t", "dataset": "blobs-target", "label_budgets": [0, "all"]}
    found = made(small, target=target, strategy=["finetune"])
    assert len(found.refused) == 1
    assert "the label budget is 0" in found.refused[0]
    assert [row.cells for row in found.rows] == [2], "with all labels it can run"


class Measured:
    """A rehearsal whose every cell and source has the same pace."""

    asked: list = []
    pace = Pace(step=2.0, fit=Line(1.0, 0.5), validate=Line(0.0, 0.1), answer=Line(3.0, 0.25), again=Line(0.0, 0.25))

    def __init__(self, *given):
        type(self).asked = []

    def cell(self, cell, labels):
        self.asked.append(labels)
        return self.pace

    def knows(self, cell, labels):
        return labels in self.asked

    def stage(self, source, seed):
        return self.pace


def test_seconds_are_steps_fits_validations_and_answers(small, monkeypatch):
    monkeypatch.setattr("relxfer.execute.forecast.Rehearsal", Measured)
    found = made(small, target={"name": "t", "dataset": "blobs-target", "label_budgets": ["all"]})
    ((row,), (stage,)), engine = (found.rows, found.sources), small()
    shown = engine.domains.target(engine.experiment.targets[0]).domain
    trained, validated, asked = (
        len(shown.train),
        len(shown.val),
        engine.domains.target(engine.experiment.targets[0]).count,
    )
    # two seeds, each with a source of its own: features are computed for both, also of the labelled queries
    steps, fit, validate = 2 * 2.0, 1 + 0.5 * trained, 2 * 0.1 * validated
    answers = 3 + 0.25 * asked + 3 + 0.25 * (trained + validated)
    assert row.seconds == pytest.approx(2 * (steps + fit + validate + answers))
    source = engine.domains.sources(engine.experiment.sources[0])[0]
    assert stage.seconds == pytest.approx(2 * (2 * 2.0 + 1 + 2 * 0.1 * len(source.val)))
    assert found.seconds == row.seconds + stage.seconds


def test_few_labels_are_measured_apart_from_whole_batches(small, monkeypatch):
    monkeypatch.setattr("relxfer.execute.forecast.Rehearsal", Measured)
    made(small, target={"name": "t", "dataset": "blobs-target", "label_budgets": [4, 20, "all"]})
    assert len(set(Measured.asked)) == 2
    assert Measured.asked[0].isdecimal()
    assert set(Measured.asked[2:]) == {"batches"}


def test_once_it_takes_too_long_nothing_further_is_measured(small, monkeypatch):
    monkeypatch.setattr("relxfer.execute.forecast.Rehearsal", Measured)
    engine = small(target={"name": "t", "dataset": "blobs-target", "label_budgets": [4, "all"]})
    with Forecaster.opened(engine.experiment, engine.plugins) as forecaster:
        found = forecaster.of(engine.experiment, engine.store.folder / "other", enough=1.0)
        assert found.more
        assert Measured.asked == [], "the source alone takes that long"
        whole = forecaster.of(engine.experiment, engine.store.folder / "other")
        again = forecaster.of(engine.experiment, engine.store.folder / "other", enough=1.0)
    assert not whole.more
    assert found.seconds < whole.seconds == again.seconds, "what is measured already counts"


def test_epochs_limit_the_steps(small, monkeypatch):
    monkeypatch.setattr("relxfer.execute.forecast.Rehearsal", Measured)
    monkeypatch.setattr(Measured, "pace", Pace(step=1.0))
    target = {"name": "t", "dataset": "blobs-target", "label_budgets": [20]}
    training = {"steps": 50, "batch_size": 4, "validations": 1, "epochs": 2}
    labels = len(small(target=target).domains.shown(small(target=target).plan()[0]).target.train)
    assert made(small, target=target, training=training).rows[0].seconds == 2 * 2 * (labels // 4)


def test_what_is_forecast_is_near_what_is_spent(small, monkeypatch):
    """Within a factor of 5 for cells of milliseconds on a busy machine; `benchmarks/forecast.py` has real ones."""
    monkeypatch.setattr("time.perf_counter", time.process_time)
    changes = {"training": {"steps": 60, "batch_size": 8, "validations": 2}, "strategy": ["finetune"]}
    foreseen = made(small, **changes).rows[0].seconds
    spent = sum(cell.seconds + cell.evaluation_seconds for cell in small.run(**changes).cells)
    assert spent / 5 < foreseen < spent * 5


def test_nothing_is_written(small):
    made(small)
    assert not (small.folder / "none").exists()


def test_as_json_it_has_its_total(small):
    card = made(small).card()
    assert card["seconds"] == pytest.approx(sum(each["seconds"] for each in (*card["rows"], *card["sources"])))
    assert card["rows"][0]["runs"] == 4
    assert card["out"] == str(small.folder / "none")


@pytest.mark.parametrize("error", [ZeroDivisionError("no"), SystemExit("no"), Incompatible("a", "b", "c")])
def test_a_strategy_that_fails_ends_no_forecast(small, monkeypatch, error):
    def fail(*of):
        raise error

    monkeypatch.setattr("relxfer_strategies.tuning.finetune.Finetune.transfer", fail)
    found = made(small, strategy=["finetune", "zero-shot"])
    tuned, direct = found.rows
    assert tuned.seconds is None
    assert str(error).partition(";")[0] in tuned.note
    assert direct.seconds > 0
    assert found.seconds == direct.seconds + found.sources[0].seconds


def test_a_source_that_no_adapter_reads_is_told(small):
    found = made(small, source={"name": "s", "datasets": ["geo-us"], "model": "ultra"}, strategy=["scratch"])
    (stage,) = found.sources
    assert stage.seconds is None
    assert "which is knowledge-graph" in stage.note


def test_a_model_that_cannot_be_loaded_is_planned(small, monkeypatch):
    from relxfer.testing import blobs_net

    def broken(*of):
        raise RuntimeError("no library")

    monkeypatch.setattr(blobs_net, "BlobsModel", broken)
    found = made(small)
    assert found.rows[0].cells == 4
    assert "no library" in found.rows[0].note
    assert "no library" in found.sources[0].note
