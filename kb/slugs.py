"""Readable identifiers in plain ASCII."""

from __future__ import annotations

import re
from collections.abc import Container

from kb.privacy import without
from kb.text import fold

MAX_LENGTH = 60
"""Characters of a slug at most, a number that sets twins apart included."""

_OTHER = re.compile(r"[^a-z0-9]+")


def slugify(text: str, fallback: str = "sans-titre") -> str:
    """``text`` in lower-case ASCII, words joined by hyphens, cut between words.

    ``fallback`` where nothing of ``text`` can be written in ASCII.

    >>> slugify("L’intégration par l’habitat")
    'l-integration-par-l-habitat'
    """
    # Identifiers are public: what leads to a person is left out of them.
    slug = _OTHER.sub("-", fold(without(text))).strip("-")
    return _cut(slug, MAX_LENGTH) or fallback


def unique_slug(text: str, taken: Container[str], fallback: str = "sans-titre") -> str:
    """As ``slugify``, with -2, -3… where ``taken`` already holds the slug."""
    slug = slugify(text, fallback)
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        suffix = f"-{number}"
        candidate = _cut(slug, MAX_LENGTH - len(suffix)) + suffix
    return candidate


def _cut(slug: str, length: int) -> str:
    if len(slug) <= length:
        return slug
    head = slug[: length + 1]
    whole_words = head.rpartition("-")[0]
    return whole_words if len(whole_words) > length // 2 else slug[:length].strip("-")
