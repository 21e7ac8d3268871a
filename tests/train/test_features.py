"""Features of frozen networks: once per picture, with the bits that they would have anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from relxfer_vision.architectures import lenet_net

from relxfer import run
from relxfer.execute.stored import reload
from relxfer.results.records import CellResult
from relxfer.train import features

#: Another task than the source's, of 1,617 pictures; every run has the row of all labels too, and sees each of them.
NINE, PICTURES = {"use": "digits", "classes": list(range(9))}, 1617


@pytest.fixture
def looked(monkeypatch) -> list[int]:
    """The number of pictures of every pass through the body of a LeNet."""
    seen: list[int] = []
    embed = lenet_net.LeNet.embed

    def counted(network, pictures):
        seen.append(len(pictures))
        return embed(network, pictures)

    monkeypatch.setattr(lenet_net.LeNet, "embed", counted)
    return seen


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A LeNet that has seen digits."""
    folder = tmp_path_factory.mktemp("source")
    config = {
        "seeds": 1,
        "source": {"datasets": ["digits"], "training": {"steps": 2, "validations": 0}},
        "target": {"dataset": NINE, "label_budgets": [20, "all"]},
        "strategy": ["feature-extraction"],
        "training": {"steps": 0},
        "report": {"baselines": False},
    }
    run(config, folder / "run")
    return next((folder / "run" / "sources").glob("*/model.safetensors"))


def checks(cells: tuple[CellResult, ...]) -> list[int]:
    """The passes that nothing is kept of: each cell asks the judged learner and the stored one about a few pictures."""
    return [reload.SAMPLE] * 2 * len(cells)


def config(source: Path, **more) -> dict:
    return {
        "seeds": 1,
        "threads": 1,
        "source": {"checkpoint": str(source)},
        "target": {"dataset": NINE, "label_budgets": [30, "all"]},
        "strategy": [{"use": "feature-extraction", "head": "new"}],
        "training": {"steps": 12, "validations": 3},
        "report": {"baselines": False},
    } | more


def test_a_run_looks_once_at_a_picture_however_many_draws_budgets_and_heads(source, tmp_path, looked):
    heads = [{"use": "feature-extraction", "head": head, "name": head} for head in ("kept", "new", "logistic")]
    asked = config(source, seeds=4, strategy=heads)
    asked["target"]["label_budgets"] = [20, 100, "all"]
    results = run(asked, tmp_path / "run")
    assert all(cell.status == "done" for cell in results.cells)
    assert sum(looked) == PICTURES + sum(checks(results.cells))


def test_augmented_pictures_go_through_the_body(source, tmp_path, looked):
    asked = config(source, training={"steps": 30, "validations": 0})
    asked["target"]["adapter"] = {"use": "images", "augment": ["shift"]}
    run(asked, tmp_path / "run")
    assert looked.count(16) >= 30


def test_the_next_run_looks_at_nothing_and_comes_to_the_same(source, tmp_path, looked, monkeypatch):
    monkeypatch.setenv("RELXFER_FEATURES", str(tmp_path / "features"))
    first = run(config(source), tmp_path / "first")
    looked.clear()
    again = run(config(source), tmp_path / "again")
    assert looked == checks(again.cells)
    assert [cell.sha for cell in first.cells] == [cell.sha for cell in again.cells]


def test_what_ran_before_does_not_change_a_bit(source, tmp_path, monkeypatch):
    """Another draw asks first, so that pictures would be computed in other company."""
    alone = run(config(source, seeds=[3]), tmp_path / "alone")
    monkeypatch.setenv("RELXFER_FEATURES", str(tmp_path / "features"))
    run(config(source, seeds=[1, 2]), tmp_path / "before")
    after = run(config(source, seeds=[3]), tmp_path / "after")
    assert alone.cells[0].sha == after.cells[0].sha


@pytest.mark.parametrize("damage", [b"", b"not a tensor", None])
def test_a_damaged_file_is_computed_again(source, tmp_path, looked, monkeypatch, damage):
    monkeypatch.setenv("RELXFER_FEATURES", str(tmp_path / "features"))
    first = run(config(source), tmp_path / "first")
    for path in (tmp_path / "features").glob("*/*.safetensors"):
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content if damage is None else damage)
    looked.clear()
    again = run(config(source), tmp_path / "again")
    assert len(looked) > len(checks(again.cells))
    assert first.cells[0].sha == again.cells[0].sha


def test_a_folder_that_takes_nothing_is_no_error(source, tmp_path, monkeypatch):
    (tmp_path / "features").write_text("a file")
    monkeypatch.setenv("RELXFER_FEATURES", str(tmp_path / "features"))
    assert run(config(source), tmp_path / "run").cells[0].status == "done"


def test_other_weights_and_other_preparation_are_other_features(source, tmp_path, looked, monkeypatch):
    monkeypatch.setenv("RELXFER_FEATURES", str(tmp_path / "features"))
    run(config(source), tmp_path / "first")
    looked.clear()
    asked = config(source)
    asked["target"]["adapter"] = {"use": "images", "normalise": "none"}
    run(asked, tmp_path / "second")
    assert sum(looked) > 500


def test_a_body_that_is_trained_is_not_taken_for_the_one_that_came(source, tmp_path, looked):
    """Fine-tuning moves the body: its test is not scored on the features of the source."""
    run(config(source, strategy=["finetune"]), tmp_path / "run")
    assert sum(looked[-9:]) >= 500


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(features, "MOST", 1000)
    cache = features.FeatureCache()
    for number in range(10):
        cache._keep(str(number), np.zeros((10, 10), np.float32))
    assert list(cache.kept) == ["8", "9"]


def test_pieces_hold_every_picture_once_and_splits_side_by_side():
    from relxfer_vision.data.digits import load_digits
    from relxfer_vision.options import DigitsOptions

    domain = load_digits(DigitsOptions(), {})
    order = domain.inputs.order
    assert sorted(order.tolist()) == list(range(len(domain.inputs)))
    assert set(order[: len(domain.test)].tolist()) == set(domain.test.queries.tolist())
    assert torch.equal(torch.from_numpy(order[domain.inputs.places]), torch.arange(len(order)))
