"""Features in the columns of a model: by name where both have names, else as they stand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.features.alignment import aligned, union

from relxfer.errors import Incompatible

FEATURES = sp.csr_matrix(np.array([[1, 2, 0], [0, 3, 4]], np.float32))


def test_columns_are_found_by_name_and_others_are_0():
    found = aligned(FEATURES, ("a", "b", "c"), ("c", "x", "a"), 3, "friends")
    assert found.toarray().tolist() == [[0, 0, 1], [4, 0, 0]]


def test_equal_columns_are_handed_on_as_they_are():
    assert aligned(FEATURES, ("a", "b", "c"), ("a", "b", "c"), 3, "friends") is FEATURES


@pytest.mark.parametrize(("columns", "wanted"), [((), ("a", "b", "c")), (("a", "b", "c"), ())])
def test_without_names_their_order_counts(columns, wanted):
    assert aligned(FEATURES, columns, wanted, 3, "friends") is FEATURES
    with pytest.raises(Incompatible, match="4 features of a node, got 3 in 'friends'"):
        aligned(FEATURES, columns, wanted, 4, "friends")


def test_no_shared_name_is_refused():
    with pytest.raises(Incompatible, match=r"some of the model's features \(x, y, \.\.\.\), got others in 'friends'"):
        aligned(FEATURES, ("a", "b", "c"), ("x", "y"), 2, "friends")


def test_the_union_of_unnamed_columns_has_no_names():
    assert union(("a",), ()) == ()
