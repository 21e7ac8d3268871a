"""Strategies of a plugin that bring models of their own: what is reported is what is stored."""

from __future__ import annotations

import shutil
from typing import Annotated, Any

import numpy as np
import pytest
from pydantic import Field

from relxfer.authoring.ensemble import EnsembleLearner
from relxfer.contract.hooks import hookimpl
from relxfer.contract.options import Options, StrategyOption
from relxfer.contract.records import SourceModel, TransferStrategy
from relxfer.declare import resolve
from relxfer.errors import ConfigError, UnfitArtefact
from relxfer.execute import artefacts
from relxfer.predict import predictions, scores
from relxfer.predict.chosen import Wanted
from relxfer.testing import blobs, harness

# ---------------------------------------------------------------- nearest neighbours


class KNN:
    """A network with a table of features and their classes."""

    offered_as = "own-knn"

    def __init__(self, body: Any, features: np.ndarray, labels: np.ndarray, classes: int):
        self.members, self.features, self.labels, self.classes = (body,), features, labels, classes

    def state(self):
        return {"features": self.features, "labels": self.labels}, {"classes": self.classes}

    def attach(self, learners, target):
        return KNNLearner(learners[0], self.features, self.labels, self.classes)


def load_knn(options, arrays, card, members):
    return KNN(members[0], arrays["features"], arrays["labels"], card["classes"])


class KNNLearner:
    """The share of each class among the three nearest neighbours."""

    def __init__(self, body, features, labels, classes):
        self.body, self.features, self.labels, self.classes = body, features, labels, classes

    def predict(self, examples):
        from relxfer.authoring.torch_learner import features_of

        asked = features_of(self.body, examples)
        near = ((asked[:, None] - self.features[None]) ** 2).sum(2).argsort(1)[:, :3]
        yield np.eye(self.classes, dtype=np.float32)[self.labels[near]].mean(1)

    def export(self):
        return KNN(self.body.export(), self.features, self.labels, self.classes)


class KNNStrategy:
    def __init__(self, options):
        pass

    def transfer(self, cell):
        train = cell.target.train
        features = cell.trainer.features(cell.learner, train.hidden())
        return KNNLearner(cell.learner, features, np.asarray(train.answers), len(cell.target.task.answers))


# ---------------------------------------------------------------- bagging


class BaggingOptions(Options):
    of: StrategyOption
    members: Annotated[int, Field(ge=2)] = 3


class Bagging:
    """Each member sees a sample of the labels with replacement (Breiman 1996)."""

    def __init__(self, options):
        self.options = options

    def transfer(self, cell):
        from dataclasses import replace

        made, count = [], self.options.members
        for index in range(count):
            rows = np.random.default_rng(index).integers(0, len(cell.target.train), len(cell.target.train))
            part = cell.part(str(index), 1 / count, cell.another(str(index)))
            part = replace(part, target=cell.target.restrict(rows))
            made.append(self.options.of.build().transfer(part))
        return EnsembleLearner(made, mean="probabilities")


class Plugin:
    __name__ = "own-models"

    @hookimpl
    def relxfer_transfer_strategies(self):
        needs = ("source-model", "target-labels", "features")
        return [
            TransferStrategy(name="own-knn", load=f"{__name__}:KNNStrategy", needs=needs, seeded=False),
            TransferStrategy(
                name="own-bagging", load=f"{__name__}:Bagging", options=f"{__name__}:BaggingOptions", needs=needs[:2]
            ),
        ]

    @hookimpl
    def relxfer_source_models(self):
        return [SourceModel(name="own-knn", load=f"{__name__}:load_knn", composite=True)]


BAGGED = {"use": "own-bagging", "members": 3, "of": {"use": "finetune", "last_parts": 2}}
DEEP = {"use": "ensemble", "members": 2, "of": "finetune"}
ROWS: dict[str, Any] = {
    "own-knn": "own-knn",
    "own-bagging": BAGGED,
    "ensemble": DEEP,
    "nested": {"use": "ensemble", "members": 2, "of": BAGGED},
    "of-scratch": {"use": "ensemble", "members": 2, "of": "scratch"},
    "staged": {"stages": ["reconstruction", DEEP]},
}
TRAINING = {"steps": 12, "batch_size": 8, "lr": 0.02, "validations": 2}


def config(**changes: Any) -> dict[str, Any]:
    return {
        "name": "own",
        "threads": 1,
        "device": "cpu",
        "source": {"name": "s", "datasets": ["blobs-source"], "training": {**TRAINING, "steps": 60}},
        "target": {"name": "t", "dataset": "blobs-target"},
        "training": TRAINING,
        "strategy": [{"name": name, **({"use": row} if isinstance(row, str) else row)} for name, row in ROWS.items()],
        "report": {"baselines": False},
    } | changes


@pytest.fixture(scope="module")
def plugin():
    return Plugin()


@pytest.fixture(scope="module")
def finished(plugin, tmp_path_factory):
    return harness.run(config(), tmp_path_factory.mktemp("own") / "run", [blobs, plugin])


@pytest.fixture
def plugins(plugin):
    return harness.plugins_with([blobs, plugin])


def test_every_row_is_done(finished):
    assert [(cell.strategy, cell.reason) for cell in finished.cells if cell.status != "done"] == []
    accuracy = {cell.strategy: cell.metrics["accuracy"] for cell in finished.cells}
    assert len(set(accuracy.values())) > 1


def test_evaluated_again_from_their_files_they_are_the_same(finished, plugin, tmp_path):
    shutil.copytree(finished.folder, tmp_path / "run")
    for path in (tmp_path / "run" / "evaluations").iterdir():
        path.unlink()
    watch = harness.Observer()
    again = harness.run(config(), tmp_path / "run", [blobs, plugin, watch])
    assert watch.points == 0, "nothing is trained again"
    assert [cell.metrics for cell in again.cells] == [cell.metrics for cell in finished.cells]


@pytest.mark.parametrize("name", ["own-knn", "ensemble", "nested"])
def test_as_a_source_they_answer_as_they_were_judged(finished, plugin, tmp_path, name):
    cell = next(cell for cell in finished.cells if cell.strategy == name)
    for number, source in enumerate(
        (
            {"checkpoint": str(finished.folder / "cells" / cell.id / "model.safetensors")},
            {"run": str(finished.folder), "cell": cell.id},
        )
    ):
        made = config(source=source, strategy=["zero-shot", "finetune"])
        made.pop("training")
        zero, tuned = harness.run(made | {"training": TRAINING}, tmp_path / str(number), [blobs, plugin]).cells
        assert (zero.status, zero.metrics) == ("done", cell.metrics), zero.reason
        assert tuned.status == "refused"
        assert "which only predicts; choose a strategy such as zero-shot" in tuned.reason


def test_predict_answers_as_they_were_judged(finished, plugins):
    for name in ("own-knn", "ensemble"):
        cell = next(cell for cell in finished.cells if cell.strategy == name)
        chosen = predictions.choose(finished.folder, plugins, Wanted(strategy=name))
        assert chosen.domain.train is not None
        test = chosen.domain.train.take(np.arange(len(chosen.domain.train))[-cell.n :])  # joins what was known before
        best = np.concatenate([each.answers[:, 0] for each in scores.best(chosen, test.hidden(), 1, True)])
        assert np.isclose((best == test.answers).mean(), cell.metrics["accuracy"])


def test_the_members_differ(finished):
    from relxfer.store import files

    for name in ("ensemble", "of-scratch", "staged"):
        cell = next(cell for cell in finished.cells if cell.strategy == name)
        arrays, card = files.read_arrays(finished.folder / "cells" / cell.id / "model.safetensors")
        assert card["relxfer"] == 2
        assert [member["model"]["use"] for member in card["members"]] == ["blobs-mlp"] * 2
        assert {name.split("/")[0] for name in arrays} - {"conformity"} == {"own", "0", "1"}
        assert not np.allclose(arrays["0/head.weight"], arrays["1/head.weight"])


def test_members_of_a_later_stage_begin_where_the_first_ended(finished, plugin, tmp_path):
    """With no step for the members, both are what the stage left."""
    staged = {"stages": ["reconstruction", {"use": "ensemble", "members": 2, "of": {"use": "zero-shot"}}]}
    results = harness.run(config(strategy=[staged]), tmp_path / "run", [blobs, plugin])
    from relxfer.store import files

    (cell,) = results.cells
    arrays, _ = files.read_arrays(results.folder / "cells" / cell.id / "model.safetensors")
    first = {name[2:]: array for name, array in arrays.items() if name.startswith("0/")}
    other = {name[2:]: array for name, array in arrays.items() if name.startswith("1/")}
    assert all(np.array_equal(first[name], other[name]) for name in first)


def test_the_inner_strategy_is_validated_with_suggestions(plugins):
    for of, words in (
        ("fintune", "strategy[0].of: no strategy is called 'fintune': did you mean 'finetune'?"),
        (
            {"use": "finetune", "last_part": 2},
            'of.last_part: unknown key with use = "finetune": did you mean',
        ),
        ("reconstruction", "strategy[0].of: 'reconstruction' is a stage that leaves the head untrained"),
        ({"use": "finetune", "last_parts": 1, "lr_decay_per_part": 0.5}, "strategy[0].of.lr_decay_per_part"),
    ):
        with pytest.raises(ConfigError) as error:
            resolve.load(config(strategy=[{"use": "ensemble", "of": of}]), plugins)
        assert words in str(error.value)
    with pytest.raises(ConfigError, match=r"strategy\[0\].of: this key is needed"):
        resolve.load(config(strategy=["ensemble"]), plugins)


def test_needs_and_code_of_the_inner_strategy_count(plugins):
    experiment = resolve.load(config(strategy=[{"use": "ensemble", "of": BAGGED}]), plugins)
    (method,) = experiment.methods
    assert [chosen.name for chosen in method.strategies] == ["ensemble", "own-bagging", "finetune"]
    assert set(method.needs) == {"source-model", "target-labels", "gradients"}
    other = resolve.load(config(strategy=[{"use": "ensemble", "of": {**BAGGED, "members": 4}}]), plugins)
    assert other.methods[0].stages[0].content() != method.stages[0].content()


def test_what_was_saved_is_the_same_experiment(finished, plugins):
    again = resolve.load(finished.folder / "config.toml", plugins)
    ours = resolve.load(config(), plugins)
    assert [m.stages for m in again.methods] == [m.stages for m in ours.methods]


def test_a_composite_model_cannot_be_trained_from_nothing(plugin, tmp_path):
    target = {"name": "t", "dataset": "blobs-target", "model": "ensemble"}
    made = config(target=target, strategy=["scratch"])
    made.pop("source")
    (cell,) = harness.run(made, tmp_path / "run", [blobs, plugin]).cells
    assert cell.status == "refused"
    assert "which is made of trained models" in cell.reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"members": []}, "expected of the model 'ensemble' the cards of its members, got none"),
        ({"members": 3}, "the cards of its members, got 3"),
        ({"model": {"use": "blobs-mlp"}}, "expected of the model 'blobs-mlp' no members, got a list"),
        ({"relxfer": 3}, "expected a model of schema 1 or 2, got 3: another relxfer wrote it"),
        ({"relxfer": True}, "expected a model of schema 1 or 2, got true"),
        ({"card": {"mean": "median"}}, "expected the weights and the mean of an ensemble of 2 models"),
        ({"columns": 3}, "a list of names under 'columns'"),
        ({"adapter": "blobs"}, "a table under 'adapter'"),
        ({"calibration": {"calibrator": 1, "card": {}}}, "a table under 'calibrator'"),
    ],
)
def test_a_file_of_another_form_is_refused(finished, plugins, tmp_path, change, words):
    from relxfer.store import files

    cell = next(cell for cell in finished.cells if cell.strategy == "ensemble")
    arrays, card = files.read_arrays(finished.folder / "cells" / cell.id / "model.safetensors")
    files.write_arrays(tmp_path / "m.safetensors", arrays, card | change)
    with pytest.raises(UnfitArtefact) as error:
        artefacts.read(tmp_path / "m.safetensors", plugins, None)
    assert words in str(error.value)


def test_a_tree_of_members_is_bounded(finished, plugins, tmp_path):
    from relxfer.store import files

    leaf = {"model": {"use": "blobs-mlp"}, "card": {"classes": 3}}
    whole = {"model": {"use": "ensemble"}, "card": {"mean": "scores"}}
    deep = leaf
    for _ in range(5):
        deep = {**whole, "members": [deep]}
    for card in (deep, {**whole, "members": [leaf] * 300}):
        files.write_arrays(
            tmp_path / "m.safetensors", {}, {"relxfer": 2, "tasks": [], "inputs": {}, "network": {}, **card}
        )
        with pytest.raises(UnfitArtefact, match="at most 256 members in 4 levels"):
            artefacts.read(tmp_path / "m.safetensors", plugins, None)
    arrays = {"own/weights": np.ones(1), "7/head.weight": np.ones((3, 8), np.float32)}
    card = {"relxfer": 2, "tasks": [], "inputs": {}, "network": {}, **whole, "members": [leaf]}
    files.write_arrays(tmp_path / "m.safetensors", arrays, card)
    with pytest.raises(UnfitArtefact, match=r"expected arrays of 1 members, got one called '7/head\.weight'"):
        artefacts.read(tmp_path / "m.safetensors", plugins, None)
