"""The source page over real files: read, shown, moved away, replaced."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from kb.config import Settings
from kb.library import Library
from kb.results import PassageSheet
from kb.wiring import open_library
from tests.web.reading import one, parsed, text_of
from web.app import create_app

GARDEN = (
    "Le jardin partagé de la résidence réunit chaque semaine les locataires, qui y cultivent "
    "ensemble des légumes et des fleurs. Un animateur du quartier les aide le mercredi, et les "
    "récoltes sont partagées entre les familles. Écrire à ada@exemple.fr pour venir."
)
WORKSHOP = (
    "L’atelier de réparation prête ses outils aux habitants de la tour et du quartier voisin. "
    "Deux bénévoles apprennent à chacun à remettre en état les vélos, les meubles et les petits "
    "appareils de la maison, le samedi matin, dans l’ancienne loge du gardien."
)


def pdf(*pages: tuple[str, str], **options: object) -> bytes:
    """One heading and its text a page."""
    written = BytesIO()
    canvas = Canvas(written, pagesize=(595, 842), **options)
    for title, text in pages:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(70, 760, title)
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(wrap(text, 70)):
            canvas.drawString(70, 720 - 15 * number, line)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


class Site:
    """A base in a folder of its own, and the site over it."""

    def __init__(self, folder: Path, library: Library, client: FlaskClient) -> None:
        self.folder, self.library, self.client = folder, library, client

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        assert self.library.ingest([path]).refused == ()
        return path

    def passage_about(self, word: str) -> PassageSheet:
        (found,) = [one for one in self.library.passages() if word in one.passage.text]
        return found

    def page(self, address: str) -> HtmlElement:
        answer = self.client.get(address)
        assert answer.status_code == 200
        return parsed(answer.get_data(as_text=True))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    settings = Settings(home=tmp_path / "home")
    folder = tmp_path / "brochures"
    folder.mkdir()
    with open_library(settings) as library:
        yield Site(folder, library, create_app(library, settings).test_client())


def test_pdf_is_shown_marked_and_drawn(site: Site) -> None:
    site.put("essais.pdf", pdf(("Jardin partagé", GARDEN), ("Atelier ouvert", WORKSHOP)))
    sheet = site.passage_about("outils")
    tree = site.page(f"/source/{sheet.passage.id}")
    rectangles = tree.xpath("//*[name()='rect'][@rx='1.5']")
    assert len(rectangles) == len(wrap(WORKSHOP, 70))
    assert float(rectangles[0].get("x")) == pytest.approx(70, abs=2)
    assert float(rectangles[0].get("y")) == pytest.approx(842 - 720 - 10, abs=4)
    marked = "".join(text_of(mark) for mark in tree.xpath("//main//mark"))
    assert marked == f"[Début du passage] {WORKSHOP} [Fin du passage]"

    address = one(tree, "//main//img").get("src")
    assert address == "/source/essais/pages/2.webp"
    picture = site.client.get(address)
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert Image.open(BytesIO(picture.data)).size == (1200, 1699)
    known = {"If-None-Match": picture.headers["ETag"]}
    assert site.client.get(address, headers=known).status_code == 304


def test_pages_without_the_passage_are_shown_too(site: Site) -> None:
    site.put("essais.pdf", pdf(("Jardin partagé", GARDEN), ("Atelier ouvert", WORKSHOP)))
    sheet = site.passage_about("outils")
    tree = site.page(f"/source/{sheet.passage.id}?page=1")
    assert tree.xpath("//*[name()='rect'][@rx='1.5'] | //mark") == []
    text = text_of(one(tree, "//section[@id='texte']"))
    assert "légumes" in text and "@" not in text
    assert site.client.get("/source/essais/pages/1.webp").status_code == 200
    assert site.client.get(f"/source/{sheet.passage.id}?page=3").status_code == 404
    assert site.client.get("/source/essais/pages/3.webp").status_code == 404


def test_replaced_file_never_shows_the_old_page(site: Site) -> None:
    path = site.put("essais.pdf", pdf(("Jardin partagé", GARDEN)))
    sheet = site.passage_about("légumes")
    before = site.client.get("/source/essais/pages/1.webp")

    path.write_bytes(pdf(("Atelier ouvert", WORKSHOP)))
    tree = site.page(f"/source/{sheet.passage.id}")
    assert "a changé depuis sa lecture" in text_of(one(tree, "//main//p[@class='note']"))
    assert tree.xpath("//main//img") == []
    assert len(tree.xpath("//mark")) == 1
    assert site.client.get("/source/essais/pages/1.webp").status_code == 404

    assert site.library.ingest([path]).refused == ()
    known = {"If-None-Match": before.headers["ETag"]}
    after = site.client.get("/source/essais/pages/1.webp", headers=known)
    assert after.status_code == 200
    assert after.data != before.data


@pytest.mark.parametrize("replacement", [b"%PDF-1.7 rien", None])
def test_file_that_is_broken_or_gone_leaves_the_text(site: Site, replacement: bytes | None) -> None:
    path = site.put("essais.pdf", pdf(("Jardin partagé", GARDEN)))
    sheet = site.passage_about("légumes")
    if replacement is None:
        path.unlink()
    else:
        path.write_bytes(replacement)
    tree = site.page(f"/source/{sheet.passage.id}")
    assert len(tree.xpath("//main//p[@class='note']")) == 1
    assert one(tree, "//*[@id='passage']").tag == "mark"


def test_file_that_came_under_a_password_leaves_the_text(site: Site) -> None:
    path = site.put("essais.pdf", pdf(("Jardin partagé", GARDEN)))
    sheet = site.passage_about("légumes")
    path.write_bytes(pdf(("Jardin partagé", GARDEN), encrypt=StandardEncryption("secret")))
    tree = site.page(f"/source/{sheet.passage.id}")
    assert "a changé depuis sa lecture" in text_of(one(tree, "//main//p[@class='note']"))


def test_removed_brochure_leaves_nothing(site: Site, tmp_path: Path) -> None:
    site.put("essais.pdf", pdf(("Jardin partagé", GARDEN)))
    sheet = site.passage_about("légumes")
    assert site.client.get("/source/essais/pages/1.webp").status_code == 200
    site.library.remove("essais")
    assert site.client.get(f"/source/{sheet.passage.id}").status_code == 404
    assert site.client.get("/source/essais/pages/1.webp").status_code == 404
    assert list((tmp_path / "home" / "pictures").iterdir()) == []


def test_text_and_html_show_the_passage_in_its_place(site: Site) -> None:
    site.put("atelier.txt", f"Atelier ouvert\n\n{WORKSHOP}\n".encode())
    page = f"<html><body><h1>Jardin partagé</h1><p>{GARDEN}</p></body></html>"
    site.put("jardin.html", page.encode())
    for word in ("outils", "légumes"):
        sheet = site.passage_about(word)
        tree = site.page(f"/source/{sheet.passage.id}")
        assert tree.xpath("//main//img") == []
        assert word in text_of(one(tree, "//*[@id='passage']"))
    assert site.client.get("/source/jardin/pages/1.webp").status_code == 404
