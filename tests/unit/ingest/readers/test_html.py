"""Web pages."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Document, Line
from ingest.readers.html import read
from kb.errors import UnreadableBrochure

PATH = Path("a.html")


def made(body: str, head: str = "") -> Document:
    page = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return read(PATH, page.encode("utf-8"))


def lines_of(body: str) -> tuple[Line, ...]:
    return made(body).pages[0].lines


def test_headings_paragraphs_and_lists() -> None:
    found = [
        (line.text, line.level, line.bullet, line.gap_before)
        for line in lines_of(
            "<h1>Projets</h1><p>Un\n  texte&nbsp;: <em>vu</em>.</p>"
            "<ul><li>un<li><p>deux</p><p>suite</p></ul><div>brut<p>bloc</p>fin</div>"
        )
    ]
    assert found == [
        ("Projets", 1, False, False),
        ("Un texte : vu.", 0, False, True),
        ("un", 0, True, True),
        ("deux", 0, True, False),
        ("suite", 0, False, True),
        ("brut", 0, False, True),
        ("bloc", 0, False, True),
        ("fin", 0, False, True),
    ]


def test_line_breaks_and_bold() -> None:
    found = [
        (line.text, line.bold, line.gap_before)
        for line in lines_of("<p><b>Lieu</b></p><p>un<br>deux <b>x</b></p><pre>a\n  b</pre>")
    ]
    assert found == [
        ("Lieu", True, False),
        ("un", False, True),
        ("deux x", False, False),
        ("a", False, True),
        ("b", False, False),
    ]


def test_a_bold_start_is_measured_in_the_text_of_the_line() -> None:
    lines = lines_of(
        "<p>\n <strong>Contexte :</strong> le quartier</p><ul><li>• <b>Lieu</b> : Lille</ul>"
        "<p><b>Tout</b> <b>est gras</b></p><p>Rien <b>ici</b></p>"
    )
    assert [(line.text, line.bold_prefix) for line in lines] == [
        ("Contexte : le quartier", 10),
        ("Lieu : Lille", 4),
        ("Tout est gras", 0),
        ("Rien ici", 0),
    ]


@pytest.mark.parametrize(
    "block",
    [
        "<div class=share><a href='#'>Partager sur Facebook</a> <a href='#'>Imprimer</a></div>",
        "<p><a href=/a>Imprimer cette page</a> | <a href=/b>Retour à la liste</a></p>",
        "<ul class='social-links'><li><a href=/fb>Facebook</a></li><li><a href=/x>X</a></li></ul>",
        "<p>Texte<a href='https://www.facebook.com/sharer.php?u=x'>Je partage</a></p>",
        "<ol id=fil-ariane><li><a href=/>Accueil</a></li><li>Projets</li></ol>",
        "<div><a href=/>Accueil</a> &gt; <a href=/p>Projets</a> &gt; Le jardin</div>",
        "<p><a href=/1>« Page précédente</a> <a href=/3>Page suivante »</a></p>",
        "<p><button>Copier</button></p>",
        "<div role=navigation><a href=/>Le site</a></div>",
    ],
)
def test_links_that_only_serve_the_visitor_are_left_out(block: str) -> None:
    lines = lines_of(f"<h1>Projet</h1>{block}<p>Fin.</p>")
    assert [line.text for line in lines if line.text != "Texte"] == ["Projet", "Fin."]


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        ("<ul><li><a href=/caf>La CAF</a></li><li><a href=/v>La ville</a></li></ul>", "La CAF"),
        ("<p><a href=/p>Partager un toit</a></p>", "Partager un toit"),
        ("<p><a href=/p>Retour à la terre</a></p>", "Retour à la terre"),
        ("<h2 class=share><a href=/p>Partager un toit</a></h2>", "Partager un toit"),
        ("<div class='projet-social'><p>Un accueil</p><a href=/x>La suite</a></div>", "Un accueil"),
        ("<p>Partager un logement, c’est <a href=/x>possible</a>.</p>", "Partager un logement"),
        ("<div class=share><h2>Partager</h2><a href=/x>Le lieu</a></div>", "Partager"),
    ],
)
def test_links_that_are_content_are_kept(block: str, kept: str) -> None:
    assert lines_of(block)[0].text.startswith(kept)


def test_tables_and_definition_lists_give_numbered_cells() -> None:
    found = [
        (line.text, line.cell)
        for line in lines_of(
            "<table><tr><th>Organisme<td>Sia Habitat<tr><th>Lieu<td>Lens<br>(62)</table>"
            "<dl><dt>Année<dd>2019</dl><p>Fin</p>"
        )
    ]
    assert found == [
        ("Organisme", 1),
        ("Sia Habitat", 2),
        ("Lieu", 1),
        ("Lens", 2),
        ("(62)", 2),
        ("Année", 1),
        ("2019", 2),
        ("Fin", 0),
    ]


def test_tables_for_the_layout_are_no_tables() -> None:
    lines = lines_of("<table><tr><td><h2>Projet</h2><p>Texte</p><td>Menu</table>")
    assert [(line.text, line.cell) for line in lines] == [("Projet", 0), ("Texte", 0), ("Menu", 0)]


def test_what_surrounds_the_content_is_left_out() -> None:
    body = (
        "<header>Le site</header><nav>menu</nav><main><h1>Projet</h1><p>Le texte du projet.</p>"
        "<aside><a href=x>Voir aussi ceci</a></aside><aside>43 logements</aside>"
        "<p hidden>caché</p><p style='display: none'>caché</p><p aria-hidden=true>caché</p>"
        "<script>x()</script><form><input value=a><button>Chercher</button></form></main>"
        "<aside>Actualités</aside><footer>Pied</footer>"
    )
    assert [line.text for line in lines_of(body)] == [
        "Projet",
        "Le texte du projet.",
        "43 logements",
    ]


def test_a_main_element_that_holds_next_to_nothing_is_not_believed() -> None:
    body = "<main>Accueil</main><div><p>" + "Un long texte de projet. " * 9 + "</p></div>"
    assert [line.text[:7] for line in lines_of(body)] == ["Accueil", "Un long"]


def test_a_form_around_the_whole_page_is_content() -> None:
    assert [line.text for line in lines_of("<form><p>Le texte</p></form>")] == ["Le texte"]


def test_the_header_of_an_article_is_content() -> None:
    body = "<article><header><h1>Projet</h1></header><p>Texte</p></article>"
    assert [line.text for line in lines_of(body)] == ["Projet", "Texte"]


def test_title_and_year_come_from_the_head() -> None:
    head = "<title>Projets remarquables</title><meta name='DCTERMS.issued' content='2018-03-01'>"
    document = made("<p>Un texte.</p>", head)
    assert (document.format, document.title, document.year, document.paged) == (
        "html",
        "Projets remarquables",
        2018,
        False,
    )
    assert made("<p>x</p>", "<title>Projets 2017</title>").year == 2017


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset='ISO-8859-1'>", "cp1252"),
        ("<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", "cp1252"),
        ("<meta charset=inconnu>", "utf-8"),
        ("<meta charset=utf-8>", "cp1252"),
        ("", "cp1252"),
        ("", "utf-8-sig"),
        ("<meta charset=utf-8>", "utf-16"),
    ],
)
def test_encodings_are_those_declared_where_they_fit(head: str, encoding: str) -> None:
    page = f"<html><head>{head}</head><body><p>L’été à Évreux : 6 €</p></body></html>"
    (line,) = read(PATH, page.encode(encoding)).pages[0].lines
    assert line.text == "L’été à Évreux : 6 €"


def test_xhtml_and_stray_texts_raise_no_warning() -> None:
    page = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p>ok</p></html>'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(PATH, page).pages[0].lines[0].text == "ok"
        assert read(PATH, b"page.html").pages[0].lines[0].text == "page.html"


def test_entities_of_a_document_type_are_not_expanded() -> None:
    page = b'<!DOCTYPE html [<!ENTITY a "bombe">]><html><body><p>un &a; deux</p></body></html>'
    assert "bombe" not in " ".join(line.text for line in read(PATH, page).pages[0].lines[-1:])


def test_elements_nested_beyond_measure_give_a_document_or_a_clear_refusal() -> None:
    try:
        document = made("<div>" * 20_000 + "texte" + "</div>" * 20_000)
    except UnreadableBrochure as error:
        assert str(error) == ("a.html imbrique trop d’éléments HTML : enregistrez la page en PDF.")
    else:
        assert "texte" in document.pages[0].lines[0].text


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_document_or_a_clear_refusal(data: bytes) -> None:
    try:
        document = read(PATH, data)
    except UnreadableBrochure:
        return
    assert document.format == "html"


MARKUP = "<p> <li> <ul> </ul> <table> <tr> <td> </table> <h2> </h2> <br> <dl> <dt>"


@settings(deadline=None)
@given(st.lists(st.sampled_from([*MARKUP.split(), "mot", "été"])))
def test_any_markup_keeps_every_word(pieces: list[str]) -> None:
    document = read(PATH, ("<body>x" + "".join(pieces)).encode("utf-8"))
    words = sum(piece in ("mot", "été") for piece in pieces)
    text = "".join(line.text for line in document.pages[0].lines)
    assert text.count("mot") + text.count("été") == words


def test_tables_that_lay_a_letter_out_have_no_cells_and_those_of_values_keep_theirs() -> None:
    found = [
        (line.text, line.cell)
        for line in lines_of(
            "<table><tr><td><table><tr><td>Un titre</td></tr><tr><td>Le texte.</td></tr></table>"
            "</td></tr><tr><td><table><tr><td>Ville</td><td>Brest</td></tr></table></td></tr>"
            "<tr><td><table><tr><td>“</td><td>Des mots.<br>Une personne</td></tr></table></td></tr>"
            "</table>"
        )
    ]
    assert found == [
        ("Un titre", 0),
        ("Le texte.", 0),
        ("Ville", 1),
        ("Brest", 2),
        ("“", 0),
        ("Des mots.", 0),
        ("Une personne", 0),
    ]


@pytest.mark.parametrize(
    "control",
    [
        '<td>Vous recevez cette lettre car vous êtes abonné. <a href="#">Se désabonner</a></td>',
        '<td><a href="#">Voir cette lettre dans votre navigateur</a></td>',
        "<p>Si vous ne visualisez pas correctement ce message, cliquez ici</p>",
        '<tr><td><a href="#">Accueil</a></td><td><a href="#">Agenda</a></td>'
        '<td><a href="#">Nous rejoindre</a></td></tr>',
    ],
)
def test_notices_and_menus_of_a_letter_are_left_out(control: str) -> None:
    found = lines_of(f"<p>Avant</p><table><tbody>{control}</tbody></table><p>Après</p>")
    assert [line.text for line in found] == ["Avant", "Après"]


@pytest.mark.parametrize(
    "text",
    [
        "Vous recevez cette aide sans condition.",
        "Si vous voyez un voisin en difficulté, appelez le gardien.",
    ],
)
def test_text_that_begins_as_a_notice_does_is_kept(text: str) -> None:
    assert [line.text for line in lines_of(f"<p>{text}</p>")] == [text]


def test_marks_after_line_breaks_begin_items() -> None:
    found = [
        (line.text, line.bullet)
        for line in lines_of(
            "<p><b>Objectifs :</b><br>- loger<br>- réunir</p><p>Suite<br>→ une<br>➤ deux<br>fin</p>"
            "<p>Un texte<br>– coupé là</p>"
        )
    ]
    assert found == [
        ("Objectifs :", False),
        ("loger", True),
        ("réunir", True),
        ("Suite", False),
        ("une", True),
        ("deux", True),
        ("fin", False),
        ("Un texte", False),
        ("– coupé là", False),
    ]


def test_looks_declared_on_the_elements_are_read() -> None:
    found = [
        (line.text, line.size, line.bold, line.color, line.family)
        for line in lines_of(
            '<p><font size="5" color="#0a5" face="Open Sans, Arial">Titre</font></p>'
            '<p style="font-size:16px; font-weight:600; color: #222">Nom</p>'
            '<p style="font-size:10pt">Un texte assez long.</p><p>Fin</p>'
        )
    ]
    assert found == [
        ("Titre", 18, False, "#00aa55", "opensans"),
        ("Nom", 12, True, "", ""),
        ("Un texte assez long.", 10, False, "", ""),
        ("Fin", 0, False, "", ""),
    ]


def test_sizes_that_only_some_of_the_text_declares_are_not_compared() -> None:
    lines = lines_of('<p style="font-size:9pt">Peu</p><p>Un texte assez long.</p>')
    assert [line.size for line in lines] == [0, 0]
