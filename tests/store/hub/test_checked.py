"""What the process of a run has checked is not read again by its other processes, as long as it is the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from relxfer.store.hub import checked, fetch

pytestmark = pytest.mark.extra


@pytest.fixture
def tables(hub):
    commit = hub.commit("me/facts", {"data/train.tsv": b"a\tb\tc\n", "data/more.tsv": b"d\te\tf\n"})
    address = f"hf://datasets/me/facts@{commit}"
    return {"target": [{"dataset": {"facts": f"{address}/data/train.tsv", "folder": f"{address}/data"}, "seed": 1}]}


def test_a_copy_is_taken_where_it_is_the_same(tables):
    made = fetch.located(tables)
    known = checked.copies(fetch.addressed(made))
    assert {each.address for each in known} == {*tables["target"][0]["dataset"].values()}
    assert checked.taken(tables, known) == made
    assert hash(known), "it is part of what a worker knows a run by"


@pytest.mark.parametrize("change", ["content", "time", "more", "gone"])
def test_where_it_differs_it_is_checked_again(tables, change):
    made = fetch.located(tables)
    known = checked.copies(tables)
    folder = Path(made["target"][0]["dataset"]["folder"])
    if change == "content":
        (folder / "train.tsv").write_bytes(b"other")
    elif change == "time":  # of another machine, which has the same path for its own copies
        os.utime(folder / "train.tsv", ns=(1, 1))
    elif change == "more":
        (folder / "odd.tsv").touch()
    else:
        shutil.rmtree(folder)
    taken = checked.taken(tables, known)["target"][0]["dataset"]
    assert taken["folder"] == tables["target"][0]["dataset"]["folder"]
    assert (taken["facts"] == tables["target"][0]["dataset"]["facts"]) == (change != "more")


def test_a_branch_is_no_copy(hub, tables):
    assert checked.copies({"a": "hf://datasets/me/facts/data", "b": [True, None, "plain"]}) == ()
