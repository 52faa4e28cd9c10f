"""Short tags around a heading, which are a project's objectives and not text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.headings import Heading
from ingest.profile import Profile, plainly
from ingest.stream import Entry, Stream, blocks

_SPACES = re.compile(r"\s+")
_MOST_LABELS = 8
_MOST_WORDS = 4
"""Words of a tag, at most: « Lutte contre l’isolement »."""
_INFINITIVE = re.compile(r"[^\W\d_]{2,}(?:er|ir|re)\s+(?!d[eu]\b|d[’'])\S", re.IGNORECASE)
"""« Rompre l’isolement » says what is done; « Cadre de vie » names a theme."""


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a project and the lines that hold them."""

    names: tuple[str, ...]
    places: frozenset[int]


def find_tags(
    stream: Stream, entries: Sequence[Entry], headings: Sequence[Heading], profile: Profile
) -> Tags:
    """The tags on the pages of headings that the profile says have tags around them."""
    names: list[str] = []
    places: set[int] = set()
    for heading in headings:
        if heading.rule is None or not heading.rule.tags:
            continue
        page = stream.entries[heading.start].page
        on_page = [
            e for e in entries if e.page == page and not heading.start <= e.place < heading.stop
        ]
        for block in blocks(on_page):
            found = _known(block, profile)
            if found:
                names += found
                places.update(entry.place for entry in block)
        labels = _labels_below(stream, heading)
        by_cell = {entry.line.cell for entry in labels if entry.line.cell}
        by_edge: dict[float, list[str]] = {}
        for entry in labels:
            by_edge.setdefault(entry.line.x or float(entry.line.cell), []).append(entry.text)
        labels_here = [" ".join(texts) for _, texts in sorted(by_edge.items())]
        if len(by_cell) == 1:
            labels_here = [entry.text for entry in labels]
            if any(_is_text(label) for label in labels_here):
                continue
        names += labels_here
        places.update(entry.place for entry in labels)
    return Tags(tuple(dict.fromkeys(names)), frozenset(places))


def _known(block: Sequence[Entry], profile: Profile) -> list[str]:
    """The known tags that a block is made of, printed one after the other; none if it is not."""
    if not profile.tags or len(block) > 6:
        return []
    rest = _bare(" ".join(entry.text for entry in block))
    by_form = {_bare(tag): tag for tag in profile.tags}
    longest_first = sorted(by_form, key=len, reverse=True)
    found: list[str] = []
    while rest:
        form = next((form for form in longest_first if rest.startswith(form)), None)
        if form is None:
            return []
        found.append(by_form[form])
        rest = rest[len(form) :]
    return found


def _bare(text: str) -> str:
    return _SPACES.sub("", plainly(text)).lower()


def _is_text(label: str) -> bool:
    """Is this an aim told in words rather than a tag?"""
    return len(label.split()) > _MOST_WORDS or bool(_INFINITIVE.match(label))


def _labels_below(stream: Stream, heading: Heading) -> list[Entry]:
    """Labels right below the heading, in a row or printed smaller than the text."""
    labels: list[Entry] = []
    for entry in stream.entries[heading.stop : heading.stop + _MOST_LABELS]:
        short = len(entry.text.split()) <= 8 and not entry.text.endswith((".", ":"))
        small = entry.line.size < stream.body_size and entry.line.bold
        if not short or entry.line.bullet or not (entry.line.cell or small):
            break
        labels.append(entry)
    row = len(labels) > 1 or not any(entry.line.cell for entry in labels)
    return labels if row else []
