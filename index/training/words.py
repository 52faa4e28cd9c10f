"""Words as the model's tokenizer sees them, counted without running it.

The same folding as the tokenizer's normaliser (see ``vocabulary``): a test keeps
the two together.
"""

from __future__ import annotations

import re
import unicodedata

REPLACED = (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("’", "'"), ("²", "2"), ("³", "3"))
"""What is replaced before accents are stripped: ligatures are no accents,
and *m²* is *m2*."""

WORD = re.compile(r"[a-z]+|\d+")
COMPOUND = re.compile(r"[a-z]+(?:-[a-z]+)+")
KNOWABLE = re.compile(r"[a-z]+|\d{1,4}")
"""What may have a row of its own."""

_TABLE = str.maketrans(dict(REPLACED))
_MARKS = re.compile(r"[\u0300-\u036f]")


def folded(text: str) -> str:
    """``text`` in lower case, without accents, ligatures apart.

    >>> folded("Œuvre d’État")
    "oeuvre d'etat"
    """
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFD", text.translate(_TABLE).lower()))
