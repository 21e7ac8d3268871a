"""Training that goes on from a model of another kind, or of other sizes than the configuration says."""

import pytest

import relxfer
from relxfer.errors import ArtefactError

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
