"""Names are the same in all trackers, and each point is given once."""

from __future__ import annotations

import math

import pytest
from relxfer_trackers import names

from relxfer.errors import NotInstalled

CELL = {"source": "a b", "target": "../t", "strategy": "finetune", "budget": 0, "seed": 1, "id": "0123456789abcdef"}


def test_a_cell_is_named_by_what_it_is():
    assert names.cell(CELL) == "a_b.t.finetune.0.seed1.01234567"
    stage = {"source": "a", "target": None, "strategy": "pre-train", "seed": 1, "id": "0123456789abcdef"}
    assert names.cell(stage) == "a.pre-train.seed1.01234567"


@pytest.mark.parametrize("text", ["../../etc", ".hidden", "/", "a/b\\c", "", "x" * 300])
def test_a_name_is_a_plain_name_of_a_file(text):
    made = names.safe(text)
    assert made
    assert len(made) <= 100
    assert not made.startswith(".")
    assert "/" not in made
    assert ".." not in made


def test_run_directories_of_one_name_differ(tmp_path):
    assert names.run(tmp_path / "a" / "run") != names.run(tmp_path / "b" / "run")


def test_a_point_is_given_once_and_without_what_is_not_finite():
    points, told = names.Points(), {"phase": "fit-0", "step": 0, "values": {"loss": math.nan, "validation": 0.5}}
    assert list(points.begin(CELL, [told])) == [(0, {"fit-0/validation": 0.5})]
    assert list(points.next(CELL, **told)) == []
    assert list(points.next(CELL, "fit-0", 2, {"loss": 1.0})) == [(2, {"fit-0/loss": 1.0})]
    assert list(points.begin(CELL, [])) == [], "it begins again"
    assert len(list(points.next(CELL, **told))) == 1


def test_what_is_open_is_closed_once():
    open, ended = {1: "a", 2: "b", 3: "c"}, []
    names.closed(open, ended.append, 2, 4)
    assert (open, ended) == ({1: "a", 3: "c"}, ["b"])
    names.closed(open, ended.append)
    names.closed(open, ended.append)
    assert (open, ended) == ({}, ["b", "a", "c"])


def test_without_its_library_it_says_what_to_install():
    with pytest.raises(
        NotInstalled, match=r"expected mine for the observer mine, got none; pip install 'relxfer\[mine\]'"
    ):
        names.library("no_such_module_4714", "mine")
