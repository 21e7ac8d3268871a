"""The training loop: exact resume, frozen parts, groups, selection."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.authoring.torch_learner import TorchLearner, arrays_of
from relxfer.contract.data import Examples
from relxfer.contract.options import TrainingOptions
from relxfer.contract.strategies import Cell, LeftOut, ParameterGroup, Update
from relxfer.errors import Incompatible, PluginError, TrainingDiverged
from relxfer.train.trainer import PhaseTrainer

pytestmark = pytest.mark.processor


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3))
        self.head = nn.Linear(8, 3)


class Toy(TorchLearner):
    """Three classes from four numbers, with BatchNorm and dropout so that buffers and random numbers matter."""

    def __init__(self):
        torch.manual_seed(0)
        self.module = Net()
        self.seen: list[int] = []

    head = property(lambda self: self.module.head)

    def features(self, batch):
        return self.module.body(batch.x)

    def batch(self, examples, rows, rng):
        noise = rng.normal(0, 0.01, (len(rows), 4))
        x = torch.from_numpy((examples.inputs[examples.queries[rows]] + noise).astype(np.float32))
        return SimpleNamespace(x=x, y=None if examples.answers is None else torch.from_numpy(examples.answers[rows]))

    def loss(self, batch, scores=None):
        self.seen.append(len(batch.x))
        return nn.functional.cross_entropy(self.scores(batch) if scores is None else scores, batch.y)


@pytest.fixture
def examples() -> Examples:
    rng = np.random.default_rng(0)
    return Examples(rng.normal(size=(40, 4)), np.arange(40), rng.integers(0, 3, 40))


def trainer(folder, steps=20, emit=None, select=None, **options) -> PhaseTrainer:
    often = 0.0 if emit else 1e9  # a run that is to be broken off saves every step
    options = {"checkpoint_seconds": often, "batch_size": 8, "lr": 0.01, **options}
    return PhaseTrainer(TrainingOptions(steps=steps, **options), folder, 3, select, emit)


def stop_at(step: int):
    count = {"steps": 0}

    def emit(kind, **values):
        if kind == "step":
            count["steps"] += 1
            if count["steps"] == step:
                raise KeyboardInterrupt

    return emit


def plain(learner, trainer, examples):
    trainer.fit(learner, lambda step, batch: learner.loss(batch), examples)


def alternating(learner, trainer, examples):
    """Two groups, an update repeated, a module of the strategy's own, then a second phase and a `once`."""
    torch.manual_seed(1)
    extra = nn.Linear(8, 3)

    def both(step, batch):
        features = learner.features(batch)
        return learner.loss(batch, learner.head(features)) + learner.loss(batch, extra(features))

    def gap(step, batch):
        features = learner.features(batch)
        return (learner.head(features) - extra(features)).pow(2).mean()

    updates = [
        Update(both, ("body", "heads")),
        Update(gap, ("body",), repeat=2),
        Update(lambda s, b: gap(s, b), ()),
    ]
    groups = {"body": ParameterGroup(learner.module.body), "heads": ParameterGroup([learner.module.head, extra], 0.5)}
    trainer.fit(learner, updates, examples, groups=groups, keep={"extra": extra}, share=0.5)
    learner.module.head.bias.requires_grad_(True)
    trainer.once(learner, lambda: {"mean": np.array([1.0]), "word": "x"})
    trainer.part("second", 0.5).fit(learner, lambda step, batch: learner.loss(batch), examples)


def weights(learner) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in arrays_of(learner.module).items()}


@pytest.mark.parametrize("strategy", [plain, alternating])
@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("step", [1, 7, 13])
@pytest.mark.parametrize("smooth", [{}, {"ema": 0.6, "clip_norm": 0.5, "warmup": 0.3, "schedule": "cosine"}])
def test_broken_off_and_resumed_equals_uninterrupted(tmp_path, examples, strategy, optimizer, step, smooth):
    options = {"optimizer": optimizer, "validations": 3, **smooth} | ({"momentum": 0.9} if optimizer == "sgd" else {})
    whole, resumed = Toy(), Toy()
    strategy(whole, trainer(tmp_path / "whole", select=score, **options), examples)
    with pytest.raises(KeyboardInterrupt):
        strategy(Toy(), trainer(tmp_path / "broken", emit=stop_at(step), select=score, **options), examples)
    strategy(resumed, trainer(tmp_path / "broken", select=score, **options), examples)
    assert weights(resumed) == weights(whole)


def score(learner) -> float:
    """Some function of the weights, so that selection picks a point in the middle."""
    return float(torch.sin(100 * learner.module.head.weight.detach().sum()))


@pytest.mark.parametrize("step", [2, 7, 13, None])
def test_what_is_logged_about_a_cell_is_resumed_exactly(tmp_path, examples, step):
    """Between phases it is logged again; inside one that is not repeated, it is restored."""

    def strategy(learner, made):
        cell = Cell(learner, made, None)
        cell.log("kind", "deep")

        def loss(step, batch):
            cell.log(f"step {step.index}", step.index / 2)
            return learner.loss(batch)

        made.fit(learner, loss, examples, share=0.5)
        made.once(learner, lambda: cell.log("inside", 4))
        cell.part("second", 0.5).trainer.fit(learner, loss, examples)
        return made.tally.logbook.values

    whole = strategy(Toy(), trainer(tmp_path / "whole"))
    if step is None:
        strategy(Toy(), trainer(tmp_path / "broken"))
    else:
        with pytest.raises(KeyboardInterrupt):
            strategy(Toy(), trainer(tmp_path / "broken", emit=stop_at(step)))
    assert strategy(Toy(), trainer(tmp_path / "broken")) == whole
    assert (whole["kind"], whole["inside"], whole["step 3"]) == ("deep", 4.0, 1.5)


def test_finished_phases_are_restored_and_not_run(tmp_path, examples):
    first, second = Toy(), Toy()
    alternating(first, trainer(tmp_path), examples)
    alternating(second, trainer(tmp_path), examples)
    assert weights(first) == weights(second)
    assert not second.seen


def test_labels_left_out_have_answers_and_a_row_of_scores_each(tmp_path, examples):
    of, whole = trainer(tmp_path), Cell(None, trainer(tmp_path), None)
    whole.left_out(examples, np.zeros((40, 3)))
    whole.part("1").left_out(examples, np.ones((40, 3)))
    assert {prefix: told.scores[0, 0] for prefix, told in whole.trainer.tally.left.items()} == {"": 0, "1.": 1}
    for wrong in (np.zeros((39, 3)), np.zeros(40)):
        with pytest.raises(PluginError, match="labels left out"):
            of.left_out(LeftOut(examples, wrong))
    with pytest.raises(PluginError, match="no answers"):
        of.left_out(LeftOut(examples.hidden(), np.zeros((40, 3))))


def test_the_seed_decides(tmp_path, examples):
    runs = []
    for seed in (3, 3, 4):
        learner = Toy()
        made = trainer(tmp_path / str(len(runs)))
        made.seed = seed
        plain(learner, made, examples)
        runs.append(weights(learner))
    assert runs[0] == runs[1] != runs[2]


def test_a_module_in_no_group_is_frozen_with_its_buffers(tmp_path, examples):
    learner = Toy()
    before = weights(learner)
    groups = {"head": ParameterGroup(learner.module.head)}
    trainer(tmp_path).fit(learner, lambda step, batch: learner.loss(batch), examples, groups=groups)
    after = weights(learner)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"head.weight", "head.bias"}
    assert all(p.requires_grad for p in learner.module.parameters())
    assert learner.module.body.training


def test_a_group_is_trained_with_its_factor_on_the_learning_rate(tmp_path, examples):
    """One step of SGD moves by lr · factor · gradient, so twice the factor moves twice as far."""

    def moved(factor):
        torch.manual_seed(0)
        learner = Toy()
        before = learner.module.head.weight.detach().clone()
        groups = {"head": ParameterGroup([learner.module.head], lr_factor=factor)}
        made = trainer(tmp_path / str(len(list(tmp_path.iterdir()))), steps=1, validations=0, optimizer="sgd", lr=0.1)
        made.fit(learner, lambda step, batch: learner.loss(batch), examples, groups=groups)
        return learner.module.head.weight.detach() - before

    assert moved(1.0).abs().sum() > 0
    assert torch.allclose(moved(2.0), 2 * moved(1.0), rtol=1e-4, atol=1e-7)


def test_a_group_that_is_no_record_says_how_to_write_it(tmp_path, examples):
    learner = Toy()
    with pytest.raises(PluginError, match=r"groups\['head'\] as a ParameterGroup.*got tuple; import"):
        trainer(tmp_path).fit(learner, None, examples, groups={"head": (learner.module.head, 1.0)})


def test_still_parts_keep_their_statistics(tmp_path, examples):
    learner = Toy()
    norm = learner.module.body[1]
    before = norm.running_mean.clone()
    trainer(tmp_path).fit(learner, lambda step, batch: learner.loss(batch), examples, still=[norm])
    assert torch.equal(norm.running_mean, before)
    assert norm.weight.ne(1).any(), "its parameters are trained all the same"


def test_an_update_moves_its_groups_alone(tmp_path, examples):
    learner = Toy()
    before = weights(learner)
    groups = {"body": ParameterGroup(learner.module.body), "head": ParameterGroup(learner.module.head)}
    trainer(tmp_path, weight_decay=0.1).fit(
        learner, [Update(lambda step, batch: learner.loss(batch), ("head",))], examples, groups=groups
    )
    after = weights(learner)
    moved = {name.split(".")[0] for name in before if before[name] != after[name] and "running" not in name}
    assert moved - {"body"} == {"head"}
    assert before["body.0.weight"] == after["body.0.weight"]


def test_streams_take_turns_in_proportion(tmp_path, examples):
    learner, turns = Toy(), []
    short = examples.take(np.arange(10))

    def loss(step, batch):
        turns.append(len(batch.x))
        return learner.loss(batch)

    trainer(tmp_path, steps=200, batch_size=20).fit(learner, loss, examples, short, turns=True)
    share = turns.count(20) / len(turns)
    assert 0.7 < share < 0.9, "40 against 10 examples"


def test_selection_keeps_the_best_point_the_start_included(tmp_path, examples):
    learner = Toy()
    before = weights(learner)
    calls = []

    def worse(_):
        calls.append(1)
        return -len(calls)

    trainer(tmp_path, select=worse, validations=4).fit(learner, lambda s, b: learner.loss(b), examples)
    assert weights(learner) == before
    assert len(calls) == 5


def test_of_equal_points_the_last_is_kept(tmp_path, examples):
    learner = Toy()
    made = trainer(tmp_path, select=lambda _: 0.5, validations=4)
    made.fit(learner, lambda s, b: learner.loss(b), examples)
    assert made.tally.phases["fit-0"].best_step == 20


@pytest.mark.parametrize(("epochs", "rows", "expected"), [(2, 40, 10), (2, 8, 2), (100, 40, 20), (1.5, 40, 8)])
def test_epochs_bound_the_steps(tmp_path, examples, epochs, rows, expected):
    learner = Toy()
    trainer(tmp_path, epochs=epochs).fit(learner, lambda s, b: learner.loss(b), examples.take(np.arange(rows)))
    assert len(learner.seen) == expected


def test_a_rule_without_opinion_keeps_the_last_step_also_after_a_resume(tmp_path, examples):
    whole, resumed = Toy(), Toy()
    plain(whole, trainer(tmp_path / "whole", select=lambda _: None), examples)
    with pytest.raises(KeyboardInterrupt):
        plain(Toy(), trainer(tmp_path / "broken", emit=stop_at(14), select=lambda _: None), examples)
    made = trainer(tmp_path / "broken", select=lambda _: None)
    plain(resumed, made, examples)
    assert weights(resumed) == weights(whole)
    assert made.tally.phases["fit-0"].best_step == -1


def test_patience_stops(tmp_path, examples):
    learner = Toy()
    trainer(tmp_path, steps=40, select=lambda _: 0.0, validations=20, patience=3).fit(
        learner, lambda s, b: learner.loss(b), examples
    )
    assert len(learner.seen) == 6, "three validation points after the first, two steps apart"


@pytest.mark.parametrize("schedule", ["linear", "cosine"])
def test_schedules_fall_to_zero_and_resume_exactly(tmp_path, examples, schedule):
    rates = []

    def watched(learner, trainer):
        def loss(step, batch):
            rates.append(learner.module.head.weight.detach().clone())
            return learner.loss(batch)

        trainer.fit(learner, loss, examples)

    whole, broken = Toy(), Toy()
    options = {"schedule": schedule, "optimizer": "sgd", "validations": 0}
    watched(whole, trainer(tmp_path / "whole", **options))
    moved = [float((after - before).norm()) for before, after in itertools.pairwise(rates)]
    assert moved[-1] < 0.2 * max(moved[:5])
    with pytest.raises(KeyboardInterrupt):
        watched(broken, trainer(tmp_path / "broken", emit=stop_at(7), **options))
    again = Toy()
    watched(again, trainer(tmp_path / "broken", **options))
    assert weights(again) == weights(whole)


def test_a_loss_that_is_no_number_is_an_error(tmp_path, examples):
    learner = Toy()
    with pytest.raises(TrainingDiverged, match=r"lower training\.lr"):
        trainer(tmp_path).fit(learner, lambda s, b: learner.loss(b) * float("nan"), examples)


def test_nothing_to_train_on_is_refused(tmp_path, examples):
    with pytest.raises(Incompatible, match="at least one training example"):
        trainer(tmp_path).fit(Toy(), lambda s, b: None, examples.take(np.array([], dtype=int)))


@pytest.mark.parametrize("damage", [lambda data: data[:100], lambda data: data[:-9] + b"\x40" + data[-8:]])
def test_a_damaged_checkpoint_is_named_and_its_phase_starts_anew(tmp_path, examples, damage):
    whole, learner = Toy(), Toy()
    plain(whole, trainer(tmp_path / "whole"), examples)
    with pytest.raises(KeyboardInterrupt):
        plain(learner, trainer(tmp_path, emit=stop_at(5)), examples)
    part = next(tmp_path.glob("*.part.safetensors"))
    part.write_bytes(damage(part.read_bytes()))
    again = Toy()
    with pytest.warns(RuntimeWarning, match=r"fit-0\.part\.safetensors"):
        plain(again, trainer(tmp_path), examples)
    assert weights(again) == weights(whole)


def test_what_was_logged_is_kept_with_the_phase(tmp_path, examples):
    """At validation points its mean since the last one; without any, the mean over the phase."""

    def logging(learner):
        def loss(step, batch):
            step.log(index=step.index)
            return learner.loss(batch)

        return loss

    found = {}
    for validations in (0, 4):
        made, toy = trainer(tmp_path / str(validations), steps=8, validations=validations), Toy()
        (tmp_path / str(validations)).mkdir()
        made.fit(toy, logging(toy), examples)
        found[validations] = made.tally.phases["fit-0"].diagnostics
    assert found == {0: {"index": 3.5}, 4: {"index": 6.5}}


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        (lambda loss: None, "got None"),
        (lambda loss: 0.5, "got 0.5"),
        (lambda loss: loss.expand(3), r"got a tensor of shape \[3\]"),
    ],
)
def test_a_loss_that_is_no_number_of_torch_is_told(tmp_path, examples, returned, got):
    learner = Toy()
    with pytest.raises(PluginError, match=f"expected the loss of a step as a tensor of one number, {got}"):
        trainer(tmp_path).fit(learner, lambda step, batch: returned(learner.loss(batch)), examples)


def test_examples_that_a_cell_does_not_hold_are_told(tmp_path):
    with pytest.raises(PluginError, match=r"got None; .* target-labels for target\.train"):
        plain(Toy(), trainer(tmp_path), None)


def test_the_step_budget_is_taken_once(tmp_path, examples):
    """By all fits together, those of parts and those that are restored included."""
    learner = Toy()

    def transfer(budget):
        for share in (0.3, 0.3):
            budget.fit(learner, lambda step, batch: learner.loss(batch), examples, share=share)
        plain(learner, budget.part("last", 0.4), examples)
        plain(learner, budget.part("more", 0.4), examples)

    for _ in range(2):
        with pytest.raises(PluginError, match=r"shares that add up to 1\.4; give each fit its share"):
            transfer(trainer(tmp_path))
    assert not list(tmp_path.glob("more*"))


def test_a_phase_may_end_at_a_step_that_was_chosen_before(tmp_path, examples):
    """With the rates and the batches of all its steps, so that it comes to the weights of that step."""
    chosen, stopped = Toy(), Toy()
    scores = iter([0.0, 1.0, 0.0, 0.0, 0.0])
    plain(chosen, trainer(tmp_path / "a", select=lambda _: next(scores), validations=4, schedule="cosine"), examples)
    until = replace(trainer(tmp_path / "b", validations=4, schedule="cosine"), until={"fit-0": 5})
    plain(stopped, until, examples)
    ours, theirs = chosen.module.state_dict(), stopped.module.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert until.tally.phases["fit-0"].step == 5
