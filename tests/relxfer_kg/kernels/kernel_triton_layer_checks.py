"""A layer and the head in Triton, in its interpreter or on a GPU; `test_kernel_triton_layer.py` runs this file."""

import copy
import os

import pytest
import torch
from relxfer_kg.layers.message_passing import Layer
from relxfer_kg.layers.score_head import ScoreHead

INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
DEVICE = "cpu" if INTERPRETED else "cuda"

# A value is rounded once, from float32 to the 8 significant bits of bfloat16: by at most 2^-8 of it. The interpreter
# cuts bits off where a device rounds to the nearest, so that twice as much is lost.
TOLERANCE = {torch.float32: 1e-5, torch.bfloat16: 2**-7}


@pytest.mark.parametrize("dtype", list(TOLERANCE))
@pytest.mark.parametrize("dim", [5, 24, 64])
@torch.no_grad()
def test_what_follows_the_sum_equals_the_layer(dim, dtype):
    from relxfer_kg.kernels.kernel_triton_layer import updated

    torch.manual_seed(dim)
    layer = Layer(dim).to(DEVICE)
    for parameter in layer.parameters():
        parameter.copy_(torch.randn_like(parameter))
    x, u = torch.randn(2, 2, 37, dim).to(DEVICE, dtype)
    wide = copy.deepcopy(layer.to(dtype)).float()
    expected = x + wide.layer_norm(wide.linear(torch.cat([x, u], 2).float())).relu()
    got = updated(x, u, layer.linear, layer.layer_norm)
    assert got.data_ptr() == u.data_ptr()
    torch.testing.assert_close(got.float(), expected, rtol=TOLERANCE[dtype], atol=1e-5)


@pytest.mark.parametrize("dtype", list(TOLERANCE))
@pytest.mark.parametrize("dim", [5, 24, 64])
@torch.no_grad()
def test_scores_equal_those_of_the_head(dim, dtype):
    from relxfer_kg.kernels.kernel_triton_layer import scored

    torch.manual_seed(dim)
    head = ScoreHead(dim).to(DEVICE)
    states, vectors = torch.randn(2, 37, dim).to(DEVICE, dtype), torch.randn(2, dim).to(DEVICE)
    asked = torch.nn.functional.linear(vectors, head[0].weight[:, dim:], head[0].bias)
    got = scored(states, asked, head[0], head[2])
    with torch.enable_grad():  # by torch
        expected = head.score(states, vectors)
    torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)
