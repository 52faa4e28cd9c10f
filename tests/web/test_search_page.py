"""The search page: results, groups, marks, facets, chips, paging, states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.model import Filter, Mode
from tests.web.reading import one, text_of

Page = Callable[..., HtmlElement]


def notes(tree: HtmlElement) -> list[str]:
    return [text_of(note) for note in tree.xpath("//*[@class='note']")]


def test_home_offers_examples_of_the_catalogue(page: Page) -> None:
    tree = page("/")
    examples = {
        text_of(one(section, "h2")): [(text_of(a), a.get("href")) for a in section.xpath(".//a")]
        for section in tree.xpath("//main/section")
    }
    assert examples == {
        "Par objectif": [("Loger", "/?q=Loger"), ("Accompagner", "/?q=Accompagner")],
        "Par public": [
            ("Femmes victimes de violences", "/?q=Femmes+victimes+de+violences"),
        ],
        "Par lieu": [
            ("Calais", "/projets?commune=Calais"),
            ("Amiens", "/projets?commune=Amiens"),
            ("Laon", "/projets?commune=Laon"),
        ],
    }


def test_home_counts_what_can_be_found(page: Page) -> None:
    assert text_of(one(page("/"), "//p[@class='lead']")) == (
        "1\u202f234\u00a0passages de 3\u00a0projets, dans 2\u00a0brochures, "
        "avec leur page et leur source."
    )


@pytest.mark.parametrize("query", ["", "%20%20", "%09"])
def test_blank_query_gives_the_home_page(page: Page, library: object, query: str) -> None:
    assert text_of(one(page(f"/?q={query}"), "//h1")).startswith("Retrouver, mot pour mot")
    assert library.asked == []  # type: ignore[attr-defined]


def test_results_are_grouped_by_project_in_order_of_the_best_hit(page: Page) -> None:
    tree = page("/?q=logement")
    groups = [
        (text_of(one(group, "h2")), group.xpath(".//blockquote/@cite"))
        for group in tree.xpath("//section[@class='group']")
    ]
    assert groups == [
        (
            "Le Porche & compagnie",
            ["/passages/recueil/le-porche/actions/1", "/passages/recueil/le-porche/actions/2"],
        ),
        ("Le Verger", ["/passages/recueil/le-verger/script/1"]),
    ]


def test_hit_shows_marks_best_sentence_place_citation_and_links(page: Page) -> None:
    hit = page("/?q=logement").xpath("//article[@class='hit']")[0]
    assert text_of(one(hit, "h3")) == "Actions · p.\u00a02 (page\u00a03 du fichier)"
    assert hit.xpath(".//mark/text()") == ["logements"]
    assert [text_of(strong) for strong in hit.xpath(".//strong")] == ["Un accueil de nuit."]
    assert text_of(one(hit, ".//details[summary]/p[@class='citation']")) == (
        "« Un accueil de nuit. » — Le Porche & compagnie, p. 2"
    )
    assert hit.xpath("ul[@class='links']//a/@href") == [
        "/passages/recueil/le-porche/actions/1",
        "/passages/recueil/le-porche/actions/1#proches",
    ]


def test_group_names_project_organisation_place_year_and_brochure(page: Page) -> None:
    group = page("/?q=logement").xpath("//section[@class='group']")[0]
    assert [text_of(facts) for facts in group.xpath("p[@class='facts']")] == [
        "Habitat du Littoral · Calais\u00a0(62) · 2018",
        "Recueil d’essai (2021) · Fiche du projet\u00a0: Le Porche & compagnie",
    ]
    assert set(group.xpath("h2/a/@href | p/a/@href")) == {"/projets/recueil/le-porche"}


def test_third_passage_of_a_project_is_folded_away(page: Page) -> None:
    group = page("/?q=porche").xpath("//section[@class='group']")[0]
    assert len(group.xpath("article")) == 2
    folded = one(group, "details")
    assert text_of(one(folded, "summary")) == "1\u00a0autre passage de ce projet"
    assert len(folded.xpath("article")) == 1


def test_headings_and_texts_are_escaped(client: FlaskClient) -> None:
    body = client.get("/?q=logement").get_data(as_text=True)
    assert "<script" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "Un &lt;b&gt;<mark>verger</mark>&lt;/b&gt; &amp; un &quot;pré&quot;." in body


def test_query_is_escaped_wherever_it_is_shown(client: FlaskClient) -> None:
    body = client.get("/", query_string={"q": '"><script>x</script>'}).get_data(as_text=True)
    assert "<script" not in body
    assert 'value="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"' in body


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ("logement", "3\u00a0passages pour «\u00a0logement\u00a0»"),
        ("singulier", "1\u00a0passage pour «\u00a0singulier\u00a0»"),
        ("beaucoup", "1\u202f234\u00a0passages pour «\u00a0beaucoup\u00a0»"),
        ("rien", "Aucun projet ne répond à «\u00a0rien\u00a0»"),
    ],
)
def test_summary_counts_in_french(page: Page, query: str, counted: str) -> None:
    assert text_of(one(page(f"/?q={query}"), "//*[@id='bilan']")) == counted


def test_correction_is_told_and_can_be_refused(page: Page) -> None:
    tree = page("/?q=faute")
    assert notes(tree) == [
        "Résultats pour «\u00a0faîte\u00a0»\u202f; chercher plutôt «\u00a0faute\u00a0»."
    ]
    assert one(tree, "//p[@class='note']/a").get("href") == "/?q=faute&correct=0"
    assert notes(page("/?q=faute&correct=0")) == []


def test_correction_that_finds_nothing_is_told_too(page: Page) -> None:
    tree = page("/?q=ryen")
    assert text_of(one(tree, "//*[@id='bilan']")) == "Aucun projet ne répond à «\u00a0rien\u00a0»"
    assert notes(tree) == [
        "Recherche faite pour «\u00a0rien\u00a0»\u202f; chercher plutôt «\u00a0ryen\u00a0»."
    ]


def test_expansion_is_told_with_its_reason_and_can_be_switched_off_and_on(page: Page) -> None:
    tree = page("/?q=sigle")
    assert notes(tree) == [
        "Une précision.",
        "Élargi à\u00a0: FJT\u00a0→ foyer de jeunes travailleurs (sigle)\u202f; "
        "toit\u00a0→ logement (0,62), abri (0,50)\u202f; jeunes\u00a0→ apprentis (0,50) "
        "(sens proche dans les brochures). Chercher sans élargir",
    ]
    assert one(tree, "//div[@class='note']//a").get("href") == "/?q=sigle&expand=0"
    plain = page("/?q=sigle&expand=0")
    assert notes(plain) == [
        "La recherche n’est élargie ni aux synonymes ni aux mots de sens proche\u202f; l’élargir."
    ]
    assert one(plain, "//p[@class='note']/a").get("href") == "/?q=sigle"


def test_many_added_words_are_folded_away_from_the_line(page: Page) -> None:
    tree = page("/?q=sens")
    line = one(tree, "//div[@class='note']/p")
    assert text_of(line) == (
        "Élargi à\u00a0: 9\u00a0mots (sens proche dans les brochures). Chercher sans élargir"
    )
    folded = one(tree, "//div[@class='note']/details")
    assert text_of(one(folded, "summary")) == "Voir ces 9\u00a0mots"
    words = ", ".join(f"mot{number} (0,50)" for number in range(9))
    assert text_of(one(folded, "p")) == f"toit\u00a0→ {words}"


def test_unanswered_question_shows_neighbouring_themes_apart(page: Page) -> None:
    tree = page("/?q=rien")
    assert tree.xpath("//section[@class='group']") == []
    near = one(tree, "//section[@aria-labelledby='proches']")
    assert text_of(one(near, "h2")) == "Projets aux thèmes les plus voisins"
    assert near.xpath(".//h3/a/@href") == ["/projets/recueil/le-verger"]


def test_facets_count_and_add_a_filter(page: Page) -> None:
    facets = {
        text_of(one(section, "h3")): [
            (text_of(a), a.get("href"), a.get("aria-current")) for a in section.xpath(".//a")
        ]
        for section in page("/?q=logement&offset=1").xpath("//aside/section")
    }
    assert facets == {
        "Organisation": [
            (
                "Habitat du Littoral, 2 passages",
                "/?q=logement&organisation=Habitat+du+Littoral",
                None,
            ),
            ("Toits de Picardie, 1 passage", "/?q=logement&organisation=Toits+de+Picardie", None),
        ],
        "Département": [
            ("Pas-de-Calais\u00a0(62), 2 passages", "/?q=logement&departement=62", None),
            ("Somme\u00a0(80), 1 passage", "/?q=logement&departement=80", None),
        ],
    }


def test_facet_that_all_results_share_is_left_out(page: Page) -> None:
    titles = [text_of(h3) for h3 in page("/?q=logement").xpath("//aside//h3")]
    assert titles == ["Organisation", "Département"]
    narrowed = page("/?q=logement&brochure=recueil")
    assert [text_of(h3) for h3 in narrowed.xpath("//aside//h3")][-1] == "Brochure"


@pytest.mark.parametrize("value", ["62", "pas-de-calais"])
def test_active_filters_are_chips_that_remove_them(page: Page, value: str) -> None:
    tree = page(f"/?q=logement&departement={value}&departement=80&mode=lexical")
    chips = [(text_of(a), a.get("href")) for a in tree.xpath("//ul[@class='chips']//a")]
    assert chips == [
        (
            "Département\u00a0: Pas-de-Calais\u00a0(62) × (retirer ce filtre)",
            "/?q=logement&mode=lexical&departement=80",
        ),
        (
            "Département\u00a0: Somme\u00a0(80) × (retirer ce filtre)",
            f"/?q=logement&mode=lexical&departement={value}",
        ),
    ]
    active = one(tree, "//aside//a[@aria-current][contains(., 'Calais')]")
    assert active.get("href") == "/?q=logement&mode=lexical&departement=80"


def test_filters_and_mode_stay_in_the_form(page: Page) -> None:
    form = one(page("/?q=logement&year=2018&year=2020&mode=semantic"), "//form")
    assert form.xpath(".//input[@type='hidden']/@value") == ["2018", "2020"]
    assert one(form, ".//option[@selected]").get("value") == "semantic"
    assert one(form, ".//details").get("open") is not None


def test_long_lists_of_results_are_paged(page: Page) -> None:
    tree = page("/?q=logement&limit=1&offset=1")
    nav = one(tree, "//nav[@class='paging']")
    assert [(a.get("rel"), a.get("href")) for a in nav.xpath("a")] == [
        ("prev", "/?q=logement&limit=1"),
        ("next", "/?q=logement&limit=1&offset=2"),
    ]
    assert text_of(one(nav, "span")) == "Page 2 sur 3"
    assert page("/?q=logement").xpath("//nav[@class='paging']") == []


def test_page_after_the_last_leads_back_to_the_first(page: Page) -> None:
    tree = page("/?q=logement&offset=50")
    assert text_of(one(tree, "//*[@id='bilan']")) == "Aucun passage sur cette page"
    assert one(tree, "//a[contains(., 'première page')]").get("href") == "/?q=logement"


def test_every_parameter_reaches_the_search(page: Page, library: object) -> None:
    page(
        "/?q=a&mode=semantic&limit=7&offset=2&expand=0&correct=0&organisation=O&departement=59"
        "&departement=62&commune=C&year=2018&heading=H&brochure=B&project=P"
    )
    assert library.asked == [  # type: ignore[attr-defined]
        {
            "query": "a",
            "mode": Mode.SEMANTIC,
            "filter": Filter(("O",), ("59", "62"), ("C",), ("2018",), ("H",), ("B",), ("P",)),
            "limit": 7,
            "offset": 2,
            "expand": False,
            "correct": False,
        }
    ]


def test_refusal_of_the_search_gives_its_own_words(page: Page) -> None:
    text = text_of(one(page("/?q=trop", 400), "//main"))
    assert "La recherche est trop longue\u00a0: raccourcissez-la." in text
