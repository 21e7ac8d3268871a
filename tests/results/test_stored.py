"""`results.json` is what it was written as, or refused with the place at fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from relxfer import Results, UnfitArtefact, UsageError
from relxfer.results import stored
from relxfer.store import files
from relxfer.testing import blobs, harness


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Results:
    config = {
        "seeds": 2,
        "threads": 1,
        "source": {"datasets": ["blobs-source"], "training": {"steps": 2}, "shared": True},
        "target": {"dataset": "blobs-target", "label_budgets": [0, "all"]},
        "training": {"steps": 2, "validations": 1},
        "strategy": [{"use": "finetune"}, {"use": "dann"}],
        "report": {"oracle": True},
    }
    return harness.run(config, tmp_path_factory.mktemp("stored") / "run", [blobs])


def test_what_is_read_is_what_was_written(made):
    assert {cell.status for cell in made.cells} == {"done", "refused"}
    assert any(row.gain for row in made.rows)
    assert any(cell.top_class and cell.diagnostics for cell in made.cells)
    assert Results.open(made.folder) == made


def test_the_json_schema_holds_for_what_is_written(made):
    schema = Results.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    card = files.read_json(made.folder / "results.json")
    jsonschema.validate(card, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(card | {"schema": card["schema"] + 1}, schema)
    del card["rows"][0]["strategy"]
    with pytest.raises(jsonschema.ValidationError, match="'strategy' is a required property"):
        jsonschema.validate(card, schema)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda card: card.pop("rows"), "rows: Field required"),
        (lambda card: card["cells"][0].update(status="ended"), r"cells\[0\].status: Input should be 'done'"),
        (lambda card: card["cells"][0].update(seed="1"), r"cells\[0\].seed: Input should be a valid integer"),
        (lambda card: card["cells"][0].update(id=3), r"cells\[0\].id: expected an id of 16 digits from 0 to f, got 3"),
        (lambda card: card["cells"][1].update(labels=1), r"cells\[1\].labels: Input should be a valid boolean"),
        (lambda card: card["rows"][0].update(metrics={"mrr": "high"}), r"rows\[0\].metrics.mrr: Input should be"),
        (lambda card: card["rows"][0].update(interval={"estimate": 1}), r"rows\[0\].interval.low: Field required"),
        (lambda card: card["targets"].update(more=None), "targets.more: Input should be"),
        (lambda card: card.update(rank_rule="best"), "rank_rule: Input should be"),
        (lambda card: card.update(targets={}), "targets: no 'blobs-target', of which it has rows"),
        (lambda card: card["targets"]["blobs-target"].update(metrics=[]), "targets.blobs-target.metrics: Tuple should"),
        (
            lambda card: card["targets"]["blobs-target"]["metrics"][0].update(direction="up"),
            r"targets.blobs-target.metrics\[0\].direction: Input should be 'higher' or 'lower'",
        ),
    ],
)
def test_another_shape_is_refused_with_the_place_at_fault(made, tmp_path, change: Callable[[Any], Any], words):
    card = files.read_json(made.folder / "results.json")
    change(card)
    for name, value in (("provenance.json", {}), ("results.json", card)):
        files.write_json(tmp_path / name, value)
    with pytest.raises(UnfitArtefact, match=rf"the results that relxfer wrote, got others \({words}"):
        Results.open(tmp_path)


def test_no_run_and_no_results(made, tmp_path):
    with pytest.raises(UsageError, match="expected a run directory"):
        Results.open(tmp_path)
    files.write_json(tmp_path / "provenance.json", {})
    with pytest.raises(UsageError, match=r"expected a finished run, got .* without results.json"):
        Results.open(tmp_path)


def test_what_goes_wrong_with_stored_values_is_told_in_words():
    with pytest.raises(UnfitArtefact, match=r"got others \(KeyError: 'units'\)"), stored.as_written(Path("runs/x")):
        {}["units"]
    with pytest.raises(UnfitArtefact, match="an own one"), stored.as_written(Path("runs/x")):
        raise UnfitArtefact("an own one")


def test_the_folder_is_where_it_lies_now(made, tmp_path):
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("provenance.json", "results.json"):
        (moved / name).write_bytes((made.folder / name).read_bytes())
    assert Results.open(moved) == replace(made, folder=moved)
