"""Records of offers: what is wrong in one is told where it is made."""

from __future__ import annotations

import pytest

from relxfer.contract.records import (
    Dataset,
    Executor,
    File,
    ReportSection,
    SourceModel,
    TargetAdapter,
    TransferStrategy,
    Validator,
)

KINDS = (Dataset, SourceModel, TargetAdapter, TransferStrategy, Validator, Executor, ReportSection)
NEEDED = {Dataset: {"adapter": "mine"}, SourceModel: {"adapter": "mine"}}


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


def test_a_dotted_name_is_a_plugins_own():
    assert TransferStrategy(name="mine", load="mine:Mine", needs=("mine.layers",)).needs == ("mine.layers",)


def test_data_is_nothing_that_a_model_offers():
    with pytest.raises(ValueError, match="no name is called 'target-labels'"):
        SourceModel(name="mine", load="mine:Mine", adapter="kg", offers=("target-labels",))


def test_roles_and_blocks_have_names():
    with pytest.raises(ValueError, match="no role is called 'sctrach': did you mean 'scratch'"):
        TransferStrategy(name="mine", load="mine:Mine", role="sctrach")
    with pytest.raises(ValueError, match="large_blocks cannot be 'keep': did you mean 'kept'"):
        TargetAdapter(name="mine", load="mine:Mine", large_blocks="keep")


@pytest.mark.parametrize(
    ("digest", "checked"),
    [
        (None, "unverified"),
        ("md5:" + "0" * 32, "weak"),
        ("sha256:" + "0" * 8, "weak"),
        ("sha256:" + "0" * 64, "sha256"),
        ("gz-sha256:" + "0" * 64, "sha256"),
    ],
)
def test_how_surely_a_file_is_known_again(digest, checked):
    assert File("train", "https://example.org/a", digest).checked == checked


@pytest.mark.parametrize("digest", ["0123", "sha256:" + "0" * 63, "md5:" + "g" * 32, "sha1:" + "0" * 40])
def test_a_digest_that_is_none(digest):
    with pytest.raises(ValueError, match="train: expected a digest like"):
        File("train", "https://example.org/a", digest)
