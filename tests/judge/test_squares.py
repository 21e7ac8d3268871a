"""Mean squares against loops that follow their definition, and what must not change them."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from relxfer.judge import squares
from relxfer.judge.intervals import Comparison

MATRICES = {
    "two by two": [[1.0, 3.0], [2.0, 8.0]],
    "hits": [[0, 1, 0, -1, 1, 1], [0, 1, 1, -1, 0, 1], [1, 1, 0, 0, 0, 1]],
    "parts": [[0.1, -0.2, 0.4, 0.0], [0.3, 0.1, 0.2, -0.5], [0.0, 0.0, 0.9, 0.1], [-0.4, 0.2, 0.3, 0.6]],
}
MANY = np.random.default_rng(5).normal(size=(4, 40))


def by_loops(values):
    """m, A, B, E."""
    seeds, items = len(values), len(values[0])
    mean = sum(sum(row) for row in values) / (seeds * items)
    rows = [sum(row) / items for row in values]
    columns = [sum(values[s][i] for s in range(seeds)) / seeds for i in range(items)]
    a = items * sum((row - mean) ** 2 for row in rows) / (seeds - 1)
    b = seeds * sum((column - mean) ** 2 for column in columns) / (items - 1)
    e = 0.0
    for s in range(seeds):
        for i in range(items):
            e += (values[s][i] - rows[s] - columns[i] + mean) ** 2
    return mean, a, b, e / ((seeds - 1) * (items - 1))


def without_pseudo_item(made, most):
    """B / n as it was before an item was added that differs by `most`."""
    return made.items - made.runs * most**2 / ((made.units - 1) * made.units)


@pytest.mark.parametrize("name", MATRICES)
def test_mean_squares_are_those_of_the_definition(name):
    values = MATRICES[name]
    made, (mean, a, b, e) = squares.of(np.array(values), most=1.0), by_loops(values)
    n = len(values[0])
    assert (made.mean, made.seeds * n, made.both * n) == pytest.approx((mean, a, e))
    assert without_pseudo_item(made, 1.0) * n == pytest.approx(b)
    assert (made.runs, made.units) == (len(values), n)


def test_mean_squares_of_two_by_two_by_hand():
    """m = 3.5; rows 2 and 5, columns 1.5 and 5.5; residuals are 1 everywhere: A = 9, B = 16, E = 4."""
    made = squares.of(np.array(MATRICES["two by two"]), most=0.0)
    assert (made.seeds * 2, made.items * 2, made.both * 2) == pytest.approx((9, 16, 4))


def test_where_ten_items_differ_no_item_is_added():
    n = MANY.shape[1]
    made, (mean, a, b, e) = squares.of(MANY, most=100.0), by_loops(MANY.tolist())
    assert (made.mean, made.seeds * n, made.items * n, made.both * n) == pytest.approx((mean, a, b, e))


def test_the_variance_of_the_mean_is_that_of_its_parts():
    """(A + B - E) / (S n), over many draws, against the variance that seeds, items and both were drawn with."""
    rng, found = np.random.default_rng(0), []
    for _ in range(400):
        drawn = 0.3 * rng.normal(size=(5, 1)) + 0.5 * rng.normal(size=(1, 30)) + rng.normal(size=(5, 30))
        made = squares.of(drawn)
        found.append((made.seeds + made.items - made.both) / made.runs)
    assert np.mean(found) == pytest.approx(0.3**2 / 5 + 0.5**2 / 30 + 1 / 150, rel=0.1)


def test_one_seed_has_items_only():
    made = squares.of(MANY[:1])
    assert (made.seeds, made.both, made.runs) == (0, 0, 1)
    assert made.items == pytest.approx(MANY[0].var(ddof=1) / 40)


def test_a_single_item_has_a_width():
    made = squares.of(np.array([[1.0], [1.0], [0.0]]), most=1.0)
    assert made.units == 1
    assert Comparison.alone(made).half(0.05) > 0


@pytest.mark.parametrize("value", [0.0, 1.0, 0.3])
def test_items_that_are_all_equal_have_the_width_of_one_that_differs(value):
    made = squares.of(np.full((3, 50), value), most=1.0)
    assert (made.mean, made.seeds, made.both) == (pytest.approx(value), 0, 0)
    assert made.items / made.runs == pytest.approx(1 / (49 * 50))
    assert made.item_df == 2
    assert made.differ == (50 if value else 0)


def test_no_difference_is_excluded_with_what_a_test_of_none_can_show():
    """Of n items none differs: a gain of .05 has a chance of .95^n to be missed, and is excluded where that is 5 %."""
    first = next(n for n in range(2, 200) if Comparison.alone(squares.of(np.zeros((1, n)), most=1.0)).half(0.1) < 0.05)
    assert 0.04 < 0.95**first <= 0.05


def test_few_items_differ_from_nothing_or_from_most():
    few = np.zeros((1, 30))
    few[0, :3] = 1.0
    wide, mirrored, many = (squares.of(each, most=1.0) for each in (few, 1 - few, np.eye(30)[:1] + MANY[:1, :30]))
    assert mirrored.items == pytest.approx(wide.items)
    assert wide.items == pytest.approx(few.var(ddof=1) / 30 + 1 / (29 * 30))
    assert many.items == pytest.approx((np.eye(30)[:1] + MANY[:1, :30]).var(ddof=1) / 30)
    assert [each.differ for each in (wide, mirrored, many)] == [3, 27, 30]


def test_an_item_that_differs_with_one_seed_differs():
    values = np.zeros((3, 20))
    values[1, 4] = 1.0
    assert squares.of(values, most=1.0).differ == 1


def test_degrees_of_freedom_are_two_for_each_item_that_differs():
    values = np.zeros((1, 2000))
    values[0, :6], values[0, 6:12] = 1.0, -1.0
    assert squares.of(values, most=1.0).item_df == pytest.approx(24, rel=0.02)
    assert squares.of(np.tile([1.0, -1.0], 50)[None]).item_df == 99
    lone = np.zeros((1, 2000))
    lone[0, 0] = 1.0
    assert squares.of(lone, most=1.0).item_df == pytest.approx(2, rel=0.01)


# ------------------------------------------------------------------ what changes nothing


def orders(shape):
    return st.tuples(st.permutations(range(shape[0])), st.permutations(range(shape[1])))


@given(arrays(float, (3, 12), elements=st.sampled_from([-1.0, -0.5, 0.0, 0.0, 0.0, 0.25, 1.0])), orders((3, 12)))
def test_the_order_of_seeds_and_items_does_not_matter(values, order):
    seeds, items = (list(each) for each in order)
    clusters = np.arange(12) // 3
    for given_ in (None, clusters):
        moved = squares.of(values[seeds][:, items], None if given_ is None else given_[items], most=1.0)
        assert astuple(moved) == pytest.approx(astuple(squares.of(values, given_, most=1.0)))


@given(
    arrays(float, (3, 12), elements=st.sampled_from([-1.0, -0.5, 0.0, 0.0, 0.0, 0.25, 1.0])),
    st.floats(-15, 15).map(lambda power: 10.0**power),
)
def test_a_scale_is_that_of_the_interval(values, scale):
    made, scaled = squares.of(values), squares.of(values * scale)
    assert (scaled.differ, scaled.item_df) == (made.differ, pytest.approx(made.item_df))
    one, other = Comparison.alone(made), Comparison.alone(scaled)
    assert [each / scale for each in other.bounds()] == pytest.approx(one.bounds())
    assert other.p(other.mean) == pytest.approx(one.p(one.mean))


@given(st.floats(-1, 1))
def test_sides_that_no_seed_changes_have_no_seed_noise(gain):
    items = np.random.default_rng(0).normal(size=40) / 7
    made = squares.of(np.tile(items + gain, (7, 1)))
    assert (made.seeds, made.both) == (0, 0)


def test_rounding_errors_are_no_differences():
    ours, theirs = np.full((3, 400), 0.1 + 0.2), np.full((3, 400), 0.3)
    assert not squares.differences(ours, theirs).any()
    assert squares.differences(np.array([[1e-13]]), np.array([[0.0]])).any()


# ------------------------------------------------------------------ clusters and classes


def test_clusters_by_loops():
    """X = m + (sum over the cluster of D - m n_g) G / n."""
    values, clusters = MANY[:, :9], np.array([5, 5, 2, 2, 2, 9, 9, 9, 9])
    mean, made = values.mean(), []
    for row in values:
        sums = []
        for cluster in (2, 5, 9):
            members = [value for value, of in zip(row, clusters, strict=True) if of == cluster]
            sums.append(mean + (sum(members) - mean * len(members)) * 3 / 9)
        made.append(sums)
    found = squares.by_cluster(values, clusters)
    assert np.sort(found, 1) == pytest.approx(np.sort(made, 1))
    assert found.mean(1) == pytest.approx(values.mean(1))
    row = squares.of(values, clusters, most=1.0)
    m, a, b, e = by_loops(made)
    assert (row.mean, row.units, row.differ) == (pytest.approx(m), 3, 3)
    assert (row.seeds * 3, without_pseudo_item(row, 1.0) * 3, row.both * 3) == pytest.approx((a, b, e))
    assert row.seeds == pytest.approx(squares.of(values, most=1.0).seeds)


def test_items_that_are_doubled_are_no_more_items():
    doubled, ids = np.repeat(MANY, 2, axis=1), np.repeat(np.arange(40), 2)
    assert astuple(squares.of(doubled, ids)) == pytest.approx(astuple(squares.of(MANY)))


def test_clusters_without_a_difference_do_not_differ():
    values = np.zeros((3, 100))
    values[:, [3, 4]] = 1.0
    sizes = np.random.default_rng(0).multinomial(70, [1 / 30] * 30) + 1
    made = squares.of(values, np.repeat(np.arange(30), sizes), most=1.0)
    assert made.units == 30
    assert made.differ <= 2
    assert made.items / made.runs > 1 / (29 * 30)  # with the pseudo item


def test_clusters_of_one_item_are_items():
    assert squares.of(MANY, np.arange(40)[::-1]) == squares.of(MANY)


def test_each_class_has_its_own_degrees_of_freedom():
    """Q = sum of Q_c n_c / (n_c - 1), where a class of one counts four times; d <= Q^2 / sum(Q_c^2 / (n_c - 1))."""
    classes = np.array([0] * 35 + [3] * 4 + [7])
    made, plain = squares.of(MANY, classes=classes), squares.of(MANY)
    by_item = MANY.mean(0) - MANY.mean()
    parts = [
        sum(by_item[i] ** 2 for i in range(40) if classes[i] == each) * factor
        for each, factor in ((0, 35 / 34), (3, 4 / 3), (7, 4.0))
    ]
    assert made.items == pytest.approx(4 * sum(parts) / (39 * 40))
    bound = sum(parts) ** 2 / (parts[0] ** 2 / 34 + parts[1] ** 2 / 3 + parts[2] ** 2)
    assert made.item_df == pytest.approx(min(plain.item_df, bound))
    assert (made.seeds, made.both) == (plain.seeds, plain.both)


def test_a_rare_class_with_most_of_the_spread_has_few_degrees_of_freedom():
    values, classes = 0.01 * MANY, np.array([1] * 3 + [0] * 37)
    values[:, :3] = MANY[:, :3]
    assert squares.of(values, classes=classes).item_df < 2.1


# ------------------------------------------------------------------ pre-trainings


def test_pretrainings_take_the_place_of_seeds():
    values = np.random.default_rng(1).normal(size=(5, 2, 30))
    made, means = squares.crossed(values), squares.of(values.mean(1))
    assert (made.mean, made.seeds, made.items, made.both, made.runs) == (
        means.mean, means.seeds, means.items, means.both, 5,
    )  # fmt: skip


def test_what_seeds_have_in_common_is_counted():
    """Seeds that shift all pre-trainings alike: the variance of the mean of three of them."""
    rng, found = np.random.default_rng(2), []
    for _ in range(600):
        common = rng.normal(size=(1, 3, 1))
        found.append(squares.crossed(common + 0.3 * rng.normal(size=(4, 3, 20))).shared)
    assert np.mean(found) == pytest.approx(1 / 3, rel=0.1)
    made = squares.crossed(common + 0.3 * rng.normal(size=(4, 3, 20)))
    assert made.shared_df == 2
    assert squares.crossed(np.broadcast_to(MANY[:, None], (4, 2, 40))).shared == pytest.approx(0, abs=1e-30)


def test_one_pretraining_is_given_and_its_seeds_stay():
    assert squares.crossed(MANY[None]) == squares.of(MANY)
    assert squares.crossed(MANY[:, None]) == squares.of(MANY)
    assert squares.crossed(MANY) == squares.of(MANY)


# ------------------------------------------------------------------ crossed factors of items


def test_one_factor_is_that_of_its_clusters():
    ids = np.arange(40) // 4
    assert squares.over(MANY, [ids]) == squares.of(MANY, ids)


def test_items_alike_in_two_ways_have_the_variance_of_both():
    """Effects of rows and of columns of a 20 x 20 table: the variance of the mean has both."""
    rng, rows, columns = np.random.default_rng(3), np.repeat(np.arange(20), 20), np.tile(np.arange(20), 20)
    found = []
    for _ in range(200):
        drawn = rng.normal(size=20)[rows] + rng.normal(size=20)[columns] + rng.normal(size=400)
        found.append(squares.over(drawn[None], [rows, columns]).items)
    assert np.mean(found) == pytest.approx(2 / 20 + 1 / 400, rel=0.1)


def test_two_factors_are_never_less_than_one_of_them():
    rng = np.random.default_rng(4)
    for _ in range(50):
        values, factors = rng.normal(size=(3, 24)), [rng.integers(8, size=24) for _ in range(2)]
        both = squares.over(values, factors)
        single = [squares.over(values, [factor]) for factor in factors]
        assert both.items - both.both >= max(each.items - each.both for each in single) - 1e-12


# ------------------------------------------------------------------ wrong values


@pytest.mark.parametrize(
    ("values", "clusters", "says"),
    [
        ([[1.0, np.nan]], None, "expected finite values"),
        ([[1.0, np.inf]], None, "expected finite values"),
        ([[]], None, "n > 0"),
        ([[1.0, 2.0]], [0, 1, 2], r"got \(1, 2\) and \(3,\)"),
    ],
)
def test_wrong_values(values, clusters, says):
    with pytest.raises(ValueError, match=says):
        squares.of(np.array(values), None if clusters is None else np.array(clusters))
