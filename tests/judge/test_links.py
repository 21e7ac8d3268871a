"""Link prediction: hits at the rank of the pairs that are not linked."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge.links import HITS_AT, Links


def links(margins, linked):
    scores = np.stack([np.zeros(len(margins)), np.asarray(margins, float)], 1)
    return Links.of(scores, np.asarray(linked, int))


def hits(margins, linked) -> float:
    return float(links(margins, linked).values()["hits@50"].mean())


def test_a_linked_pair_is_found_above_the_fiftieth_of_the_others():
    others = np.arange(100.0)  # the fiftieth best is 50
    assert hits([*others, 50.5, 49.5], [0] * 100 + [1, 1]) == pytest.approx(0.5)
    assert hits([*others, 50.0], [0] * 100 + [1]) == 0.0, "a tie is not above"


def test_of_fewer_others_every_linked_pair_is_found():
    assert hits([*np.arange(HITS_AT - 1.0), -5.0], [0] * (HITS_AT - 1) + [1]) == 1.0


def test_one_kind_of_pair_alone_is_no_test():
    for linked in ([1, 1], [0, 0]):
        with pytest.raises(ValueError, match="pairs of both kinds"):
            links([0.0, 1.0], linked).values()
