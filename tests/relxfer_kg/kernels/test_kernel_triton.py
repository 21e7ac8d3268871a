"""The product in Triton: run in processes of its own, and compiled for a device that need not be there."""

import os

#: Compiles every tile for a device that need not be there.
COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from relxfer_kg.kernels.kernel_triton import TILES, _sums


def compiled(kernel, kinds, constants, warps):
    types = {name: "constexpr" if name in constants else kinds.get(name, "i32") for name in kernel.arg_names}
    source = ASTSource(kernel, types, {(kernel.arg_names.index(name),): value for name, value in constants.items()})
    made = triton.compile(source, target=GPUTarget("cuda", 80, 32), options={"num_warps": warps})
    assert made.asm["cubin"]
    assert "atom" not in made.asm["ptx"] and "ld.local" not in made.asm["ptx"]
    return made


flags = {"WEIGHTED": True, "PRODUCTS": True}
kinds = dict.fromkeys(["left", "right", "out"], "*bf16") | dict.fromkeys(["partials", "weight"], "*fp32")
kinds |= dict.fromkeys(["begin", "end", "row", "left_index", "right_index"], "*i32")
for tile in TILES:
    compiled(_sums, kinds, flags | tile.kwargs, tile.num_warps)
"""


def test_in_tritons_interpreter(needs_triton, checks_pass):
    checks_pass("kernel_triton_checks.py", os.environ, interpret=True)


def test_on_a_gpu(gpus, checks_pass):
    checks_pass("kernel_triton_checks.py", gpus, interpret=False)


def test_every_tile_compiles_without_atomics(needs_triton, in_a_process, tmp_path):
    in_a_process(["-c", COMPILE], TRITON_INTERPRET="0", TRITON_CACHE_DIR=str(tmp_path))
