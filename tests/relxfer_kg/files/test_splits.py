import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.files.splits import RandomSplit, fact_keys, first_rows, pair_units, split

from relxfer.errors import DataError


@st.composite
def graphs(draw):
    """Facts of a small multigraph with twins, duplicates, self-loops and leaves; and its entities."""
    entities, relations = draw(st.integers(2, 9)), draw(st.integers(1, 4))
    fact = st.tuples(*(st.integers(0, limit - 1) for limit in (entities, relations, entities)))
    return np.array(draw(st.lists(fact, min_size=1, max_size=40))), entities


fractions = st.floats(0, 0.45)
seeds = st.integers(0, 5)


def splits_of(graph, valid, test, seed):
    """The split, or None where it is refused."""
    try:
        return split(*graph, RandomSplit(valid, test, seed))
    except DataError:
        return None


@given(graphs(), fractions, fractions, seeds)
def test_every_distinct_fact_is_in_exactly_one_split(graph, valid, test, seed):
    facts, _ = graph
    splits = splits_of(graph, valid, test, seed)
    if splits is None:
        return
    rows = np.concatenate([splits.observed, splits.valid, splits.test])
    _, first = np.unique(facts, axis=0, return_index=True)
    assert sorted(rows.tolist()) == sorted(first.tolist())
    assert splits.duplicates == len(facts) - len(rows)
    for rows in (splits.observed, splits.valid, splits.test):
        assert (np.diff(rows) > 0).all()


@given(graphs(), fractions, fractions, seeds)
def test_facts_of_a_pair_stay_together(graph, valid, test, seed):
    facts, _ = graph
    splits = splits_of(graph, valid, test, seed)
    if splits is None:
        return
    where = {}
    for name in ("observed", "valid", "test"):
        for row in getattr(splits, name).tolist():
            pair = frozenset(facts[row, [0, 2]].tolist())
            assert where.setdefault(pair, (name, splits.units[row])) == (name, splits.units[row])
    assert len({unit for _, unit in where.values()}) == len(where)


@given(graphs(), fractions, fractions, seeds)
def test_entities_and_relations_of_held_out_facts_stay_observed(graph, valid, test, seed):
    facts, _ = graph
    splits = splits_of(graph, valid, test, seed)
    if splits is None:
        return
    held, observed = facts[np.concatenate([splits.valid, splits.test])], facts[splits.observed]
    assert np.isin(held[:, [0, 2]], observed[:, [0, 2]]).all()
    assert np.isin(held[:, 1], observed[:, 1]).all()


@given(graphs(), fractions, fractions, seeds)
def test_an_entity_with_one_pair_is_never_held_out(graph, valid, test, seed):
    facts, entities = graph
    splits = splits_of(graph, valid, test, seed)
    if splits is None:
        return
    pairs = {frozenset(fact) for fact in facts[:, [0, 2]].tolist()}
    degree = [sum(entity in pair for pair in pairs) for entity in range(entities)]
    for row in [*splits.valid.tolist(), *splits.test.tolist()]:
        assert min(degree[facts[row, 0]], degree[facts[row, 2]]) > 1


@given(graphs(), fractions, fractions, seeds)
def test_a_refusal_is_right_and_no_split_is_larger_than_asked(graph, valid, test, seed):
    facts, _ = graph
    splits = splits_of(graph, valid, test, seed)
    pairs = [frozenset(fact) for fact in facts[:, [0, 2]].tolist()]
    if splits is not None:
        count = len(set(pairs))
        for rows, fraction in ((splits.valid, valid), (splits.test, test)):
            assert len(np.unique(splits.units[rows])) <= (max(1, round(count * fraction)) if fraction else 0)
        assert len(splits.test) or not test
        return
    for pair in set(pairs):
        rest = facts[[other != pair for other in pairs]]
        gone = facts[[other == pair for other in pairs]]
        assert not (np.isin(gone[:, [0, 2]], rest[:, [0, 2]]).all() and np.isin(gone[:, 1], rest[:, 1]).all())


def test_same_seed_same_split_and_another_seed_another():
    graph = _random(200, 50)
    first, again, other = (split(*graph, RandomSplit(seed=seed)) for seed in (3, 3, 4))
    for name in ("observed", "valid", "test", "units"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert first.test.tolist() != other.test.tolist()


def test_fractions_are_met_where_nothing_binds():
    facts, entities = _random(4000, 100)
    splits = split(facts, entities, RandomSplit(0.1, 0.2))
    count = len(np.unique(splits.units))
    assert len(np.unique(splits.units[splits.valid])) == round(0.1 * count)
    assert len(np.unique(splits.units[splits.test])) == round(0.2 * count)


def test_both_splits_shrink_in_proportion_where_the_rules_bind():
    ring = np.array([[i, 0, (i + 1) % 30] for i in range(30)])  # an entity has two pairs, and may lose one
    splits = split(ring, 30, RandomSplit(0.4, 0.4))
    assert 0 < len(splits.valid) + len(splits.test) <= 15
    assert abs(len(splits.valid) - len(splits.test)) <= 1


def test_a_relation_to_leaves_is_never_in_the_test():
    borders = [[i, 0, j] for i in range(10) for j in range(10) if i != j]
    codes = [[i, 1, 10 + i] for i in range(10)]
    facts = np.array(borders + codes)
    for seed in range(5):
        splits = split(facts, 20, RandomSplit(0.2, 0.2, seed))
        assert set(facts[np.concatenate([splits.valid, splits.test]), 1]) == {0}


def test_no_share_asked_for_is_no_refusal():
    splits = split(np.array([[0, 0, 1]]), 2, RandomSplit(0, 0))
    assert (splits.observed.tolist(), len(splits.valid), len(splits.test)) == ([0], 0, 0)


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
        split(np.array(facts), 4, RandomSplit())


@pytest.mark.parametrize(("valid", "test"), [(0.5, 0.5), (-0.1, 0.1), (0.1, float("nan"))])
def test_fractions_that_make_no_sense(valid, test):
    with pytest.raises(DataError, match="valid_fraction and test_fraction from 0 and together below 1"):
        split(np.array([[0, 0, 1]]), 2, RandomSplit(valid, test))


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
