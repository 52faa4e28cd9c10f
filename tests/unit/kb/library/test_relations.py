"""Projects of like meaning."""

from __future__ import annotations

import pytest

from kb.errors import InvalidQuery, NotFound
from kb.library import Library
from kb.library.base import Parts
from kb.ports import Embedder, Vectors

OUEST = "bretagne/cap-a-l-ouest"
GRANDIR = "bretagne/grandir"
SOLEIL = "mediterranee/soleil"


def test_other_projects_come_nearest_first(filled: Library) -> None:
    found = filled.related(SOLEIL)
    assert {one.project.id for one in found} == {OUEST, GRANDIR}
    assert found[0].score >= found[1].score > 0


def test_like_project_of_another_brochure_comes_first(filled: Library, tmp_path) -> None:
    twin = tmp_path / "jumeau.txt"
    twin.write_text(
        "# Aînés | Autre Habitat | Lyon | 69 | 2020\n## Le besoin\n"
        "Des personnes âgées vivent seules dans de grands appartements.\n"
        "La colocation entre étudiants et seniors rompt l’isolement.\n",
        encoding="utf-8",
    )
    filled.ingest([twin])
    assert filled.related(GRANDIR, 1)[0].project.title == "Aînés"
    assert filled.related("jumeau/aines", 1)[0].project.id == GRANDIR


def test_no_more_than_asked_and_never_itself(filled: Library) -> None:
    assert len(filled.related(OUEST, 1)) == 1
    assert OUEST not in {one.project.id for one in filled.related(OUEST, 9)}


def test_alone_in_its_base_a_project_has_none(library: Library, shelf) -> None:
    library.ingest([shelf / "mediterranee.txt"])
    assert library.related(SOLEIL) == ()


def test_removed_project_is_related_to_nothing(filled: Library) -> None:
    filled.remove("mediterranee")
    assert {one.project.id for one in filled.related(OUEST)} == {GRANDIR}
    with pytest.raises(NotFound, match="kb projects"):
        filled.related(SOLEIL)


def test_nothing_is_embedded_anew(filled: Library, parts: Parts, monkeypatch) -> None:
    def refuse(self: Embedder, texts: list[str]) -> Vectors:
        raise AssertionError(f"embedded again: {texts}")

    with filled._base.moment() as moment:
        embedder = type(moment.embedder)
    monkeypatch.setattr(embedder, "embed_passages", refuse)
    monkeypatch.setattr(embedder, "embed_queries", refuse)
    assert len(filled.related(OUEST)) == 2


@pytest.mark.parametrize("limit", [0, -1])
def test_limit_is_at_least_one(filled: Library, limit: int) -> None:
    with pytest.raises(InvalidQuery, match="au moins 1"):
        filled.related(OUEST, limit)


def test_project_without_passages_has_none(library: Library, tmp_path) -> None:
    lone = tmp_path / "seul.txt"
    lone.write_text(
        "# Vide | Nul | Lyon | 69 | 2020\n## Rien\n"
        "# Plein | Tout | Lyon | 69 | 2020\n## Texte\nUn logement pour tous.\n",
        encoding="utf-8",
    )
    library.ingest([lone])
    assert library.related("seul/vide") == ()
    assert library.related("seul/plein") == ()
