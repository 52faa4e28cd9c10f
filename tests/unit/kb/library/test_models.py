"""A change of model: the old one answers until reindexing has switched."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.catalog import Catalog
from kb.library import Library
from kb.library.base import Parts
from kb.model import Mode
from kb.ports import Embedder, Vectors
from kb.text import ANALYSIS_VERSION, stems


class HashingEmbedder:
    """Words to places in a vector of a given length: another length, another model."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    @property
    def fingerprint(self) -> str:
        return f"hashing-{self.dim}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for stem in stems(text):
                row[sum(map(ord, stem)) % self.dim] += 1
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)


class HashingSource:
    """Asks for one length; loads any."""

    def __init__(self, dim: int) -> None:
        self._name = str(dim)

    def wanted(self, name: str) -> bool:
        return name == self._name

    def create(self, texts: Sequence[str]) -> tuple[str, Embedder]:
        return self._name, self.load(self._name)

    def load(self, name: str) -> Embedder:
        return HashingEmbedder(int(name))

    def trust(self, name: str) -> float:
        return 0.25

    def outgrown(self, name: str, passages: int) -> bool:
        return False

    def keep_only(self, name: str) -> None:
        return


def _model_finding(library: Library) -> tuple[bool, str]:
    found = next(one for one in library.doctor() if one.subject == "Modèle")
    return found.ok, found.message


@pytest.fixture
def before(parts: Parts, shelf: Path) -> Parts:
    """A base built with vectors of 64."""
    old = replace(parts, embedders=HashingSource(64))
    Library(old).ingest([shelf])
    return old


def test_old_model_answers_until_reindexing_and_the_doctor_says_so(before: Parts) -> None:
    library = Library(replace(before, embedders=HashingSource(96)))
    assert library.search("colocation étudiants", mode=Mode.SEMANTIC).answerable
    ok, message = _model_finding(library)
    assert not ok
    assert "kb reindex" in message


def test_reindexing_switches_to_the_new_model(before: Parts) -> None:
    library = Library(replace(before, embedders=HashingSource(96)))
    assert library.reindex() == 6
    assert _model_finding(library) == (True, "96, 96 dimensions.")
    assert library.search("colocation étudiants", mode=Mode.SEMANTIC).answerable


def test_other_process_follows_the_switch_at_its_next_search(before: Parts) -> None:
    other = Library(before)
    assert other.search("colocation étudiants").answerable
    Library(replace(before, embedders=HashingSource(96))).reindex()
    assert other.search("colocation étudiants", mode=Mode.SEMANTIC).answerable


def test_new_brochures_go_on_with_the_model_in_use(before: Parts, shelf: Path) -> None:
    library = Library(replace(before, embedders=HashingSource(96)))
    (shelf / "alpes.txt").write_text(
        "# Sommet | Alpes Habitat | Gap | 05 | 2020\n## Le besoin\nLes bergers logent en refuge.\n"
    )
    library.ingest([shelf])
    assert library.search("bergers refuge", mode=Mode.SEMANTIC).hits[0].project.title == "Sommet"


def test_engine_that_lost_its_files_is_rebuilt_at_open(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    with Library(parts) as library:
        library.ingest([shelf])
        before = [hit.passage.id for hit in library.search("logement jeunes").hits]
    shutil.rmtree(tmp_path / "home" / "engines")
    again = replace(parts, catalog=Catalog(tmp_path / "home" / "catalogue.sqlite"))
    with Library(again) as library:
        assert [hit.passage.id for hit in library.search("logement jeunes").hits] == before


def test_engine_of_older_text_rules_is_filled_anew(parts: Parts, shelf: Path) -> None:
    with Library(parts) as library:
        library.ingest([shelf])
        expected = [hit.passage.id for hit in library.search("logement jeunes").hits]
    home = shelf.parent / "home"
    catalog = Catalog(home / "catalogue.sqlite")
    with catalog.transaction() as change:
        change.set_state(replace(catalog.state(), analysis="0"))
    engine = parts.open_engine(catalog.state().engine)
    engine.clear()
    with Library(replace(parts, catalog=catalog)) as library:
        assert [hit.passage.id for hit in library.search("logement jeunes").hits] == expected
        assert catalog.state().analysis == ANALYSIS_VERSION
