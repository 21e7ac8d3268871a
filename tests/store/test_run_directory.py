"""The run directory: whose it is, what it holds, and what is removed from it."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from relxfer.errors import ArtefactError, RunLocked, UnfitArtefact, UsageError
from relxfer.store import files
from relxfer.store.run_directory import MARKER, SCHEMA, Store, runs_under

ID = "0123456789abcdef"


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path / "run")
    made.write(MARKER, {"started": "today"})
    return made


def test_only_a_run_is_opened(tmp_path, store):
    assert Store.open(store.folder) == store
    with pytest.raises(UsageError, match=MARKER):
        Store.open(tmp_path)


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "lock").touch()
    Store.create(tmp_path)  # what a run leaves that was killed at once
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UsageError, match="choose another --out"):
        Store.create(tmp_path)
    with pytest.raises(UsageError, match="got a file"):
        Store.create(tmp_path / "thesis.tex")


@pytest.mark.parametrize("schema", [SCHEMA + 1, "1", None])
def test_a_run_of_a_newer_relxfer_is_refused(store, schema):
    files.write_json(store.folder / MARKER, {"schema": schema})
    for use in (Store.open, Store.create):
        with pytest.raises(ArtefactError, match="newer relxfer"):
            use(store.folder)


def test_what_is_written_with_a_schema_is_read(store):
    assert files.read_json(store.folder / MARKER) == {"schema": SCHEMA, "started": "today"}
    assert store.read(MARKER) == {"started": "today"}


def test_a_damaged_marker_does_not_keep_a_run_from_being_opened(store):
    (store.folder / MARKER).write_text("{")
    assert Store.open(store.folder) == store


def test_a_link_out_of_a_run_and_a_device_are_refused(tmp_path, store):
    (store.folder / "cells").mkdir()
    (store.folder / "cells" / "link").symlink_to(store.folder / MARKER)
    Store.open(store.folder)  # it stays inside
    os.mkfifo(store.folder / "cells" / "pipe")
    with pytest.raises(UsageError, match="cells/pipe"):
        Store.open(store.folder)
    (store.folder / "cells" / "pipe").unlink()
    (store.folder / "cells" / "link").unlink()
    (store.folder / "cells" / "link").symlink_to(tmp_path)
    with pytest.raises(UsageError, match=r"a link to .* at cells/link"):
        Store.open(store.folder)


def test_one_process_at_a_time_works_in_it(store):
    with store.locked(), pytest.raises(RunLocked, match="another process"), store.locked():
        pass
    with store.locked():
        pass


def test_what_has_another_fingerprint_is_worked_on_at_the_same_time(store):
    with store.working(ID), store.working(ID.replace("0", "f")):
        assert sorted(path.name for path in (store.folder / "locks").iterdir()) == [ID, ID.replace("0", "f")]


@pytest.mark.parametrize("identity", ["../../etc", "0123", "", None, 7, "0123456789abcdeg"])
def test_what_is_no_id_names_no_folder(store, identity):
    for place in (store.source, store.cell, store.evaluation):
        with pytest.raises(UnfitArtefact, match="expected an id"):
            place(identity)


def test_an_id_is_the_beginning_of_a_fingerprint(store):
    assert store.cell(ID + "0" * 48).folder == store.folder / "cells" / ID
    assert store.source(ID).folder == store.folder / "sources" / ID
    assert store.oracle(ID, "f" * 64) == store.folder / "cells" / ID / f"oracle-{'f' * 16}.jsonl"


def test_a_cell_is_found_by_the_beginning_of_its_id(store):
    for name in (ID, "0123ffffffffffff"):
        store.cell(name).folder.mkdir(parents=True)
    assert store.find_cell("01234") == store.cell(ID)
    for prefix, fits in (("0123", 2), ("7", 0), ("*", 0), ("", 0)):
        with pytest.raises(UsageError, match=f"fits {fits}"):
            store.find_cell(prefix)
    assert store.model("01234") == store.cell(ID).model


def test_without_a_cell_the_model_is_that_of_the_only_source(store):
    with pytest.raises(UsageError, match="got 0"):
        store.model(None)
    for count, name in enumerate((ID, "f" * 16), 1):
        store.source(name).folder.mkdir(parents=True)
        (store.source(name).folder / "outcome.json").touch()
        if count == 1:
            assert store.model(None) == store.source(ID).model
    with pytest.raises(UsageError, match="got 2"):
        store.model(None)


def test_an_evaluation_that_is_not_whole_is_none(store):
    path = store.evaluation(ID)
    assert store.judged(ID) is None
    summary = {"n": 3, "evaluation_seconds": 0.5}
    files.write_json(path.with_suffix(".json"), summary)
    assert store.judged(ID) is None, "its values are missing"
    files.write_arrays(path, {"rr": np.ones(3)}, {"n": 3})
    assert store.judged(ID) == summary
    files.write_json(path.with_suffix(".json"), {"n": "3"})
    assert store.judged(ID) is None


def test_what_killed_processes_left_is_swept(store):
    entry = store.cell(ID)
    entry.phases.mkdir(parents=True)
    half = entry.folder / ".model.safetensors.12-ab.tmp"
    half.touch()
    store.sweep()
    assert entry.phases.exists(), "it is not finished, and a resume needs them"
    assert not half.exists()
    (entry.folder / "outcome.json").touch()
    store.sweep()
    assert not entry.phases.exists()


def test_what_no_cell_of_the_results_refers_to_is_removed(store):
    kept, old = store.cell(ID), store.cell("f" * 16)
    for entry in (kept, old):
        entry.folder.mkdir(parents=True)
    assert store.drop_unreferenced({ID}) == [old.folder]
    assert kept.folder.exists()


def test_removing_a_run_leaves_what_is_not_ours(store):
    store.cell(ID).folder.mkdir(parents=True)
    (store.folder / "thesis.tex").touch()
    assert sorted(path.name for path in store.remove()) == ["cells", MARKER]
    assert [path.name for path in store.folder.iterdir()] == ["thesis.tex"]
    (store.folder / "thesis.tex").unlink()
    store.remove()
    assert not store.folder.exists()


def test_clearing_forgets_what_was_run_and_keeps_the_rest(store):
    store.cell(ID).folder.mkdir(parents=True)
    (store.folder / "results.json").write_text(json.dumps({}))
    (store.folder / "config.toml").touch()
    (store.folder / "locked.json").touch()
    store.clear()
    assert sorted(path.name for path in store.folder.iterdir()) == ["config.toml", MARKER]


def test_a_test_counts_as_opened_from_the_first_answer_on(store):
    """An oracle asks while a model is still trained."""
    assert store.evaluated() == set()
    store.cell(ID).folder.mkdir(parents=True)
    store.oracle(ID, "a" * 16).touch()
    store.evaluation("b" * 16).parent.mkdir()
    for suffix in (".safetensors", ".json"):
        store.evaluation("b" * 16).with_suffix(suffix).touch()
    (store.folder / "evaluations" / ".c.safetensors.1-2.tmp").touch()
    assert store.evaluated() == {"a" * 16, "b" * 16}


def test_objects_are_data_that_clearing_keeps_and_removing_removes(tmp_path):
    file = tmp_path / "run" / "objects" / "0123" / "facts.parquet"
    file.parent.mkdir(parents=True)
    file.write_text("x")
    store = Store.create(tmp_path / "run")  # which may stand before the run
    store.write(MARKER, {})
    store.clear()
    assert file.exists()
    store.remove()
    assert not (tmp_path / "run").exists()


def test_runs_directly_in_a_folder_are_listed_by_name(tmp_path):
    for name in ("b", "a", "deep/c"):
        Store.create(tmp_path / name).write(MARKER, {})
    (tmp_path / "none").mkdir()
    assert [found.folder.name for found in runs_under(tmp_path)] == ["a", "b"]
