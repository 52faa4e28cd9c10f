"""The look of the sample PDF: colours, paragraph styles, table styles, houses, soft hyphens."""

from __future__ import annotations

import re
from typing import Any

from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import TableStyle

INK = HexColor("#23282f")
GREY = HexColor("#6b7480")
SHY = "\u00ad"

# One accent and one tint per département; the empty key serves the pages around the projects.
PALETTES = {
    "": ("#1f3a5f", "#e6ecf3"),
    "02": ("#b4532a", "#f8ebe4"),
    "59": ("#23608f", "#e5eff6"),
    "60": ("#5d4a86", "#eeebf5"),
    "62": ("#1d6f67", "#e3f1ef"),
    "80": ("#8a2f4f", "#f6e7ec"),
}

# Where long words may break; the mark is dropped wherever the word fits on its line.
BREAKS = (
    "accom-pa-gne-ment archi-tec-tu-rales asso-cia-tion asso-cia-tions attri-bu-tions "
    "auto-no-mie com-plé-men-taires concer-ta-tion coor-di-na-trice dépar-te-ment "
    "déve-lop-pe-ment dif-fi-cul-tés éta-blis-se-ment équi-ta-ble-ment fai-sa-bi-lité "
    "finan-ce-ments hos-pi-ta-li-sés inter-mé-diaire inter-ven-tion par-te-na-riat "
    "patri-mo-niales pres-crip-tions profes-sion-nel profes-sion-nels pro-cé-dures "
    "psy-chia-trie psy-chia-triques rési-den-tiel spé-cia-li-sé conven-tion progres-sive"
)
SOFT = {word.replace("-", ""): word.replace("-", SHY) for word in BREAKS.split()}

FONTS = ("Times-Roman", "Helvetica", "Helvetica-Bold", "Times-Italic")
BODY, SANS, BOLD, ITALIC = FONTS

# name: font, size, leading, space before, space after
STYLES: dict[str, tuple[str, float, float, float, float]] = {
    "body": (BODY, 11, 14.9, 0, 6),
    "bullet": (BODY, 11, 14.9, 0, 3),
    "small": (BODY, 10.2, 13.2, 0, 4),
    "small-bullet": (BODY, 10.2, 13.2, 0, 3),
    "heading": (BOLD, 12.5, 15.5, 10, 5),
    "small-heading": (BOLD, 11.3, 14, 0, 5),
    "run-in": (BOLD, 10, 13, 4, 3),
    "title": (BOLD, 20, 24, 0, 8),
    "when": (SANS, 11, 14.5, 0, 0),
    "subtitle": (BOLD, 10.5, 13.5, 0, 4),
    "values": (SANS, 9, 12, 0, 5),
    "card": (SANS, 9, 12.5, 0, 0),
    "tag": (BOLD, 9, 11.5, 0, 0),
    "chapter": (BOLD, 22, 27, 0, 14),
    "kicker": (BOLD, 13, 16, 0, 12),
    "cover-title": (BOLD, 29, 34, 0, 14),
    "tagline": (BODY, 15, 19, 0, 0),
    "notice": (ITALIC, 11.5, 15.5, 0, 0),
    "toc": (BOLD, 9.6, 12, 0, 0),
    "toc-small": (SANS, 8.4, 11, 0, 0),
    "toc-page": (BOLD, 11, 13, 0, 0),
}
ON_BAND = {"title", "when", "kicker", "cover-title", "tagline"}
MUTED = {"values", "card", "toc-small"}


def palette(departement: str) -> tuple[Color, Color]:
    """The accent and the tint of a département."""
    accent, tint = PALETTES[departement]
    return HexColor(accent), HexColor(tint)


def hyphenate(text: str) -> str:
    """Put soft hyphens into the long words of the list."""
    return re.sub(r"\w{9,}", lambda match: SOFT.get(match[0], match[0]), text)


def paragraph_style(name: str, accent: Color | None = None) -> ParagraphStyle:
    """A named style, in the accent colour when one is given."""
    font, size, leading, before, after = STYLES[name]
    colour = accent or (white if name in ON_BAND else GREY if name in MUTED else INK)
    indent = 11 if name.endswith("bullet") else 0
    extra: dict[str, Any] = {"alignment": TA_RIGHT} if name == "toc-page" else {}
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=leading,
        spaceBefore=before,
        spaceAfter=after,
        textColor=colour,
        leftIndent=indent,
        bulletFontName=font,
        bulletFontSize=size,
        allowWidows=0,
        allowOrphans=0,
        **extra,
    )


def _padding(left: float, top: float) -> list[tuple[Any, ...]]:
    """The same padding on both sides, for all cells."""
    whole = ((0, 0), (-1, -1))
    return [
        ("LEFTPADDING", *whole, left),
        ("RIGHTPADDING", *whole, left),
        ("TOPPADDING", *whole, top),
        ("BOTTOMPADDING", *whole, top),
        ("VALIGN", *whole, "TOP"),
    ]


def column_style(tint: Color) -> TableStyle:
    """Two tinted columns with a gap between them."""
    fills = [("BACKGROUND", (column, 0), (column, 0), tint) for column in (0, 2)]
    return TableStyle([*_padding(9, 7), *fills])


def box_style(tint: Color) -> TableStyle:
    """A tinted box."""
    return TableStyle([*_padding(9, 7), ("BACKGROUND", (0, 0), (-1, -1), tint)])


def tag_style(tint: Color) -> TableStyle:
    """A row of tags, parted by white."""
    return TableStyle(
        [
            *_padding(9, 6),
            ("BACKGROUND", (0, 0), (-1, -1), tint),
            ("INNERGRID", (0, 0), (-1, -1), 4, white),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
    )


def toc_style(tint: Color) -> TableStyle:
    """Contents lines, each over a thin rule."""
    return TableStyle([*_padding(0, 5.5), ("LINEBELOW", (0, 0), (-1, -2), 0.8, tint)])


def draw_houses(
    canvas: Canvas, area: tuple[float, float, float, float], colour: Color, seed: int
) -> None:
    """A street of simple houses on the floor of an area; the seed varies their heights."""
    x, floor, width, height = area
    count = max(6, round(width / 40))
    step = width / count
    for number in range(count):
        rank = (number * 7 + seed * 5) % 9
        wall = height * (0.42 + 0.04 * rank)
        shade = 0.22 + 0.09 * ((number * 3 + seed) % 5)
        canvas.setFillColor(Color(colour.red, colour.green, colour.blue, alpha=shade))
        _draw_house(canvas, x + number * step, floor, (step, wall, height * 0.2), rank)


def _draw_house(
    canvas: Canvas, x: float, floor: float, size: tuple[float, float, float], rank: int
) -> None:
    """One house: walls, a gable or a sloping roof, and two rows of windows."""
    step, wall, roof = size
    outline = canvas.beginPath()
    outline.moveTo(x, floor)
    outline.lineTo(x, floor + wall)
    peak = step / 2 if rank % 3 else step
    outline.lineTo(x + peak, floor + wall + roof)
    outline.lineTo(x + step, floor + wall)
    outline.lineTo(x + step, floor)
    outline.close()
    canvas.drawPath(outline, stroke=0, fill=1)
    canvas.setFillColor(white)
    side = step * 0.16
    for row in (0.3, 0.62):
        for column in (0.24, 0.6):
            canvas.rect(x + step * column, floor + wall * row, side, side, stroke=0, fill=1)
