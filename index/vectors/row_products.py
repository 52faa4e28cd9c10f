"""Products of quantised rows with a query, as fast as what is installed allows.

NumKong multiplies bytes as bytes (AVX-512 VNNI, NEON dot products and others, chosen as the
program runs): 6 ms for 390,000 rows of 384 on one core, where NumPy, which has to widen them
first, takes 22. It comes with usearch; nothing else depends on it. It needs the query in bytes
too, and its products are off by what that costs: ``RowProducts.error`` says by how much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.vectors.quantised import Codes, quantise

_ROWS_AT_ONCE = 4_096
"""Rows of one call: what NumPy widens stays in the processor's cache, and other threads of the
process get their turn (NumKong keeps Python's lock during a call)."""
_DEVIATIONS = 5.0
"""Standard deviations within which the error of a product is taken to lie."""

Products = npt.NDArray[np.float32]


class RowProducts(Protocol):
    """Multiplies rows with one query."""

    @property
    def error(self) -> float:
        """How far a product with a row of length 1 may be off, beyond float32's own rounding."""
        ...

    def into(self, products: Products, codes: Codes) -> None:
        """Put the product of each of ``codes`` into ``products``; scales are not applied."""
        ...


@dataclass(frozen=True, slots=True)
class ExactProducts:
    """In float32, by NumPy."""

    unit: Products
    """The query, shape (dim,)."""

    error = 0.0

    def into(self, products: Products, codes: Codes) -> None:
        """See ``RowProducts``.

        Rows are multiplied one by one (``vecdot``), not as a matrix: a matrix product rounds
        equal rows differently by their place, and waits for threads that a busy server gives
        late.
        """
        for start in range(0, len(codes), _ROWS_AT_ONCE):
            some = slice(start, start + _ROWS_AT_ONCE)
            np.vecdot(codes[some].astype(np.float32), self.unit, out=products[some])


@dataclass(frozen=True, slots=True)
class IntegerProducts:
    """In whole numbers, by NumKong."""

    query: Codes
    """Shape (1, dim)."""
    scale: float
    numkong: Any

    @staticmethod
    def of(unit: Products, numkong: Any) -> IntegerProducts:
        """For the query ``unit``, shape (dim,)."""
        rows = quantise(unit[np.newaxis])
        return IntegerProducts(rows.codes, float(rows.scales[0]), numkong)

    @property
    def error(self) -> float:
        """See ``RowProducts``: each dimension is off by anything up to half a step."""
        return _DEVIATIONS * self.scale / math.sqrt(12)

    def into(self, products: Products, codes: Codes) -> None:
        """See ``RowProducts``."""
        for start in range(0, len(codes), _ROWS_AT_ONCE):
            some = codes[start : start + _ROWS_AT_ONCE]
            sums = self.numkong.cdist(self.query, some, "dot", out_dtype="float32")
            products[start : start + len(some)] = np.asarray(sums)[0]
        products *= np.float32(self.scale)


def fast_products(unit: Products) -> RowProducts:
    """The fastest there is for a query of length 1 and shape (dim,)."""
    numkong = _numkong()
    return ExactProducts(unit) if numkong is None else IntegerProducts.of(unit, numkong)


@cache
def _numkong() -> Any:
    """The library, None where it is not installed; loaded when it is first needed."""
    return import_module("numkong") if find_spec("numkong") else None
