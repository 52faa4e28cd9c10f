"""Products of bytes with a query: whichever library makes them, they are the same but for what
the query loses when it is brought to bytes."""

from __future__ import annotations

import numpy as np
import pytest

from index.vectors import row_products
from index.vectors.quantised import QuantisedRows, quantise
from index.vectors.row_products import ExactProducts, IntegerProducts, fast_products, products_of

DIM = 96


@pytest.fixture
def rows() -> QuantisedRows:
    """More rows than one call takes."""
    made = np.random.default_rng(1).normal(size=(row_products._ROWS_AT_ONCE + 7, DIM))
    return quantise((made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32))


@pytest.fixture
def unit() -> np.ndarray:
    made = np.random.default_rng(2).normal(size=DIM)
    return (made / np.linalg.norm(made)).astype(np.float32)


def _products(query: row_products.RowProducts, rows: QuantisedRows) -> np.ndarray:
    products = np.empty(len(rows.codes), dtype=np.float32)
    query.into(products, rows.codes)
    return products * rows.scales


def test_numpy_multiplies_exactly(rows: QuantisedRows, unit: np.ndarray) -> None:
    expected = rows.float32().astype(np.float64) @ unit
    assert np.abs(_products(ExactProducts(unit), rows) - expected).max() < 1e-6


def test_numkong_is_off_by_no_more_than_it_says(rows: QuantisedRows, unit: np.ndarray) -> None:
    numkong = pytest.importorskip("numkong")
    query = IntegerProducts.of(unit, numkong)
    errors = _products(query, rows) - _products(ExactProducts(unit), rows)
    assert 0 < np.abs(errors).max() <= query.error
    assert query.error < 0.02


def test_rows_of_a_mapped_file_are_multiplied_where_they_lie(
    rows: QuantisedRows, unit: np.ndarray
) -> None:
    rows.codes.setflags(write=False)
    for query in (ExactProducts(unit), fast_products(unit)):
        assert np.isfinite(_products(query, rows)).all()


def test_without_the_library_numpy_multiplies(
    unit: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_products, "find_spec", lambda name: None)
    row_products._numkong.cache_clear()
    try:
        assert isinstance(fast_products(unit), ExactProducts)
    finally:
        row_products._numkong.cache_clear()


@pytest.mark.parametrize("processors", [1, 2, 3, 64])
def test_threads_that_share_a_product_make_the_same_numbers(
    rows: QuantisedRows, unit: np.ndarray, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    monkeypatch.setattr(row_products, "usable_processors", lambda: processors)
    monkeypatch.setattr(row_products, "SHARED_ROWS", 1000)
    for query in (ExactProducts(unit), fast_products(unit)):
        expected = np.empty(len(rows.codes), dtype=np.float32)
        query.into(expected, rows.codes)
        assert np.array_equal(products_of(query, rows.codes), expected)


def test_what_goes_wrong_in_a_thread_is_told(
    rows: QuantisedRows, unit: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing(ExactProducts):
        def into(self, products: np.ndarray, codes: np.ndarray) -> None:
            if np.shares_memory(codes, rows.codes[-1]):
                raise MemoryError
            super().into(products, codes)

    monkeypatch.setattr(row_products, "usable_processors", lambda: 2)
    monkeypatch.setattr(row_products, "SHARED_ROWS", 1000)
    with pytest.raises(MemoryError):
        products_of(Failing(unit), rows.codes)
