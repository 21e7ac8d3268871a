import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.files.splits import fact_keys, first_rows, pair_units, split

from relxfer.errors import DataError


@st.composite
def graphs(draw):
    """Facts of a small multigraph with twins, duplicates, self-loops and leaves; and its entities."""
    entities, relations = draw(st.integers(2, 9)), draw(st.integers(1, 4))
    fact = st.tuples(*(st.integers(0, limit - 1) for limit in (entities, relations, entities)))
    return np.array(draw(st.lists(fact, min_size=1, max_size=40))), entities


fractions = st.floats(0, 0.45)
seeds = st.integers(0, 5)


def parts_of(graph, valid, test, seed):
    """The split, or None where it is refused."""
    try:
        return split(*graph, valid, test, seed)
    except DataError:
        return None


@given(graphs(), fractions, fractions, seeds)
def test_every_distinct_fact_is_in_exactly_one_part(graph, valid, test, seed):
    facts, _ = graph
    parts = parts_of(graph, valid, test, seed)
    if parts is None:
        return
    rows = np.concatenate([parts.observed, parts.valid, parts.test])
    _, first = np.unique(facts, axis=0, return_index=True)
    assert sorted(rows.tolist()) == sorted(first.tolist())
    assert parts.duplicates == len(facts) - len(rows)
    for part in (parts.observed, parts.valid, parts.test):
        assert (np.diff(part) > 0).all()


@given(graphs(), fractions, fractions, seeds)
def test_facts_of_a_pair_stay_together(graph, valid, test, seed):
    facts, _ = graph
    parts = parts_of(graph, valid, test, seed)
    if parts is None:
        return
    where = {}
    for name in ("observed", "valid", "test"):
        for row in getattr(parts, name).tolist():
            pair = frozenset(facts[row, [0, 2]].tolist())
            assert where.setdefault(pair, (name, parts.units[row])) == (name, parts.units[row])
    assert len({unit for _, unit in where.values()}) == len(where)


@given(graphs(), fractions, fractions, seeds)
def test_entities_and_relations_of_held_out_facts_stay_observed(graph, valid, test, seed):
    facts, _ = graph
    parts = parts_of(graph, valid, test, seed)
    if parts is None:
        return
    held, observed = facts[np.concatenate([parts.valid, parts.test])], facts[parts.observed]
    assert np.isin(held[:, [0, 2]], observed[:, [0, 2]]).all()
    assert np.isin(held[:, 1], observed[:, 1]).all()


@given(graphs(), fractions, fractions, seeds)
def test_what_hangs_on_one_pair_is_never_held_out(graph, valid, test, seed):
    facts, entities = graph
    parts = parts_of(graph, valid, test, seed)
    if parts is None:
        return
    pairs = {frozenset(fact) for fact in facts[:, [0, 2]].tolist()}
    degree = [sum(entity in pair for pair in pairs) for entity in range(entities)]
    for row in [*parts.valid.tolist(), *parts.test.tolist()]:
        assert min(degree[facts[row, 0]], degree[facts[row, 2]]) > 1


@given(graphs(), fractions, fractions, seeds)
def test_a_refusal_is_right_and_no_part_is_larger_than_asked(graph, valid, test, seed):
    facts, _ = graph
    parts = parts_of(graph, valid, test, seed)
    pairs = [frozenset(fact) for fact in facts[:, [0, 2]].tolist()]
    if parts is not None:
        count = len(set(pairs))
        for rows, fraction in ((parts.valid, valid), (parts.test, test)):
            assert len(np.unique(parts.units[rows])) <= (max(1, round(count * fraction)) if fraction else 0)
        assert len(parts.test) or not test
        return
    for pair in set(pairs):
        rest = facts[[other != pair for other in pairs]]
        gone = facts[[other == pair for other in pairs]]
        assert not (np.isin(gone[:, [0, 2]], rest[:, [0, 2]]).all() and np.isin(gone[:, 1], rest[:, 1]).all())


def test_same_seed_same_split_and_another_seed_another():
    graph = _random(200, 50)
    first, again, other = (split(*graph, 0.1, 0.1, seed) for seed in (3, 3, 4))
    for name in ("observed", "valid", "test", "units"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert first.test.tolist() != other.test.tolist()


def test_fractions_are_met_where_nothing_binds():
    facts, entities = _random(4000, 100)
    parts = split(facts, entities, 0.1, 0.2, 0)
    count = len(np.unique(parts.units))
    assert len(np.unique(parts.units[parts.valid])) == round(0.1 * count)
    assert len(np.unique(parts.units[parts.test])) == round(0.2 * count)


def test_both_parts_shrink_alike_where_the_rules_bind():
    ring = np.array([[i, 0, (i + 1) % 30] for i in range(30)])  # an entity has two pairs, and may lose one
    parts = split(ring, 30, 0.4, 0.4, 0)
    assert 0 < len(parts.valid) + len(parts.test) <= 15
    assert abs(len(parts.valid) - len(parts.test)) <= 1


def test_a_relation_to_leaves_is_never_in_the_test():
    borders = [[i, 0, j] for i in range(10) for j in range(10) if i != j]
    codes = [[i, 1, 10 + i] for i in range(10)]
    facts = np.array(borders + codes)
    for seed in range(5):
        parts = split(facts, 20, 0.2, 0.2, seed)
        assert set(facts[np.concatenate([parts.valid, parts.test]), 1]) == {0}


def test_no_share_asked_for_is_no_refusal():
    parts = split(np.array([[0, 0, 1]]), 2, 0, 0, 0)
    assert (parts.observed.tolist(), len(parts.valid), len(parts.test)) == ([0], 0, 0)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            [[0, 0, 1], [2, 0, 3]],
            "2 linked pairs .* none can go: 2 hold all the facts of an entity, the other 0",
        ),
        (
            [[0, 0, 1], [1, 1, 2], [2, 2, 0]],
            "3 linked pairs .*: 0 .*, the other 3 all the facts of a relation",
        ),
    ],
)
def test_where_nothing_can_be_held_out_the_reason_is_said(facts, message):
    with pytest.raises(DataError, match=message):
        split(np.array(facts), 4, 0.1, 0.1, 0)


@pytest.mark.parametrize(("valid", "test"), [(0.5, 0.5), (-0.1, 0.1), (0.1, float("nan"))])
def test_fractions_that_make_no_sense(valid, test):
    with pytest.raises(DataError, match="valid_fraction and test_fraction from 0 and together below 1"):
        split(np.array([[0, 0, 1]]), 2, valid, test, 0)


@given(graphs())
def test_keys_and_units_equal_their_definition(graph):
    facts, entities = graph
    keys, units = fact_keys(facts, entities).tolist(), pair_units(facts, entities).tolist()
    rows = [tuple(fact) for fact in facts.tolist()]
    for i, (head, relation, tail) in enumerate(rows):
        for j, other in enumerate(rows):
            assert (keys[i] == keys[j]) == ((head, relation, tail) == other)
            assert (units[i] == units[j]) == ({head, tail} == {other[0], other[2]})
    assert first_rows(facts, entities).tolist() == [i for i, row in enumerate(rows) if row not in rows[:i]]
    assert sorted(set(units)) == list(range(max(units) + 1))


def _random(count: int, entities: int):
    rng = np.random.default_rng(0)
    return np.stack([rng.integers(0, limit, count) for limit in (entities, 3, entities)], 1), entities
