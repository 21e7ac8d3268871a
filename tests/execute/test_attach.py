"""Models are bound to data in one place, on one device, whoever asks."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from torch import nn

import relxfer
from relxfer.errors import PluginError, UsageError
from relxfer.execute.attach import Attach, checked
from relxfer.plugins.versions import Versions
from relxfer.predict import predictions
from relxfer.testing import blobs, harness

ROOT = Path(relxfer.__file__).parent


def test_one_module_attaches():
    """Contract tests attach learners by themselves, for they have no engine."""
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if "testing" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "attach"
    }
    assert callers == {"execute/attach.py"}


@pytest.mark.parametrize(("wanted", "there", "expected"), [
    ("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu"), ("cuda", True, "cuda"),
])  # fmt: skip
def test_the_device_is_the_one_that_is_asked_for_or_there(monkeypatch, wanted, there, expected):
    monkeypatch.setattr("torch.cuda.is_available", lambda: there)
    assert Attach(wanted, Versions()).device == expected


def test_a_device_that_is_not_there_is_told():
    with pytest.raises(UsageError, match='expected a GPU for device = "cuda", got none'):
        assert Attach("cuda", Versions()).device


def predicted(folder):
    return predictions.choose(folder, harness.plugins_with([blobs]))


def test_predictions_are_made_on_the_device_of_the_configuration(small, monkeypatch):
    """Here is no GPU: what would be put on it stays where it is."""
    small.run(device="auto", seeds=1)
    found: list[str] = []
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr(nn.Module, "to", lambda module, device, *_, **__: found.append(device) or module)
    predicted(small.folder / "run")
    assert found == ["cuda"]


def test_where_that_device_is_not_there_no_prediction_is_made(small):
    small.run(seeds=1)
    config = small.folder / "run" / "config.toml"
    config.write_text(config.read_text().replace('device = "cpu"', 'device = "cuda"'))
    with pytest.raises(UsageError, match="got none that torch can use"):
        predicted(small.folder / "run")


def test_predictions_are_those_that_were_judged(small):
    """The learner that answers gives the scores that the run has stored."""
    import numpy as np

    from relxfer.contract.data import Examples
    from relxfer.store import files

    results = small.run(seeds=1)
    chosen = predicted(small.folder / "run")
    cell = next(cell for cell in results.cells if cell.id == chosen.cell)
    stored, _ = files.read_arrays(results.folder / "evaluations" / f"{cell.evaluation}.safetensors")
    test = blobs.load_target(blobs.BlobsOptions(), {}).test
    scores = np.concatenate(list(chosen.learner.predict(Examples(chosen.domain.inputs, test.queries))))
    assert np.allclose(scores, stored["scores"], atol=1e-5)


def test_what_a_learner_is_made_of_is_known_of_it(small):
    engine = small(seeds=[0])
    (target,) = engine.experiment.targets
    model = target.model.build(None, None)
    learner = engine.attach.cached(model, target.model, target.adapter, engine.domains.target(target).domain)
    assert learner.attached.cache is engine.attach.features
    plain = engine.attach.plain(model, target.adapter, None, ())
    assert getattr(plain, "attached", None) is None


@pytest.mark.parametrize(("made", "told"), [(None, "None"), ({}, "dict")])
def test_what_is_no_learner_is_told_with_who_made_it(small, made, told):
    (target,) = small().experiment.targets
    with pytest.raises(PluginError, match=f"expected attach of the target adapter 'blobs' .*got {told}; correct"):
        checked(target.adapter, made)
    method = small().experiment.methods[0].stages[0]
    with pytest.raises(PluginError, match=f"expected transfer of the strategy 'finetune' .*got {told}; correct"):
        checked(method, made)
