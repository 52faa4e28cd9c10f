"""The page that a passage cites: its text, its picture, what has become of its file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from kb.errors import Busy, InvalidQuery, NotFound, UnreadableBrochure
from kb.library import Library
from kb.library import originals as originals_module
from kb.library.base import Parts
from kb.library.originals import Originals
from kb.library.parting import parts_of
from kb.model import Brochure, IngestReport, PageText, Passage, Project, Reading, Section
from kb.privacy import revealed
from kb.results import Found
from kb.source import Box, Original, PageSize, Picture, Quote

TEXTS = ("Un titre", "Le besoin\nDix lits. Trois salles.\n• Un jardin", "La suite du texte.")
BOX = Box(1.0, 2.0, 3.0, 4.0)
FIRST, SECOND, LONG = (f"recueil/projet/besoin/{number}" for number in (1, 2, 3))


@dataclass
class FakeRenderer:
    """Draws the name of what it is asked for, and keeps the questions."""

    asked: list[object] = field(default_factory=list)
    failure: Exception | None = None
    found: bool = True

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def shows(self, format: str) -> bool:
        return format == "pdf"

    def size(self, file: BinaryIO, number: int) -> PageSize:
        self._check()
        return PageSize(600, 800)

    def locate(self, file: BinaryIO, quote: Quote) -> dict[int, tuple[Box, ...]]:
        self.asked.append(quote)
        pages = range(quote.first_page, quote.last_page + 1)
        return {number: (BOX,) for number in pages} if self.found else {}

    def draw(self, file: BinaryIO, number: int, zoom: int, *, bare: bool = False) -> Picture:
        self._check()
        self.asked.append((number, zoom, "bare") if bare else (number, zoom))
        return Picture(b"page %d at %d of %s" % (number, zoom, file.read()[:20]), "image/webp")


def passage(number: int, text: str, page: int = 2, last: int = 2) -> Passage:
    section = "recueil/projet/besoin"
    return Passage(
        f"{section}/{number}", section, "recueil/projet", "recueil", text, "Besoin", "LE BESOIN",
        page, last, "",
    )  # fmt: skip


def read(path: Path) -> Reading:
    """One project of three passages; the file's suffix is its format."""
    format = path.suffix[1:]
    paged = format != "html"
    texts = TEXTS if paged else ("\n".join(TEXTS),)
    passages = (
        passage(1, "Dix lits. Trois salles.", *(() if paged else (1, 1))),
        passage(2, "• Un jardin", *(() if paged else (1, 1))),
        passage(3, "• Un jardin\nLa suite du texte.", *((2, 3) if paged else (1, 1))),
    )
    return Reading(
        Brochure(
            "recueil", "Recueil", 2022, path.name, hashlib.sha256(path.read_bytes()).hexdigest(),
            format, paged, len(texts), "generique",
        ),
        (Project("recueil/projet", "recueil", "Projet"),),
        (Section("recueil/projet/besoin", "recueil/projet", "Besoin", "LE BESOIN", 1),),
        passages,
        tuple(PageText(number, str(number + 10), text) for number, text in enumerate(texts, 1)),
        IngestReport(len(texts), 1, 1, 3),
    )  # fmt: skip


@pytest.fixture
def renderer() -> FakeRenderer:
    return FakeRenderer()


@pytest.fixture
def make(parts: Parts, renderer: FakeRenderer, tmp_path: Path) -> Iterator[Callable[..., Library]]:
    """A base over one brochure of that name."""
    opened: list[Library] = []

    def build(name: str = "recueil.pdf") -> Library:
        library = Library(
            replace(
                parts,
                read=read,
                find_files=lambda paths: Found(tuple(paths)),
                renderer=lambda: renderer,
            )
        )
        opened.append(library)
        path = tmp_path / name
        path.write_bytes(b"contenu")
        assert not library.ingest([path]).refused
        return library

    yield build
    for library in opened:
        library.close()


def shown(text: str, spans: object) -> list[str]:
    return [text[span.start : span.end] for span in spans]  # type: ignore[attr-defined]


def test_who_may_see_contacts_is_drawn_another_picture(
    make: Callable[..., Library], renderer: FakeRenderer
) -> None:
    library = make()
    for shows in (False, True, False, True):
        with revealed() if shows else nullcontext():
            library.page_picture("recueil", 2)
            key = library.page_picture_key("recueil", 2)
            assert key.endswith("-bare") == shows
    assert renderer.asked == [(2, 100), (2, 100, "bare")]  # then from what is kept


class TestPage:
    def test_is_the_one_that_the_passage_begins_on(self, make: Callable[..., Library]) -> None:
        page = make().source_page(FIRST)
        assert (page.number, page.count, page.printed, page.pages) == (2, 3, "12", (2,))
        assert page.text == TEXTS[1]
        assert shown(page.text, page.spans) == ["Dix lits. Trois salles."]
        assert (page.original, page.size, page.boxes) == (
            Original.UNCHANGED,
            PageSize(600, 800),
            (BOX,),
        )
        assert page.sheet.passage.id == FIRST

    def test_beside_it_has_no_mark(
        self, make: Callable[..., Library], renderer: FakeRenderer
    ) -> None:
        page = make().source_page(FIRST, 3)
        assert (page.number, page.text, page.spans, page.boxes) == (3, TEXTS[2], (), ())
        assert page.size == PageSize(600, 800)
        assert renderer.asked == []

    @pytest.mark.parametrize("number", [0, -1, 4, 10**12])
    def test_that_the_brochure_lacks(self, make: Callable[..., Library], number: int) -> None:
        with pytest.raises(NotFound, match="la dernière est la page 3"):
            make().source_page(FIRST, number)

    def test_of_an_unknown_passage(self, make: Callable[..., Library]) -> None:
        with pytest.raises(NotFound, match="Aucun passage"):
            make().source_page("recueil/projet/besoin/9")

    def test_of_a_passage_over_two_pages_marks_both(self, make: Callable[..., Library]) -> None:
        library = make()
        first, second = library.source_page(LONG), library.source_page(LONG, 3)
        assert (first.number, second.number, first.pages) == (2, 3, (2, 3))
        assert shown(first.text, first.spans) == ["Un jardin"]
        assert shown(second.text, second.spans) == ["La suite du texte."]
        assert (first.boxes, second.boxes) == ((BOX,), (BOX,))

    def test_is_searched_with_what_stands_around_the_passage(
        self, make: Callable[..., Library], renderer: FakeRenderer
    ) -> None:
        make().source_page(SECOND)
        (quote,) = renderer.asked
        assert quote == Quote(
            "• Un jardin", 2, 2, ("Dix lits. Trois salles.", "LE BESOIN"),
            ("• Un jardin\nLa suite du texte.",),
        )  # fmt: skip

    def test_on_which_the_renderer_finds_nothing_is_not_marked(
        self, make: Callable[..., Library], renderer: FakeRenderer
    ) -> None:
        renderer.found = False
        page = make().source_page(FIRST)
        assert (page.size, page.boxes) == (PageSize(600, 800), ())
        assert page.spans != ()


class TestOriginal:
    def test_gone(self, make: Callable[..., Library], tmp_path: Path) -> None:
        library = make()
        (tmp_path / "recueil.pdf").unlink()
        page = library.source_page(FIRST)
        assert (page.original, page.size, page.boxes) == (Original.MISSING, None, ())
        assert shown(page.text, page.spans) == ["Dix lits. Trois salles."]
        with pytest.raises(NotFound, match="n’est plus à sa place"):
            library.page_picture("recueil", 1)

    def test_changed(self, make: Callable[..., Library], tmp_path: Path) -> None:
        library = make()
        assert library.page_picture("recueil", 1).data.endswith(b"contenu")
        (tmp_path / "recueil.pdf").write_bytes(b"autre contenu")
        page = library.source_page(FIRST)
        assert (page.original, page.size, page.text) == (Original.CHANGED, None, TEXTS[1])
        with pytest.raises(NotFound, match="a changé depuis sa lecture"):
            library.page_picture("recueil", 1)

    def test_put_back(self, make: Callable[..., Library], tmp_path: Path) -> None:
        library, path = make(), tmp_path / "recueil.pdf"
        path.write_bytes(b"autre contenu")
        assert library.source_page(FIRST).original is Original.CHANGED
        path.write_bytes(b"contenu")
        assert library.source_page(FIRST).original is Original.UNCHANGED

    def test_replaced_and_read_again_shows_the_new_page(
        self, make: Callable[..., Library], tmp_path: Path
    ) -> None:
        library, path = make(), tmp_path / "recueil.pdf"
        before = library.page_picture_key("recueil", 1)
        library.page_picture("recueil", 1)
        path.write_bytes(b"nouveau")
        assert not library.ingest([path]).refused
        assert library.page_picture_key("recueil", 1) != before
        assert library.page_picture("recueil", 1).data == b"page 1 at 100 of nouveau"

    def test_folder_or_pipe_in_its_place(
        self, make: Callable[..., Library], tmp_path: Path
    ) -> None:
        library, path = make(), tmp_path / "recueil.pdf"
        path.unlink()
        os.mkfifo(path)
        assert library.source_page(FIRST).original is Original.UNREADABLE
        path.unlink()
        path.mkdir()
        assert library.source_page(FIRST).original is Original.UNREADABLE

    @pytest.mark.parametrize("failure", [UnreadableBrochure("non"), Busy("plus tard")])
    def test_that_can_not_be_drawn(
        self, make: Callable[..., Library], renderer: FakeRenderer, failure: Exception
    ) -> None:
        library = make()
        renderer.failure = failure
        page = library.source_page(FIRST)
        assert (page.original, page.size, page.boxes) == (Original.UNREADABLE, None, ())
        assert page.text == TEXTS[1]
        with pytest.raises(type(failure)):
            library.page_picture("recueil", 1)

    def test_is_hashed_once_while_it_stays_untouched(
        self, make: Callable[..., Library], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        library = make()
        os.utime(tmp_path / "recueil.pdf", (1, 1))
        digests: list[object] = []
        digest = hashlib.file_digest

        def counted(file: BinaryIO, name: str) -> object:
            digests.append(file)
            return digest(file, name)  # type: ignore[arg-type]

        monkeypatch.setattr(originals_module.hashlib, "file_digest", counted)
        for _ in range(3):
            library.source_page(FIRST)
        assert len(digests) == 1

    def test_digests_that_are_kept_are_bounded(
        self, make: Callable[..., Library], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        entry = make().brochure("recueil")
        monkeypatch.setattr(originals_module, "_MOST_KNOWN", 2)
        originals = Originals()
        for number in range(5):
            path = tmp_path / f"{number}.pdf"
            path.write_bytes(b"contenu")
            os.utime(path, (1, 1))
            with originals.opened(replace(entry, path=str(path))) as (state, _):
                assert state is Original.UNCHANGED
        assert 0 < len(originals._digests) <= 2

    def test_that_was_just_written_is_hashed_each_time(
        self, make: Callable[..., Library], tmp_path: Path
    ) -> None:
        library, path = make(), tmp_path / "recueil.pdf"
        times = path.stat()
        path.write_bytes(b"CONTENU")
        # As a clock that moves in steps may leave them.
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        assert library.source_page(FIRST).original is Original.CHANGED


class TestPicture:
    def test_is_drawn_once(self, make: Callable[..., Library], renderer: FakeRenderer) -> None:
        library = make()
        drawn = [library.page_picture("recueil", 2, 150) for _ in range(3)]
        picture = Picture(b"page 2 at 150 of contenu", "image/webp")
        assert drawn == [picture, *[replace(picture, kept=True)] * 2]
        assert renderer.asked == [(2, 150)]

    def test_keys_differ_by_page_and_zoom(self, make: Callable[..., Library]) -> None:
        library = make()
        keys = {library.page_picture_key("recueil", n, z) for n in (1, 2) for z in (100, 150)}
        assert len(keys) == 4

    @pytest.mark.parametrize("change", ["ingest", "replace", "prune"])
    def test_goes_with_the_revision_that_it_shows(
        self,
        make: Callable[..., Library],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        change: str,
    ) -> None:
        library, pictures = make(), tmp_path / "home" / "pictures"
        library.page_picture("recueil", 2)
        assert len(list(pictures.iterdir())) == 1
        path = tmp_path / "recueil.pdf"
        if change == "prune":
            path.unlink()
            monkeypatch.setattr(
                library._base,
                "parts",
                replace(library._base.parts, find_files=lambda paths: Found(folders=tuple(paths))),
            )
            library.ingest([tmp_path], prune=True)
        elif change == "ingest":
            path.write_bytes(b"autre contenu")
            library.ingest([path])
        else:
            other = tmp_path / "autre.pdf"
            other.write_bytes(b"autre contenu")
            library.replace("recueil", other)
        assert list(pictures.iterdir()) == []

    def test_goes_with_its_brochure(self, make: Callable[..., Library], tmp_path: Path) -> None:
        library = make()
        library.page_picture("recueil", 1)
        kept = tmp_path / "home" / "pictures"
        assert len(list(kept.iterdir())) == 1
        library.remove("recueil")
        assert list(kept.iterdir()) == []

    @pytest.mark.parametrize("zoom", [-100, 0, 1, 99, 101, 400, 10**9])
    def test_has_no_other_zoom(self, make: Callable[..., Library], zoom: int) -> None:
        with pytest.raises(InvalidQuery, match="100, 150, 200, 300"):
            make().page_picture("recueil", 1, zoom)

    @pytest.mark.parametrize("number", [-1, 0, 4, 10**12])
    def test_of_a_page_that_is_not_there(self, make: Callable[..., Library], number: int) -> None:
        with pytest.raises(NotFound, match="la dernière est la page 3"):
            make().page_picture("recueil", number)

    def test_of_an_unknown_brochure(self, make: Callable[..., Library]) -> None:
        with pytest.raises(NotFound, match="Aucune brochure « autre »"):
            make().page_picture("autre", 1)

    @pytest.mark.parametrize("name", ["recueil.docx", "recueil.html"])
    def test_of_a_brochure_without_pictures(self, make: Callable[..., Library], name: str) -> None:
        with pytest.raises(NotFound, match="n’a pas d’image de ses pages"):
            make(name).page_picture("recueil", 1)


class TestText:
    def test_with_pages_has_text_and_no_picture(self, make: Callable[..., Library]) -> None:
        page = make("recueil.docx").source_page(FIRST)
        assert (page.number, page.count, page.size, page.boxes) == (2, 3, None, ())
        assert page.original is Original.UNCHANGED
        assert shown(page.text, page.spans) == ["Dix lits. Trois salles."]

    def test_without_pages_is_shown_whole(self, make: Callable[..., Library]) -> None:
        page = make("recueil.html").source_page(FIRST)
        assert (page.number, page.count, page.printed, page.pages) == (1, 1, "", (1,))
        assert page.text == "\n".join(TEXTS)
        assert shown(page.text, page.spans) == ["Dix lits. Trois salles."]

    def test_without_pages_has_no_second_part(self, make: Callable[..., Library]) -> None:
        with pytest.raises(NotFound, match="la dernière est la page 1"):
            make("recueil.html").source_page(FIRST, 2)

    def test_that_is_long_is_shown_in_parts(
        self, make: Callable[..., Library], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("kb.library.parting.PART_LENGTH", 44)
        library = make("recueil.html")
        page = library.source_page(LONG)
        parts = [library.source_page(LONG, number) for number in range(1, page.count + 1)]
        assert "".join(part.text for part in parts) == "\n".join(TEXTS)
        assert page.number == page.pages[0]
        marked = [one for part in parts for one in shown(part.text, part.spans)]
        assert marked == ["Un jardin", "La suite du texte."]
        assert [part.number for part in parts if part.spans] == list(page.pages)

    def test_no_part_ends_within_a_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kb.library.parting.PART_LENGTH", 30)
        text = "Appelez la maison au 03 20 12 34 56 le matin ou bien ada@exemple.fr le soir venu."
        parts = [text[part.start : part.end] for part in parts_of(text)]
        assert "".join(parts) == text
        assert sum("03 20 12 34 56" in part for part in parts) == 1
        assert sum("ada@exemple.fr" in part for part in parts) == 1

    def test_moved_away_is_said(self, make: Callable[..., Library], tmp_path: Path) -> None:
        library = make("recueil.html")
        (tmp_path / "recueil.html").unlink()
        page = library.source_page(FIRST)
        assert page.original is Original.MISSING
        assert shown(page.text, page.spans) == ["Dix lits. Trois salles."]
