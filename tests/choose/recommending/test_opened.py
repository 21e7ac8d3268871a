"""The arms of an opened experiment, and what a race took."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.candidates import candidates
from relxfer.choose.recommending.clock import Clock
from relxfer.choose.recommending.opened import Opened
from relxfer.choose.recommending.plan import Plan
from relxfer.choose.recommending.rounds import Round
from relxfer.errors import UsageError

from .conftest import CONFIG


def opened(experiment, plugins, folder, shipped=False, **changes):
    made, not_tried = candidates(experiment(**changes), plugins)
    return Opened.of(made, plugins, folder, shipped, not_tried)


def test_the_row_as_written_is_the_first_source_with_the_first_strategy_at_its_rate(experiment, plugins, tmp_path):
    made = opened(experiment, plugins, tmp_path, strategy=["l2-sp", "finetune"])
    (written,) = [arm for arm in made.arms if made.written(arm)]
    assert (written.made.source, written.made.strategy, written.made.factor) == ("blobs-source", "l2-sp", 1.0)


def test_where_a_source_is_left_out_scratch_is_that_of_one_that_is_tried(experiment, plugins, tmp_path):
    made = opened(experiment, plugins, tmp_path)
    what = Plan("", ("other",), (1.0,), (Round(4, 1),), (), (), 60.0, 1.0)
    race = made.race(what, Clock(tmp_path))
    assert {cell.source.name for arm in race.arms for cell in arm.cells} == {"other"}
    assert [arm.made.kind for arm in race.arms] == ["unchanged", "scratch", "transfer"]
    assert not any(map(made.written, race.arms)), "the row as written is not tried"


def test_a_source_that_needs_no_pre_training_is_kept_longest(experiment, plugins, tmp_path):
    """No measure knows published weights, and they cost nothing but the training of their rows."""
    sources = [{"datasets": ["geo-world"], "model": "ultra"}, {"model": "ultra", "weights": "kg-base"}]
    made = opened(experiment, plugins, tmp_path, source=sources, target={"dataset": "geo-us", "label_budgets": [40]})
    assert made._ranked() == ["ultra kg-base", "geo-world"]


def test_a_source_that_fits_no_strategy_is_told_before_anything_is_trained(experiment, plugins, tmp_path):
    source = [{**CONFIG["source"][0], "model": "blobs-closed"}]
    with pytest.raises(UsageError, match=r"expected a source and a strategy that fit .*finetune from blobs-source"):
        opened(experiment, plugins, tmp_path / "run", source=source)
    assert not (tmp_path / "run").exists()


def test_without_validation_points_it_says_what_to_set(experiment, plugins, tmp_path):
    training = {"steps": 5, "validations": 0}
    with pytest.raises(UsageError, match=r"expected training.validations above 0, got 0"):
        opened(experiment, plugins, tmp_path, training=training)


def test_weights_that_ship_and_are_not_here_are_named(experiment, plugins, tmp_path, monkeypatch):
    from relxfer.errors import ArtefactError

    def given(self, source):
        raise ArtefactError("not on this machine")

    monkeypatch.setattr("relxfer.execute.artefacts.Artefacts.given", given)
    graph = {"source": [], "target": {"dataset": "geo-us", "label_budgets": [40]}}
    made = opened(experiment, plugins, tmp_path, shipped=True, **graph)
    assert any(each.reason == "not on this machine" for each in made.not_tried)
    assert all(not source.given for source in made.experiment.sources)
