"""A folder that an earlier version wrote: vectors are taken over, terms are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from whoosh import columns, fields
from whoosh.index import create_in

from index.vectors.store import VectorStore
from index.whoosh.engine import WhooshEngine
from kb.errors import StorageError
from tests.contract.passages import alike, keys_of, passage, terms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Passages 5 and 3 in a segment of Whoosh's own making, and 9, which is deleted."""
    number = columns.NumericColumn("q", default=-1)
    schema = fields.Schema(
        key=fields.COLUMN(number), slot=fields.COLUMN(number), terms=fields.KEYWORD()
    )
    (tmp_path / "lexical").mkdir()
    writer = create_in(tmp_path / "lexical", schema, indexname="passages").writer()
    slots = VectorStore(tmp_path / "vectors").append([*alike(1), *alike(1, rows=2), *alike(1)])
    for key, slot in zip((5, 3, 9), slots.tolist(), strict=True):
        writer.add_document(key=key, slot=slot, terms=["s:toit"])
    writer.commit()
    writer = create_writer(tmp_path)
    writer.delete_document(2)
    writer.commit()
    return tmp_path


def create_writer(folder: Path):
    """Whoosh's writer over the same folder."""
    from whoosh.index import open_dir

    return open_dir(folder / "lexical", indexname="passages").writer()


def test_keys_and_vectors_are_there(folder: Path) -> None:
    engine = WhooshEngine(folder)
    assert (engine.keys(), engine.count()) == ({3, 5}, 2)
    held = engine.vectors([3, 5, 9])
    assert {key: rows.shape for key, rows in held.items()} == {3: (2, 3), 5: (1, 3)}
    assert np.allclose(held[3], alike(1, rows=2)[0])


def test_terms_are_to_be_built_anew(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for ask in (
        lambda: engine.lexical(terms("toit"), 5),
        lambda: engine.suggest("toid"),
        lambda: engine.document_frequencies(["s:toit"]),
    ):
        with pytest.raises(StorageError, match="lancez « kb reindex »"):
            ask()


def test_once_cleared_the_folder_is_like_any_other(folder: Path) -> None:
    engine = WhooshEngine(folder)
    assert engine.count() == 2
    engine.clear()
    engine.write([passage(1, "toit")], alike(1))
    assert keys_of(WhooshEngine(folder).lexical(terms("toit"), 5)) == [1]
