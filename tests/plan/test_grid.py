"""Which pairs of source and target are planned."""

from __future__ import annotations

import pytest

from relxfer.declare import resolve
from relxfer.plan.grid import pairs
from relxfer.plan.refusals import Facts
from relxfer.testing import blobs, harness

A, B = "blobs-source", "blobs-target"


def planned(sources, targets, same=()):
    tables = {
        "source": [{"name": f"s{i}", **source} for i, source in enumerate(sources)],
        "target": [{"name": f"t{i}", "dataset": dataset} for i, dataset in enumerate(targets)],
        "strategy": ["finetune"],
    }
    experiment = resolve.load(tables, harness.plugins_with([blobs]))

    def known(source, target):
        return Facts(same_inputs=source is not None and (source.name, target.name) in same)

    return [(source.name if source else None, target.name) for source, target, _ in pairs(experiment, known)]


@pytest.mark.parametrize(
    ("sources", "targets", "expected"),
    [
        ([], [A], [(None, "t0")]),
        ([{"datasets": [A]}], [A], [("s0", "t0")]),
        ([{"datasets": [A]}], [A, B], [("s0", "t0"), ("s0", "t1")]),
        ([{"datasets": [A]}, {"datasets": [B]}], [A, B], [("s0", "t1"), ("s1", "t0")]),
        ([{"datasets": [A]}, {"datasets": [A, B]}], [A], [("s1", "t0")]),
        ([{"datasets": [{"use": A, "train": 9}]}, {"datasets": [B]}], [A], [("s0", "t0"), ("s1", "t0")]),
    ],
    ids=["no source", "alone", "one source", "both ways", "among others", "other options"],
)
def test_a_target_that_has_other_sources_is_not_its_own(sources, targets, expected):
    assert planned(sources, targets) == expected


def test_inputs_tell_a_targets_own_data_under_another_split():
    sources = [{"datasets": [{"use": A, "train": 9}]}, {"datasets": [B]}]
    assert planned(sources, [A], same={("s0", "t0")}) == [("s1", "t0")]


def seeds_of(cells, strategy, **tables):
    return [(c.source_seed, c.seed) for c in cells(strategy=[strategy], report={"baselines": False}, **tables)]


SOURCE = {"datasets": [A]}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SOURCE, [(4, 4), (5, 5)]),
        (SOURCE | {"shared": True}, [(4, 4), (4, 5)]),
        (SOURCE | {"seeds": [7]}, [(7, 4), (7, 5)]),
        (SOURCE | {"seeds": 2}, [(0, 4), (0, 5), (1, 4), (1, 5)]),
    ],
    ids=["own", "shared", "one", "crossed"],
)
def test_seeds_of_the_source_are_those_of_the_target_unless_it_has_its_own(cells, source, expected):
    assert seeds_of(cells, "finetune", source=source, seeds=[4, 5]) == expected


@pytest.mark.parametrize("strategy", ["scratch", "dann"])
def test_what_uses_no_pre_training_has_no_seed_of_it(cells, strategy):
    (method,) = {cell.method for cell in cells(strategy=[strategy], report={"baselines": False})}
    expected = [(0, 4)] if "source-model" in method.needs else [(None, 4)]
    assert seeds_of(cells, strategy, source=SOURCE | {"seeds": 1}, seeds=[4]) == expected
    assert seeds_of(cells, strategy, source=SOURCE | {"seeds": 3}, seeds=[4]) == (
        expected if expected[0][0] is None else [(0, 4), (1, 4), (2, 4)]
    )
