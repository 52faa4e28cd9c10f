"""Notes, and texts of brochures, as Markdown in which no character means more than itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.notes.note import Note, Quotation, chapters, sources

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])|^(\s*)([-+=]|\d+[.)])(?=[\s=-]|$)")


def plain(text: str) -> str:
    """A line whose characters mean nothing to Markdown."""
    return _MARKUP.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    if match[1]:
        return f"\\{match[1]}"
    mark = match[3]
    return f"{match[2]}{mark[:-1]}\\{mark[-1]}"


def paragraphs(text: str) -> Iterator[str]:
    """Bullets as Markdown's, other lines as paragraphs of their own."""
    previous_bullet: bool | None = None
    for line in text.split("\n"):
        bullet = line.startswith("• ")
        if previous_bullet is not None and not (bullet and previous_bullet):
            yield ""
        yield f"- {plain(line[2:])}" if bullet else plain(line)
        previous_bullet = bullet


def note_markdown(note: Note) -> str:
    """The whole note: title, day, introduction, quotations by project, sources."""
    blocks = [f"# {plain(note.heading)}", f"*{plain(note.date_line)}*"]
    # Lines that the author parted stay apart: a backslash breaks a line in Markdown.
    blocks += [
        "\\\n".join(plain(line.strip()) for line in block.split("\n"))
        for block in re.split(r"\n\s*\n", note.introduction.strip())
        if block
    ]
    for chapter in chapters(note):
        blocks.append(f"## {plain(chapter.title)}")
        if chapter.facts:
            blocks.append(plain(chapter.facts))
        blocks += [_quotation(quotation) for quotation in chapter.quotations]
    blocks += [f"## {plain(note.words.sources)}", _list(sources(note))]
    if note.gone:
        blocks += [f"## {plain(note.words.gone)}", _list(note.gone)]
    return "\n\n".join(blocks) + "\n"


def _quotation(quotation: Quotation) -> str:
    lines = [*paragraphs("\n".join(quotation.lines)), "", f"— {plain(quotation.reference)}"]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _list(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {plain(line)}" for line in lines)
