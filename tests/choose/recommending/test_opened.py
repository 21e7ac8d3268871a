"""The arms of an opened experiment, and what a race took."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.candidates import candidates
from relxfer.choose.recommending.clock import Clock
from relxfer.choose.recommending.opened import Opened
from relxfer.choose.recommending.plan import Plan
from relxfer.choose.recommending.rounds import Round
from relxfer.choose.relatedness import Pair
from relxfer.choose.track_record import Skill, TrackRecord
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


def test_where_racing_the_better_half_loses_less_the_others_are_not_tried(experiment, plugins, tmp_path, monkeypatch):
    values = {"one": 0.1, "two": 0.5, "three": 0.4}
    sources = [{**CONFIG["source"][0], "name": name} for name in values]
    made = opened(experiment, plugins, tmp_path, source=sources)
    content = made.experiment.targets[0].dataset.record.content
    known = TrackRecord((), (Skill(content, "good", 0.0, True, 4),), (), (content,))
    monkeypatch.setattr(f"{Opened.__module__}.track_record", lambda: known)
    pairs = [Pair(name, "t", {"good": value}, content=content) for name, value in values.items()]
    monkeypatch.setattr("relxfer.choose.relatedness.pairs", lambda *_: pairs)
    seen = []
    what = made.planned(experiment(source=sources), 10.0, "key", lambda done, total: seen.append(total))
    assert what.sources == ("two", "three")
    assert set(seen) == {2}, "nothing is measured of a source that is not tried"
    (told,) = what.not_tried
    assert (told.what, told.reason[:28]) == ("one", "in the worse half by good; o")


def test_weights_that_need_no_pre_training_are_tried_whatever_they_look_like(
    experiment, plugins, tmp_path, monkeypatch
):
    values = {"one": 0.1, "two": 0.5, "three": 0.4, "given": 0.0}
    graphs = {"datasets": [{"use": "rule-graphs", "graphs": 1}], "model": "ultra"}
    sources = [{**graphs, "name": name} for name in values if name != "given"]
    sources.append({"model": "ultra", "weights": "kg-base", "name": "given"})
    made = opened(experiment, plugins, tmp_path, source=sources, target={"dataset": "geo-us", "label_budgets": [40]})
    pairs = [Pair(name, "t", {"degrees": value}, content="knowledge-graph") for name, value in values.items()]
    monkeypatch.setattr("relxfer.choose.relatedness.pairs", lambda *_: pairs)
    assert [*made._not_worth_it()] == ["one"]


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
