"""Searching: exact answers on a small base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kb.errors import InvalidQuery
from kb.library import Library, searching
from kb.library.base import Base, Parts
from kb.model import Filter, Mode
from kb.ranking import DEFAULT_WEIGHTS


def _texts(library: Library, query: str, **options: object) -> list[str]:
    return [hit.passage.text for hit in library.search(query, **options).hits]  # type: ignore[arg-type]


def test_best_passage_comes_first_with_its_whole_place(filled: Library) -> None:
    hit = filled.search("logement femmes violences").hits[0]
    assert hit.passage.text.startswith("Des femmes victimes de violences")
    assert (hit.project.title, hit.project.organisation) == ("Cap à l’ouest", "Armor Habitat")
    assert hit.citation == (
        "« Des femmes victimes de violences conjugales cherchent un logement à Brest. » — "
        "Cap à l’ouest, Le besoin, Bretagne (2022), p. 3 (page 1 du fichier)"
    )


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_finds_the_passage(filled: Library, mode: Mode) -> None:
    assert _texts(filled, "colocation étudiants seniors", mode=mode)[0].startswith("La colocation")


def test_highlights_mark_what_the_analyser_matched(filled: Library) -> None:
    hit = filled.search("FEMME VIOLENCE conjugal").hits[0]
    assert [hit.passage.text[span.start : span.end] for span in hit.highlights] == [
        "femmes",
        "violences",
        "conjugales",
    ]
    assert hit.why.matched_terms == ("femmes", "violences", "conjugales")


def test_missing_accent_finds_and_marks(filled: Library) -> None:
    hit = filled.search("personnes agees").hits[0]
    assert "âgées" in [hit.passage.text[span.start : span.end] for span in hit.highlights]


def test_typo_is_corrected_from_the_words_of_the_index_and_said(filled: Library) -> None:
    answer = filled.search("saisoniers foyer")
    assert answer.corrected == "saisonniers foyer"
    assert answer.hits[0].project.title == "Soleil"


def test_correction_can_be_refused(filled: Library) -> None:
    assert filled.search("saisoniers foyer", correct=False).corrected is None


def test_french_word_that_no_brochure_holds_is_not_corrected(filled: Library) -> None:
    assert filled.search("logement des femmes battantes").corrected is None


def test_exact_phrase_keeps_only_passages_that_hold_it(filled: Library) -> None:
    assert _texts(filled, '"personnes âgées"') == [
        "Des personnes âgées vivent seules dans de grands appartements."
    ]


def test_phrase_that_only_a_title_holds_finds_its_project(filled: Library) -> None:
    answer = filled.search('"cap à l’ouest"')
    assert {hit.project.title for hit in answer.hits} == {"Cap à l’ouest"}


def test_phrase_that_stands_nowhere_is_not_answered(filled: Library) -> None:
    answer = filled.search('"âgées personnes"')
    assert (answer.answerable, answer.hits) == (False, ())


def test_excluded_word_drops_its_passages(filled: Library) -> None:
    texts = _texts(filled, "logement travaux jeunes -bailleur")
    assert texts and not any("bailleur" in text for text in texts)


def test_expansion_is_shown_with_its_reason_and_can_be_refused(filled: Library) -> None:
    expanded = filled.search("seniors isolement").expanded
    assert [(one.term, one.added, one.reason) for one in expanded] == [
        ("seniors", "personnes âgées", "synonyme")
    ]
    assert filled.search("seniors isolement", expand=False).expanded == ()


@pytest.mark.parametrize(
    ("restricted", "titles"),
    [
        (Filter(departement=("29",)), {"Cap à l’ouest"}),
        (Filter(departement=("Finistère",)), {"Cap à l’ouest"}),
        (Filter(commune=("RENNES",)), {"Grandir"}),
        (Filter(year=("2018", "2021")), {"Cap à l’ouest", "Grandir"}),
        (Filter(organisation=("granit logis",)), {"Grandir"}),
        (Filter(brochure=("mediterranee",)), {"Soleil"}),
        (Filter(brochure=("mediterranee",), departement=("35",)), set()),
        (Filter(project=("bretagne/grandir",)), {"Grandir"}),
        (Filter(heading=("Les résultats",), departement=("35",)), {"Grandir"}),
    ],
)
def test_filters_keep_only_what_they_say(
    filled: Library, restricted: Filter, titles: set[str]
) -> None:
    answer = filled.search("logement jeunes personnes isolement", filter=restricted)
    assert {hit.project.title for hit in answer.hits} == titles


@pytest.mark.parametrize("mode", list(Mode))
def test_facets_count_the_passages_of_the_whole_answer(filled: Library, mode: Mode) -> None:
    answer = filled.search("logement jeunes seniors", mode=mode, limit=1)
    everything = filled.search("logement jeunes seniors", mode=mode, limit=100)
    assert len(everything.hits) == answer.total
    for facet in answer.facets["organisation"]:
        held = [hit for hit in everything.hits if hit.project.organisation == facet.value]
        assert facet.count == len(held)


@pytest.mark.parametrize("mode", list(Mode))
def test_a_facet_counts_what_choosing_it_shows(filled: Library, mode: Mode) -> None:
    facets = filled.search("logement jeunes seniors", mode=mode).facets
    counted = {(name, one.value): one.count for name, values in facets.items() for one in values}
    shown = {
        (name, value): filled.search(
            "logement jeunes seniors", mode=mode, filter=Filter(**{name: (value,)})
        ).total
        for name, value in counted
    }
    assert shown == counted
    assert len(counted) > 5


def test_passages_that_the_ranked_list_had_no_room_for_are_found_within_a_filter(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    query, mode = "logement jeunes seniors", Mode.LEXICAL
    rare = Filter(organisation=("Granit Logis",))
    complete = filled.search(query, mode=mode, filter=rare)
    assert not complete.at_least
    monkeypatch.setattr("kb.library.searching.LEXICAL_DEPTH", 2)
    cut = filled.search(query, mode=mode)
    assert cut.at_least
    within = filled.search(query, mode=mode, filter=rare)
    assert {hit.passage.id for hit in within.hits} == {hit.passage.id for hit in complete.hits}
    counted = {one.value: one.count for one in cut.facets["organisation"]}
    assert within.total > counted.get("Granit Logis", 0)
    assert within.at_least


def test_facet_in_use_still_offers_its_other_values(filled: Library) -> None:
    query = "logement jeunes seniors"
    open_facets = filled.search(query).facets
    narrowed = filled.search(query, filter=Filter(departement=("35",)))
    assert narrowed.facets["departement"] == open_facets["departement"]
    assert [one.value for one in narrowed.facets["organisation"]] == ["Granit Logis"]
    both = filled.search(query, filter=Filter(departement=("29", "35")))
    assert both.total == sum(
        one.count for one in open_facets["departement"] if one.value in ("29", "35")
    )


def test_what_a_filter_keeps_is_scored_as_in_the_whole_answer(filled: Library) -> None:
    whole = filled.search("logement femmes", limit=100)
    part = filled.search("logement femmes", filter=Filter(departement=("29",)))
    ranks = {hit.passage.id: hit.why for hit in whole.hits}
    assert part.hits
    assert all(hit.why == ranks[hit.passage.id] for hit in part.hits)


def test_filter_that_keeps_nothing_is_searched_by_itself(parts: Parts, shelf: Path) -> None:
    near_the_best_only = replace(parts, weights=replace(DEFAULT_WEIGHTS, tail=0.9))
    with Library(near_the_best_only) as library:
        library.ingest([shelf])
        query, sunny = "femmes violences foyer", Filter(brochure=("mediterranee",))
        whole = library.search(query, mode=Mode.LEXICAL)
        part = library.search(query, mode=Mode.LEXICAL, filter=sunny)
    assert {hit.project.title for hit in whole.hits} == {"Cap à l’ouest"}
    assert {hit.project.title for hit in part.hits} == {"Soleil"}
    counted = [(one.value, one.count) for one in part.facets["brochure"]]
    assert counted == [("bretagne", 1), ("mediterranee", 1)]


def test_filters_that_exclude_each_other_still_say_what_either_would_show(filled: Library) -> None:
    answer = filled.search(
        "logement jeunes seniors", filter=Filter(departement=("35",), commune=("Brest",))
    )
    assert (answer.total, answer.answerable) == (0, False)
    assert [one.value for one in answer.facets["departement"]] == ["29"]
    assert [one.value for one in answer.facets["commune"]] == ["Rennes"]


def test_departement_facet_is_labelled_by_name(filled: Library) -> None:
    facets = filled.search("femmes violences").facets["departement"]
    assert [(one.value, one.label) for one in facets] == [("29", "Finistère (29)")]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("projets à Brest", {"Cap à l’ouest"}),
        ("projets dans le Finistère", {"Cap à l’ouest"}),
        ("projets dans le 35", {"Grandir"}),
        ("initiatives du bailleur Sud Habitat", {"Soleil"}),
        ("projets de 2019", {"Soleil"}),
    ],
)
def test_questions_about_projects_are_answered_by_their_sheet(
    filled: Library, query: str, titles: set[str]
) -> None:
    answer = filled.search(query, limit=50)
    assert {hit.project.title for hit in answer.hits} == titles
    assert answer.notice.startswith("Projets trouvés par leur fiche")


def test_of_too_many_passages_of_a_year_those_of_the_first_projects_are_listed(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "projets de 2018 et de 2021"
    whole = filled.search(asked, limit=50)
    assert (len(whole.hits), whole.total, whole.at_least) == (5, 5, False)
    monkeypatch.setattr(searching, "_METADATA_DEPTH", 1)
    first = filled.search(asked, limit=50)
    assert {hit.project.title for hit in first.hits} == {"Cap à l’ouest"}
    assert (first.total, first.at_least) == (3, True)
    within = filled.search(asked, limit=50, filter=Filter(organisation=("Granit Logis",)))
    assert {hit.project.title for hit in within.hits} == {"Grandir"}


def test_passage_that_names_the_place_comes_first_for_a_place(filled: Library) -> None:
    assert "Brest" in filled.search("projets à Brest").hits[0].passage.text


def test_departement_without_project_is_said(filled: Library) -> None:
    answer = filled.search("projets dans la Creuse")
    assert not answer.answerable
    assert answer.notice == "Aucune brochure de la base ne présente de projet pour : Creuse."


@pytest.mark.parametrize("query", ["recette de la tarte aux poireaux", "installer une imprimante"])
def test_question_out_of_scope_is_told_so(filled: Library, query: str) -> None:
    answer = filled.search(query)
    assert (answer.answerable, answer.hits, answer.total) == (False, (), 0)


def test_pages_of_results_follow_each_other(filled: Library) -> None:
    whole = filled.search("logement jeunes seniors femmes", limit=10)
    assert whole.total > 2
    second = filled.search("logement jeunes seniors femmes", limit=1, offset=1)
    assert [hit.passage.id for hit in second.hits] == [whole.hits[1].passage.id]
    assert second.hits[0].rank == 2


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-1, 0), (5, -1)])
def test_bad_bounds_are_refused(filled: Library, limit: int, offset: int) -> None:
    with pytest.raises(InvalidQuery):
        filled.search("logement", limit=limit, offset=offset)


def test_empty_base_says_how_to_fill_it(library: Library) -> None:
    with pytest.raises(InvalidQuery, match="kb ingest"):
        library.search("logement")


def test_best_sentence_is_the_one_that_answers(filled: Library) -> None:
    hit = filled.search("travaux 13000 euros").hits[0]
    sentence = hit.passage.text[hit.best_sentence.start : hit.best_sentence.end]
    assert sentence == "Les travaux de la résidence ont coûté 13 000 € au bailleur."


def test_similar_passages_leave_out_the_passage_itself(filled: Library) -> None:
    passage = filled.search("femmes violences").hits[0].passage
    near = filled.similar(passage.id, limit=3)
    assert passage.id not in {hit.passage.id for hit in near}
    assert [hit.rank for hit in near] == list(range(1, len(near) + 1))


def test_same_search_gives_the_same_answer(filled: Library) -> None:
    first, second = (filled.search("logement jeunes", limit=50) for _ in range(2))
    assert [hit.passage.id for hit in first.hits] == [hit.passage.id for hit in second.hits]


def test_a_question_that_comes_back_is_embedded_once(
    parts: Parts, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library(parts) as library:
        library.ingest([shelf])
        asked: list[str] = []
        with Base(parts).moment() as moment:
            kind = type(moment.embedder)
        embed = kind.embed_queries

        def counted(self: object, texts: Sequence[str]) -> object:
            asked.extend(texts)
            return embed(self, texts)

        monkeypatch.setattr(kind, "embed_queries", counted)
        first = library.search("jeunes travailleurs", mode=Mode.SEMANTIC, limit=1)
        second = library.search("jeunes travailleurs", mode=Mode.SEMANTIC, limit=1, offset=1)
        library.search("jeunes travailleurs", filter=Filter(departement=("29",)))
    assert asked.count("jeunes travailleurs") == 1
    assert first.hits[0].passage != second.hits[0].passage
