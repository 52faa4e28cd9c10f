"""Engines whose files are damaged or lost: they say so, and are usable once cleared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import StorageError
from kb.model import Filter
from kb.ports import Engine
from tests.contract.engines import ON_DISK, open_engine
from tests.contract.passages import ahead, alike, keys_of, passage, terms
from tests.damage import cut, deleted, emptied, put, replaced

TERMS = {"tantivy": "terms", "whoosh": "lexical"}
"""Where each engine keeps its inverted index."""
VICTIMS = [
    *(("tantivy", one) for one in ("meta.json", "*.idx", "*.term", "*.fast", "*.fieldnorm")),
    *(("whoosh", one) for one in ("*.toc", "*.seg")),
]


def written(kind: str, folder: Path) -> Engine:
    """Three passages in two segments."""
    engine = open_engine(kind, folder, lock_timeout=1.0)
    engine.write([passage(1, "toit"), passage(2, "mur")], alike(2))
    engine.write([passage(3, "toit mur")], alike(1))
    return engine


@pytest.mark.parametrize("harm", [replaced, cut, emptied, deleted])
@pytest.mark.parametrize(("kind", "victim"), VICTIMS)
def test_a_damaged_index_says_so_and_is_usable_once_cleared(
    tmp_path: Path, kind: str, victim: str, harm: Callable[[Path], None]
) -> None:
    written(kind, tmp_path).close()
    harm(sorted((tmp_path / TERMS[kind]).glob(victim))[0])
    opened = open_engine(kind, tmp_path, lock_timeout=1.0)
    for call in (
        opened.keys,
        lambda: opened.lexical(terms("toit"), 5),
        lambda: opened.write([passage(4, "toit")], alike(1)),
        lambda: opened.delete([1]),
    ):
        with pytest.raises(StorageError, match="abîmé ou illisible : lancez « kb reindex »"):
            call()
    opened.clear()
    assert opened.keys() == set()
    opened.write([passage(9, "toit")], alike(1, dim=5))
    assert keys_of(opened.lexical(terms("toit"), 5)) == [9]
    assert open_engine(kind, tmp_path).keys() == {9}


@pytest.mark.parametrize(("kind", "victims"), [("tantivy", "*.*"), ("whoosh", "*.seg")])
def test_damage_in_the_middle_of_a_file_never_passes_for_another_error(
    tmp_path: Path, kind: str, victims: str
) -> None:
    """Wherever 40 bytes are overwritten, calls answer or raise a StorageError."""
    written(kind, tmp_path).close()
    told = 0
    for path in sorted((tmp_path / TERMS[kind]).glob(victims)):
        healthy = path.read_bytes()
        for offset in range(0, len(healthy), 40):
            put(path, healthy[:offset] + b"\xfe" * 40 + healthy[offset + 40 :])
            try:
                opened = open_engine(kind, tmp_path)
                opened.lexical(terms("toit mur"), 5)
                opened.nearest(ahead(), 5, Filter(year=("2020",)))
                opened.suggest("toid")
            except StorageError:
                told += 1
        put(path, healthy)
    assert told > 0


@pytest.mark.parametrize("kind", ON_DISK)
def test_passages_whose_vectors_are_lost_count_as_absent_until_written_again(
    tmp_path: Path, kind: str
) -> None:
    written(kind, tmp_path).close()
    for path in (tmp_path / "vectors").iterdir():
        path.unlink()
    opened = open_engine(kind, tmp_path)
    assert (opened.keys(), opened.count()) == (set(), 0)
    assert opened.lexical(terms("toit"), 5) == []
    assert opened.suggest("toid") == []
    opened.write([passage(2, "velo")], alike(1))
    assert opened.keys() == {2}
    assert keys_of(opened.nearest(ahead(), 5)) == [2]
    opened.delete([3])
    opened.write([passage(3, "mur")], alike(1))
    assert keys_of(opened.lexical(terms("mur"), 5)) == [3]


@pytest.mark.parametrize("kind", ON_DISK)
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, kind: str) -> None:
    (tmp_path / TERMS[kind]).write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="ne peut pas être écrit : vérifiez la place"):
        open_engine(kind, tmp_path).write([passage(1, "toit")], alike(1))
