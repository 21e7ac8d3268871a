"""Vectors of float32 inside numba: sixteen lanes, kept in registers.

Numba's loops over arrays reload and store a running sum at every step, because arrays may overlap. A value of the
type here lives in registers until it is stored. LLVM splits it where registers are narrower: a plain processor
computes the same, with more instructions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import binding, ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

#: Values in one vector; rows are padded to a multiple of it.
LANES = 16
_WIDE = "avx512f" in binding.get_host_cpu_features()
#: A tile of a matrix product holds ROWS x PANEL sums in registers: 24 of 32 wide ones, 12 of 16 narrow ones.
ROWS, PANEL = (6, 4) if _WIDE else (6, 1)

_FLOAT = ir.FloatType()
_VECTOR = ir.VectorType(_FLOAT, LANES)


def aligned(size: int) -> np.ndarray:
    """Uninitialised float32 [size], aligned to a whole vector: a vector across two cache lines would be read twice."""
    values = np.empty(size + LANES, np.float32)
    first = -(values.ctypes.data // 4) % LANES
    return values[first : first + size]


class Lanes(types.Type):
    """Sixteen float32."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


lanes = Lanes()


def _instruction(function: Any) -> Any:
    """`intrinsic`, typed as Any: type checkers do not know that numba passes the arguments."""
    return intrinsic(function)


@register_model(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _pointer(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [index])


def _load(builder: Any, pointer: Any) -> Any:
    value = builder.load(builder.bitcast(pointer, _VECTOR.as_pointer()))
    value.align = 4
    return value


def _store(builder: Any, value: Any, pointer: Any) -> None:
    builder.store(value, builder.bitcast(pointer, _VECTOR.as_pointer())).align = 4


def _multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c, fused where the processor can."""
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fmuladd.v{LANES}f32")
    return builder.call(function, [a, b, c])


def _splat(builder: Any, value: Any) -> Any:
    one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, one, mask)


@_instruction
def item(typing: Any, array: Any, index: Any) -> Any:
    """``array[index]`` of a flat array, for an index that cannot be negative."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(context, builder, signature.args[0], *args))

    return array.dtype(array, types.intp), code


@_instruction
def load(typing: Any, array: Any, index: Any) -> Any:
    """Lanes at ``array[index : index + 16]`` of a flat float32 array."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _load(builder, _pointer(context, builder, signature.args[0], *args))

    return lanes(array, types.intp), code


@_instruction
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """``array[index : index + 16] = value``."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _store(builder, args[2], _pointer(context, builder, signature.args[0], *args[:2]))
        return context.get_dummy_value()

    return types.void(array, types.intp, lanes), code


@_instruction
def prefetch(typing: Any, array: Any, index: Any) -> Any:
    """Prefetch ``array[index]`` into the cache."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        place = builder.bitcast(_pointer(context, builder, signature.args[0], *args), byte)
        builder.call(function, [place, *(ir.Constant(number, value) for value in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, types.intp), code


@_instruction
def splat(typing: Any, value: Any) -> Any:
    """The same float32 in every lane."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _splat(builder, args[0])

    return lanes(types.float32), code


@_instruction
def multiply_add(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """a * b + c in every lane."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _multiply_add(builder, *args)

    return lanes(lanes, lanes, lanes), code


@_instruction
def add(typing: Any, a: Any, b: Any) -> Any:
    """a + b in every lane."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fadd(*args)

    return lanes(lanes, lanes), code


@_instruction
def multiply(typing: Any, a: Any, b: Any) -> Any:
    """a * b in every lane."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fmul(*args)

    return lanes(lanes, lanes), code


@_instruction
def rectify(typing: Any, a: Any) -> Any:
    """max(a, 0) in every lane; NaN stays."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        zero = ir.Constant(_VECTOR, [0.0] * LANES)
        return builder.select(builder.fcmp_ordered("<", args[0], zero), zero, args[0])

    return lanes(lanes), code


@_instruction
def total(typing: Any, a: Any) -> Any:
    """Sum over the lanes, halves first."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        value, width = args[0], LANES
        while width > 1:
            width //= 2
            kind = ir.VectorType(ir.IntType(32), width)
            low, high = (ir.Constant(kind, list(range(first, first + width))) for first in (0, width))
            value = builder.fadd(builder.shuffle_vector(value, value, low), builder.shuffle_vector(value, value, high))
        return builder.extract_element(value, ir.Constant(ir.IntType(32), 0))

    return types.float32(lanes), code


def _product(columns: int) -> Any:
    """ROWS x (columns x 16) values of a matrix product."""

    @_instruction
    def product(typing: Any, a: Any, rows: Any, first: Any, b: Any, start: Any, width: Any, depth: Any, out: Any,
                to: Any) -> Any:  # fmt: skip
        """``out[r, c] += sum over k < depth of a[rows[first + r] + k] b[start + k width + c]``; out has b's width."""

        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            kinds = signature.args
            _, _, first, _, start, width, depth, _, to = args
            left = [
                _pointer(
                    context,
                    builder,
                    kinds[0],
                    args[0],
                    builder.load(_pointer(context, builder, kinds[1], args[1], builder.add(first, _int(r)))),
                )
                for r in range(ROWS)
            ]
            right = _pointer(context, builder, kinds[3], args[3], start)
            targets = [
                _pointer(
                    context, builder, kinds[7], args[7],
                    builder.add(builder.add(to, builder.mul(width, _int(r))), _int(c * LANES)),
                )
                for r in range(ROWS) for c in range(columns)
            ]  # fmt: skip
            sums = [cgutils.alloca_once_value(builder, _load(builder, target)) for target in targets]
            with cgutils.for_range(builder, depth) as loop:
                row = builder.gep(right, [builder.mul(loop.index, width)])
                panel = [_load(builder, builder.gep(row, [_int(c * LANES)])) for c in range(columns)]
                for r in range(ROWS):
                    one = _splat(builder, builder.load(builder.gep(left[r], [loop.index])))
                    for c in range(columns):
                        place = sums[r * columns + c]
                        builder.store(_multiply_add(builder, one, panel[c], builder.load(place)), place)
            for place, target in zip(sums, targets, strict=True):
                _store(builder, builder.load(place), target)
            return context.get_dummy_value()

        n = types.intp
        return types.void(a, rows, n, b, n, n, n, out, n), code

    return product


def _int(value: int) -> Any:
    return ir.Constant(ir.IntType(64), value)


product_panel, product_single = _product(PANEL), _product(1)
