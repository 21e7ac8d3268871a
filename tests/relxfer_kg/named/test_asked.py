"""Questions about facts."""

import pytest
from relxfer_kg.domain import FactIds, Splits, Vocabulary, kg_domain

from relxfer.errors import DataError


@pytest.fixture
def domain():
    import numpy as np

    names = Vocabulary(["ann", "bob", "31", "caf\u00e9", '"m"@en'], ["knows", "age"])
    return kg_domain("d", names, Splits(FactIds(np.array([[0, 0, 1], [1, 0, 3], [1, 1, 2], [0, 1, 4]]))))


def test_a_relation_is_asked_of_all_but_literals(domain):
    asked = domain.ask({"relation": ["age"]})
    assert domain.name_queries(asked.queries)["head"] == ["ann", "bob", "caf\u00e9"]


@pytest.mark.parametrize("names", [("head", "relation"), ("Subject", "predicate"), ("from", "type"), ("h", "r")])
def test_columns_may_have_any_usual_name(domain, names):
    asked = domain.ask(dict(zip(names, (["ann"], ["knows"]), strict=True)))
    assert asked.queries.tolist() == [[0, 0]]


def test_a_name_that_looks_like_a_known_one_is_told(domain):
    with pytest.raises(DataError, match=r"it looks like 'caf\\xe9', .*Unicode form \(NFC and NFD\); write it"):
        domain.ask({"head": ["cafe\u0301"], "relation": ["knows"]})
