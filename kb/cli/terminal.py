"""How results are written on a terminal: wrapped lines, marks, French counts and places."""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from typing import TextIO

import click

from kb.model import Project, Span
from kb.privacy import masked, public
from kb.spans import merged
from kb.territory import place

MAX_WIDTH = 100
NARROW_SPACE = "\u202f"
_FRENCH_SPACE = re.compile(r" (?=[:;?!](?:\s|$)|»)|(?<=«) ")
_HELD_SPACE = "\ue000"
"""Stands for a space while lines are broken; no brochure holds this character."""


def width() -> int:
    """Columns to write on: the terminal's, within what is pleasant to read."""
    return max(40, min(shutil.get_terminal_size().columns, MAX_WIDTH))


def data_output() -> TextIO:
    """Standard output for programs to read: UTF-8 whatever the terminal speaks."""
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(encoding="utf-8")
    return sys.stdout


def printable(text: str) -> str:
    """The text with what gives orders to a terminal, or is no text, spelt out: ``\\x1b``.

    A file may be called anything.
    """
    return "".join(
        one.encode("unicode_escape").decode("ascii")
        if unicodedata.category(one) in ("Cc", "Cf", "Cs")
        else one
        for one in text
    )


def counted(number: int, singular: str, plural: str = "") -> str:
    """``1 projet``, ``2 projets``, ``1 234 passages``: French plurals begin at two."""
    noun = singular if number < 2 else plural or f"{singular}s"
    return f"{number:,} {noun}".replace(",", NARROW_SPACE)


def project_line(project: Project) -> str:
    """``Title — organisation, place, year``, leaving out what is not known."""
    facts = (
        public(project.organisation),
        public(place(project.communes, project.departements)),
        str(project.year or ""),
    )
    known = ", ".join(fact for fact in facts if fact)
    title = public(project.title)
    return f"{title} — {known}" if known else title


def page_reference(page: int, last_page: int, printed: str) -> str:
    """``p. 12``, ``p. 12-13``; the printed number is told when it is another."""
    reference = f"p. {page}" if last_page <= page else f"p. {page}-{last_page}"
    return f"{reference} (imprimée {printed})" if printed and printed != str(page) else reference


def page_list(pages: Sequence[int]) -> str:
    """``1, 3-5, 9``."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def wrapped(text: str, spans: Sequence[Span] = (), indent: str = "") -> str:
    """Text as paragraphs that fit the terminal, contacts masked, spans in bold.

    Click leaves the bold out where the output is not a terminal.
    """
    shown, moved = masked(text, spans)
    return "\n".join(
        _wrapped_line(line, indent) for line in _in_bold(shown, moved).split("\n") if line.strip()
    )


def _wrapped_line(line: str, indent: str) -> str:
    hanging = indent + ("  " if line.startswith("• ") else "")
    # No line begins with « : » or ends with an opening quotation mark.
    held = _FRENCH_SPACE.sub(_HELD_SPACE, line)
    lines = click.wrap_text(held, width(), initial_indent=indent, subsequent_indent=hanging)
    return lines.replace(_HELD_SPACE, " ")


def _in_bold(text: str, spans: Sequence[Span]) -> str:
    pieces: list[str] = []
    position = 0
    for span in merged(spans, len(text)):
        pieces.append(text[position : span.start])
        # Word by word, so that a line break falls between two marks and not in one.
        words = text[span.start : span.end].split(" ")
        pieces.append(" ".join(click.style(word, bold=True) for word in words))
        position = span.end
    pieces.append(text[position:])
    return "".join(pieces)
