"""A data set that is not as the contract has it is told at once, with what is wrong about it."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

import relxfer
from relxfer import Classification, Dataset, Domain, Examples, MultiLabel, Regression, Task
from relxfer.data.load import domain_of
from relxfer.declare.experiment import Chosen
from relxfer.errors import DataError, Incompatible, PluginError
from relxfer.plugins.finder import Offer

ANSWERS = np.array([0, 1, 0, 1])
EXAMPLES = Examples("inputs", np.arange(4), ANSWERS)
GOOD = Domain("mine", Classification(("near", "far")), "inputs", "a hash", train=EXAMPLES, test=EXAMPLES)
WRONG = {
    "expected a relxfer.Domain, got NoneType": None,
    "expected sha, a hash of the inputs": replace(GOOD, sha=""),
    r"expected a task made by its class, such as relxfer.Classification, got Task\('odd'\)": replace(
        GOOD, task=Task("odd")
    ),
    "expected the answers of the task as a tuple, got a list": replace(GOOD, task=Classification(["a", "b"])),
    "test: expected 4 answers, one for each query, got 3": replace(GOOD, test=replace(EXAMPLES, answers=ANSWERS[:3])),
    "train: expected 4 units, one for each query, got 2": replace(GOOD, train=replace(EXAMPLES, units=np.arange(2))),
    r"val: expected answers as an array of integers \[n\], got float64\[4\]": replace(
        GOOD, val=replace(EXAMPLES, answers=ANSWERS / 2)
    ),
    "train: expected answers that are finite numbers, got nan in row 0": replace(
        GOOD, task=Regression(("price",)), train=replace(EXAMPLES, answers=ANSWERS * np.nan)
    ),
    r"train: expected answers \[n, 2\] of 0 and 1, got int64\[4\]": replace(GOOD, task=MultiLabel(("near", "far"))),
    "train: expected groups as an array of integers, got list": replace(
        GOOD, train=replace(EXAMPLES, groups=[0, 0, 1, 1])
    ),
    "test: expected 4 groups, one for each query, got 2": replace(GOOD, test=replace(EXAMPLES, groups=np.arange(2))),
    "test: expected 4 tag 'camera', one for each query, got 1": replace(
        GOOD, test=replace(EXAMPLES, tags={"camera": np.array(["a"])})
    ),
    "train: expected queries that are rows of the table of 3, got 3": replace(
        GOOD, train=replace(EXAMPLES, table=("a", "b", "c"))
    ),
    "expected one table for the queries of all splits, got others in train and in test": replace(
        GOOD, train=replace(EXAMPLES, table=tuple("abcd")), test=replace(EXAMPLES, table=tuple("dcba"))
    ),
    "expected groups that are whole in one split, got group 3 in train and in test": replace(
        GOOD, train=replace(EXAMPLES, groups=ANSWERS + 2), test=replace(EXAMPLES, groups=ANSWERS + 3)
    ),
    "expected groups that are whole in one split, got group 3 in train and in val": replace(
        GOOD, train=replace(EXAMPLES, groups=ANSWERS + 2), val=replace(EXAMPLES, groups=ANSWERS + 3)
    ),
    "train: expected queries as an array of integers, got list": replace(
        GOOD, train=replace(EXAMPLES, queries=[0, 1, 2, 3])
    ),
    "test: expected answers from 0 to 1, got 1 to 2": replace(GOOD, test=replace(EXAMPLES, answers=ANSWERS + 1)),
    "unlabelled: expected queries, got none": replace(GOOD, unlabelled=Examples("inputs", np.arange(0))),
}


def made(monkeypatch, load) -> Chosen:
    monkeypatch.setattr(sys.modules[__name__], "load", load, raising=False)
    record = Dataset(name="mine", load=f"{__name__}:load", content="points")
    return Chosen(Offer(record, "my-plugin", "my-dist", "1.0"), None)


def test_a_domain_as_it_should_be_is_handed_on(monkeypatch):
    assert domain_of(made(monkeypatch, lambda options, files: GOOD)) is GOOD


@pytest.mark.parametrize("expected", WRONG)
def test_what_is_wrong_about_a_domain_is_said(monkeypatch, expected):
    with pytest.raises(PluginError, match=f"data set 'mine' of my-dist: {expected}.*; correct its loader"):
        domain_of(made(monkeypatch, lambda options, files: WRONG[expected]))


@pytest.mark.parametrize("error", [ZeroDivisionError("no points"), SystemExit("no points")])
def test_a_loader_that_raises_is_named_with_its_place(monkeypatch, error):
    def load(options, files):
        raise error

    with pytest.raises(PluginError, match=rf"'mine' to load, got {type(error).__name__}: no points \(.*test_load.py"):
        domain_of(made(monkeypatch, load))


def test_what_a_loader_says_in_our_words_stays(monkeypatch):
    def load(options, files):
        raise DataError("expected a file")

    with pytest.raises(DataError, match=r"^expected a file$"):
        domain_of(made(monkeypatch, load))


def test_a_run_says_it_before_anything_is_trained(tmp_path):
    broken = Dataset(name="mine", load=f"{__name__}:nothing", content="blobs.points")
    plugin = type(sys)("my_plugin")
    plugin.relxfer_datasets = relxfer.hookimpl(lambda: [broken])
    from relxfer.testing import blobs

    config = {"target": {"dataset": "mine"}, "strategy": {"use": "scratch"}}
    with pytest.raises(PluginError, match="got NoneType"):
        relxfer.run(config, tmp_path, plugins=[blobs, plugin])


def nothing(options, files):
    return None


def test_a_domain_without_questions_by_name_says_what_it_lacks():
    with pytest.raises(Incompatible, match="'mine', which does not; give its Domain a method ask"):
        GOOD.ask({"query": ["3"]})


@pytest.mark.parametrize(
    ("task", "answers"),
    [
        (Regression(("price",)), ANSWERS / 2),
        (Regression(("price", "age")), np.ones((4, 2))),
        (MultiLabel(("near", "far", "high")), np.ones((4, 3), int)),
    ],
)
def test_answers_may_be_numbers_and_several_for_a_query(monkeypatch, task, answers):
    split = replace(EXAMPLES, answers=answers)
    good = replace(GOOD, task=task, train=split, test=split)
    assert domain_of(made(monkeypatch, lambda options, files: good)) is good
