"""A layer and the head in Triton: run in processes of their own, and compiled for a device that need not be there."""

import os

COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from relxfer_kg.kernels import kernel_triton_layer as layer

NUMBERS = {"x": "*fp32", "u": "*fp32", "states": "*fp32", "query": "*fp32", "out": "*fp32", "epsilon": "fp32"}
NUMBERS |= dict.fromkeys(["weight", "bias", "scale", "shift", "first", "last"], "*fp32")


def compiled(kernel, kinds, constants, warps):
    types = {name: "constexpr" if name in constants else kinds.get(name, "i32") for name in kernel.arg_names}
    source = ASTSource(kernel, types, {(kernel.arg_names.index(name),): value for name, value in constants.items()})
    made = triton.compile(source, target=GPUTarget("cuda", 80, 32), options={"num_warps": warps})
    assert made.asm["cubin"]
    assert "atom" not in made.asm["ptx"] and "ld.local" not in made.asm["ptx"]
    return made


for tile in layer.TILES:
    constants = {"WIDTH": layer.WIDEST, "PRECISION": "tf32x3", **tile.kwargs}
    for kernel, more in ((layer._update, {}), (layer._score, {"HIDDEN": 2 * layer.WIDEST})):
        made = compiled(kernel, NUMBERS, constants | more, tile.num_warps)
        assert made.metadata.shared <= 99 * 1024  # of the smallest device that is supported
"""


def test_in_tritons_interpreter(needs_triton, checks_pass):
    checks_pass("kernel_triton_layer_checks.py", os.environ, interpret=True)


def test_on_a_gpu(gpus, checks_pass):
    checks_pass("kernel_triton_layer_checks.py", gpus, interpret=False)


def test_every_tile_compiles_and_fits_the_smallest_device(needs_triton, in_a_process, tmp_path):
    in_a_process(["-c", COMPILE], TRITON_INTERPRET="0", TRITON_CACHE_DIR=str(tmp_path))
