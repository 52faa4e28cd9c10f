"""A change of model: the old one answers until reindexing has switched."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import StaticEmbedder
from kb.catalog import Catalog
from kb.errors import ConfigurationError
from kb.library import Library
from kb.library.base import Parts
from kb.model import Mode
from kb.ports import Embedder, Vectors
from kb.shelf import LIGHT, EmbedderShelf
from kb.text import ANALYSIS_VERSION, stems
from tests.contract.static_folder import write_static_model


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

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        return self.embed_queries(texts)


class HashingSource:
    """Asks for one length; loads any."""

    def __init__(self, dim: int) -> None:
        self._name = str(dim)

    def wanted(self, name: str) -> bool:
        return name == self._name

    def create(self) -> tuple[str, Embedder]:
        return self._name, self.load(self._name)

    def usable(self, name: str, fingerprint: str) -> bool:
        return True

    def substitute(self) -> tuple[str, Embedder]:
        return self.create()

    def label(self, name: str) -> str:
        return name

    def load(self, name: str) -> Embedder:
        return HashingEmbedder(int(name))

    def telling_cosine(self, name: str) -> float | None:
        return None

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


OLD_WORDS = ["colocation", "etudiants", "seniors", "femmes", "violences", "logement"]


def _with_bundled(parts: Parts, home: Path, bundled: Path, model: str = LIGHT) -> Parts:
    """The same base, opened by a program that comes with that model."""
    models = EmbedderShelf(home / "models", model, bundled=bundled)
    catalog = Catalog(home / "catalogue.sqlite")
    return replace(parts, catalog=catalog, embedders=models, word_vectors=models.word_vectors)


def _nearest(library: Library) -> list[str]:
    return [
        hit.passage.text
        for hit in library.search("colocation étudiants seniors", mode=Mode.SEMANTIC).hits
    ]


def test_base_of_a_program_with_another_bundled_model_is_embedded_anew(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    old = write_static_model(tmp_path / "old", OLD_WORDS, dim=8, seed=1)
    new = write_static_model(tmp_path / "new", [*OLD_WORDS, "foyer"], dim=12, seed=2)
    with Library(_with_bundled(parts, home, old)) as library:
        library.ingest([shelf])
        assert _model_finding(library) == (True, "modèle français léger fourni, 8 dimensions.")
    upgraded = _with_bundled(parts, home, new)
    with Library(upgraded) as library:
        found = _nearest(library)
        assert found[0] == "La colocation entre étudiants et seniors rompt l’isolement."
        assert _model_finding(library) == (True, "modèle français léger fourni, 12 dimensions.")
        state, keys = upgraded.catalog.state(), upgraded.catalog.live_keys()
        assert state.fingerprint == StaticEmbedder(new).fingerprint
        held = upgraded.open_engine(state.engine).vectors(keys)
        assert {key: rows.shape[1] for key, rows in held.items()} == dict.fromkeys(keys, 12)
        library.reindex()
        assert _nearest(library) == found


def test_base_of_a_program_without_transformer_answers_as_it_did_until_it_is_reindexed(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    bundled = write_static_model(tmp_path / "bundled", OLD_WORDS, dim=8)
    with Library(_with_bundled(parts, home, bundled)) as library:
        library.ingest([shelf])
        before = library.search("colocation étudiants seniors", mode=Mode.SEMANTIC).hits
    upgraded = _with_bundled(parts, home, bundled, "")
    with Library(upgraded) as library:
        assert library.search("colocation étudiants seniors", mode=Mode.SEMANTIC).hits == before
        assert upgraded.catalog.state().embedder == "bundled"
        assert upgraded.catalog.state().fingerprint == StaticEmbedder(bundled).fingerprint
        assert _model_finding(library) == (
            False,
            "Un autre modèle est demandé ; l’ancien (modèle français léger fourni) répond encore : "
            "lancez « kb reindex ».",
        )
        library.reindex()
        state = upgraded.catalog.state()
        assert state.embedder == "student:bundled"
        assert state.fingerprint == upgraded.embedders.load("student:bundled").fingerprint
        assert _model_finding(library) == (True, "modèle français fourni, 392 dimensions.")
        assert _nearest(library)[0].startswith("La colocation entre étudiants")


def test_base_of_a_program_with_another_transformer_opens_with_the_static_model(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    bundled = write_static_model(tmp_path / "bundled", OLD_WORDS, dim=8)
    with Library(_with_bundled(parts, home, bundled)) as library:
        library.ingest([shelf])
    catalog = Catalog(home / "catalogue.sqlite")
    with catalog.transaction() as change:
        former = replace(catalog.state(), embedder="student:bundled", fingerprint="student-01")
        change.set_state(former)
    catalog.close()
    opened = _with_bundled(parts, home, bundled, "")
    with Library(opened) as library:
        assert _nearest(library)[0].startswith("La colocation entre étudiants")
        assert opened.catalog.state().embedder == "bundled"
        assert not _model_finding(library)[0]
        library.reindex()
        assert opened.catalog.state().embedder == "student:bundled"


def test_base_of_a_retired_kind_of_model_opens_with_the_bundled_one(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    bundled = write_static_model(tmp_path / "bundled", OLD_WORDS)
    with Library(replace(parts, embedders=HashingSource(64))) as library:
        library.ingest([shelf])
    catalog = Catalog(home / "catalogue.sqlite")
    with catalog.transaction() as change:
        change.set_state(replace(catalog.state(), embedder="lsa:lsa-0123:6", fingerprint="lsa-01"))
    catalog.close()
    opened = _with_bundled(parts, home, bundled)
    with Library(opened) as library:
        assert _nearest(library)[0].startswith("La colocation entre étudiants")
        assert opened.catalog.state().embedder == "bundled"
        assert [finding.ok for finding in library.doctor()] == [True] * 5


def test_user_model_that_was_trained_again_in_its_folder_is_never_mixed(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    own = write_static_model(tmp_path / "own", OLD_WORDS, seed=1)
    with Library(_with_bundled(parts, home, tmp_path / "unused", str(own))) as library:
        library.ingest([shelf])
    write_static_model(own, OLD_WORDS, seed=2)
    again = _with_bundled(parts, home, tmp_path / "unused", str(own))
    with Library(again) as library:
        assert _nearest(library)[0].startswith("La colocation entre étudiants")
        assert again.catalog.state().fingerprint == StaticEmbedder(own).fingerprint
        assert _model_finding(library) == (True, f"{own}, 8 dimensions.")


def test_adapted_model_answers_once_reindexed_and_the_bundled_one_when_it_is_taken_away(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    bundled = write_static_model(tmp_path / "bundled", OLD_WORDS, seed=1)
    adapted = write_static_model(tmp_path / "adapted", [*OLD_WORDS, "bergers"], dim=10)
    first = _with_bundled(parts, home, bundled)
    with Library(first) as library:
        library.ingest([shelf])
        name = first.embedders.install(adapted)  # type: ignore[attr-defined]
        assert _nearest(library)[0].startswith("La colocation entre étudiants")
        assert _model_finding(library) == (
            False,
            "Un autre modèle est demandé ; l’ancien (modèle français léger fourni) répond encore : "
            "lancez « kb reindex ».",
        )
        library.reindex()
        assert first.catalog.state().embedder == name
        assert _model_finding(library) == (
            True,
            "modèle français léger adapté à vos brochures, 10 dimensions.",
        )
        assert _nearest(library)[0].startswith("La colocation entre étudiants")
    shutil.rmtree(home / "models")
    later = _with_bundled(parts, home, bundled)
    with Library(later) as library:
        assert _nearest(library)[0].startswith("La colocation entre étudiants")
        assert later.catalog.state().embedder == "bundled"


def test_damaged_bundled_model_is_one_sentence_that_says_what_to_do(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    bundled = write_static_model(tmp_path / "bundled", OLD_WORDS)
    with Library(_with_bundled(parts, tmp_path / "home", bundled)) as library:
        library.ingest([shelf])
    (bundled / "model.safetensors").write_bytes(b"cut")
    with (
        Library(_with_bundled(parts, tmp_path / "home", bundled)) as library,
        pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"),
    ):
        library.search("colocation")


def test_ingest_with_a_model_that_is_missing_says_so_and_stores_nothing(
    parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    unused = tmp_path / "unused"
    with Library(_with_bundled(parts, tmp_path / "home", unused, "/no/such/model")) as library:
        with pytest.raises(ConfigurationError, match="n’est pas sur cette machine"):
            library.ingest([shelf])
        assert library.statistics().brochures == 0


def test_words_are_compared_by_the_static_model_whatever_embeds_passages(
    parts: Parts, tmp_path: Path
) -> None:
    bundled = write_static_model(tmp_path / "bundled", OLD_WORDS)
    opened = _with_bundled(parts, tmp_path / "home", bundled, "some/transformer")
    expected = StaticEmbedder(bundled).embed_words(OLD_WORDS)
    assert np.array_equal(opened.word_vectors().embed_words(OLD_WORDS), expected)
