"""Sixteen numbers as one value inside compiled code: one for each chain, in vector registers.

Numba makes vector instructions of loops only where it happens to see that it may (measured: a
fifth of them).  Here a row of sixteen is one value of LLVM's own vector type, so that it must.
LLVM cuts it to whatever registers the machine has.  Nothing here is compiled by itself: edits
reach Numba's cache through :data:`kernel.EDITION`.
"""

import operator
from typing import Any, ClassVar

from llvmlite import ir
from numba import types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

LANES = 16
_DOUBLE, _LONG, _INT = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
_ROW, _BITS = ir.VectorType(_DOUBLE, LANES), ir.VectorType(_LONG, LANES)


class _Row(types.Type):
    """The type of sixteen numbers."""

    def __init__(self) -> None:
        super().__init__(name="asylia.Row16")


ROW = _Row()


@register_model(_Row)
class _RowModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _ROW)


class _Arithmetic(ConcreteTemplate):
    cases: ClassVar[Any] = [
        signature(ROW, ROW, ROW),
        signature(ROW, ROW, types.float64),
        signature(ROW, types.float64, ROW),
    ]


def _spread(builder: Any, number: Any) -> Any:
    if isinstance(number.type, ir.VectorType):
        return number
    one = builder.insert_element(ir.Constant(_ROW, ir.Undefined), number, ir.Constant(_INT, 0))
    places = ir.Constant(ir.VectorType(_INT, LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(_ROW, ir.Undefined), places)


def _lower(function: Any, instruction: str) -> None:
    infer_global(function)(_Arithmetic)

    def build(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        left, right = (_spread(builder, each) for each in args)
        return getattr(builder, instruction)(left, right)

    for kinds in ((ROW, ROW), (ROW, types.float64), (types.float64, ROW)):
        lower_builtin(function, *kinds)(build)


for _function, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _lower(_function, _instruction)
    _lower(getattr(operator, f"i{_function.__name__}"), _instruction)


def _place(context: Any, builder: Any, kind: Any, array: Any, row: Any) -> Any:
    start = context.make_array(kind)(context, builder, value=array).data
    return builder.gep(builder.bitcast(start, _ROW.as_pointer()), [row])


@intrinsic
def load(_context: Any, array: Any, row: Any) -> Any:
    """The row of an array of sixteen columns (in C order; the place isn't checked)."""

    def build(context: Any, builder: Any, called: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, called.args[0], *args), align=8)

    return ROW(array, types.int64), build


@intrinsic
def store(_context: Any, array: Any, row: Any, value: Any) -> Any:
    """Put sixteen numbers into the row of an array."""

    def build(context: Any, builder: Any, called: Any, args: Any) -> Any:
        value = _spread(builder, args[2])
        builder.store(value, _place(context, builder, called.args[0], *args[:2]), align=8)
        return context.get_dummy_value()

    kept = ROW if value == ROW else types.float64
    return types.void(array, types.int64, kept), build


@intrinsic
def spread(_context: Any, number: Any) -> Any:
    """One number, sixteen times."""

    def build(_lowering: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _spread(builder, args[0])

    return ROW(types.float64), build


@intrinsic
def where_above(_context: Any, row: Any, bound: Any, then: Any, other: Any) -> Any:
    """In each lane ``then`` where the row is above the bound, and ``other`` where it isn't."""

    def build(_lowering: Any, builder: Any, _signature: Any, args: Any) -> Any:
        row, bound, then, other = (_spread(builder, each) for each in args)
        return builder.select(builder.fcmp_ordered(">", row, bound), then, other)

    kinds = (ROW if each == ROW else types.float64 for each in (row, bound, then, other))
    return ROW(*kinds), build


@intrinsic
def times_power_of_two(_context: Any, row: Any, shifted: Any) -> Any:
    """``row * 2**n``, n whole and in the lowest bits of the fraction of ``shifted``."""

    def build(_lowering: Any, builder: Any, _signature: Any, args: Any) -> Any:
        fifty_two = ir.Constant(_BITS, [52] * LANES)
        power = builder.shl(builder.bitcast(args[1], _BITS), fifty_two)
        return builder.bitcast(builder.add(power, builder.bitcast(args[0], _BITS)), _ROW)

    return ROW(ROW, ROW), build
