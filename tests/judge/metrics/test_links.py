"""Link prediction: hits at the rank of the pairs that are not linked."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.metrics import Undefined
from relxfer.judge.metrics.links import HITS_AT, LinkPrediction, Pairs, average_precision, hits_at_50


def links(margins, linked):
    scores = np.stack([np.zeros(len(margins)), np.asarray(margins, float)], 1)
    return Pairs(scores, np.asarray(linked, int))


def hits(margins, linked) -> float:
    return hits_at_50(links(margins, linked)).value


def test_a_linked_pair_is_found_above_the_fiftieth_of_the_others():
    others = np.arange(100.0)  # the fiftieth best is 50
    assert hits([*others, 50.5, 49.5], [0] * 100 + [1, 1]) == pytest.approx(0.5)
    assert hits([*others, 50.0], [0] * 100 + [1]) == 0.0, "a tie is not above"


def test_of_fewer_others_every_linked_pair_is_found():
    assert hits([*np.arange(HITS_AT - 1.0), -5.0], [0] * (HITS_AT - 1) + [1]) == 1.0


def test_one_kind_of_pair_alone_is_no_test():
    for linked in ([1, 1], [0, 0]):
        for metric in (hits_at_50, average_precision, Pairs.auc):
            with pytest.raises(Undefined, match="no pairs of both kinds in the test"):
                metric(links([0.0, 1.0], linked))


def test_merit_is_what_each_pair_contributes_to_the_area():
    made = links([3.0, 1.0, 2.0, 0.0], [1, 1, 0, 0])
    assert LinkPrediction().merit(made).mean() == pytest.approx(0.75)


def test_a_budget_does_not_count_by_side():
    assert LinkPrediction().strata(np.array([0, 1])) is None
