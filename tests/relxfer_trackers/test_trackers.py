"""What trackers hold of a run with four workers: every validation point, once, also after a resume."""

from __future__ import annotations

import importlib.util
import json
import struct
import warnings

import pytest
from relxfer_trackers import names

import relxfer
from relxfer.store.entry import Entry
from relxfer.testing import blobs, harness

pytestmark = pytest.mark.extra
LIBRARIES = ("tensorboard", "mlflow", "wandb")
CONFIG = {
    "name": "tracked",
    "seeds": 2,
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": {"steps": 4, "validations": 2}},
    "target": {"dataset": "blobs-target", "label_budgets": [12]},
    "training": {"steps": 40, "batch_size": 8, "validations": 4, "checkpoint_seconds": 0.0},
    "strategy": [{"use": "finetune"}, {"use": "scratch"}],
    "report": {"baselines": False},
}


@pytest.fixture(scope="module")
def patched():
    """Four workers whatever the machine; nothing is sent anywhere, and MLflow tells its makers nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("relxfer.execute.workers.process.cores", lambda: 4)
        for name, value in {"WANDB_MODE": "offline", "MLFLOW_DISABLE_TELEMETRY": "true"}.items():
            patch.setenv(name, value)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield


def run(folder, *plugins, **changes):
    observers = [name for name in LIBRARIES if importlib.util.find_spec(name)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        config = CONFIG | {"observer": observers} | changes
        return relxfer.run(config, folder / "run", plugins=[*harness.not_installed([blobs]), *plugins])


@pytest.fixture(scope="module")
def of_four(tmp_path_factory, patched):
    """A run of four workers, and the folder that holds it and what the trackers wrote."""
    folder = tmp_path_factory.mktemp("four")
    return run(folder, executor={"use": "processes", "jobs": 4}), folder


@pytest.fixture(scope="module")
def resumed(tmp_path_factory, patched):
    """A run that was interrupted in its first cell, after the point that the last checkpoint has not seen."""
    folder = tmp_path_factory.mktemp("resumed")
    with pytest.raises(KeyboardInterrupt):
        run(folder, harness.Observer(2 * 3 + 3))
    return run(folder), folder


def recorded(folder):
    """(id of a cell or source, name, step) of every finite number in the run directory -> the number."""
    entries = [Entry(path.parent) for path in folder.glob("run/*/*/trace.jsonl")]
    assert len(entries) == 2 * 2 + 2, "four cells and two pre-trainings"
    found = {}
    for entry in entries:
        for point in entry.points():
            finite = {key: value for key, value in point.values.items() if value is not None}
            for name, value in names.reached(point.phase, finite).items():
                found[entry.folder.name[:8], name, point.step] = value
    return found


def in_event_files(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = {}
    for place in (folder / "tensorboard").glob("run-*/*.*"):
        read = EventAccumulator(str(place), size_guidance={"scalars": 0})
        read.Reload()
        for tag in read.Tags()["scalars"]:
            for scalar in read.Scalars(tag):
                key = place.name[-8:], tag, scalar.step
                assert key not in found, "each point once"
                found[key] = scalar.value
    return found


def in_mlflow(folder):
    from mlflow import MlflowClient

    store = MlflowClient(f"sqlite:///{folder / 'mlflow.db'}")
    found = {}
    for each in store.search_runs([store.get_experiment_by_name("relxfer").experiment_id]):
        for name in each.data.metrics:
            for metric in store.get_metric_history(each.info.run_id, name):
                key = each.data.tags["relxfer.cell"][:8], name, metric.step
                assert key not in found, "each point once"
                found[key] = metric.value
    return found


def in_wandb(folder):
    from wandb.proto.wandb_internal_pb2 import Record

    found = {}
    for path in sorted(folder.glob("wandb/offline-run-*/*.wandb")):  # of equal ids, the last is what counts
        history = [Record.FromString(each) for each in blocks(path.read_bytes()[7:], 7)]
        rows = [
            {".".join(item.nested_key) or item.key: json.loads(item.value_json) for item in each.history.item}
            for each in history
            if each.WhichOneof("record_type") == "history"
        ]
        id = path.stem.rpartition("-")[2][:8]
        found = {key: value for key, value in found.items() if key[0] != id}
        for row in rows:
            for name in row.keys() - {"step", "_step", "_timestamp", "_runtime"}:
                assert (id, name, row["step"]) not in found, "each point once"
                found[id, name, row["step"]] = row[name]
    return found


def blocks(data, at):
    """The records of a log in LevelDB's format, whose blocks have 32 KB: crc, length, kind, content."""
    place, record = 0, b""
    while place + 7 <= len(data):
        if 2**15 - (place + at) % 2**15 < 7:
            place += 2**15 - (place + at) % 2**15
            continue
        _, length, kind = struct.unpack("<IHB", data[place : place + 7])
        record += data[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in (1, 4):
            yield record
            record = b""


READERS = {"tensorboard": in_event_files, "mlflow": in_mlflow, "wandb": in_wandb}


def points(held):
    return {key: value for key, value in held.items() if not key[1].startswith(("test/", "cost/"))}


@pytest.mark.parametrize("made", ["of_four", "resumed"])
@pytest.mark.parametrize("observer", LIBRARIES)
def test_every_point_is_held_once(request, observer, made):
    pytest.importorskip(observer, reason=f"the extra {observer} is not installed")
    results, folder = request.getfixturevalue(made)
    assert {cell.status for cell in results.cells} == {"done"}
    wanted = recorded(folder)
    assert len(wanted) >= 4 * 8, "four cells with five points each, most of which have two numbers"
    held = {key: value for key, value in READERS[observer](folder).items() if "fit-" in key[1] or "learn" in key[1]}
    assert held == pytest.approx(wanted, rel=1e-6)
