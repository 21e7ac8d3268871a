"""From a configuration to a recommendation and its test."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import relxfer
from relxfer.choose.recommending import plan
from relxfer.choose.recommending.recommend import Asked, recommend
from relxfer.choose.recommending.recommendation import Recommendation
from relxfer.errors import UsageError
from relxfer.testing import blobs

from .conftest import CONFIG

BLOCKS = {"use": "blocks", "nodes": 240, "signal": 1.0, "mean_degree": 6.0}


def recommended(folder, minutes=10, **changes):
    return relxfer.recommend({**CONFIG, **changes}, folder, minutes=minutes, plugins=[blobs], progress=False)


def decision(made):
    """All that scores decide; not what time was measured."""
    return replace(made, spent=None)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return recommended(tmp_path_factory.mktemp("recommended") / "run")


def test_arms_are_scored_and_one_is_used(run):
    made = run.recommendation
    assert {(arm.source, arm.kind) for arm in made.arms} == {
        ("blobs-source", "unchanged"), ("other", "unchanged"), (None, "scratch"), ("blobs-source", "transfer"),
        ("other", "transfer"),
    }  # fmt: skip
    finalists = [arm for arm in made.arms if len(arm.scores) == 3]
    assert made.chosen in finalists
    assert made.chosen.mean == max(arm.mean for arm in finalists)
    assert {arm.kind for arm in finalists} == {"transfer", "scratch", "unchanged"}
    assert made.arms[made.written] in finalists
    assert (made.rule, made.labels) == ("target-val", 24)


def test_the_test_has_the_chosen_row_at_three_budgets_and_its_models_are_those_of_the_race(run):
    made, results = run.recommendation, run.results
    arm = made.arms[made.tested]
    assert {row.budget for row in results.rows if row.strategy == "finetune"} == {6, 12, 24}
    assert {row.source for row in results.rows} == {arm.source}
    row = results.row(arm.strategy, budget=24)
    assert row.training["lr"] == arm.lr
    assert row.runs == 3
    of_test = (results.folder / "run.log").read_text().split("run_opened")[-1]
    trained = [line for line in of_test.splitlines() if "epoch_finished" in line]
    assert not any(f"{arm.strategy}, budget 24" in line for line in trained), "nothing is trained twice"
    assert any("budget 12" in line for line in trained)


def test_it_is_kept_and_read(run):
    assert Recommendation.read(run.results.folder) == run.recommendation


def test_as_text_it_is_the_page(run):
    assert repr(run).startswith("Recommended(")
    assert max(map(len, str(run).splitlines())) <= 80
    assert (run.use.strategy if run.use.kind == "transfer" else "") in str(run)


def test_again_trains_nothing_and_measures_nothing(run, experiment, plugins):
    told = []
    listener = lambda event, **values: told.append(event)  # noqa: E731
    measured = []
    recommend(experiment(), plugins, run.results.folder, Asked(), (listener,), progress=lambda *of: measured.append(of))
    assert "cell_started" not in told
    assert not measured
    again = recommended(run.results.folder)
    assert again.recommendation == run.recommendation
    assert again.results.rows == run.results.rows


def test_answers_of_the_test_change_nothing(run, tmp_path):
    other = recommended(
        tmp_path / "run", target={**CONFIG["target"], "dataset": {"use": "blobs-target", "shuffle_test": 1}}
    )
    assert decision(other.recommendation) == decision(run.recommendation)
    assert other.results.row("scratch", budget=24).metrics != run.results.row("scratch", budget=24).metrics


def test_two_workers_choose_the_same(run, tmp_path):
    other = recommended(tmp_path / "run", executor={"use": "processes", "jobs": 2})
    assert decision(other.recommendation) == decision(run.recommendation)
    assert [row.metrics for row in other.results.rows] == [row.metrics for row in run.results.rows]


def test_interrupted_it_goes_on_and_chooses_the_same(run, tmp_path, experiment, plugins):
    class Interrupt:
        def __init__(self, after):
            self.left = after

        def __call__(self, event, **values):
            self.left -= event == "cell_finished"
            if self.left == 0:
                raise KeyboardInterrupt

    for after in (4, 9):
        with pytest.raises(KeyboardInterrupt):
            recommend(experiment(), plugins, tmp_path / "run", Asked(), (Interrupt(after),))
    measured = []
    made = recommend(experiment(), plugins, tmp_path / "run", Asked(), progress=lambda *of: measured.append(of))[1]
    assert decision(made) == decision(run.recommendation)
    assert not measured, "what was planned is kept"


def test_fresh_begins_anew(run, tmp_path):
    recommended(tmp_path / "run", strategy=["l2-sp"])
    relxfer.recommend(CONFIG, tmp_path / "run", fresh=True, plugins=[blobs], progress=False)
    assert {arm.strategy for arm in Recommendation.read(tmp_path / "run").arms} == {"zero-shot", "scratch", "finetune"}


def test_a_finished_run_is_a_configuration_and_keeps_its_results(tmp_path):
    relxfer.run(CONFIG, tmp_path / "run", plugins=[blobs], progress=False)
    before = (tmp_path / "run" / "results.json").read_bytes()
    made = relxfer.recommend(tmp_path / "run", plugins=[blobs], progress=False)
    assert made.results.folder == tmp_path / "run-recommended"
    assert (tmp_path / "run" / "results.json").read_bytes() == before
    assert {arm.source for arm in made.recommendation.arms if arm.source} == {"blobs-source", "other"}


def test_too_few_minutes_say_how_many_are_needed_and_nothing_is_trained(tmp_path):
    with pytest.raises(UsageError, match=r"expected at least .* minutes"):
        recommended(tmp_path / "run", minutes=0.0001)
    assert not list((tmp_path / "run").glob("cells/*"))


def test_fewer_minutes_leave_out_sources_by_rank_and_name_them(tmp_path, monkeypatch):
    from relxfer.choose.recommending.costs import Costs

    def measured(experiment, *of):
        every = {source.name: 60.0 for source in experiment.sources}
        training = {(name, "finetune"): 0.1 for name in every} | {(None, "scratch"): 0.1}
        return Costs(every, dict.fromkeys(every, 1), training)

    monkeypatch.setattr("relxfer.choose.recommending.costs.measured", measured)
    monkeypatch.setattr(plan, "SHORTER", (1,))
    made = recommended(tmp_path / "run", minutes=2).recommendation
    assert [each.what for each in made.not_tried] == ["other"], "it has fewer labels"
    assert {arm.source for arm in made.arms if arm.source} == {"blobs-source"}


def test_strategies_without_labels_are_scored_by_a_validator_that_needs_none(tmp_path):
    made = recommended(
        tmp_path / "run",
        target={"dataset": "blobs-target", "label_budgets": [0]},
        strategy=["dann"],
        validator="im",
        source=[{"datasets": ["blobs-source"], "shared": True, "training": {"steps": 30}}],
    )
    assert (made.recommendation.rule, made.recommendation.validation) == ("im", 0)
    assert {arm.kind for arm in made.recommendation.arms if len(arm.scores) == 3} == {"transfer", "unchanged"}


def test_card_is_json(run):
    card = json.loads(json.dumps(run.recommendation.card()))
    assert card["arms"][card["use"]]["strategy"] == run.use.strategy


def networks(*sources, **changes):
    """A target of blocks with 30 labels, and sources that differ from it as is said."""
    return {
        "name": "planted",
        "seeds": 3,
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": {**BLOCKS, "seed": 1, "test_fraction": 0.7}, "model": "gcn", "label_budgets": [36]},
        "training": {"steps": 20, "batch_size": 32, "lr": 0.01, "validations": 4},
        "strategy": ["finetune"],
        "source": [
            {
                "name": name,
                "model": "gcn",
                "shared": True,
                "datasets": [{**BLOCKS, "seed": 10 + number, "test_fraction": 0.0, **more}],
                "training": {"steps": 80, "batch_size": 32, "lr": 0.01},
            }
            for number, (name, more) in enumerate(sources)
        ],
        **changes,
    }


def test_of_planted_sources_the_related_one_is_recommended(tmp_path):
    config = networks(("unrelated", {"signal": 0.0, "homophily": 0.33}), ("renamed", {"relabel": 1}), ("related", {}))
    made = relxfer.recommend(config, tmp_path / "run", progress=False)
    assert made.use.source == "related"
    assert made.results.rows[0].source == "related"
    written = made.recommendation.arms[made.recommendation.written]
    assert (written.source, len(written.scores)) == ("unrelated", 3), "it stays, to be compared with"


def test_where_every_source_hurts_scratch_is_recommended(tmp_path):
    config = networks(("renamed", {"relabel": 1}), ("renamed too", {"relabel": 2}))
    config["source"] = [
        {**source, "training": {"steps": 300, "batch_size": 32, "lr": 0.01}} for source in config["source"]
    ]
    made = relxfer.recommend(config, tmp_path / "run", progress=False)
    assert made.use.kind == "scratch"
    assert "TRAIN FROM SCRATCH" in str(made)
    assert "Your source hurts" in str(made)
    assert "train from scratch" in str(made)


def test_what_is_made_shorter_is_raced_and_tested_so(tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "SHORTER", (4,))
    made = recommended(tmp_path / "run", training={**CONFIG["training"], "steps": 60})
    assert {course.steps[-1] for cell in made.results.cells for course in cell.courses} == {20}
    assert 'Not tried: "training as long as written": a quarter of the steps' in " ".join(str(made).split())
