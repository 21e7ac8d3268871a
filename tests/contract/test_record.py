"""What all records check: names, import paths, and what they need."""

from __future__ import annotations

import pytest

from relxfer.contract.records import (
    Dataset,
    Executor,
    ReportSection,
    SourceModel,
    TargetAdapter,
    TransferStrategy,
    Validator,
)

KINDS = (Dataset, SourceModel, TargetAdapter, TransferStrategy, Validator, Executor, ReportSection)
NEEDED = {
    Dataset: {"content": "mine"},
    SourceModel: {"reads": ("mine",)},
    TargetAdapter: {"reads": ("mine",)},
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
    made = kind(name="mine", load="mine:Mine", options="other.module:Options", **NEEDED.get(kind, {}))
    assert made.kind == kind.kind
    assert made.modules == {"mine", "other.module"}
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
