"""A planned cell: which architecture learns, and what it is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.plan.cells import setting


def model(cells, **tables):
    return cells(seeds=[0], **tables)[0].model.name


OTHER = {"dataset": "blobs-target", "model": "blobs-closed"}
SOURCE = {"datasets": ["blobs-source"], "model": "blobs-mlp"}


def test_the_architecture_is_the_sources_unless_another_is_named_for_what_starts_anew(cells):
    assert model(cells, source=SOURCE, strategy=["finetune"]) == "blobs-mlp"
    assert model(cells, source=SOURCE, target=OTHER, strategy=["finetune", "scratch"]) == "blobs-mlp", (
        "it starts from the source"
    )
    assert model(cells, source=SOURCE, target=OTHER, strategy=["scratch"]) == "blobs-closed"
    own = {"use": "scratch", "model": "blobs-closed"}
    assert model(cells, source=SOURCE, strategy=[own]) == "blobs-closed"


def test_a_teacher_needs_the_source_and_is_not_what_learns(cells):
    (cell, *_) = cells(strategy=["rkd"], seeds=[0])
    assert (cell.needs_source, cell.starts_from_source) == (True, "source-model" in cell.method.needs)
    (cell, *_) = cells(strategy=["scratch"], seeds=[0])
    assert (cell.needs_source, cell.starts_from_source) == (False, False)


def test_new_weights_are_of_no_source_model_and_have_no_seed_of_one(cells):
    rows = ["mmd", {"use": "mmd", "name": "joint", "start": "new"}]
    found = {cell.method.name: cell for cell in cells(strategy=rows, seeds=[3])}
    new = found["joint"]
    assert (new.needs_source, new.starts_from_source, new.meets_source) == (False, False, True)
    assert (found["mmd"].source_seed, new.source_seed) == (3, None)
    assert setting(new.method.needs, True) == "transductive"


def test_names_tell_cells_apart(cells):
    found = cells(seeds=[0, 1], strategy=["finetune", "scratch"])
    assert len({tuple(cell.names.values()) for cell in found}) == len(found)
    assert found[0].names["source"] == "blobs-source"
    assert list(found[0].names) == ["source", "target", "strategy", "role", "budget", "source_seed", "seed"]
    assert replace(found[0], trial=True).names == {**found[0].names, "trial": True}


@pytest.mark.parametrize(
    ("needs", "labelled", "expected"),
    [
        (("target-labels", "source-labels"), True, "inductive"),
        (("teacher",), True, "transductive"),
        (("source-model",), False, "unsupervised"),
        (("source-labels",), True, "transductive"),
        ((), True, "unsupervised"),
    ],
)
def test_the_setting_follows_from_labels(needs, labelled, expected):
    assert setting(needs, labelled) == expected
