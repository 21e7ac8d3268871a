"""The details of the rows of a finished run, in `Results`, in its file, and in what older files lack."""

from __future__ import annotations

import json

import numpy as np
import pytest

from relxfer import Results
from relxfer.results.details import of_rows
from relxfer.store import files
from relxfer.testing import blobs, harness

CONFIG = {
    "seeds": 2,
    "threads": 1,
    "source": {"name": "points", "datasets": ["blobs-source"], "training": {"steps": 2}},
    "target": {"dataset": "blobs-target", "label_budgets": [12]},
    "training": {"steps": 2, "validations": 2},
    "strategy": [{"use": "finetune"}, {"use": "zero-shot"}],
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return harness.run(CONFIG, tmp_path_factory.mktemp("details") / "run", [blobs])


def arrays_of(made, cell):
    return files.read_arrays(made.folder / "evaluations" / f"{cell.evaluation}.safetensors")[0]


def test_classes_are_those_of_the_stored_scores(made):
    row = made.row("finetune")
    cells = [cell for cell in made.cells if cell.strategy == "finetune"]
    table = np.zeros((3, 3))
    for cell in cells:
        arrays = arrays_of(made, cell)
        np.add.at(table, (arrays["answers"], arrays["scores"].argmax(1)), 1 / len(cells))
    assert row.details.runs == len(cells) == 2
    assert np.array(row.details.by_part.confusion) == pytest.approx(table, abs=1e-6)
    assert [part.name for part in row.details.by_part.parts] == ["red", "green", "blue"]
    assert np.trace(table) / table.sum() == pytest.approx(row.metrics["accuracy"])


def test_only_the_row_to_use_says_its_mistakes(made):
    used = [row for row in made.rows if row.use]
    assert len(used) == 1
    assert all(not row.details.mistakes for row in made.rows if not row.use)
    names = {"red", "green", "blue"}
    for mistake in used[0].details.mistakes:
        assert mistake.wrong in (1, 2)
        assert {mistake.answer, mistake.predicted} < names
        assert 0 < mistake.probability <= 1
        assert mistake.query


def test_calibration_is_of_all_runs(made):
    row = made.row("finetune")
    errors = [cell.reliability.before for cell in made.cells if cell.strategy == "finetune"]
    assert row.details.reliability.before == pytest.approx(np.mean(errors))
    assert sum(each.share for each in row.details.reliability.bins) == pytest.approx(1)


def test_cost_courses_and_licences_are_there(made):
    tuned = next(cell for cell in made.cells if cell.strategy == "finetune")
    (course,) = tuned.courses
    assert course.steps == (0, 1, 2)
    assert course.values.keys() >= {"loss", "validation"}
    assert made.row("finetune").cost.cpu_seconds > 0
    assert made.sources["points"].stages[0].courses
    assert {(each.what, each.name) for each in made.licences} == {
        ("data set", "blobs-source"), ("data set", "blobs-target"),
    }  # fmt: skip


def test_they_are_in_the_file_and_an_older_file_is_read_without(made, tmp_path):
    again = Results.open(made.folder)
    assert again.rows == made.rows
    assert again.cells == made.cells
    (tmp_path / "run").mkdir()
    for name in ("provenance.json", "results.json"):
        files.write_json(tmp_path / "run" / name, older(files.read_json(made.folder / name)))
    old = Results.open(tmp_path / "run")
    assert {row.details for row in old.rows} == {None}
    assert old.licences == ()
    assert old.rows[0].cost.cpu_seconds is None
    assert json.dumps(old.card())


def older(card):
    """A file as a relxfer wrote it that knew nothing of details."""
    for row in card.get("rows", ()):
        del row["details"]
        for key in ("cpu_seconds", "energy_wh", "evaluation_seconds"):
            del row["cost"][key]
    for cell in card.get("cells", ()):
        for key in ("cpu_seconds", "energy_wh", "courses"):
            del cell[key]
    card.pop("licences", None)
    return card


def test_a_task_that_cannot_say_costs_no_results(made):
    class Broken:
        def __getattr__(self, name):
            raise LookupError("no such thing")

    asked = of_rows.Asked(Broken(), Broken())
    rows = of_rows.detailed(made.rows[:1], made.cells, None, None, lambda cell: asked)
    assert rows[0].details.note.startswith("not made: ")
    assert rows[0].details.by_part is None
