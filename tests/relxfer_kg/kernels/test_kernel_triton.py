import os
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.kernels import operator, rspmm


def too_old() -> bool:
    """The interpreter of Triton 3.2 does not run with numpy 2.4; torch 2.13 comes with 3.7."""
    return find_spec("triton") is None or tuple(map(int, version("triton").split(".")[:2])) < (3, 7)


needs_triton = pytest.mark.skipif(too_old(), reason="needs triton from 3.7 (pip install triton)")

#: Compiles every tile for a device that need not be there.
COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from relxfer_kg.kernels import kernel_triton_layer as layer
from relxfer_kg.kernels.kernel_triton import TILES, _sums

NUMBERS = {"x": "*fp32", "u": "*fp32", "states": "*fp32", "query": "*fp32", "out": "*fp32", "epsilon": "fp32"}
NUMBERS |= dict.fromkeys(["weight", "bias", "scale", "shift", "first", "last"], "*fp32")


def compiled(kernel, kinds, constants, warps):
    types = {name: "constexpr" if name in constants else kinds.get(name, "i32") for name in kernel.arg_names}
    source = ASTSource(kernel, types, {(kernel.arg_names.index(name),): value for name, value in constants.items()})
    made = triton.compile(source, target=GPUTarget("cuda", 80, 32), options={"num_warps": warps})
    assert made.asm["cubin"]
    assert "atom" not in made.asm["ptx"] and "ld.local" not in made.asm["ptx"]
    return made


flags = {"WEIGHTED": True, "PRODUCTS": True}
kinds = dict.fromkeys(["left", "right", "out"], "*bf16") | dict.fromkeys(["parts", "weight"], "*fp32")
kinds |= dict.fromkeys(["begin", "end", "row", "left_index", "right_index"], "*i32")
for tile in TILES:
    compiled(_sums, kinds, flags | tile.kwargs, tile.num_warps)
for tile in layer.TILES:
    constants = {"WIDTH": layer.WIDEST, "PRECISION": "tf32x3", **tile.kwargs}
    for kernel, more in ((layer._update, {}), (layer._score, {"HIDDEN": 2 * layer.WIDEST})):
        made = compiled(kernel, NUMBERS, constants | more, tile.num_warps)
        assert made.metadata.shared <= 99 * 1024  # of the smallest device that is supported
"""


def in_a_process(arguments, environment=os.environ, **changes):
    environment = {**environment, "PYTHONPATH": os.pathsep.join(sys.path), **changes}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def its_tests(environment, interpret):
    path = Path(__file__).with_name("rspmm_in_triton.py")
    command = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(path)]
    assert "passed" in in_a_process(command, environment, TRITON_INTERPRET=interpret)


@needs_triton
def test_in_tritons_interpreter():
    its_tests(os.environ, interpret="1")


def test_on_a_gpu(gpus):
    its_tests(gpus, interpret="0")


@needs_triton
def test_every_tile_compiles_without_atomics(tmp_path):
    in_a_process(["-c", COMPILE], TRITON_INTERPRET="0", TRITON_CACHE_DIR=str(tmp_path))


def on(device, dtype=torch.float32):
    return SimpleNamespace(device=torch.device(device), dtype=dtype)


@pytest.mark.parametrize(
    ("x", "capability", "chosen"),
    [
        (on("cuda"), (8, 0), "triton"),
        (on("cuda", torch.bfloat16), (9, 0), "triton"),
        (on("cuda", torch.float64), (9, 0), "reference"),
        (on("cuda", torch.float16), (9, 0), "reference"),
        (on("cuda"), (7, 5), "reference"),
    ],
)
def test_auto_on_a_cuda_device(x, capability, chosen, monkeypatch):
    monkeypatch.setattr(operator, "has_triton", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert operator._choose("auto", x) == chosen
    monkeypatch.setattr(operator, "has_triton", lambda: False)
    assert operator._choose("auto", x) == "reference"


def small(dtype):
    """A sum of 1 and twice 2^-8, which added one by one in bfloat16 are lost."""
    columns = np.array([1, 1, 1]), np.array([0, 1, 1]), np.array([0, 0, 0])
    x = torch.tensor([[[1.0], [2**-8]]], dtype=dtype)
    return Adjacency(*columns, num_nodes=2, num_types=1), torch.ones(1, 1, 1, dtype=dtype), x


def test_triton_by_name_needs_a_cuda_device(monkeypatch):
    monkeypatch.setattr(operator, "has_triton", lambda: False)
    with pytest.raises(ValueError, match=r"on a CUDA device for implementation='triton' \(got torch.float32 on cpu\)"):
        rspmm(*small(torch.float32), implementation="triton")


@pytest.mark.parametrize("implementation", ["auto", "reference"])
def test_bfloat16_is_summed_in_float32_and_rounded_once(implementation):
    adjacency, relation, x = small(torch.bfloat16)
    relation.requires_grad_()
    out = rspmm(adjacency, relation, x, implementation=implementation)
    assert out.dtype == torch.bfloat16
    assert out[0, 1, 0].item() == 1 + 2**-7
    out.sum().backward()
    assert relation.grad.dtype == torch.bfloat16
    assert relation.grad.item() == 1 + 2**-7
