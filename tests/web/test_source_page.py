"""The page of the brochure that a passage cites, in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.config import Settings
from kb.errors import Busy, NotFound
from kb.model import Span
from kb.source import Box, Original, PageSize, Picture, SourcePage
from tests.web.conftest import FakeLibrary
from tests.web.reading import one, parsed, text_of
from tests.web.sample import BROCHURE, FIRST, HOSTILE, PLAIN
from web.app import create_app

HERE = f"/source/{FIRST.id}"
PICTURE = "/source/recueil/pages/3.webp"
KEY = f"{'a' * 64}-3-100-1"
TEXT = "Titre <b>\nUn accueil de nuit.\n• Dix logements\nÉcrire à ada@exemple.fr."
SPANS = (Span(10, 29), Span(32, 45))


class SourceLibrary(FakeLibrary):
    """Shows one page, which tests change."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.page = SourcePage(
            sheet=self.passage(FIRST.id),
            number=3,
            count=12,
            printed="2",
            text=TEXT,
            spans=SPANS,
            pages=(3,),
            original=Original.UNCHANGED,
            size=PageSize(600.0, 800.5),
            boxes=(Box(50.123, 60.0, 250.0, 72.0), Box(50.0, 74.0, 120.0, 86.0)),
        )
        self.pages_asked: list[tuple[str, int | None]] = []
        self.drawn: list[tuple[str, int, int]] = []

    def change(self, **changed: object) -> None:
        self.page = replace(self.page, **changed)  # type: ignore[arg-type]

    def source_page(self, passage_id: str, number: int | None = None) -> SourcePage:
        """The one that the test wants."""
        self._check()
        self.pages_asked.append((passage_id, number))
        self.passage(passage_id)
        if number is not None and number > self.page.count:
            raise NotFound(f"Il n’y a pas de page {number} : la dernière est la page 12.")
        return self.page if number is None else replace(self.page, number=number)

    def page_picture_key(self, brochure_id: str, number: int, zoom: int = 100) -> str:
        """As the library makes them."""
        self._check()
        if brochure_id != BROCHURE.id:
            raise NotFound(f"Aucune brochure « {brochure_id} » : voyez la liste.")
        if not 1 <= number <= 12:
            raise NotFound(f"Il n’y a pas de page {number} : la dernière est la page 12.")
        return f"{BROCHURE.sha256}-{number}-{zoom}-1"

    def page_picture(self, brochure_id: str, number: int, zoom: int = 100) -> Picture:
        """Says what it would draw."""
        self.drawn.append((brochure_id, number, zoom))
        return Picture(b"image", "image/webp")


@pytest.fixture
def library(home: Path) -> SourceLibrary:
    return SourceLibrary(home / "uploads")


@pytest.fixture
def client(library: SourceLibrary, home: Path) -> FlaskClient:
    return create_app(library, Settings(home=home)).test_client()  # type: ignore[arg-type]


Page = Callable[..., HtmlElement]


def notes(tree: HtmlElement) -> list[str]:
    return [text_of(note) for note in tree.xpath("//main//p[@class='note']")]


class TestPassageOnItsPage:
    def test_is_marked_on_the_picture(self, page: Page) -> None:
        tree = page(HERE)
        picture = one(tree, "//main//img")
        assert (picture.get("src"), picture.get("width"), picture.get("height")) == (
            PICTURE, "600", "800",
        )  # fmt: skip
        assert "le passage surligné" in picture.get("alt")
        overlay = one(tree, "//main//*[name()='svg'][@viewbox]")
        assert overlay.get("viewbox") == "0 0 600.0 800.5"
        assert overlay.get("aria-hidden") == "true"
        rectangles = tree.xpath("//*[name()='rect'][@rx='1.5']")
        names = ("id", "x", "y", "width", "height")
        assert [tuple(one.get(name) for name in names) for one in rectangles] == [
            ("passage", "50.12", "60.0", "199.88", "12.0"),
            (None, "50.0", "74.0", "70.0", "12.0"),
        ]
        assert notes(tree) == []

    def test_is_marked_and_announced_in_the_text(self, page: Page) -> None:
        text = one(page(HERE), "//section[@id='texte']//div")
        assert text.get("lang") == "fr"
        marks = text.xpath(".//mark")
        assert [text_of(mark) for mark in marks] == [
            "[Début du passage] Un accueil de nuit.",
            "Dix logements [Fin du passage]",
        ]
        # The picture's mark bears the identifier.
        assert [mark.get("id") for mark in marks] == [None, None]
        assert [text_of(one) for one in text.xpath(".//*[@class='unseen aside']")] == [
            "[Début du passage]",
            "[Fin du passage]",
        ]

    def test_is_named_with_its_brochure_and_its_project(self, page: Page) -> None:
        tree = page(HERE)
        assert text_of(one(tree, "//h1")) == "Recueil d’essai (2021)"
        assert one(tree, "//title").text.startswith("Recueil d’essai, page 3")
        assert tree.xpath("//nav[@class='trail']/a/@href")[1:] == [
            "/projets/recueil/le-porche",
            f"/passages/{FIRST.id}",
        ]
        assert text_of(tree.xpath("//p[@class='citation']")[0]).startswith("À citer ainsi")

    def test_leads_to_its_neighbours(self, page: Page) -> None:
        bar = one(page(HERE), "//nav[@aria-label='Pages de la brochure']")
        assert [(a.get("rel"), a.get("href")) for a in bar.xpath("./a")] == [
            ("prev", f"{HERE}?page=2#feuille"),
            ("next", f"{HERE}?page=4#feuille"),
        ]
        assert text_of(one(bar, "./span")) == "Page 3 sur 12 (imprimée 2)"

    @pytest.mark.parametrize(("number", "rel"), [(1, ["next"]), (12, ["prev"])])
    def test_has_no_neighbour_beyond_the_ends(
        self, page: Page, library: SourceLibrary, number: int, rel: list[str]
    ) -> None:
        library.change(number=number, pages=(number,))
        assert page(HERE).xpath("//nav[@aria-label='Pages de la brochure']/a/@rel") == rel

    def test_offers_every_size_by_plain_links(self, page: Page) -> None:
        sizes = page(HERE).xpath("//nav[@aria-label='Taille de la page']//a")
        assert [(a.get("href"), a.get("aria-current")) for a in sizes] == [
            (f"{HERE}#passage", "true"),
            (f"{HERE}?zoom=150#passage", None),
            (f"{HERE}?zoom=200#passage", None),
            (f"{HERE}?zoom=300#passage", None),
        ]

    def test_keeps_its_size_from_page_to_page(self, page: Page) -> None:
        tree = page(f"{HERE}?zoom=200")
        assert one(tree, "//main//img").get("src") == f"{PICTURE}?zoom=200"
        assert tree.xpath("//div[contains(@class, 'zoom-200')]") != []
        assert tree.xpath("//a[@rel='next']/@href") == [f"{HERE}?page=4&zoom=200#feuille"]

    def test_masks_addresses_and_escapes_what_is_printed(self, client: FlaskClient) -> None:
        body = client.get(HERE).get_data(as_text=True)
        assert "ada@exemple.fr" not in body
        assert "[adresse masquée]" in body
        assert "Titre &lt;b&gt;" in body

    def test_has_no_inline_style_nor_script(self, page: Page) -> None:
        tree = page(HERE)
        assert tree.xpath("//@style | //style | //script[not(@src)]") == []
        assert all(one.startswith(("/", "#")) for one in tree.xpath("//@src | //@href"))

    def test_picture_can_be_scrolled_by_keyboard(self, page: Page) -> None:
        leaf = one(page(HERE), "//section[@id='feuille']")
        assert (leaf.get("tabindex"), leaf.get("aria-label")) == ("0", "Image de la page")


class TestOtherStates:
    def test_another_page_leads_back_to_the_passage(
        self, page: Page, library: SourceLibrary
    ) -> None:
        library.change(spans=(), boxes=())
        tree = page(f"{HERE}?page=5&zoom=150")
        assert library.pages_asked == [(FIRST.id, 5)]
        assert notes(tree) == ["Le passage n’est pas sur cette page. Revenir au passage"]
        assert tree.xpath("//p[@class='note']/a/@href") == [f"{HERE}?zoom=150#passage"]
        assert tree.xpath("//mark | //*[@id='passage']") == []
        assert "surligné" not in one(tree, "//main//img").get("alt")

    def test_passage_that_goes_on_leads_to_the_next_page(
        self, page: Page, library: SourceLibrary
    ) -> None:
        library.change(pages=(3, 4))
        tree = page(HERE)
        assert notes(tree) == ["Le passage continue à la page suivante. Voir la suite du passage"]
        assert tree.xpath("//p[@class='note']/a/@href") == [f"{HERE}?page=4#passage"]
        assert notes(page(f"{HERE}?page=4")) == []

    def test_passage_that_is_not_found_on_the_picture_is_said_so(
        self, page: Page, library: SourceLibrary
    ) -> None:
        library.change(boxes=())
        tree = page(HERE)
        (note,) = notes(tree)
        assert note.startswith("La place exacte du passage n’a pas pu être retrouvée sur l’image")
        assert tree.xpath("//*[name()='rect'][@rx='1.5']") == []
        assert one(tree, "//*[@id='passage']").tag == "mark"

    def test_passage_that_is_found_nowhere_is_said_so(
        self, page: Page, library: SourceLibrary
    ) -> None:
        library.change(boxes=(), spans=())
        tree = page(HERE)
        (note,) = notes(tree)
        assert note.endswith("rien n’est marqué.")
        assert tree.xpath("//mark | //*[@id='passage']") == []

    def test_passage_that_is_in_no_part_of_a_text_is_said_so(
        self, page: Page, library: SourceLibrary
    ) -> None:
        library.change(
            sheet=library.passage(PLAIN.id), number=1, count=2, size=None, boxes=(), spans=(),
            pages=(),
        )  # fmt: skip
        tree = page(f"/source/{PLAIN.id}")
        (note,) = notes(tree)
        assert note.endswith("rien n’est marqué.")
        assert tree.xpath("//main//a[@rel]/@href") == [f"/source/{PLAIN.id}?page=2#feuille"]

    @pytest.mark.parametrize(
        ("original", "words"),
        [
            (Original.MISSING, "n’est plus à l’endroit où il a été lu"),
            (Original.CHANGED, "a changé depuis sa lecture"),
            (Original.UNREADABLE, "ne peut pas être affiché pour le moment"),
        ],
    )
    def test_lost_file_is_said_and_the_text_still_shown(
        self, page: Page, library: SourceLibrary, original: Original, words: str
    ) -> None:
        library.change(original=original, size=None, boxes=())
        tree = page(HERE)
        (note,) = notes(tree)
        assert words in note
        assert tree.xpath("//main//img | //nav[@aria-label='Taille de la page']") == []
        assert one(tree, "//*[@id='passage']").tag == "mark"
        assert len(tree.xpath("//main//a[@rel]")) == 2

    def test_page_without_text_is_said_so(self, page: Page, library: SourceLibrary) -> None:
        library.change(text="", spans=(), boxes=(), pages=(5,))
        assert "Cette page ne contient pas de texte." in text_of(
            one(page(HERE), "//section[@id='texte']")
        )

    def test_text_without_pages_shows_the_passage_marked_alone(
        self, page: Page, library: SourceLibrary
    ) -> None:
        library.change(
            sheet=library.passage(PLAIN.id), number=1, count=1, printed="", size=None, boxes=(),
            pages=(1,),
        )  # fmt: skip
        tree = page(f"/source/{PLAIN.id}")
        assert text_of(one(tree, "//h2[@id='titre-texte']")) == "Texte de la brochure"
        assert one(tree, "//*[@id='passage']").tag == "mark"
        assert tree.xpath("//main//img | //main//a[@rel]") == []
        assert one(tree, "//title").text.startswith("Notes –")

    def test_long_text_without_pages_has_parts(self, page: Page, library: SourceLibrary) -> None:
        library.change(
            sheet=library.passage(PLAIN.id), number=2, count=3, printed="", size=None, boxes=(),
            pages=(2,),
        )  # fmt: skip
        tree = page(f"/source/{PLAIN.id}")
        bar = one(tree, "//nav[@aria-label='Pages de la brochure']")
        assert text_of(bar) == "Partie précédente Partie 2 sur 3 Partie suivante"

    def test_heading_of_a_brochure_is_escaped(
        self, client: FlaskClient, library: SourceLibrary
    ) -> None:
        library.change(sheet=library.passage(HOSTILE.id))
        assert "<script>alert" not in client.get(f"/source/{HOSTILE.id}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/source/recueil/inconnu/actions/1", 404, "inconnu"),
        ("/source/x", 404, "inconnu"),
        (f"{HERE}?page=99", 404, "la dernière est la page 12"),
        (f"{HERE}?page=0", 400, "nombre entier"),
        (f"{HERE}?page=-1", 400, "nombre entier"),
        (f"{HERE}?page=trois", 400, "nombre entier"),
        (f"{HERE}?page=" + "9" * 400, 400, "nombre entier"),
        (f"{HERE}?page=3&page=4", 400, "donné 2 fois"),
        (f"{HERE}?zoom=grand", 400, "nombre entier"),
        (f"{HERE}?zoom=101", 400, "choisissez parmi 100, 150, 200, 300"),
        (f"{HERE}?zoom=1e9", 400, "nombre entier"),
        (f"{HERE}?zoom=", 400, "nombre entier"),
        (f"{HERE}?rotate=90", 400, "rotate"),
        ("/source/inconnue/pages/1.webp", 404, "Aucune brochure"),
        ("/source/recueil/pages/0.webp", 404, "pas de page 0"),
        ("/source/recueil/pages/13.webp", 404, "pas de page 13"),
        (f"/source/recueil/pages/{'9' * 400}.webp", 404, "pas de page"),
        ("/source/recueil/pages/-1.webp", 404, "inconnu"),
        ("/source/recueil/pages/un.webp", 404, "inconnu"),
        ("/source/../../etc/passwd", 404, ""),
        (f"{PICTURE}?zoom=50", 400, "choisissez parmi"),
        (f"{PICTURE}?zoom=abc", 400, "nombre entier"),
        (f"{PICTURE}?taille=1", 400, "taille"),
    ],
)
def test_nonsense_gets_a_plain_answer(
    client: FlaskClient, library: SourceLibrary, address: str, status: int, words: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert words in text_of(one(parsed(answer.get_data(as_text=True)), "//main"))
    assert library.drawn == []


class TestPicture:
    def test_is_sent_with_what_tells_whether_it_changed(self, client: FlaskClient) -> None:
        answer = client.get(PICTURE)
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/webp", b"image")
        assert answer.headers["ETag"] == f'"{KEY}"'
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize("known", [f'"{KEY}"', f'W/"{KEY}"', f'"autre", "{KEY}"', "*"])
    def test_that_the_browser_has_is_not_drawn_again(
        self, client: FlaskClient, library: SourceLibrary, known: str
    ) -> None:
        answer = client.get(PICTURE, headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == f'"{KEY}"'
        assert library.drawn == []

    def test_of_another_revision_is_drawn(
        self, client: FlaskClient, library: SourceLibrary
    ) -> None:
        answer = client.get(PICTURE, headers={"If-None-Match": f'"{"b" * 64}-3-100-1"'})
        assert answer.status_code == 200
        assert library.drawn == [("recueil", 3, 100)]

    def test_is_drawn_in_the_size_that_is_asked(
        self, client: FlaskClient, library: SourceLibrary
    ) -> None:
        assert client.get(f"{PICTURE}?zoom=300").status_code == 200
        assert library.drawn == [("recueil", 3, 300)]

    def test_that_others_keep_waiting_says_so(
        self, client: FlaskClient, library: SourceLibrary
    ) -> None:
        library.failure = Busy("D’autres pages sont en cours de dessin : réessayez.")
        answer = client.get(PICTURE)
        assert answer.status_code == 503
        assert "réessayez" in answer.get_data(as_text=True)


def test_passages_lead_to_their_source(page: Page) -> None:
    links = page(f"/passages/{FIRST.id}").xpath("//main//a[starts-with(@href, '/source/')]/@href")
    address = f"{HERE}#passage"
    assert address in links
    assert urlsplit(address).fragment == one(page(HERE), "//*[@id='passage']").get("id")
