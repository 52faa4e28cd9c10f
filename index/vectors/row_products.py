"""Products of quantised rows with a query, as fast as what is installed allows.

NumKong multiplies bytes as bytes (AVX-512 VNNI, NEON dot products and others, chosen as the
program runs): 6 ms for 390,000 rows of 384 on one core, 4 on two, where NumPy, which has to widen
them first, takes 22. It comes with usearch; nothing else depends on it. It needs the query in bytes
too, and its products are off by what that costs: ``RowProducts.error`` says by how much.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.vectors.quantised import Codes, quantise
from kb.processors import usable_processors

_ROWS_AT_ONCE = 4_096
"""Rows that NumPy widens at once, so that they stay in the processor's cache."""
SHARED_ROWS = 65_536
"""Rows for each thread at least, a millisecond's work: starting one takes a tenth of it."""
_MOST_THREADS = 4
"""Threads that share one product: beyond, they wait for the same memory."""
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
        if len(codes):
            # One call: each lets go of Python's lock and has to wait for it afterwards.
            sums = self.numkong.cdist(self.query, codes, "dot", out_dtype="float32")
            np.multiply(np.asarray(sums)[0], np.float32(self.scale), out=products)


def products_of(query: RowProducts, codes: Codes) -> Products:
    """The product of each of ``codes``, many shared among threads; scales are not applied."""
    products = np.empty(len(codes), dtype=np.float32)
    threads = min(usable_processors(), _MOST_THREADS, len(codes) // SHARED_ROWS)
    if threads < 2:
        query.into(products, codes)
        return products
    cuts = np.linspace(0, len(codes), threads + 1).astype(int)
    first, *others = (slice(start, end) for start, end in pairwise(cuts))
    # Made for each product: threads that wait for the next one do not live through a fork.
    with ThreadPoolExecutor(threads - 1) as pool:
        under_way = [pool.submit(query.into, products[one], codes[one]) for one in others]
        query.into(products[first], codes[first])
        for one in under_way:
            one.result()
    return products


def fast_products(unit: Products) -> RowProducts:
    """The fastest there is for a query of length 1 and shape (dim,)."""
    numkong = _numkong()
    return ExactProducts(unit) if numkong is None else IntegerProducts.of(unit, numkong)


@cache
def _numkong() -> Any:
    """The library, None where it is not installed; loaded when it is first needed."""
    return import_module("numkong") if find_spec("numkong") else None
