"""Inputs that give away the answers of the test."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.data.leaks import arrays_of, leak

RNG = np.random.default_rng(0)
ROWS = np.arange(40)
CLASSES = RNG.integers(0, 3, 40)


def domain(inputs, queries, answers):
    return Domain("d", task=None, inputs=inputs, test=Examples(inputs, queries, answers))


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"x": RNG.normal(size=(40, 5))}, None),
        ({"x": RNG.integers(0, 2, (40, 50))}, None),
        ({"y": CLASSES}, "inputs.y"),
        ({"y": 7.5 - CLASSES}, "inputs.y"),
        ({"hot": np.eye(3)[CLASSES]}, "inputs.hot"),
        (SimpleNamespace(deep={"table": [np.column_stack([RNG.normal(size=40), CLASSES])]}), "inputs.deep.table.0"),
    ],
)
def test_a_table_that_tells_the_classes(inputs, told):
    found = leak(domain(inputs, ROWS[20:], CLASSES[20:]))
    assert found is None if told is None else found.startswith(told)


@pytest.mark.parametrize("answers", [RNG.normal(size=40), RNG.integers(0, 2, (40, 3))])
def test_a_table_that_tells_values_or_labels(answers):
    found = leak(domain({"x": RNG.normal(size=(40, 2)), "y": answers}, ROWS[20:], answers[20:]))
    assert found == "inputs.y holds the answer of every test query"
    assert leak(domain({"x": RNG.normal(size=(40, 2))}, ROWS[20:], answers[20:])) is None


def test_facts_with_their_answers():
    facts = np.column_stack([RNG.integers(0, 30, 60), RNG.integers(0, 3, 60), RNG.integers(0, 30, 60)])
    queries, answers = facts[40:, :2], facts[40:, 2]
    assert (
        leak(domain({"facts": facts}, queries, answers)) == "inputs.facts lists queries of the test with their answers"
    )
    assert leak(domain({"facts": facts[:40]}, queries, answers)) is None
    assert leak(domain({"facts": facts.T}, queries, answers)) is not None


def test_pairs_that_are_asked_for():
    pairs = np.stack(np.divmod(RNG.permutation(400)[:80], 20), 1)
    answers = np.repeat([1, 0], 20)
    assert leak(domain({"edges": pairs[:40]}, pairs[20:60], np.roll(answers, 0))) is not None
    assert leak(domain({"edges": pairs[:20]}, pairs[20:60], answers)) is None


def test_a_class_of_few_items_is_no_proof():
    """A rare word may stand in the one item of a rare class by chance."""
    answers = np.array([0] * 18 + [1, 2])
    words = np.zeros((20, 2))
    words[18, 0] = words[19, 1] = 1
    assert leak(domain({"words": words}, np.arange(20), answers)) is None


def test_arrays_are_found_to_a_depth():
    value = {"a": [np.zeros(1), {"b": np.zeros(2)}], "c": SimpleNamespace(d=SimpleNamespace(e={"f": np.zeros(3)}))}
    assert [name for name, _ in arrays_of(value)] == ["inputs.a.0", "inputs.a.1.b"]
