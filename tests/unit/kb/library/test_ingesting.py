"""Ingest: what comes in, what is replaced, what goes out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from kb.analysis import texts_to_embed
from kb.errors import NotFound
from kb.garbage import WHILE_READING
from kb.library import Library
from kb.library.base import Base, Parts
from kb.results import FileState


def _states(library: Library, *paths: Path, **options: bool) -> dict[str, FileState]:
    outcome = library.ingest(list(paths), **options)  # type: ignore[arg-type]
    return {Path(entry.path).name: entry.state for entry in outcome.files}


def test_new_files_are_added_with_their_report(library: Library, shelf: Path) -> None:
    outcome = library.ingest([shelf])
    assert [(entry.brochure_id, entry.state, entry.message) for entry in outcome.files] == [
        ("bretagne", FileState.ADDED, "2 projets, 5 passages."),
        ("mediterranee", FileState.ADDED, "1 projet, 1 passage."),
    ]
    assert library.statistics().passages == 6


def test_same_files_again_change_nothing_and_say_so(filled: Library, shelf: Path) -> None:
    before = list(filled.passages())
    assert set(_states(filled, shelf).values()) == {FileState.UNCHANGED}
    assert list(filled.passages()) == before


def test_same_files_are_read_again_when_asked(filled: Library, shelf: Path) -> None:
    before = list(filled.passages())
    assert set(_states(filled, shelf, again=True).values()) == {FileState.UPDATED}
    assert list(filled.passages()) == before
    assert filled.search("saisonniers voiture").answerable


def test_reading_again_takes_no_file_twice(filled: Library, shelf: Path) -> None:
    (shelf / "copie.txt").write_bytes((shelf / "bretagne.txt").read_bytes())
    assert _states(filled, shelf / "copie.txt", again=True) == {"copie.txt": FileState.DUPLICATE}


def test_another_file_takes_the_place_of_a_brochures_own(
    filled: Library, shelf: Path, tmp_path: Path
) -> None:
    neuf = tmp_path / "neuf.txt"
    neuf.write_text(
        "# Lune | Sud Habitat | Nice | 06 | 2020\n## Le besoin\nLes pêcheurs logent au port.\n"
    )
    outcome = filled.replace("mediterranee", neuf)
    assert (outcome.state, outcome.brochure_id) == (FileState.UPDATED, "mediterranee")
    assert filled.brochure("mediterranee").path == str(neuf)
    assert filled.brochure("mediterranee").brochure.source == "neuf.txt"
    assert not filled.search("saisonniers voiture").answerable
    assert [hit.project.title for hit in filled.search("pêcheurs port").hits] == ["Lune"]
    assert filled.statistics().brochures == 2


@pytest.mark.parametrize("copied", [False, True])
def test_a_file_that_cannot_take_the_place_leaves_the_brochure(
    filled: Library, shelf: Path, tmp_path: Path, copied: bool
) -> None:
    before = list(filled.passages())
    neuf = tmp_path / "neuf.txt"
    if copied:
        neuf.write_bytes((shelf / "bretagne.txt").read_bytes())
    state = filled.replace("mediterranee", neuf).state
    assert state is (FileState.DUPLICATE if copied else FileState.REFUSED)
    assert list(filled.passages()) == before


def test_nothing_takes_the_place_of_an_unknown_brochure(filled: Library, shelf: Path) -> None:
    with pytest.raises(NotFound):
        filled.replace("inconnue", shelf / "bretagne.txt")


def test_changed_file_replaces_its_old_revision_whole(filled: Library, shelf: Path) -> None:
    (shelf / "mediterranee.txt").write_text(
        "# Lune | Sud Habitat | Nice | 06 | 2020\n## Le besoin\nLes pêcheurs logent au port.\n"
    )
    assert _states(filled, shelf)["mediterranee.txt"] is FileState.UPDATED
    assert not filled.search("saisonniers voiture").answerable
    assert [hit.project.title for hit in filled.search("pêcheurs port").hits] == ["Lune"]
    assert filled.statistics().passages == 6


def test_same_content_under_another_name_is_a_duplicate(filled: Library, shelf: Path) -> None:
    (shelf / "copie.txt").write_bytes((shelf / "bretagne.txt").read_bytes())
    outcome = filled.ingest([shelf / "copie.txt"])
    assert [(entry.state, entry.brochure_id) for entry in outcome.files] == [
        (FileState.DUPLICATE, "bretagne")
    ]
    assert outcome.files[0].message == (
        "Même contenu que « bretagne.txt », déjà dans la base : non reprise."
    )


def test_duplicates_within_one_batch_are_seen(library: Library, shelf: Path) -> None:
    (shelf / "zz.txt").write_bytes((shelf / "bretagne.txt").read_bytes())
    assert _states(library, shelf)["zz.txt"] is FileState.DUPLICATE


def test_file_gone_from_its_folder_is_reported_and_kept(filled: Library, shelf: Path) -> None:
    (shelf / "bretagne.txt").unlink()
    assert _states(filled, shelf)["bretagne.txt"] is FileState.MISSING
    assert filled.search("femmes violences").answerable


def test_prune_takes_out_what_is_gone(filled: Library, shelf: Path) -> None:
    (shelf / "bretagne.txt").unlink()
    assert _states(filled, shelf, prune=True)["bretagne.txt"] is FileState.REMOVED
    assert [entry.brochure.id for entry in filled.brochures()] == ["mediterranee"]


def test_moved_file_takes_the_place_of_the_old_one_with_prune(filled: Library, shelf: Path) -> None:
    (shelf / "bretagne.txt").rename(shelf / "ouest.txt")
    assert _states(filled, shelf)["ouest.txt"] is FileState.DUPLICATE
    assert _states(filled, shelf, prune=True)["ouest.txt"] is FileState.ADDED


def test_prune_leaves_other_folders_alone(filled: Library, shelf: Path, tmp_path: Path) -> None:
    (shelf / "bretagne.txt").unlink()
    other = tmp_path / "other"
    other.mkdir()
    assert _states(filled, other, prune=True) == {}
    assert len(filled.brochures()) == 2


def test_one_bad_file_costs_only_itself(library: Library, shelf: Path) -> None:
    (shelf / "mauvais.txt").write_text("illisible")
    outcome = library.ingest([shelf, shelf / "absent.txt"])
    assert {Path(entry.path).name: entry.message for entry in outcome.refused} == {
        "mauvais.txt": "Ce fichier est illisible : donnez-en un autre.",
        "absent.txt": "Introuvable.",
    }
    assert library.statistics().brochures == 2


def test_bad_revision_leaves_the_old_one(filled: Library, shelf: Path) -> None:
    (shelf / "bretagne.txt").write_text("illisible")
    assert _states(filled, shelf)["bretagne.txt"] is FileState.REFUSED
    assert filled.search("femmes violences").answerable


def test_dry_run_reads_everything_and_changes_nothing(library: Library, shelf: Path) -> None:
    outcome = library.ingest([shelf], dry_run=True)
    assert [entry.state for entry in outcome.files] == [FileState.ADDED, FileState.ADDED]
    assert outcome.dry_run
    assert library.statistics().brochures == 0


def test_same_name_in_two_folders_gives_two_brochures(filled: Library, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "bretagne.txt").write_text(
        "# A | B | Vannes | 56 | 2020\n## C\nDes dunes et des pins.\n"
    )
    outcome = filled.ingest([other])
    assert [entry.brochure_id for entry in outcome.files] == ["bretagne-2"]
    assert filled.passage("bretagne-2/a/c/1").project.id == "bretagne-2/a"


def test_removed_brochure_is_never_found_again(filled: Library) -> None:
    filled.remove("mediterranee")
    assert not filled.search("saisonniers voiture").answerable
    with pytest.raises(NotFound):
        filled.brochure("mediterranee")


def test_unknown_brochure_cannot_be_removed(filled: Library) -> None:
    with pytest.raises(NotFound, match="inconnue"):
        filled.remove("inconnue")


def test_progress_is_told_for_each_file(library: Library, shelf: Path) -> None:
    told: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, name: str) -> None:
        told.append((done, total, name))
        assert len(library.brochures()) == done

    library.ingest([shelf], progress=progress)
    assert [(total, name) for _, total, name in told] == [
        (2, "bretagne.txt"),
        (2, "mediterranee.txt"),
        (2, ""),
    ]
    assert (told[0][0], told[-1][0]) == (0, 2)


def test_another_process_sees_the_change_at_its_next_search(
    filled: Library, rebuilt: Callable[[], Library]
) -> None:
    with rebuilt() as other:
        assert other.search("saisonniers voiture").answerable
        filled.remove("mediterranee")
        assert not other.search("saisonniers voiture").answerable


def test_a_new_revision_embeds_what_changed_alone(
    parts: Parts, filled: Library, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shelf / "bretagne.txt"
    asked: list[str] = []
    with Base(parts).moment() as moment:
        kind = type(moment.embedder)
    embed = kind.embed_passages

    def noted(self: object, texts: Sequence[str]) -> object:
        asked.extend(texts)
        return embed(self, texts)

    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("jeunes travailleurs", "apprentis"), encoding="utf-8")
    monkeypatch.setattr(kind, "embed_passages", noted)
    assert filled.ingest([path]).files[0].state is FileState.UPDATED
    assert asked == [
        "Cap à l’ouest. Armor Habitat. Les résultats. Douze logements accueillent des apprentis."
    ]
    monkeypatch.undo()
    kept = {one.key: one for one in parts.catalog.all_passages()}
    with Base(parts).moment() as moment:
        vectors = moment.engine.vectors(list(kept))
    projects = {one.id: one for one in parts.catalog.projects()}
    for key, stored in kept.items():
        whole = texts_to_embed(stored.passage, projects[stored.passage.project_id])
        np.testing.assert_allclose(vectors[key], moment.embedder.embed_passages(whole), atol=2e-3)


def test_an_ingest_looks_for_garbage_less_often_than_before_and_after(
    library: Library, shelf: Path
) -> None:
    before = gc.get_threshold()
    seen: list[int] = []
    library.ingest([shelf], progress=lambda *_: seen.append(gc.get_threshold()[0]))
    assert seen[0] == WHILE_READING > before[0]
    assert gc.get_threshold() == before
