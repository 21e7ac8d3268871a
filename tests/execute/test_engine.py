"""The parts of a run, and the plan that the loaded data allows."""

from __future__ import annotations

from relxfer.testing import harness
from relxfer.train import memory


def test_its_parts_share_what_is_of_the_run(small):
    engine = small()
    assert engine.cells.domains is engine.sources.domains is engine.domains
    assert engine.transfers.attach is engine.sources.attach is engine.attach
    assert engine.attach.code is engine.transfers.code is engine.code
    assert engine.cells.sources is engine.sources


def test_a_plan_says_what_the_loaded_data_refuses(small):
    others = {"name": "t", "dataset": {"use": "blobs-target", "answers": ["x", "y", "z"]}, "label_budgets": [6, "all"]}
    engine = small(strategy=["zero-shot", "finetune"], target=others)
    refused = {cell.method.name: cell.refusal for cell in engine.plan()}
    assert "source and target have other answers" in refused["zero-shot"]
    assert refused["finetune"] is None


def test_a_plan_trains_and_writes_nothing(small):
    engine = small()
    assert len(engine.plan()) == 2 * 2
    assert not list(engine.store.folder.iterdir())


def test_what_a_checkpoint_was_trained_for_is_read_from_it(small, tmp_path):
    checkpoint = harness.pretrained(tmp_path)
    engine = small(source={"name": "s", "checkpoint": str(checkpoint)})
    source, target = engine.experiment.sources[0], engine.experiment.targets[0]
    facts = engine._facts_of(source, target)
    assert [task.answers for task in facts.source_tasks] == [("red", "green", "blue")]
    assert not facts.same_inputs
    assert facts.target.test is None


def test_a_checkpoint_that_cannot_be_read_leaves_the_other_cells_their_plan(small, tmp_path):
    broken = tmp_path / "broken.safetensors"
    broken.write_text("no model")
    engine = small(source={"name": "s", "checkpoint": str(broken)}, strategy=["zero-shot", "scratch"])
    assert engine._facts_of(engine.experiment.sources[0], engine.experiment.targets[0]).source_tasks is None
    assert {cell.method.name: cell.refusal for cell in engine.plan()} == {"zero-shot": None, "scratch": None}


def test_until_a_cell_says_otherwise_large_blocks_go_back(small, monkeypatch):
    told = []
    monkeypatch.setattr(memory, "tell", told.append)
    small()
    assert told == ["returned"]
