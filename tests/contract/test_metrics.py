"""Metrics by kind of task."""

from __future__ import annotations

import pytest

from relxfer.contract.metrics import METRICS, NAMES, ordered
from relxfer.errors import UnknownName


@pytest.mark.parametrize("kind", METRICS)
def test_the_one_that_decides_comes_first(kind):
    assert ordered(kind, None) == list(METRICS[kind])
    for name in METRICS[kind]:
        assert ordered(kind, name)[0] == name
        assert sorted(ordered(kind, name)) == sorted(METRICS[kind])


def test_a_metric_of_another_kind_is_told():
    with pytest.raises(UnknownName, match="no metric of a ranking task is called 'accuracy'"):
        ordered("ranking", "accuracy")
    assert ordered("unheard-of", None) == []


def test_names_are_those_of_all_kinds_once():
    assert len(NAMES) == len(set(NAMES))
    assert set(NAMES) == {name for names in METRICS.values() for name in names}
