"""The search page: results, groups, marks, facets, chips, paging, states."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.model import Filter, Mode
from tests.web.reading import one, parsed, text_of

Page = Callable[..., HtmlElement]


def lines(tree: HtmlElement) -> list[str]:
    """What the page says about the search itself, between its summary and the results."""
    return [text_of(line) for line in tree.xpath("//*[contains(@class, 'line')][parent::section]")]


def live_links(element: HtmlElement) -> list[str]:
    return [link.get("href") for link in element.xpath(".//a[@data-live]")]


def test_home_offers_questions_that_the_brochures_answer(page: Page) -> None:
    links = page("/").xpath("//section[@aria-labelledby='exemples']//a")
    assert [(text_of(a), a.get("href")) for a in links] == [
        (
            "Quel logement pour des femmes seules\u202f?",
            "/?q=Quel+logement+pour+des+femmes+seules%E2%80%AF?",
        ),
        ("Quels projets à Calais\u202f?", "/?q=Quels+projets+%C3%A0+Calais%E2%80%AF?"),
    ]


def test_home_counts_what_can_be_found(page: Page) -> None:
    figures = page("/").xpath("//ul[@class='figures']/li")
    assert [text_of(li) for li in figures] == ["3 projets", "2 brochures", "1\u202f234 passages"]


def test_home_puts_the_focus_in_the_field_and_results_leave_it_free(page: Page) -> None:
    assert one(page("/"), "//*[@autofocus]").get("id") == "q"
    assert page("/?q=logement").xpath("//*[@autofocus]") == []


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
    assert text_of(one(hit, "h3")) == "Actions\u00a0· p.\u00a02 (page\u00a03 du fichier)"
    assert hit.xpath(".//mark/text()") == ["logements"]
    assert [text_of(strong) for strong in hit.xpath(".//strong")] == ["Un accueil de nuit."]
    assert text_of(one(hit, ".//details/p[@class='citation']")) == (
        "« Un accueil de nuit. » — Le Porche & compagnie, p. 2"
    )
    assert hit.xpath("ul[@class='links']//a/@href") == [
        "/source/recueil/le-porche/actions/1#passage",
        "/passages/recueil/le-porche/actions/1#proches",
        "/passages/recueil/le-porche/actions/1",
    ]


def test_buttons_that_need_a_script_are_hidden_until_it_runs(page: Page) -> None:
    hit = page("/?q=logement").xpath("//article[@class='hit']")[0]
    keep = one(hit, ".//button[@data-keep]")
    assert (keep.get("data-keep"), keep.get("hidden")) == ("recueil/le-porche/actions/1", "")
    assert one(hit, ".//button[@data-copy]/..").get("hidden") == ""


def test_why_a_result_stands_there_is_told_on_demand(page: Page) -> None:
    why = one(page("/?q=logement").xpath("//article[@class='hit']")[0], ".//details[@class='why']")
    assert why.get("open") is None
    assert text_of(one(why, "summary")) == ("Pourquoi ce résultat\u00a0: Actions, p.\u00a02\u202f?")
    assert [text_of(li) for li in why.xpath(".//li")] == [
        "Mots retrouvés\u00a0: logements",
        "N° 1 par les mots.",
    ]


def test_result_found_by_meaning_alone_says_so(page: Page) -> None:
    why = one(page("/?q=voisin"), "//details[@class='why']")
    assert [text_of(li) for li in why.xpath(".//li")] == [
        "Aucun de vos mots n’y figure\u00a0: le passage a été trouvé par son sens.",
        "N° 1 par le sens.",
    ]


def test_group_names_project_organisation_place_year_and_brochure(page: Page) -> None:
    group = page("/?q=logement").xpath("//section[@class='group']")[0]
    assert [text_of(facts) for facts in group.xpath("p[contains(@class, 'facts')]")] == [
        "Habitat du Littoral\u00a0· Calais\u00a0(62)\u00a0· 2018",
        "Recueil d’essai (2021)",
    ]
    assert group.xpath("h2/a/@href") == ["/projets/recueil/le-porche"]


def test_third_passage_of_a_project_is_folded_away(page: Page) -> None:
    group = page("/?q=porche").xpath("//section[@class='group']")[0]
    assert len(group.xpath("article")) == 2
    folded = one(group, "details")
    assert text_of(one(folded, "summary")) == "1\u00a0autre passage de ce projet"
    assert len(folded.xpath("article")) == 1


def test_headings_and_texts_are_escaped(client: FlaskClient) -> None:
    body = client.get("/?q=logement").get_data(as_text=True)
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "Un &lt;b&gt;<mark>verger</mark>&lt;/b&gt; &amp; un &quot;pré&quot;." in body


def test_query_is_escaped_wherever_it_is_shown(client: FlaskClient) -> None:
    body = client.get("/", query_string={"q": '"><script>x</script>'}).get_data(as_text=True)
    assert "<script>x" not in body
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
    assert lines(tree) == [
        "Orthographe corrigée en «\u00a0faîte\u00a0». Chercher «\u00a0faute\u00a0» tel quel"
    ]
    assert live_links(one(tree, "//p[@class='line']")) == ["/?q=faute&correct=0"]
    assert lines(page("/?q=faute&correct=0")) == []


def test_correction_that_finds_nothing_is_told_too(page: Page) -> None:
    tree = page("/?q=ryen")
    assert text_of(one(tree, "//*[@id='bilan']")) == "Aucun projet ne répond à «\u00a0rien\u00a0»"
    assert lines(tree) == [
        "Orthographe corrigée en «\u00a0rien\u00a0». Chercher «\u00a0ryen\u00a0» tel quel"
    ]


def test_expansion_is_one_line_with_its_reasons_folded_away_and_a_switch(page: Page) -> None:
    tree = page("/?q=sigle")
    assert text_of(one(tree, "//p[@class='line']")) == "Une précision."
    line = one(tree, "//div[@class='line widening']")
    assert text_of(one(line, "details/summary")) == (
        "Aussi cherché\u00a0: foyer de jeunes travailleurs, logement, abri, apprentis"
    )
    assert [text_of(reason) for reason in line.xpath("details/p")] == [
        "sigle\u00a0: FJT\u00a0→ foyer de jeunes travailleurs",
        "sens proche dans les brochures\u00a0: toit\u00a0→ logement (0,62), abri (0,50)\u202f; "
        "jeunes\u00a0→ apprentis (0,50)",
    ]
    assert live_links(line) == ["/?q=sigle&expand=0"]


def test_expansion_that_is_off_can_be_switched_on(page: Page) -> None:
    tree = page("/?q=sigle&expand=0")
    assert lines(tree) == [
        "Recherche de vos mots seulement. Chercher aussi les synonymes et les mots de sens proche"
    ]
    assert live_links(one(tree, "//p[@class='line']")) == ["/?q=sigle"]
    assert one(tree, "//input[@id='expand']").get("checked") is not None


def test_many_added_words_are_counted_after_the_first_ones(page: Page) -> None:
    line = one(page("/?q=sens"), "//div[@class='line widening']/details")
    assert text_of(one(line, "summary")) == (
        "Aussi cherché\u00a0: mot0, mot1, mot2, mot3, mot4, mot5 et 3\u00a0autres"
    )
    words = ", ".join(f"mot{number} (0,50)" for number in range(9))
    assert text_of(one(line, "p")) == f"sens proche dans les brochures\u00a0: toit\u00a0→ {words}"


def test_unanswered_question_shows_neighbouring_themes_apart(page: Page) -> None:
    tree = page("/?q=rien")
    assert tree.xpath("//section[@class='group']") == []
    near = one(tree, "//section[@aria-labelledby='proches']")
    assert text_of(one(near, "h2")) == "Projets aux thèmes les plus voisins"
    assert near.xpath(".//h3/a/@href") == ["/projets/recueil/le-verger"]


def test_unanswered_question_offers_others_that_are_answered(page: Page) -> None:
    examples = one(page("/?q=rien"), "//ul[@class='examples']")
    assert text_of(examples.xpath(".//a")[1]) == "Quels projets à Calais\u202f?"


def test_filters_that_leave_nothing_are_blamed_and_can_be_changed(page: Page) -> None:
    tree = page("/?q=ailleurs&departement=75")
    assert text_of(one(tree, "//*[@id='bilan']")) == (
        "Aucun passage pour «\u00a0ailleurs\u00a0» avec ces filtres"
    )
    nothing = one(tree, "//div[@class='nothing']")
    assert text_of(nothing).startswith("Des passages répondent, mais pas parmi ceux")
    assert live_links(nothing) == ["/?q=ailleurs"]
    assert one(tree, "//aside//a[@data-key='departement=62']").get("href") == (
        "/?q=ailleurs&departement=75&departement=62"
    )


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
            "Département\u00a0: Pas-de-Calais\u00a0(62) (retirer ce filtre)",
            "/?q=logement&mode=lexical&departement=80",
        ),
        (
            "Département\u00a0: Somme\u00a0(80) (retirer ce filtre)",
            f"/?q=logement&mode=lexical&departement={value}",
        ),
        ("Tout effacer", "/?q=logement&mode=lexical"),
    ]
    active = one(tree, "//aside//a[@aria-current][contains(., 'Calais')]")
    assert active.get("href") == "/?q=logement&mode=lexical&departement=80"


def test_filters_and_mode_stay_in_the_form(page: Page) -> None:
    tree = page("/?q=logement&year=2018&year=2020&mode=semantic")
    form = one(tree, "//form[@id='recherche']")
    kept = tree.xpath("//input[@type='hidden'][@form='recherche']")
    assert [(field.get("name"), field.get("value")) for field in kept] == [
        ("year", "2018"),
        ("year", "2020"),
    ]
    assert one(form, ".//input[@name='mode'][@checked]").get("value") == "semantic"
    assert one(form, ".//details").get("open") is not None


def test_script_gets_the_results_alone(client: FlaskClient, page: Page) -> None:
    answer = client.get("/?q=logement&departement=62", headers={"X-Fragment": "results"})
    part = parsed(answer.get_data(as_text=True))
    whole = one(page("/?q=logement&departement=62"), "//div[@id='resultats']")
    assert text_of(one(part, "//div[@id='resultats']")) == text_of(whole)
    assert one(part, "//div[@id='resultats']").get("data-title") == "logement – Passages"
    assert part.xpath("//form | //h1 | //header | //main") == []
    assert {"X-Fragment", "Cookie"} <= set(answer.vary)


def test_script_gets_the_home_page_alone_for_an_empty_field(client: FlaskClient) -> None:
    answer = client.get("/", headers={"X-Fragment": "results"})
    part = one(parsed(answer.get_data(as_text=True)), "//div[@id='resultats']")
    assert part.get("data-home") == ""
    assert len(part.xpath(".//ul[@class='examples']/li")) == 2


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


def test_refused_question_stays_in_the_field_beside_what_is_wrong(page: Page) -> None:
    tree = page("/?q=trop&departement=62&mode=lexical", 400)
    field = one(tree, "//input[@name='q']")
    assert (field.get("value"), field.get("aria-invalid")) == ("trop", "true")
    assert field.get("aria-describedby") == "bilan q-aide"
    said = one(tree, "//h2[@id='bilan']")
    assert text_of(said) == "La recherche est trop longue\u00a0: raccourcissez-la."
    assert one(tree, "//input[@name='mode'][@checked]").get("value") == "lexical"
    assert one(tree, "//ul[@class='chips']//a").get("href") == "/?q=trop&mode=lexical"
    assert len(tree.xpath("//ul[@class='examples']/li")) == 2


def test_script_gets_the_refusal_alone(client: FlaskClient) -> None:
    answer = client.get("/?q=trop", headers={"X-Fragment": "results"})
    assert (answer.status_code, answer.text.lstrip()[:20]) == (400, '<div id="resultats" ')
