"""Training that goes on from a model of another kind, or of other sizes than the configuration says."""

import pytest

import relxfer
from relxfer import models
from relxfer.errors import ArtefactError
from relxfer.kernel import Kernel

TRAINING = {"steps": 1, "batch_size": 4, "validations": 0}


def config(source):
    return {
        "name": "continued",
        "seeds": 1,
        "threads": 1,
        "source": {"datasets": ["digits"], "training": TRAINING} | source,
        "target": {"dataset": "digits", "label_budgets": [0]},
        "strategy": [{"use": "zero-shot"}],
        "report": {"baselines": False},
    }


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("began")
    relxfer.run(config({"model": {"use": "lenet", "width": 8}}), folder / "run")
    (found,) = (folder / "run").glob("sources/*/model.safetensors")
    return {"checkpoint": str(found), "continued": True}


def test_where_no_model_is_named_its_own_goes_on_and_the_saved_configuration_says_so(checkpoint, tmp_path):
    first = relxfer.run(config(checkpoint), tmp_path / "first")
    again = relxfer.run(tmp_path / "first" / "config.toml", tmp_path / "again")
    assert [cell["status"] for cell in (*first.cells, *again.cells)] == ["done"] * len(first.cells) * 2
    assert [cell["sha"] for cell in first.cells] == [cell["sha"] for cell in again.cells]
    (ended,) = (tmp_path / "again").glob("sources/*/model.safetensors")
    assert models.read(ended, Kernel.load(third_party=False), None).model.options.width == 8


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("pixels", "the model that training goes on from, 'lenet', under [source], got 'pixels'"),
        ({"use": "lenet", "width": 16}, "choose the model and the options that they are of"),
    ],
)
def test_another_model_is_refused_in_words(checkpoint, tmp_path, model, words):
    results = relxfer.run(config(checkpoint | {"model": model}), tmp_path / "run")
    reasons = [cell["reason"] for cell in results.cells]
    assert reasons
    assert all(words in reason for reason in reasons)


def test_arrays_of_another_size_are_refused_in_words():
    from torch import nn

    from relxfer.torch import arrays_of, load_arrays

    with pytest.raises(ArtefactError, match=r"of this Linear.*size mismatch for weight.*options that it was trained"):
        load_arrays(nn.Linear(3, 1), arrays_of(nn.Linear(2, 1)))
