"""The shared learner: prediction in blocks, modes, and arrays that must fit their network."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.authoring.torch_learner import (
    TaskLearner,
    TorchLearner,
    arrays_of,
    evaluating,
    features_of,
    load_arrays,
    no_larger_than,
)
from relxfer.contract.data import Examples
from relxfer.errors import ArtefactError, UnfitArtefact
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.regression import Regression


class Network(nn.Module):
    width = 4

    def __init__(self, classes: int = 3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
        self.head = nn.Linear(4, classes)

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(4, classes)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return [("body", self.body), ("head", self.head)]


class Learner(TaskLearner):
    def __init__(self, classes: int = 3, task=None, labels=None):
        torch.manual_seed(0)
        task = task or Classification(tuple(map(str, range(classes))))
        super().__init__(SimpleNamespace(network=Network(task.width)), task, labels)
        self.asked: list[Examples] = []

    def batch(self, examples, rows, rng):
        self.asked.append(examples)
        labels = None if examples.answers is None else torch.from_numpy(examples.answers[rows])
        return SimpleNamespace(x=torch.from_numpy(examples.inputs[examples.queries[rows]]), labels=labels)

    def features(self, batch):
        return self.module.body(batch.x)


@pytest.fixture
def examples() -> Examples:
    rng = np.random.default_rng(0)
    return Examples(rng.normal(size=(150, 2)).astype(np.float32), np.arange(150), rng.integers(0, 3, 150))


def test_predictions_come_in_blocks_and_learners_see_no_answers(examples):
    learner = Learner()
    blocks = list(learner.predict(examples))
    assert [block.shape for block in blocks] == [(64, 3), (64, 3), (22, 3)]
    assert all(asked.answers is None for asked in learner.asked)
    assert learner.module.training, "modes are as they were"
    whole = np.concatenate(list(learner.predict(examples)))
    assert np.array_equal(np.concatenate(blocks), whole), "dropout is off"


def test_features_that_the_engine_holds_need_no_pass_through_the_body(examples):
    learner = Learner()
    expected = np.concatenate(list(learner.predict(examples)))
    held = features_of(learner, examples)
    learner.attached = SimpleNamespace(features=lambda asked, hidden: held)
    learner.module.body = nn.Identity()
    assert np.allclose(np.concatenate(list(learner.predict(examples))), expected, atol=1e-6)


def test_features_of_no_queries_have_a_width(examples):
    assert features_of(Learner(), examples.take(np.arange(0))).shape == (0, 4)
    assert features_of(Learner(), examples).shape == (150, 4)


def test_several_domains_take_turns_in_learning(examples):
    calls = []
    trainer = SimpleNamespace(fit=lambda learner, loss, *streams, **how: calls.append((learner, streams, how)))
    learner = Learner()
    learner.learn([examples, examples], trainer)
    assert calls == [(learner, (examples, examples), {"turns": True})]


def test_a_classifier_replaces_its_head(examples):
    learner = Learner(classes=5)
    learner.head = head = learner.new_head()
    assert head.out_features == 5
    assert learner.model.network.head is head
    assert learner.parts()[-1] == ("head", head)
    batch = learner.batch(examples, np.arange(8), None)
    assert torch.equal(learner.loss(batch, learner.scores(batch) * 0), torch.tensor(5.0).log())


PRICES = np.array([1000.0, 3000.0, 5000.0])


def test_numbers_are_predicted_in_the_units_of_the_data(examples):
    """A head that gives 0 everywhere predicts the mean of the labels that it learns."""
    learner = Learner(task=Regression(("price",)), labels=PRICES)
    for parameter in learner.head.parameters():
        nn.init.zeros_(parameter)
    made = np.concatenate(list(learner.predict(examples)))
    assert made.shape == (150, 1)
    assert np.allclose(made, 3000.0)
    batch = SimpleNamespace(x=torch.zeros(3, 2), labels=torch.tensor(PRICES))
    assert learner.loss(batch).item() == pytest.approx(1.0), "in units of the spread of the labels"


def test_the_scale_of_numbers_is_stored_with_the_head(examples):
    learner = Learner(task=Regression(("price",)), labels=PRICES)
    other = Learner(task=Regression(("price",)))
    load_arrays(other.module, arrays_of(learner.module))
    ours, theirs = (np.concatenate(list(one.predict(examples))) for one in (learner, other))
    assert np.allclose(ours, theirs)
    assert "head.scale" in arrays_of(learner.module)


def test_a_new_head_takes_the_scale_of_its_labels_and_an_old_one_keeps_its_own():
    learner = Learner(task=Regression(("price",)), labels=PRICES)
    again = TaskLearner(learner.model, learner.task, PRICES * 10)
    assert again.head.scale[0].item() == 3000.0
    assert again.new_head().scale[0].item() == 30000.0


def test_several_labels_have_a_loss_of_their_own(examples):
    learner = Learner(task=MultiLabel(("red", "round")))
    labels = torch.tensor([[0, 1], [1, 1]])
    batch = SimpleNamespace(x=torch.zeros(2, 2), labels=labels)
    assert learner.loss(batch, torch.zeros(2, 2)).item() == pytest.approx(np.log(2))
    assert not hasattr(learner.head, "scale")


def test_every_module_gets_its_own_mode_back():
    network = Network()
    network.body[1].eval()
    with pytest.raises(RuntimeError, match="in eval mode"), evaluating(network):
        raise RuntimeError("in train mode" if any(module.training for module in network.modules()) else "in eval mode")
    assert [m.training for m in network.modules()] == [True, True, True, False, True, True]


def test_a_module_that_keeps_its_mode_elsewhere_gets_it_back():
    class Own(nn.Linear):
        training = property(
            lambda self: self.modes[-1], lambda self, mode: vars(self).setdefault("modes", []).append(mode)
        )

    network = nn.Sequential(Own(2, 2))
    with evaluating(network):
        assert not network[0].training
    assert network[0].modes == [True, False, True]


def test_arrays_are_copies_and_load_into_the_same_network():
    network, other = Network(), Network()
    arrays = arrays_of(network)
    load_arrays(other, arrays)
    assert all(np.array_equal(array, arrays_of(other)[name]) for name, array in arrays.items())
    arrays["head.bias"][:] = 7.0
    assert not (network.head.bias == 7.0).any()
    assert not (other.head.bias == 7.0).any()


def test_arrays_of_another_network_are_told():
    with pytest.raises(ArtefactError, match="parameters of this Network"):
        load_arrays(Network(classes=4), arrays_of(Network()))


def test_a_network_of_about_the_size_of_its_arrays_is_built():
    with no_larger_than(arrays_of(Network())):
        Network()


def test_a_network_that_is_far_too_large_is_refused_before_its_memory_is_taken():
    with pytest.raises(UnfitArtefact, match="far more numbers"), no_larger_than(arrays_of(Network())):
        nn.Linear(2**20, 2**20, device="meta")
    with pytest.raises(UnfitArtefact, match="far more parameters"), no_larger_than({}):
        nn.ModuleList(nn.Linear(1, 1) for _ in range(1000))


def test_sizes_that_no_memory_holds_are_told_and_other_errors_pass():
    with pytest.raises(UnfitArtefact, match="more memory than there is"), no_larger_than({}):
        raise MemoryError("too much")
    with pytest.raises(RuntimeError, match=r"^something else$"), no_larger_than({}):
        raise RuntimeError("something else")


def test_a_learner_is_on_the_device_of_its_parameters():
    learner = TorchLearner()
    learner.module = nn.Linear(1, 1, device="meta")
    assert learner.device == torch.device("meta")
