"""What all records check: names, import paths, and what they need."""

from __future__ import annotations

import pytest

from relxfer.contract.hooks import OFFERS
from relxfer.contract.records import (
    Calibrator,
    Dataset,
    Metric,
    Reader,
    SourceModel,
    TargetAdapter,
    TaskKind,
    TransferStrategy,
)

KINDS = tuple(OFFERS.values())
#: Kinds that have no options.
PLAIN = (TaskKind, Metric)
NEEDED = {
    Calibrator: {"tasks": ("mine",)},
    Dataset: {"content": "mine"},
    Metric: {"tasks": ("mine",)},
    Reader: {"content": "mine"},
    SourceModel: {"reads": ("mine",)},
    TargetAdapter: {"reads": ("mine",)},
    TaskKind: {"metrics": ("mine",)},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "Fine Tune"}, "expected a name of lower-case letters"),
        ({"load": "mine"}, "expected a target like 'module:attr', got 'mine'"),
        ({"load": "mine:1st"}, "expected a target like 'module:attr'"),
        ({"options": "mine:"}, "expected a target like 'module:attr'"),
        ({"replaces": "another"}, "expected replaces to repeat the name, got 'another'"),
    ],
)
def test_every_kind_is_checked(kind, given, told):
    with pytest.raises(ValueError, match=told):
        kind(**{"name": "mine", "load": "mine:Mine", **NEEDED.get(kind, {}), **given})


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_are_told_apart_by_words(kind):
    options = {} if kind in PLAIN else {"options": "other.module:Options"}
    made = kind(name="mine", load="mine:Mine", **options, **NEEDED.get(kind, {}))
    assert made.kind == kind.kind
    assert made.modules == {"mine", *(text.partition(":")[0] for text in options.values())}
    assert len({each.kind for each in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ("features", r"expected a tuple of names, got the text 'features'; write \('features',\)"),
        (("target-label",), "no name is called 'target-label': did you mean 'target-labels'"),
        (("feature",), "did you mean 'features'"),
    ],
)
def test_needs_are_names_that_somebody_can_offer(needs, told):
    with pytest.raises(ValueError, match=told):
        TransferStrategy(name="mine", load="mine:Mine", needs=needs)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Metric, {"tasks": "ranking"}),
        (Calibrator, {"tasks": "classification"}),
        (TaskKind, {"metrics": "accuracy"}),
        (TaskKind, {"metrics": ("accuracy",), "ties": "plain"}),
        (SourceModel, {"reads": ("mine",), "weights": "v1"}),
        (TargetAdapter, {"reads": ("mine",), "priors": "counts"}),
    ],
)
def test_one_name_alone_is_no_tuple_of_names(kind, given):
    with pytest.raises(ValueError, match="mine: expected a tuple of names, got the text"):
        kind(name="mine", load="mine:Mine", **given)


def test_a_model_that_reads_nothing_learns_from_something():
    assert SourceModel(name="mine", load="mine:Mine", needs=("target-labels",)).reads == ()
    with pytest.raises(ValueError, match="expected the contents that it reads, got none"):
        SourceModel(name="mine", load="mine:Mine")
