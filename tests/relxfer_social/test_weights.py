"""Which of what edges have is their weight, and what it may be."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social import weights

from relxfer.errors import DataError


@pytest.mark.parametrize(
    ("names", "asked", "found"),
    [
        (["kind", "edge_weight"], None, "edge_weight"),
        (["weights", "Weight"], None, "Weight"),
        (["kind", "w"], None, None),
        (["kind", "w"], "w", "w"),
        (["weight", "kind"], "kind", "kind"),
        (["weight"], "", None),
    ],
)
def test_the_usual_name_or_the_one_that_is_asked_for(names, asked, found):
    assert weights.named(names, asked, "a.gml") == found


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(DataError, match=r"a.gml: expected 'wieght' of the edges.*did you mean 'weight'"):
        weights.named(["weight", "kind"], "wieght", "a.gml")
    with pytest.raises(DataError, match="edges have nothing beside their ends"):
        weights.named([], "weight", "a.gml")
    with pytest.raises(DataError, match=r"a.net: expected no name of weights.*got weight = 'size'"):
        weights.nameless("size", "a.net")
    assert (weights.nameless(None, "a.net"), weights.nameless("", "a.net")) == (True, False)


@pytest.mark.parametrize("wrong", [-0.5, float("nan"), float("inf"), 1e60])
def test_what_is_no_weight_is_told_with_its_place(wrong):
    with pytest.raises(DataError, match=r"edge 1: expected a weight that is a finite number of at least 0, got .*"):
        weights.checked([2.0, wrong], lambda row: f"edge {row}")
    assert weights.checked([0, 2.5], str).tolist() == [0, 2.5]


def test_what_a_file_has_is_shown():
    with pytest.raises(DataError, match="got 'heavy'; correct it, or write weight = \"\" in the table of the data"):
        weights.checked([weights.number(cell) for cell in ("1", "heavy")], str, ["1", "heavy"])
    assert np.isnan(weights.number("1,5"))
