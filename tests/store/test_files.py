"""Arrays in files: what comes back is what was written, and damage is told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from relxfer.errors import DamagedArtefact
from relxfer.store import files


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64, np.int64, np.bool_]),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
def test_every_shape_comes_back_a_scalar_too(tmp_path_factory, array):
    path = tmp_path_factory.mktemp("arrays") / "a.safetensors"
    files.write_arrays(path, {"a": array, "turned": array.T}, {"n": 1})
    found, card = files.read_arrays(path)
    assert card == {"n": 1}
    for name, expected in (("a", array), ("turned", array.T)):
        assert found[name].shape == expected.shape
        assert found[name].dtype == expected.dtype
        assert found[name].tobytes() == np.ascontiguousarray(expected).tobytes()


def test_a_flipped_bit_is_told(tmp_path):
    path = tmp_path / "a.safetensors"
    files.write_arrays(path, {"a": np.arange(100.0)})
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedArtefact):
        files.read_arrays(path)


def test_what_is_hashed_tells_the_infinities_apart():
    values = [math.nan, math.inf, -math.inf, None]
    assert len({files.fingerprint(value) for value in values}) == 4
