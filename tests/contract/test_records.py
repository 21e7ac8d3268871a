"""Records of offers: what is wrong in one is told where it is made."""

from __future__ import annotations

import pytest

from relxfer.contract.records import (
    Metric,
    SourceModel,
    TargetAdapter,
    TaskKind,
    TransferStrategy,
)


def test_a_dotted_name_is_a_plugins_own():
    assert TransferStrategy(name="mine", load="mine:Mine", needs=("mine.layers",)).needs == ("mine.layers",)


def test_data_is_nothing_that_a_model_offers():
    with pytest.raises(ValueError, match="no name is called 'target-labels'"):
        SourceModel(name="mine", load="mine:Mine", reads=("knowledge-graph",), offers=("target-labels",))


def test_roles_and_blocks_have_names():
    with pytest.raises(ValueError, match="no role is called 'sctrach': did you mean 'scratch'"):
        TransferStrategy(name="mine", load="mine:Mine", role="sctrach")
    with pytest.raises(ValueError, match="large_blocks cannot be 'keep': did you mean 'kept'"):
        TargetAdapter(name="mine", load="mine:Mine", reads=("mine",), large_blocks="keep")


def test_who_reads_nothing_is_told_so_and_a_text_is_no_tuple():
    with pytest.raises(ValueError, match="mine: expected the contents that it reads, got none"):
        TargetAdapter(name="mine", load="mine:Mine", reads=())
    with pytest.raises(ValueError, match=r"got the text 'mine'; write \('mine',\)"):
        SourceModel(name="mine", load="mine:Mine", reads="mine")


def test_only_abilities_can_be_withheld():
    with pytest.raises(ValueError, match="no name is called 'feature': did you mean 'features'"):
        TargetAdapter(name="mine", load="mine:Mine", reads=("mine",), withholds={"feature": "there are none here"})


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: TaskKind(name="mine", load="m:K", metrics=()), "expected the name of a metric at least, got none"),
        (lambda: TaskKind(name="mine", load="m:K", metrics=("a",), options="m:O"), "a task has no options, got 'm:O'"),
        (lambda: Metric(name="mine", load="m:f", tasks=("k",), options="m:O"), "a metric has no options"),
        (lambda: Metric(name="mine", load="m:f", tasks=("k",), direction="highest"), "did you mean 'higher'"),
        (lambda: Metric(name="mine", load="m:f", tasks=("k",), low=1.0, high=0.0), "expected low below high, got 1.0"),
        (lambda: Metric(name="mine", load="m:f", tasks=("k",), minimal_effect=0.0), "a minimal_effect above 0, got 0"),
    ],
)
def test_tasks_and_metrics_are_checked(make, told):
    with pytest.raises(ValueError, match=told):
        make()
