"""Pages as pictures: their size, what they must not show, files that can't be drawn."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import AnnotationDictionary
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
)
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.pictures import PdfPages, glyphs, pdf_pages
from kb.errors import Busy, UnreadableBrochure
from kb.source import Quote
from tests.unit.ingest.pictures.conftest import (
    HEIGHT,
    MakeFile,
    line,
    lines,
    width_of,
)

PAGES = PdfPages()
WHITE = (255, 255, 255)


def image_of(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def sheet(width: float, height: float) -> BytesIO:
    """A page of that size with a line of text at its foot."""
    written = BytesIO()
    canvas = Canvas(written, pagesize=(width, height))
    canvas.drawString(5, 5, "Texte")
    canvas.showPage()
    canvas.save()
    return written


def test_only_pdf_pages_can_be_drawn() -> None:
    assert [PAGES.shows(name) for name in ("pdf", "docx", "txt", "html", "odt")] == [
        True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("zoom", "width"), [(100, 1200), (150, 1800), (200, 2400)])
def test_picture_is_as_wide_as_the_zoom_asks(make_file: MakeFile, zoom: int, width: int) -> None:
    picture = PAGES.draw(make_file(lines(50, 100, "Un texte")), 1, zoom)
    assert picture.media_type == "image/webp"
    assert image_of(picture.data).size == (width, width * 4 // 3)


@pytest.mark.parametrize(
    ("width", "height"), [(14_400, 14_400), (20, 14_400), (14_400, 20), (3, 3), (600, 800)]
)
def test_picture_stays_within_bounds_whatever_the_page(width: float, height: float) -> None:
    picture = image_of(PAGES.draw(sheet(width, height), 1, 300).data)
    assert max(picture.size) <= pdf_pages.LONGEST_SIDE
    # Sides are rounded up to whole pixels.
    assert (picture.width - 1) * (picture.height - 1) <= pdf_pages.MOST_PIXELS
    assert min(picture.size) >= 1


def test_picture_shows_the_page_that_is_asked_for(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Un texte"), lambda canvas: None)
    assert image_of(PAGES.draw(file, 1, 100).data).getextrema() != (((255, 255),) * 3)
    assert image_of(PAGES.draw(file, 2, 100).data).getextrema() == (((255, 255),) * 3)


def dark_under(image: Image.Image, x: float, y: float, text: str) -> int:
    """How many dark pixels there are where that line is drawn."""
    part = image.crop((int(2 * x), int(2 * (y - 9)), int(2 * (x + width_of(text))), int(2 * y + 4)))
    return sum(count for count, (red, _, _) in part.getcolors(100_000) or () if red < 100)


def dark_in(image: Image.Image) -> int:
    """How many dark pixels a whole picture has."""
    return sum(image.convert("L").histogram()[:100])


def with_page(file: BinaryIO, **entries: object) -> BytesIO:
    """The file, its only page with these entries; its crop, if any, is dropped."""
    writer = PdfWriter(clone_from=PdfReader(file))
    page = writer.pages[0]
    page.pop("/CropBox", None)
    for name, value in entries.items():
        page[NameObject(f"/{name}")] = (
            ArrayObject(map(FloatObject, value)) if isinstance(value, tuple) else value
        )
    written = BytesIO()
    writer.write(written)
    return written


@pytest.mark.parametrize(
    "address",
    [
        "ada.martin@exemple.fr",
        "ada @ exemple.fr",
        "ada(at)exemple.fr",
        "a d a @ e x e m p l e . f r",
        "03 20 12 34 56",
        "+33 (0)3.20.12.34.56",
        "0 3 2 0 1 2 3 4 5 6",
    ],
)
def test_contacts_are_covered(make_file: MakeFile, address: str) -> None:
    file = make_file(lines(50, 100, "Une ligne de texte", address, "Une autre ligne"))
    image = image_of(PAGES.draw(file, 1, 100).data)
    assert dark_under(image, 50, 114, address) == 0
    assert dark_under(image, 50, 100, "Une ligne de texte") > 50
    assert dark_under(image, 50, 128, "Une autre ligne") > 50


def test_figures_that_are_no_number_stay(make_file: MakeFile) -> None:
    line = "SIRET 552 081 317 00012, 1 250 000 euros"
    image = image_of(PAGES.draw(make_file(lines(50, 100, line)), 1, 100).data)
    assert dark_under(image, 50, 100, line) > 100


def test_who_may_see_contacts_gets_the_page_as_it_is(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "ada@exemple.fr", "03 20 12 34 56"))
    image = image_of(PAGES.draw(file, 1, 100, bare=True).data)
    assert dark_under(image, 50, 100, "ada@exemple.fr") > 30
    assert dark_under(image, 50, 114, "03 20 12 34 56") > 30


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ada.martin@", "exemple.fr"),
        ("ada.martin", "@exemple.fr"),
        ("ada.martin@loge-", "ment.fr"),
        ("ada.martin@exemple.", "fr"),
    ],
)
def test_address_over_two_lines_is_covered_on_both(
    make_file: MakeFile, first: str, second: str
) -> None:
    file = make_file(lines(50, 100, f"Contact : {first}", second))
    image = image_of(PAGES.draw(file, 1, 100).data)
    start = 50 + width_of("Contact : ")
    assert dark_under(image, start, 100, first) == 0
    assert dark_under(image, 50, 114, second) == 0
    assert dark_under(image, 50, 100, "Contact") > 30


@pytest.mark.parametrize("box", [(0, 0, 3e6, 3e6), (1e9, 0, 1e9 + 3e9, 4e9)])
def test_address_is_covered_however_large_the_page_says_it_is(
    make_file: MakeFile, box: tuple[float, float, float, float]
) -> None:
    left, side = box[0], box[2] - box[0]

    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((side, side))
        line(canvas, left + side / 10, HEIGHT - side / 2, "ada@exemple.fr", side / 20)

    image = image_of(PAGES.draw(with_page(make_file(draw), MediaBox=box), 1, 100).data)
    assert dark_in(image) == 0


def test_comments_on_a_page_are_not_drawn(make_file: MakeFile) -> None:
    writer = PdfWriter(clone_from=PdfReader(make_file(lambda canvas: None)))
    comment = Stamp(rect=(50, 600, 350, 700))
    look = StreamObject()
    look.set_data(b"0 0 300 100 re f")  # a black rectangle, wherever the comment is drawn
    look[NameObject("/Type")] = NameObject("/XObject")
    look[NameObject("/Subtype")] = NameObject("/Form")
    look[NameObject("/BBox")] = RectangleObject((0, 0, 300, 100))
    comment[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(look)})
    writer.add_annotation(0, comment)
    written = BytesIO()
    writer.write(written)

    assert dark_in(image_of(PAGES.draw(written, 1, 100).data)) == 0


class Stamp(AnnotationDictionary):
    """A comment that brings its own look."""

    def __init__(self, rect: tuple[float, float, float, float]) -> None:
        super().__init__()
        self[NameObject("/Subtype")] = NameObject("/Stamp")
        self[NameObject("/Rect")] = RectangleObject(rect)
        self[NameObject("/F")] = NumberObject(4)


def test_page_of_endless_text_is_not_drawn(
    make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glyphs, "MOST_GLYPHS", 10)
    file = make_file(lines(50, 100, "Un texte, puis ada@exemple.fr"))
    with pytest.raises(UnreadableBrochure, match="trop de texte"):
        PAGES.draw(file, 1, 100)


def test_handle_of_a_network_is_no_address(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Suivez @logement"))
    image = image_of(PAGES.draw(file, 1, 100).data)
    assert dark_under(image, 50 + width_of("Suivez "), 100, "@logement") > 30


@pytest.mark.parametrize("number", [-1, 0, 3, 10**9])
def test_page_that_is_not_there(make_file: MakeFile, number: int) -> None:
    file = make_file(lines(50, 100, "Un"), lines(50, 100, "Deux"))
    with pytest.raises(UnreadableBrochure, match=f"pas de page {number}"):
        PAGES.draw(file, number, 100)
    with pytest.raises(UnreadableBrochure):
        PAGES.size(file, number)
    with pytest.raises(UnreadableBrochure):
        PAGES.locate(file, Quote("Un", number, number))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 rien de plus", b"\x00" * 2000, b"<html></html>"])
def test_file_that_is_no_pdf(data: bytes) -> None:
    with pytest.raises(UnreadableBrochure, match="endommagé ou protégé"):
        PAGES.draw(BytesIO(data), 1, 100)


def test_file_under_a_password(make_file: MakeFile) -> None:
    file = make_file(lines(50, 100, "Un"), encrypt=StandardEncryption("secret"))
    for call in (
        lambda: PAGES.draw(file, 1, 100),
        lambda: PAGES.size(file, 1),
        lambda: PAGES.locate(file, Quote("Un", 1, 1)),
    ):
        with pytest.raises(UnreadableBrochure, match="endommagé ou protégé"):
            call()


def test_file_that_may_be_read_but_not_changed_is_drawn(make_file: MakeFile) -> None:
    locked = StandardEncryption("", ownerPassword="secret", canModify=0)
    file = make_file(lines(50, 100, "Un texte"), encrypt=locked)
    assert PAGES.locate(file, Quote("Un texte", 1, 1)) != {}
    assert image_of(PAGES.draw(file, 1, 100).data).width == 1200


def test_many_threads_draw_at_once(make_file: MakeFile, tmp_path: Path) -> None:
    path = tmp_path / "essai.pdf"
    path.write_bytes(make_file(lines(50, 100, "Un"), lines(50, 100, "Deux")).read())

    def draw(number: int) -> bytes:
        with path.open("rb") as file:
            return PAGES.draw(file, number % 2 + 1, 100).data

    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(draw, range(16)))
    assert len(set(drawn)) == 2
    assert drawn == [drawn[0], drawn[1]] * 8


def test_page_does_not_wait_for_others_for_ever(
    make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_file(lines(50, 100, "Un"))
    monkeypatch.setattr(pdf_pages, "PATIENCE_S", 0.01)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with pdf_pages._pdfium:
            held.set()
            done.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        held.wait()
        with pytest.raises(Busy, match="réessayez"):
            PAGES.draw(file, 1, 100)
    finally:
        done.set()
        holder.join()
    assert PAGES.draw(file, 1, 100).data


def test_failure_lets_the_next_page_be_drawn(make_file: MakeFile) -> None:
    with pytest.raises(UnreadableBrochure):
        PAGES.draw(BytesIO(b"rien"), 1, 100)
    assert PAGES.draw(make_file(lambda canvas: line(canvas, 5, 50, "Un")), 1, 100).data


def test_site_loads_what_draws_only_once_it_draws() -> None:
    program = (
        "import sys, web.app, ingest.pictures; "
        "print(sorted({'PIL', 'pypdfium2'} & {name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
