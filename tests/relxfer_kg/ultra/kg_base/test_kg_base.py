"""The model that comes with the plugin, and training that goes on from a model."""

from importlib.resources import files as resources

import numpy as np
import pytest
from relxfer_kg.ultra import kg_base

import relxfer
from relxfer.errors import ConfigError
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins
from relxfer.store.files import read_arrays

TARGET = {"dataset": {"use": "geo-us"}, "label_budgets": [0, "all"]}
SIZES = {"use": "ultra", "dim": 8, "relation_layers": 1, "entity_layers": 1}


def config(**tables):
    return {
        "name": "base",
        "seeds": 1,
        "threads": 1,
        "target": TARGET,
        "strategy": [{"use": "zero-shot"}],
        "report": {"baselines": False},
        **tables,
    }


@pytest.mark.parametrize("name", kg_base.FILES)
def test_it_is_a_complete_model_of_its_size(name):
    artefact = artefacts.read(kg_base.find("ultra", name), Plugins.load(third_party=False), None)
    assert sum(array.size for array in artefact.arrays.values()) == 170_241
    assert all(np.isfinite(array).all() for array in artefact.arrays.values())
    sizes = {"dim": 64, "relation_layers": 6, "entity_layers": 6, "shares": True, "half_links": False}
    assert artefact.load().sizes == sizes
    assert kg_base.find("ultra", name).stat().st_size < 2_000_000


def test_it_is_the_source_where_none_is_named(tmp_path):
    results = relxfer.run(config(), tmp_path / "run")
    assert list(results.sources) == ["ultra kg-base"]
    assert results.row("zero-shot", budget=0).interval.estimate > 0.3  # guessing by frequency: about .1


def test_the_other_is_for_pairs_that_nothing_links(tmp_path):
    """As those are that relxfer splits off; and for no others."""
    sources = [{"model": "ultra", "weights": name} for name in kg_base.FILES]
    own = {"use": "kg-files", "facts": str(resources("relxfer_kg.data.geo") / "geo_us.tsv")}
    linked = [["a", "left of", "b"], ["b", "right of", "a"], ["c", "left of", "d"], ["d", "right of", "c"]]
    linked += [["e", "left of", "f"]]
    targets = [
        {"name": "split", "dataset": own, "label_budgets": [0]},
        {
            "name": "linked", "label_budgets": [0],
            "dataset": {"use": "kg-files", "facts": linked, "test": [["f", "right of", "e"]]},
        },
    ]  # fmt: skip
    results = relxfer.run(config(source=sources, target=targets), tmp_path / "run")
    for target, better in (("split", "kg-base-unlinked"), ("linked", "kg-base")):
        made = {
            name: results.row("zero-shot", source=f"ultra {name}", target=target).interval.estimate
            for name in kg_base.FILES
        }
        assert max(made, key=made.get) == better


def test_pre_training_goes_on_from_a_model(tmp_path):
    training = {"steps": 3, "batch_size": 4, "validations": 0}
    first = {"datasets": ["geo-world"], "model": SIZES, "training": training}
    relxfer.run(config(source=first), tmp_path / "first")
    (began,) = (tmp_path / "first").glob("sources/*/model.safetensors")
    further = first | {"checkpoint": str(began), "continued": True, "training": training | {"lr": 1e-12}}
    relxfer.run(config(source=further), tmp_path / "further")
    (ended,) = (tmp_path / "further").glob("sources/*/model.safetensors")
    for name, array in read_arrays(began)[0].items():  # a rate of nearly 0 stays where it began
        assert read_arrays(ended)[0][name] == pytest.approx(array, abs=1e-6), name


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A finished source model of `SIZES`, and the table that made it."""
    folder = tmp_path_factory.mktemp("small")
    source = {"datasets": ["geo-world"], "model": SIZES, "training": {"steps": 1, "batch_size": 4, "validations": 0}}
    relxfer.run(config(source=source), folder / "run")
    (found,) = (folder / "run").glob("sources/*/model.safetensors")
    return source | {"checkpoint": str(found), "continued": True}


def test_training_goes_on_with_the_options_that_are_given(small, tmp_path):
    relxfer.run(config(source=small | {"model": SIZES | {"support": 0.5}}), tmp_path / "run")
    (ended,) = (tmp_path / "run").glob("sources/*/model.safetensors")
    assert artefacts.read(ended, Plugins.load(third_party=False), None).load().network.support == 0.5


def test_what_training_goes_on_from_is_kept_where_no_model_is_named(small, tmp_path):
    relxfer.run(config(source={key: value for key, value in small.items() if key != "model"}), tmp_path / "run")
    (ended,) = (tmp_path / "run").glob("sources/*/model.safetensors")
    assert artefacts.read(ended, Plugins.load(third_party=False), None).load().sizes["dim"] == SIZES["dim"]


def test_going_on_needs_a_model_to_go_on_from():
    with pytest.raises(ConfigError, match="goes on from"):
        relxfer.check(config(source={"datasets": ["geo-world"], "continued": True}))
