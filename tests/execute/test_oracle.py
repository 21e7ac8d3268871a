"""The oracle column: it looks at the sealed test, and changes nothing."""

from __future__ import annotations

import pytest
from rich.console import Console

from relxfer.execute.oracle import best
from relxfer.report import terminal, wording
from relxfer.report.markdown import markdown
from relxfer.report.wording import of_oracle
from relxfer.results.records import MetricSummary, OracleValue
from relxfer.store import files
from relxfer.store.entry import Point
from relxfer.testing import blobs, harness

STEPS = 12


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return harness.pretrained(tmp_path_factory.getbasetemp())


def config(checkpoint, oracle=True, dataset="blobs-target", **training):
    return {
        "threads": 1,
        "device": "cpu",
        "source": {"checkpoint": str(checkpoint)},
        "target": {"dataset": dataset},
        "training": {"steps": STEPS, "batch_size": 8, "lr": 0.05, "validations": 4, **training},
        "strategy": {"use": "finetune"},
        "report": {"baselines": False, "oracle": oracle},
    }


def run(config, out, *observers):
    return harness.run(config, out, [blobs, *observers])


def oracle_lines(results):
    (path,) = results.folder.glob("cells/*/oracle-*.jsonl")
    return files.read_lines(path)


@pytest.fixture(scope="module")
def told(checkpoint, tmp_path_factory):
    return run(config(checkpoint), tmp_path_factory.mktemp("told"))


def test_the_weights_are_the_same_with_and_without(checkpoint, told, tmp_path):
    plain = run(config(checkpoint, oracle=False), tmp_path)
    assert harness.model_bytes(plain) == harness.model_bytes(told)
    assert harness.the_cell(plain).id == harness.the_cell(told).id
    assert harness.the_cell(plain).selection == harness.the_cell(told).selection
    assert not plain.rows[0].oracle


def test_other_test_answers_change_the_oracle_alone(checkpoint, told, tmp_path):
    other = run(config(checkpoint, dataset={"use": "blobs-target", "shuffle_test": 1}), tmp_path)
    assert harness.model_bytes(other) == harness.model_bytes(told)
    assert oracle_lines(other) != oracle_lines(told)


def test_it_is_the_best_of_all_validation_points(told):
    lines, found = oracle_lines(told), harness.the_cell(told).oracle
    assert [line["step"] for line in lines] == [0, 3, 6, 9, 12]
    assert found.value == max(line["values"]["accuracy"] for line in lines)
    assert found.value >= told.rows[0].metrics["accuracy"]
    assert told.rows[0].oracle == found.value
    assert any("chosen by test labels" in line for line in of_oracle(told))


def test_its_column_is_in_the_report(told, checkpoint, tmp_path):
    value = wording.share(told.rows[0].oracle)
    assert f"| {value} |\n" in markdown(told)
    assert "oracle" in shown(told)
    plain = run(config(checkpoint, oracle=False), tmp_path)
    assert "oracle" not in markdown(plain).replace("oracle = false", "") + shown(plain)


def shown(results):
    console = Console(width=200)
    with console.capture() as capture:
        console.print(terminal.render(results, wanted=["metrics"]))
    return capture.get()


def test_at_the_selected_step_it_is_the_result(checkpoint, tmp_path):
    settings = config(checkpoint) | {"validator": {"use": "target-val"}}
    results = run(settings, tmp_path)
    selected = harness.the_cell(results).selection.steps["fit-0"]
    at = {line["step"]: line["values"]["accuracy"] for line in oracle_lines(results)}
    assert at[selected] == results.rows[0].metrics["accuracy"]


def test_interrupted_it_ends_the_same(checkpoint, told, tmp_path):
    settings = config(checkpoint, checkpoint_seconds=0.0)
    results, interruptions = harness.run_with_interruptions(
        lambda attempt: run(settings, tmp_path, harness.Observer(5))
    )
    assert interruptions
    assert harness.the_cell(results).oracle == harness.the_cell(told).oracle
    assert harness.model_bytes(results) == harness.model_bytes(told)


def test_cells_that_were_run_without_it_have_none(checkpoint, tmp_path):
    run(config(checkpoint, oracle=False), tmp_path)
    later = run(config(checkpoint), tmp_path)
    assert harness.the_cell(later).oracle is None
    assert not later.rows[0].oracle
    assert any("none for 1 of 1 cells, which were run without it" in line for line in of_oracle(later))


def test_a_point_that_was_passed_without_it_leaves_none(tmp_path):
    path, points = tmp_path / "oracle.jsonl", [Point("fit-0", 0, {}), Point("fit-0", 5, {})]
    mrr = MetricSummary(name="mrr")
    files.append_line(path, {"phase": "fit-0", "step": 5, "rule": "plain", "values": {"mrr": 0.5}})
    assert best(path, points, mrr, "plain") is None
    assert best(path, points[1:], mrr, "plain") == OracleValue(0.5, "fit-0", 5)
    assert best(path, points[1:], mrr, "realistic") is None
