"""The designed PDF of the sample: bands, columns, footers, and headings that sometimes trail.

Everything is placed by hand on a plain canvas, so that what is drawn first is read first, and
two runs write the same bytes: no clock, no compression library, base fonts only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import sample_style as style
from reportlab.lib.colors import Color, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Frame, Paragraph, Spacer, Table
from sample_text import Brochure, Project, Section, typeset

PAGE = (165 * mm, 230 * mm)
MARGIN = 19 * mm
TEXT_WIDTH = PAGE[0] - 2 * MARGIN
TOP = PAGE[1] - 20 * mm
BOTTOM = 24 * mm
TITLE_BAND = 62 * mm


@dataclass(slots=True)
class Book:
    """The canvas and what every page needs to know while the book is being drawn."""

    canvas: Canvas
    brochure: Brochure
    first_page: dict[str, int]
    printed: int = 0

    def end_page(self) -> None:
        """Draw the running footer with the next printed number, and go to the next page."""
        self.printed += 1
        self.end_front_page(str(self.printed))

    def end_front_page(self, number: str = "") -> None:
        """End a page before the count begins: no footer, or one with a roman number."""
        if number:
            draw_footer(self.canvas, self.brochure.cover["running_title"], number)
        self.canvas.showPage()

    def bookmark(self, key: str, title: str) -> None:
        """Make the current page a target of links and an entry of the outline."""
        self.canvas.bookmarkPage(key)
        self.canvas.addOutlineEntry(title, key, level=0)


def para(text: str, name: str, accent: Color | None = None) -> Paragraph:
    """A paragraph in one of the named styles, with soft hyphens in its long words."""
    return Paragraph(style.hyphenate(escape(text)), style.paragraph_style(name, accent))


def blocks(section: Section, name: str = "body") -> list[Flowable]:
    """The paragraphs and bullets of a section, without its heading."""
    bullet = "small-bullet" if name == "small" else "bullet"
    story: list[Flowable] = []
    for previous, block in zip((None, *section.blocks), section.blocks, strict=False):
        if previous and previous.bullet and not block.bullet:
            story.append(Spacer(1, 4))
        text = style.hyphenate(escape(block.text))
        chosen = style.paragraph_style(bullet if block.bullet else name)
        story.append(Paragraph(text, chosen, bulletText="•" if block.bullet else None))
    return story


def headed(section: Section, accent: Color, name: str = "body") -> list[Flowable]:
    """A heading, then the text that it heads."""
    heading = "small-heading" if name == "small" else "heading"
    return [para(section.heading, heading, accent), *blocks(section, name)]


def columns(left: list[Flowable], right: list[Flowable], tint: Color) -> Table:
    """Two tinted boxes side by side; the left one is read first."""
    gap = 4 * mm
    width = (TEXT_WIDTH - gap) / 2
    table = Table([[left, "", right]], colWidths=[width, gap, width])
    table.setStyle(style.column_style(tint))
    return table


def box(content: list[Flowable], tint: Color) -> Table:
    """One tinted box as wide as the text."""
    table = Table([[content]], colWidths=[TEXT_WIDTH])
    table.setStyle(style.box_style(tint))
    return table


def place(canvas: Canvas, story: list[Flowable], top: float, bottom: float = BOTTOM) -> float:
    """Set a story between two heights; say what is left under it, and refuse to overflow."""
    frame = Frame(MARGIN, bottom, TEXT_WIDTH, top - bottom, 0, 0, 0, 0)
    frame.addFromList(story, canvas)
    if story:
        raise ValueError(f"text overflows page {canvas.getPageNumber()} of the sample")
    return float(frame._y)


def draw_footer(canvas: Canvas, title: str, printed: str) -> None:
    """The running title and the printed page number, under a thin rule."""
    canvas.setStrokeColor(style.GREY)
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, 16 * mm, PAGE[0] - MARGIN, 16 * mm)
    canvas.setFillColor(style.GREY)
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(MARGIN, 11.5 * mm, typeset(title))
    canvas.setFont("Helvetica-Bold", 8.5)
    canvas.drawRightString(PAGE[0] - MARGIN, 11.5 * mm, printed)


def draw_trailing_heading(canvas: Canvas, heading: str, accent: Color) -> None:
    """A heading at the foot of the page whose text it heads, as the real brochure has it."""
    canvas.setFillColor(accent)
    canvas.rect(MARGIN, 20 * mm, TEXT_WIDTH, 9 * mm, stroke=0, fill=1)
    canvas.setFillColor(white)
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(MARGIN + 4 * mm, 23 * mm, heading)


def draw_street(canvas: Canvas, room: float, floor: float, accent: Color, seed: int) -> None:
    """A row of houses on the floor line, where a page leaves enough room for it."""
    height = min(room - 10 * mm, 46 * mm)
    if height > 14 * mm:
        style.draw_houses(canvas, (MARGIN, floor, TEXT_WIDTH, height), accent, seed)


def title_story(project: Project, accent: Color) -> list[Flowable]:
    """What the title page says under its band: subtitle, values, who, presentation, public."""
    facts = project.facts
    story: list[Flowable] = [para(typeset(facts["subtitle"]).upper(), "subtitle", accent)]
    if facts["values"]:
        story.append(para(" & ".join(facts["values"]).upper(), "values"))
    story.append(para(typeset(f"Organisme : {facts['organisation']}"), "card"))
    story.append(para(typeset(f"Partenaires : {', '.join(facts['partners'])}"), "card"))
    story.append(Spacer(1, 7))
    story += blocks(project.section("presentation"))
    public = project.section("publics")
    story += [Spacer(1, 3), para(public.heading, "run-in", accent), *blocks(public)]
    return story


def draw_title_page(book: Book, project: Project, accent: Color, seed: int) -> None:
    """The band with title, year and place; then the identity card and the presentation."""
    canvas = book.canvas
    _, tint = style.palette(project.facts["departements"][0])
    book.bookmark(project.key, project.title)
    canvas.setFillColor(accent)
    canvas.rect(0, PAGE[1] - TITLE_BAND, PAGE[0], TITLE_BAND, stroke=0, fill=1)
    style.draw_houses(canvas, (PAGE[0] / 2, PAGE[1] - TITLE_BAND, PAGE[0] / 2, 21 * mm), tint, seed)
    head = [
        para(project.title, "title"),
        para(f"• {project.facts['year']}", "when"),
        para(f"• {project.facts['place']}", "when"),
    ]
    place(canvas, head, PAGE[1] - 14 * mm, PAGE[1] - TITLE_BAND)
    place(canvas, title_story(project, accent), PAGE[1] - TITLE_BAND - 8 * mm, 19 * mm)
    book.end_page()


def goals_story(project: Project, accent: Color, tint: Color) -> list[Flowable]:
    """How it works, the objectives as tags, then the goals as a list."""
    goals = project.section("objectifs")
    tags = [para(tag, "tag", accent) for tag in project.facts["objectives"]]
    table = Table([tags], colWidths=[TEXT_WIDTH / len(tags)] * len(tags))
    table.setStyle(style.tag_style(tint))
    story = headed(project.section("fonctionnement"), accent)
    story += [para(goals.heading, "heading", accent), table, Spacer(1, 6), *blocks(goals)]
    return story


def draw_story_page(
    book: Book, story: list[Flowable], accent: Color, seed: int, trailing: str = ""
) -> None:
    """A page of running text, a street where room is left, and a trailing heading if any."""
    bottom = 32 * mm if trailing else 19 * mm
    left = place(book.canvas, story, TOP, bottom)
    draw_street(book.canvas, left - bottom, bottom, accent, seed)
    if trailing:
        draw_trailing_heading(book.canvas, trailing, accent)
    book.end_page()


def lessons_story(project: Project, accent: Color, tint: Color) -> list[Flowable]:
    """What helped beside what hindered, then the figures in a box."""
    helped = headed(project.section("reussite"), accent, "small")
    hindered = headed(project.section("freins"), accent, "small")
    figures = headed(project.section("chiffres"), accent, "small")
    return [columns(helped, hindered, tint), Spacer(1, 8), box(figures, tint), Spacer(1, 8)]


def trails(project: Project, kind: str) -> bool:
    """Whether this project's section of that kind is headed at the foot of its page."""
    return kind in project.facts.get("trailing", [])


def draw_project(book: Book, project: Project, seed: int) -> None:
    """The three pages of a project, or four when its roll-out is headed at the foot."""
    accent, tint = style.palette(project.facts["departements"][0])
    rollout, voices = project.section("declinaison"), project.section("parole")
    draw_title_page(book, project, accent, seed)
    goals = goals_story(project, accent, tint)
    if trails(project, "declinaison"):
        draw_story_page(book, goals, accent, seed)
        draw_story_page(book, blocks(rollout), accent, seed + 5, rollout.heading)
    else:
        draw_story_page(book, goals + headed(rollout, accent), accent, seed)
    lessons = lessons_story(project, accent, tint)
    if trails(project, "parole"):
        draw_story_page(book, lessons + blocks(voices), accent, seed + 9, voices.heading)
    else:
        draw_story_page(book, lessons + headed(voices, accent), accent, seed + 9)


def draw_cover(book: Book) -> None:
    """The cover, which says before anything else that this is a synthesis."""
    canvas, cover = book.canvas, book.brochure.cover
    accent, tint = style.palette("")
    canvas.setFillColor(tint)
    canvas.rect(0, 0, PAGE[0], PAGE[1], stroke=0, fill=1)
    canvas.setFillColor(accent)
    canvas.rect(0, 120 * mm, PAGE[0], PAGE[1] - 120 * mm, stroke=0, fill=1)
    story = [
        para(cover["kicker"].upper(), "kicker"),
        para(cover["title"], "cover-title"),
        para(cover["tagline"], "tagline"),
    ]
    place(canvas, story, PAGE[1] - 26 * mm)
    style.draw_houses(canvas, (0, 120 * mm, PAGE[0], 30 * mm), tint, 3)
    place(canvas, [para(typeset(cover["notice"]), "notice")], 96 * mm, 14 * mm)
    book.bookmark("couverture", "Couverture")
    book.end_front_page()


def draw_contents(book: Book) -> None:
    """The contents: title, organisation and place, and the page number as it is printed."""
    canvas = book.canvas
    accent, tint = style.palette("")
    book.bookmark("sommaire", "Sommaire")
    rows = [
        [
            [para(project.title, "toc"), para(toc_line(project), "toc-small")],
            para(str(book.first_page[project.key]), "toc-page", accent),
        ]
        for project in book.brochure.projects
    ]
    table = Table(rows, colWidths=[TEXT_WIDTH - 14 * mm, 14 * mm])
    table.setStyle(style.toc_style(tint))
    place(canvas, [para("Sommaire", "chapter", accent), table], TOP, 14 * mm)
    book.end_front_page()


def toc_line(project: Project) -> str:
    """Who and where, under a title of the contents."""
    return f"{project.facts['organisation']}, {project.facts['place']}"


def draw_framing(book: Book, section: Section, key: str) -> None:
    """A foreword or a last page: one chapter heading and running text, the page left open."""
    accent, _ = style.palette("")
    book.bookmark(key, section.heading)
    story: list[Flowable] = [para(section.heading, "chapter", accent), *blocks(section)]
    left = place(book.canvas, story, TOP, 19 * mm)
    draw_street(book.canvas, left - 19 * mm, 19 * mm, accent, 7)


def first_pages(projects: Sequence[Project]) -> dict[str, int]:
    """The printed number of each project's title page."""
    pages, current = {}, 1
    for project in projects:
        pages[project.key] = current
        current += 4 if trails(project, "declinaison") else 3
    return pages


def open_book(brochure: Brochure) -> Book:
    """A canvas with neutral metadata, and page labels that match the printed numbers."""
    canvas = Canvas("", pagesize=PAGE, invariant=1, pageCompression=0, lang="fr")
    canvas.setTitle(typeset(brochure.cover["running_title"]))
    canvas.setSubject(brochure.cover["subject"])
    canvas.setKeywords(brochure.cover["keywords"])
    canvas.setAuthor("Passages")
    canvas.setCreator("Passages")
    canvas.setProducer("Passages")
    canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
    canvas.addPageLabel(3, style="ARABIC", start=1)
    return Book(canvas, brochure, first_pages(brochure.projects))


def readable_bullets(data: bytes) -> bytes:
    """Write bullets with the code that every reader knows (0x95), as long as the other (0x7f)."""
    return data.replace(rb"\177", rb"\225")


def build_pdf(brochure: Brochure, path: Path) -> None:
    """Write the whole brochure: cover, contents, foreword, projects, last page."""
    book = open_book(brochure)
    draw_cover(book)
    draw_contents(book)
    if brochure.foreword:
        draw_framing(book, brochure.foreword, "avant-propos")
        book.end_front_page("iii")
    for seed, project in enumerate(brochure.projects):
        draw_project(book, project, seed)
    if brochure.closing:
        draw_framing(book, brochure.closing, "a-propos")
        book.end_page()
    book.canvas.showOutline()
    path.write_bytes(readable_bullets(book.canvas.getpdfdata()))
