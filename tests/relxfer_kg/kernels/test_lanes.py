"""Vectors of float32 in compiled code do what numpy does."""

import numpy as np
import pytest

pytest.importorskip("numba")
from numba import njit
from relxfer_kg.kernels import lanes
from relxfer_kg.kernels.lanes import (
    LANES,
    PANEL,
    ROWS,
    add,
    aligned,
    item,
    load,
    multiply,
    multiply_add,
    prefetch,
    product_panel,
    product_single,
    rectify,
    splat,
    store,
    total,
)

pytestmark = pytest.mark.processor


@njit
def _each(a, b, c, out, scalars):
    x, y, z = load(a, 1), load(b, 2), load(c, 0)  # unaligned places
    store(out, 0, add(x, y))
    store(out, LANES, multiply(x, y))
    store(out, 2 * LANES, multiply_add(x, y, z))
    store(out, 3 * LANES, rectify(x))
    store(out, 4 * LANES, splat(item(a, 3)))
    prefetch(a, 0)
    scalars[0], scalars[1] = total(x), item(b, 5)


@pytest.fixture
def operands():
    rng = np.random.default_rng(0)
    return [rng.standard_normal(LANES + 4).astype(np.float32) for _ in range(3)]


def test_each_operation_in_every_lane(operands):
    a, b, c = operands
    out, scalars = np.full(6 * LANES, 7, np.float32), np.zeros(2, np.float32)
    _each(a, b, c, out, scalars)
    x, y, z = a[1 : 1 + LANES], b[2 : 2 + LANES], c[:LANES]
    rows = out.reshape(6, LANES)
    for row, expected in zip(rows, (x + y, x * y, x * y + z, np.maximum(x, 0)), strict=False):
        np.testing.assert_allclose(row, expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(rows[4], a[3])
    np.testing.assert_array_equal(rows[5], 7)  # nothing is written beyond
    assert scalars[0] == pytest.approx(x.sum(), rel=1e-5)
    assert scalars[1] == b[5]


def test_nan_is_not_rectified(operands):
    a, b, c = operands
    a[1:4] = np.nan, -1, 1
    out = np.zeros(6 * LANES, np.float32)
    _each(a, b, c, out, np.zeros(2, np.float32))
    assert np.isnan(out[3 * LANES])
    assert out[3 * LANES + 1 : 3 * LANES + 3].tolist() == [0, 1]


@njit
def _product(panel, a, rows, first, b, start, width, depth, out, to):
    if panel:
        product_panel(a, rows, first, b, start, width, depth, out, to)
    else:
        product_single(a, rows, first, b, start, width, depth, out, to)


@pytest.mark.parametrize("panel", [True, False])
def test_a_product_adds_to_the_tile_and_touches_no_other_column(panel):
    """ROWS rows, gathered from anywhere, with PANEL or one vector of columns."""
    rng, depth, columns = np.random.default_rng(0), 9, LANES * (PANEL if panel else 1)
    width = columns + LANES
    a = rng.standard_normal(400).astype(np.float32)
    b = rng.standard_normal(5 + depth * width).astype(np.float32)
    rows = rng.integers(0, 400 - depth, ROWS + 2)
    out = rng.standard_normal((ROWS, width)).astype(np.float32)
    expected = out.copy()
    gathered = np.stack([a[row : row + depth] for row in rows[2:]])
    expected[:, :columns] += gathered @ b[5:].reshape(depth, width)[:, :columns]
    _product(panel, a, rows, 2, b, 5, width, depth, out.reshape(-1), 0)
    np.testing.assert_allclose(out, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("size", [0, 1, LANES, 1000])
def test_aligned_arrays_begin_at_a_vector(size):
    values = aligned(size)
    assert values.shape == (size,)
    assert values.dtype == np.float32
    assert size == 0 or values.ctypes.data % (4 * LANES) == 0


def test_a_tile_fits_the_registers():
    assert (24 if lanes._WIDE else 12) >= ROWS * PANEL
