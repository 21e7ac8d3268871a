"""Pan and Yang's three settings, derived and kept: who sees which labels."""

from __future__ import annotations

import tomllib

import pytest
from relxfer_strategies.unlabelled.k_means import KMeans

import relxfer
from relxfer.declare import resolve
from relxfer.declare.saved import resolved_toml
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins
from relxfer.testing import blobs, harness

ROWS = [
    {"name": "transferred", "stages": ["reconstruction", "k-means"]},
    {"name": "alone", "stages": [{"use": "reconstruction", "inputs": "target"}, "k-means"], "baseline": True},
    {"name": "random", "use": "k-means"},
    {"name": "source model", "use": "k-means", "features": "source"},
]
UNLABELLED = {
    "datasets": ["blobs-source"],
    "labels": False,
    "stages": [{"use": "reconstruction", "inputs": "sources"}],
    "training": {"steps": 20, "batch_size": 12, "lr": 0.02},
}


def config(**changes) -> dict:
    return {
        "name": "settings",
        "threads": 1,
        "device": "cpu",
        "source": UNLABELLED,
        "target": {"dataset": "blobs-target", "task": "clustering"},
        "training": {"steps": 40, "batch_size": 12, "lr": 0.02},
        "strategy": ROWS,
        "report": {"baselines": False},
        **changes,
    }


def run(folder, **changes) -> relxfer.Results:
    return harness.run(config(**changes), folder, [blobs])


@pytest.fixture
def seen(monkeypatch):
    """The cells that k-means is given."""
    cells, transfer = [], KMeans.transfer
    monkeypatch.setattr(KMeans, "transfer", lambda self, cell: cells.append(cell) or transfer(self, cell))
    return cells


@pytest.fixture(scope="module")
def clustered(tmp_path_factory):
    return run(tmp_path_factory.mktemp("clustered"))


def test_no_label_of_either_domain_is_handed_out(tmp_path, seen):
    run(tmp_path)
    assert len(seen) == len(ROWS)
    for cell in seen:
        for domain in (cell.target, *cell.sources):
            assert domain.train is domain.val is domain.test is None
            assert domain.unlabelled is not None
            assert domain.unlabelled.answers is None


def test_every_row_is_unsupervised_and_compared_with_the_one_that_is_named(clustered):
    assert {row.setting for row in clustered.rows} == {"unsupervised"}
    gains = {row.strategy: row.gain and row.gain.baseline for row in clustered.rows}
    assert gains == {"transferred": "alone", "alone": None, "random": "alone", "source model": "alone"}


def test_clusters_find_the_blobs(clustered):
    """Three well separated classes in the plane: far above the third that chance gives."""
    metrics = clustered.row("transferred").metrics
    assert list(metrics) == ["accuracy", "nmi"]
    assert metrics["accuracy"] > 0.6
    assert metrics["nmi"] > 0.3


def test_a_source_with_labels_makes_it_transductive(tmp_path):
    labelled = {"datasets": ["blobs-source"], "training": UNLABELLED["training"]}
    results = run(tmp_path, source=labelled, strategy=ROWS[-2:])
    assert {row.strategy: row.setting for row in results.rows} == {
        "random": "unsupervised",
        "source model": "transductive",
    }


def test_with_labels_of_the_target_it_is_inductive(tmp_path):
    results = run(tmp_path, target={"dataset": "blobs-target"}, strategy=["finetune", "autoencoder"])
    assert {row.setting for row in results.rows} == {"inductive"}


@pytest.mark.parametrize(
    ("strategy", "reason"),
    [
        ("finetune", "has no labels"),
        ("zero-shot", "its head is untrained"),
        ("dann", "needs source-labels: [source] hides them"),
    ],
)
def test_what_needs_labels_is_refused(tmp_path, strategy, reason):
    training = {} if strategy == "zero-shot" else {"steps": 1}
    cell = run(tmp_path, strategy={"use": strategy}, training=training).cells[0]
    assert cell.status == "refused"
    assert reason in cell.reason


def test_an_untrained_head_is_never_scored(tmp_path):
    """Also where the target is an ordinary one, with the source's own classes."""
    cell = run(tmp_path, target={"dataset": "blobs-target"}, strategy={"use": "zero-shot"}, training={}).cells[0]
    assert cell.status == "refused"


def test_clusters_are_not_taken_for_classes(tmp_path):
    cell = run(tmp_path, target={"dataset": "blobs-target"}, strategy={"use": "k-means"}).cells[0]
    assert cell.status == "refused"
    assert 'set task = "clustering" in [target]' in cell.reason


def test_a_task_without_classes_has_no_clusters(tmp_path):
    with pytest.raises(relxfer.RelxferError, match="a task with classes to cluster"):
        relxfer.run(
            config(source=[], target={"dataset": "geo-us", "task": "clustering"}, strategy={"use": "scratch"}), tmp_path
        )


def test_the_resolved_configuration_reproduces_the_rows(clustered):
    text = (clustered.folder / "config.toml").read_text()
    again = harness.run(tomllib.loads(text), clustered.folder, [blobs])
    assert [cell.id for cell in again.cells] == [cell.id for cell in clustered.cells]
    gains = [[row.gain for row in results.rows] for results in (again, clustered)]
    assert gains[0] == gains[1]


# ------------------------------------------------------------------ rows with a model or a baseline of their own


def load(**changes):
    plugins = Plugins.load()
    plugins.register(blobs, "blobs")
    return resolve.load(config(**changes), plugins)


def test_a_row_that_starts_from_the_source_has_its_model():
    with pytest.raises(ConfigError, match="starts from the source model"):
        load(strategy={"use": "finetune", "model": "blobs-mlp"})


def test_one_baseline_is_enough():
    with pytest.raises(ConfigError, match="expected one baseline, got a, b"):
        load(strategy=[{"use": "k-means", "name": name, "baseline": True} for name in "ab"])


def test_without_labels_a_source_needs_stages():
    with pytest.raises(ConfigError, match="name stages that need none"):
        load(source={"datasets": ["blobs-source"], "labels": False})


def test_stages_of_a_source_cannot_ask_for_the_target():
    with pytest.raises(ConfigError, match="which a source stage does not have"):
        load(source={"datasets": ["blobs-source"], "stages": ["reconstruction"]})


def test_a_model_of_its_own_is_what_a_row_trains(tmp_path):
    rows = [
        {"name": "pixels", "use": "linear", "model": {"use": "pixels", "size": 8}, "baseline": True},
        {"use": "scratch"},
    ]
    changes = {"source": [], "target": {"dataset": "digits", "label_budgets": [30, "all"]}, "strategy": rows}
    made = config(**changes, training={"steps": 2, "batch_size": 8, "validations": 1})
    results = relxfer.run(made, out=tmp_path)
    trained = {cell.strategy: cell.status for cell in results.cells}
    assert trained == {"pixels": "done", "scratch": "done"}
    assert "pixels" in resolved_toml(load(**changes))
    assert results.row("pixels", 30).metrics["accuracy"] > 0.6
