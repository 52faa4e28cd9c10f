"""Pages drawn in a process apart: a fault of the engine costs one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ingest.guard import drawing
from ingest.guard.drawing import GuardedPages
from ingest.guard.limits import DRAWING
from ingest.pictures import PdfPages
from kb.errors import Busy, UnreadableBrochure
from kb.source import Quote
from tests.hostile import pdfs
from tests.hostile.conftest import put

MISDEEDS = "tests.hostile.misdeeds"
NOT_SHOWN = (
    "La page ne peut pas être affichée : lisez son texte, ou remplacez le fichier par "
    "une copie exportée de nouveau, puis relancez « kb ingest »."
)


@pytest.fixture(scope="module")
def pages() -> Iterator[GuardedPages]:
    pages = GuardedPages(replace(DRAWING, seconds=2))
    yield pages
    pages.close()


def test_pages_are_those_that_the_engine_gives(pages: GuardedPages, tmp_path: Path) -> None:
    quote = Quote(pdfs.SENTENCE, 1, 1)
    with put(tmp_path, "a.pdf", pdfs.plain()).open("rb") as file:
        apart = (pages.size(file, 1), pages.locate(file, quote), pages.draw(file, 1, 100))
        here = PdfPages()
        assert apart == (here.size(file, 1), here.locate(file, quote), here.draw(file, 1, 100))
    assert len(apart[1][1]) == 1


def test_only_pdf_pages_are_shown(pages: GuardedPages) -> None:
    shown = [pages.shows(format) for format in ("pdf", "docx", "txt")]
    assert shown == [PdfPages().shows(format) for format in ("pdf", "docx", "txt")]


def test_a_fault_of_the_engine_costs_one_page_and_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = GuardedPages(module=MISDEEDS)
    with put(tmp_path, "a.pdf", pdfs.plain()).open("rb") as file:
        monkeypatch.setattr(drawing.tasks, "DRAW", "crash")
        with pytest.raises(UnreadableBrochure) as caught:
            pages.draw(file, 1, 100)
        assert str(caught.value) == NOT_SHOWN
        monkeypatch.undo()
        with pytest.raises(UnreadableBrochure) as caught:
            pages.draw(file, 1, 100)
        assert str(caught.value) == NOT_SHOWN
    with put(tmp_path, "b.pdf", pdfs.plain()).open("rb") as file:
        assert pages.draw(file, 1, 100).media_type == "image/webp"
    pages.close()


def test_a_file_that_is_no_longer_the_one_that_was_opened_is_not_drawn(
    pages: GuardedPages, tmp_path: Path
) -> None:
    path = put(tmp_path, "a.pdf", pdfs.plain())
    with path.open("rb") as file:
        path.unlink()
        with pytest.raises(UnreadableBrochure, match="vient de changer"):
            pages.draw(file, 1, 100)
        put(tmp_path, "a.pdf", pdfs.javascript())
        with pytest.raises(UnreadableBrochure, match="vient de changer"):
            pages.draw(file, 1, 100)


def test_who_waits_too_long_for_others_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "PATIENCE_S", 0)
    pages = GuardedPages(size=0)
    with (
        put(tmp_path, "a.pdf", pdfs.plain()).open("rb") as file,
        pytest.raises(Busy, match="réessayez dans un instant"),
    ):
        pages.draw(file, 1, 100)


# What each hostile file looks like: the sides of its picture, or nothing.
PICTURES = [
    ("flate-bomb", pdfs.flate_bomb, (1200, 1699)),
    ("nested-flate-bomb", pdfs.nested_flate_bomb, (1200, 1699)),
    ("picture-bomb", pdfs.image_bomb, (1200, 1699)),
    ("cyclic-tree", pdfs.cyclic_tree, (1200, 1699)),
    ("tree-of-itself-only", pdfs.tree_of_itself_only, None),
    ("cyclic-objects", pdfs.cyclic_object, (1200, 1553)),
    ("cyclic-form", pdfs.cyclic_form, (1200, 1699)),
    ("deep-tree", pdfs.deep_tree, None),
    ("huge-page", pdfs.huge_page, (1200, 1200)),
    ("absurd-boxes", pdfs.absurd_boxes, (1200, 1553)),
    ("deep-contents", pdfs.deep_contents, (1200, 1699)),
    ("javascript", pdfs.javascript, (1200, 1699)),
    ("far-table", pdfs.far_table, (1200, 1699)),
    ("all-characters", pdfs.bad_font, (1200, 1699)),
    ("cut-short", pdfs.cut_short, None),
    ("locked", pdfs.locked, None),
    ("exploding-forms", pdfs.exploding_forms, None),
]


@pytest.mark.parametrize(
    ("make", "sides"), [case[1:] for case in PICTURES], ids=[c[0] for c in PICTURES]
)
def test_what_hostile_files_look_like(
    pages: GuardedPages, tmp_path: Path, make: object, sides: tuple[int, int] | None
) -> None:
    assert callable(make)
    with put(tmp_path, "a.pdf", make()).open("rb") as file:
        if sides is None:
            with pytest.raises(UnreadableBrochure):
                pages.draw(file, 1, 100)
            return
        assert Image.open(BytesIO(pages.draw(file, 1, 100).data)).size == sides
