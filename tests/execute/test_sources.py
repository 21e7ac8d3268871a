"""Source stages: trained once for whoever needs them, read from files, or going on from a model that is there."""

import tomllib
from dataclasses import replace

import pytest

import relxfer
from relxfer.errors import ArtefactError, Changed, ConfigError, Incompatible
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins

TRAINING = {"steps": 1, "batch_size": 4, "validations": 0}


def config(source):
    return {
        "name": "continued",
        "seeds": 1,
        "threads": 1,
        "source": {"datasets": ["digits"], "training": TRAINING} | source,
        "target": {"dataset": "digits", "label_budgets": [0, "all"]},
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
    assert [cell.status for cell in (*first.cells, *again.cells)] == ["done"] * len(first.cells) * 2
    assert [cell.sha for cell in first.cells] == [cell.sha for cell in again.cells]
    (ended,) = (tmp_path / "again").glob("sources/*/model.safetensors")
    assert artefacts.read(ended, Plugins.load(third_party=False), None).model.options.width == 8


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("pixels", "the model from which training continues, 'lenet', under [source], got 'pixels'"),
        ({"use": "lenet", "width": 16}, "choose the model and the options that they are of"),
    ],
)
def test_another_model_is_refused_in_words(checkpoint, tmp_path, model, words):
    results = relxfer.run(config(checkpoint | {"model": model}), tmp_path / "run")
    reasons = [cell.reason for cell in results.cells]
    assert reasons
    assert all(words in reason for reason in reasons)


def test_arrays_of_another_size_are_refused_in_words():
    from torch import nn

    from relxfer.authoring.torch_learner import arrays_of, load_arrays

    with pytest.raises(ArtefactError, match=r"of this Linear.*size mismatch for weight.*options that it was trained"):
        load_arrays(nn.Linear(3, 1), arrays_of(nn.Linear(2, 1)))


def given(checkpoint, **model):
    tables = config({"checkpoint": checkpoint["checkpoint"], "datasets": []} | model)
    del tables["source"]["training"]
    target = {"dataset": "digits", "label_budgets": [20, "all"]}
    return tables | {"target": target, "training": TRAINING, "report": {"baselines": True}}


def ids(results):
    return [(cell.strategy, cell.status, cell.id) for cell in results.cells]


@pytest.mark.parametrize("model", [{}, {"model": "lenet"}, {"model": {"use": "lenet", "width": 8}}])
def test_of_a_given_model_the_saved_configuration_holds_what_was_said(checkpoint, tmp_path, model):
    """Scratch has the architecture of the checkpoint, also when the saved configuration is run."""
    first = relxfer.run(given(checkpoint, **model), tmp_path / "first")
    saved = tomllib.loads((tmp_path / "first" / "config.toml").read_text())
    said = model.get("model")
    assert saved["source"][0].get("model") == ({"use": said} if isinstance(said, str) else said)
    again = relxfer.run(tmp_path / "first" / "config.toml", tmp_path / "again")
    assert ids(first) == ids(again)
    assert "scratch" in {cell.strategy for cell in first.cells}


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("pixels", "expected a checkpoint of the model 'pixels', got one of 'lenet'"),
        ({"use": "lenet", "width": 9}, "expected width = 8, with which .* got 9; leave it out, or set continued"),
    ],
)
def test_what_contradicts_a_checkpoint_is_refused(checkpoint, tmp_path, model, words):
    with pytest.raises(ConfigError, match=words):
        relxfer.run(given(checkpoint, model=model), tmp_path / "run")


# ------------------------------------------------------------------ once, for whoever needs it


def test_a_source_is_trained_once_for_each_seed_and_a_shared_one_once(small):
    engine = small()
    (source,) = engine.experiment.sources
    entries = {engine.sources.train(source, seed).folder for seed in (0, 1, 0)}
    assert len(entries) == 2
    shared = small(source=small.config["source"] | {"shared": True})
    (source,) = shared.experiment.sources
    assert {shared.sources.entry(source, seed).folder for seed in (0, 1)} <= entries, "the first seed's"


def test_what_was_trained_is_not_trained_again_and_what_is_damaged_is(small):
    engine = small(seeds=[0])
    (source,) = engine.experiment.sources
    entry = engine.sources.train(source, 0)
    before = entry.model.read_bytes()
    assert engine.sources.kept(source, entry)
    stamp = entry.model.stat().st_mtime_ns
    engine.sources.train(source, 0)
    assert entry.model.stat().st_mtime_ns == stamp
    entry.model.write_bytes(before[:-8])
    fresh = small(seeds=[0])
    with pytest.warns(RuntimeWarning, match="was damaged and is run again"):
        fresh.sources.train(fresh.experiment.sources[0], 0)
    assert entry.model.read_bytes() == before


def test_a_source_that_is_not_what_was_planned_is_not_trained(small):
    engine = small(seeds=[0])
    (source,) = engine.experiment.sources
    planned = small(seeds=[0], source=small.config["source"] | {"training": {"steps": 3}})
    with pytest.raises(Changed, match="got another training options"):
        engine.sources.train(source, 0, planned.sources.fingerprint(planned.experiment.sources[0], 0))
    assert not list(engine.store.folder.glob("sources/*"))


def test_a_source_sees_no_test_and_hides_its_labels_where_it_is_told_to(small):
    engine = small()
    (source,) = engine.experiment.sources
    (view,) = engine.sources.views(source).sources
    assert (view.test, len(view.train)) == (None, 36)
    hiding = replace(source, name="hiding", config=source.config.model_copy(update={"labels": False}))
    (view,) = engine.sources.views(hiding).sources
    assert (view.train, view.val, view.unlabelled.answers) == (None, None, None)


def test_a_source_that_no_target_has_an_adapter_for_is_refused(small):
    engine = small(source={"name": "s", "datasets": ["karate-club"], "model": "gcn"})
    told = r"a target for source 's', which is network, got blobs, which reads blobs\.points"
    with pytest.raises(Incompatible, match=told):
        engine.sources.adapter(engine.experiment.sources[0])


def test_permuted_test_answers_of_a_source_are_no_other_source(small):
    found = [
        small(source=small.config["source"] | {"datasets": [{"use": "blobs-source", "shuffle_test": seed}]})
        for seed in (0, 1)
    ]
    entries = [engine.sources.entry(engine.experiment.sources[0], 0) for engine in found]
    assert entries[0].folder == entries[1].folder
