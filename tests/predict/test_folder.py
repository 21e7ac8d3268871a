"""The folder of `relxfer refit`: what it says, and what is refused."""

from __future__ import annotations

import shutil

import pytest

from relxfer.errors import DamagedArtefact, UnfitArtefact, UnknownName, UsageError
from relxfer.plugins.finder import Plugins
from relxfer.predict import folder, predictions, refit
from relxfer.predict.chosen import Wanted
from relxfer.store import files

PLUGINS = Plugins.load(third_party=False)


@pytest.fixture(scope="module")
def written(small, tmp_path_factory):
    out = tmp_path_factory.mktemp("written") / "fit"
    refit.refit(small("nodes").run, out, PLUGINS)
    return out


@pytest.fixture
def copied(written, tmp_path):
    return shutil.copytree(written, tmp_path / "fit")


def test_it_says_which_row_it_holds(written):
    about = folder.About.of(written)
    assert (about.described, about.target, about.seeds) == (
        "scratch on t, trained again on all that is known", "t", (0, 1),
    )  # fmt: skip
    chosen = predictions.choose(written, PLUGINS)
    assert chosen.description == f"{about.described}, the mean of 2 models"
    assert chosen.domain.name == "t"
    one = predictions.choose(written, PLUGINS, Wanted(seed=1))
    assert one.description.endswith(", seed 1")
    assert one.members[0].calibrated is not None


@pytest.mark.parametrize(
    ("wanted", "error", "told"),
    [
        (Wanted(strategy="finetune"), UsageError, "without --strategy: it holds scratch on t"),
        (Wanted(cell="ab"), UsageError, "without --cell"),
        (Wanted(as_judged=True), UsageError, "without --as-judged"),
        (Wanted(target="u"), UnknownName, "no target in .* is called 'u'"),
        (Wanted(seed=7), UnknownName, "no seed in .* is called '7'"),
    ],
)
def test_what_it_does_not_hold_is_told(written, wanted, error, told):
    with pytest.raises(error, match=told):
        predictions.choose(written, PLUGINS, wanted)


def test_further_edges_can_be_added(written, small):
    chosen = predictions.choose(written, PLUGINS, Wanted(facts=small("nodes").facts))
    assert chosen.domain.notes[-1] == "added: 2 links to the network"


def test_a_card_that_was_changed_is_refused(copied):
    card = copied / folder.CARD
    card.write_text(card.read_text().replace("scratch", "oracle"))
    with pytest.raises(DamagedArtefact):
        predictions.choose(copied, PLUGINS)


@pytest.mark.parametrize("seeds", [[], ["0"], [True], 3])
def test_a_card_of_another_form_is_refused(copied, seeds):
    files.write_json(copied / folder.CARD, {"schema": 1, "described": "x", "target": "t", "seeds": seeds})
    with pytest.raises(UnfitArtefact, match="expected a folder of schema 1"):
        predictions.choose(copied, PLUGINS)


@pytest.mark.parametrize("lost", ["nodes/ends", "edges", "features/indptr", "labels"])
def test_data_of_another_form_are_refused(copied, lost):
    path = copied / "observed.safetensors"
    arrays, card = files.read_arrays(path)
    files.write_arrays(path, {name: array for name, array in arrays.items() if name != lost}, card)
    if lost == "labels":
        assert predictions.choose(copied, PLUGINS).domain.train is None
        return
    with pytest.raises(UnfitArtefact):
        predictions.choose(copied, PLUGINS)
