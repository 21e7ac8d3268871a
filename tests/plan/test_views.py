"""What a strategy may see."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relxfer.contract.data import Domain, Examples
from relxfer.judge.metrics.classification import Classification
from relxfer.plan.views import digest, same_data, source_view, target_view

LABELS = ("target-labels",)


def domain(n: int = 60, val: int = 0) -> Domain:
    """Two queries for each unit, as links have."""
    units = np.repeat(np.arange(n // 2), 2)
    train = Examples("x", np.arange(n), np.arange(n) % 3, units)
    return Domain(
        "d", Classification(("a", "b", "c")), "x", "sha", train,
        val=train.take(np.arange(val)) if val else None,
        unlabelled=Examples("x", np.arange(n), np.arange(n)), test=train,
    )  # fmt: skip


@given(st.integers(0, 40), st.integers(0, 5))
def test_a_budget_counts_units_and_includes_validation(budget: int, seed: int):
    view = target_view(domain(), LABELS, budget, seed)
    train = set(view.train.units.tolist())
    val = set(view.val.units.tolist()) if view.val is not None else set()
    assert len(train | val) == min(budget, 30)
    assert not train & val
    assert all((view.train.units == unit).sum() == 2 for unit in train)
    assert bool(val) == (budget >= 5)


@given(st.sampled_from([0, 3, 20, "all"]), st.integers(0, 5))
def test_without_a_rule_that_needs_them_no_label_is_held_out(budget, seed: int):
    view = target_view(domain(), LABELS, budget, seed, validated=False)
    assert view.val is None
    assert len(set(view.train.units.tolist())) == (30 if budget == "all" else budget)


def test_budgets_are_nested_and_seeded():
    small, large, other = (target_view(domain(), LABELS, b, s) for b, s in ((4, 0), (20, 0), (20, 1)))
    units = lambda view: {*view.train.units.tolist(), *(view.val.units.tolist() if view.val else [])}  # noqa: E731
    assert units(small) < units(large)
    assert units(large) != units(other)


def test_all_takes_the_given_validation_split_or_a_share():
    given_split = target_view(domain(val=6), LABELS, "all", 0)
    assert (len(given_split.train), len(given_split.val)) == (60, 6)
    cut = target_view(domain(), LABELS, "all", 0)
    assert (len(cut.train), len(cut.val)) == (54, 6)


def test_a_finite_budget_leaves_the_given_validation_split_alone():
    whole = domain(val=6)
    marked = Domain(**{**vars(whole), "val": SimpleNamespace()})
    view = target_view(marked, LABELS, 10, 0)
    assert len(view.val) == 4, "two of the ten units"


def test_what_is_not_needed_is_not_there():
    view = target_view(domain(val=6), (), "all", 0)
    assert (view.train, view.val, view.unlabelled, view.test) == (None, None, None, None)
    shown = target_view(domain(), ("target-inputs",), "all", 0)
    assert shown.unlabelled.answers is None
    source = source_view(domain(val=6), ("source-inputs",))
    assert (source.train, source.val, source.test) == (None, None, None)
    assert source.unlabelled.answers is None
    labelled = source_view(domain(val=6), ("source-labels",))
    assert labelled.train.answers is not None
    assert labelled.test is None


def test_the_digest_is_of_what_is_handed_over():
    base = digest(target_view(domain(), LABELS, 10, 0))
    assert base == digest(target_view(domain(), LABELS, 10, 0))
    assert base != digest(target_view(domain(), LABELS, 11, 0))
    assert base != digest(target_view(domain(), LABELS, 10, 1))
    assert digest(target_view(domain(), (), 10, 0)) == digest(target_view(domain(), (), "all", 3)), (
        "no labels, no budget"
    )


def classes(counts: tuple[int, ...]) -> Domain:
    answers = np.repeat(np.arange(len(counts)), counts)
    train = Examples("x", np.arange(len(answers)), answers)
    return Domain("d", Classification(tuple("abc")), "x", "sha", train)


def per_class(view: Domain) -> tuple[list[int], list[int]]:
    parts = (view.train, view.val)
    return tuple([] if p is None else np.bincount(p.answers, minlength=3).tolist() for p in parts)


def test_a_budget_of_every_class_is_stratified_with_its_validation():
    assert per_class(target_view(classes((30, 20, 6)), LABELS, 10, 0, "class")) == ([8, 8, 5], [2, 2, 1])
    assert per_class(target_view(classes((30, 20, 6)), LABELS, 4, 0, "class")) == ([4, 4, 4], [])
    assert per_class(target_view(classes((30, 20, 6)), LABELS, "all", 0, "class")) == ([27, 18, 5], [3, 2, 1])
    assert per_class(target_view(classes((30, 20, 2)), LABELS, "all", 0, "class")) == ([27, 18, 2], [3, 2, 0])


def test_budgets_of_every_class_are_nested_and_seeded():
    def rows(budget, seed):
        view = target_view(classes((30, 20, 6)), LABELS, budget, seed, "class")
        return {*view.train.queries.tolist(), *(view.val.queries.tolist() if view.val else [])}

    assert rows(3, 0) < rows(10, 0)
    assert rows(3, 0) != rows(3, 1)


def test_the_same_data_is_told_under_another_split_and_not_under_other_answers():
    whole = domain()
    split = target_view(whole, LABELS, "all", 0)
    assert same_data(whole, split)
    other = replace(whole, train=replace(whole.train, answers=(whole.train.answers + 1) % 3), test=None)
    assert not same_data(whole, other)
    assert not same_data(whole, replace(whole, sha="another"))


def patients(answers: np.ndarray, groups: np.ndarray) -> Domain:
    train = Examples("x", np.arange(len(answers)), answers, groups=groups, tags={"camera": np.arange(len(answers))})
    return Domain("d", Classification(tuple("abc")), "x", "sha", train)


@given(st.sampled_from(["target", "class"]), st.sampled_from([6, 20, "all"]), st.integers(0, 20), st.integers(1, 12))
def test_validation_keeps_groups_whole_and_leaves_some_of_each_class(per, budget, seed: int, size: int):
    """Groups are whole where they have several classes, too."""
    answers = np.arange(72) % 3
    view = target_view(patients(answers, np.arange(72) // size), LABELS, budget, seed, per)
    if view.val is not None:
        assert not set(view.train.groups.tolist()) & set(view.val.groups.tolist())
        assert len(view.val.tags["camera"]) == len(view.val)
        assert len(view.val) <= len(view.train) or len(set(view.train.groups.tolist())) == 1
    assert len(view.train)


def test_a_share_for_validation_is_about_that_of_its_groups():
    view = target_view(patients(np.arange(72) % 3, np.arange(72) // 4), LABELS, "all", 0)
    assert 7 <= len(view.val) <= 10


def test_of_one_group_nothing_is_held_out():
    assert target_view(patients(np.arange(30) % 3, np.zeros(30, int)), LABELS, "all", 0).val is None
