"""Pre-trainings and seeds that are crossed: what is trained, and how every view of the results tells them."""

from __future__ import annotations

import itertools
import json

import pytest

from relxfer.declare import resolve
from relxfer.errors import ConfigError
from relxfer.report.cell import find
from relxfer.report.markdown import markdown
from relxfer.report.terminal import render
from relxfer.results.results import Results
from relxfer.store.console import PlainConsole
from relxfer.testing import blobs, harness

TRAINING = {"steps": 6, "batch_size": 8, "validations": 1}
CONFIG = {
    "name": "crossed",
    "threads": 1,
    "device": "cpu",
    "seeds": [0, 1, 2],
    "source": {"name": "s", "datasets": ["blobs-source"], "seeds": [0, 7], "training": TRAINING},
    "target": {"name": "t", "dataset": "blobs-target"},
    "training": TRAINING,
    "strategy": ["finetune", "zero-shot", "scratch"],
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Results:
    return harness.run(CONFIG, tmp_path_factory.mktemp("crossed") / "run", [blobs])


def cells(results, strategy):
    return {(cell.source_seed, cell.seed): cell for cell in results.cells if cell.strategy == strategy}


def test_every_pre_training_is_made_once_and_combined_with_every_seed(results):
    assert len(list((results.folder / "sources").iterdir())) == 2
    tuned = cells(results, "finetune")
    assert list(tuned) == list(itertools.product((0, 7), (0, 1, 2)))
    assert len({cell.id for cell in tuned.values()}) == 6
    assert len({cell.artefact for cell in tuned.values()}) == 2
    assert list(cells(results, "scratch")) == [(None, 0), (None, 1), (None, 2)]
    direct = cells(results, "zero-shot")
    assert len(direct) == 6
    assert len({cell.id for cell in direct.values()}) == 2, "it draws no random numbers: one run for each pre-training"
    assert [stage.seed for stage in results.sources["s"].stages] == [0, 7]


def test_a_row_says_how_many_there_are_of_both(results):
    row = results.row("finetune")
    assert (row.runs, row.planned, row.source_seeds, row.seeds, row.crossed) == (6, 6, 2, 3, True)
    assert row.gain is not None
    assert row.gain.seeds == 3, "two pre-trainings say nothing of others: seeds stay seeds"
    assert row.gain.conditions[-1] == "with these 2 source models"
    scratch = results.row("scratch")
    assert (scratch.source_seeds, scratch.seeds, scratch.crossed) == (0, 3, False)


def test_reports_say_so(results):
    shown = markdown(results)
    assert "2 pre-trainings × 3 seed(s)" in shown
    assert "6 (2 × 3)" in shown
    assert "pre-training of s, seed 7" in shown
    console = PlainConsole(record=True, width=250)
    console.print(render(results, wanted=["verdicts"]))
    text = console.export_text()
    assert "2 pre-trainings × 3 seed(s)" in text
    assert "every pre-training with every seed" in text


def test_results_are_read_as_they_were_written(results):
    assert Results.open(results.folder).cells == results.cells
    stored = json.loads((results.folder / "results.json").read_text())
    assert {cell["source_seed"] for cell in stored["cells"]} == {None, 0, 7}
    frame = results.to_frame("cells")
    assert set(frame["source_seed"].dropna()) == {0, 7}
    assert list(results.to_frame().set_index("strategy")["source_seeds"][["finetune", "scratch"]]) == [2, 0]


def test_a_cell_is_shown_with_both_seeds(results):
    cell = cells(results, "finetune")[7, 1]
    card = find(cell.id, [results.folder]).card()
    assert (card["source_seed"], card["seed"]) == (7, 1)
    assert card["serves"][0]["source_seed"] == 7


def test_a_finished_run_is_not_run_again(results):
    watch = harness.Observer()
    again = harness.run(CONFIG, results.folder, [blobs, watch])
    assert (watch.cells, again.cells) == (0, results.cells)


def test_more_pre_trainings_leave_the_others_as_they_are(results, tmp_path):
    watch = harness.Observer()
    source = CONFIG["source"] | {"seeds": [0, 7, 9]}
    more = harness.run(CONFIG | {"source": source}, results.folder, [blobs, watch])
    assert watch.cells == 1 + 3 + 1, "the pre-training, three cells of finetune and one of zero-shot"
    kept = {key: cell.sha for key, cell in cells(more, "finetune").items() if key[0] != 9}
    assert kept == {key: cell.sha for key, cell in cells(results, "finetune").items()}


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ({"seeds": 2, "shared": True}, "expected shared or seeds, got both"),
        ({"seeds": 0}, "expected a number of seeds from 1"),
        ({"seeds": [3, 3]}, "expected distinct seeds, got 3 more than once"),
        ({"seeds": []}, "seeds"),
    ],
)
def test_seeds_that_cannot_be_are_refused(source, complaint):
    config = CONFIG | {"source": {"datasets": ["blobs-source"], **source}}
    with pytest.raises(ConfigError, match=complaint):
        resolve.load(config, harness.plugins_with([blobs]))


def test_seeds_of_a_source_that_is_not_pre_trained_have_no_effect(results):
    model = next((results.folder / "sources").glob("*/model.safetensors"))
    config = CONFIG | {"source": {"checkpoint": str(model), "seeds": 2}}
    with pytest.raises(ConfigError, match="seeds: without effect with checkpoint"):
        resolve.load(config, harness.plugins_with([blobs]))
