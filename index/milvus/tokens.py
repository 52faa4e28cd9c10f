"""Words as plain tokens: what Milvus' standard tokenizer neither cuts nor folds.

The product's terms hold a marker, apostrophes, dots (``c:s.i.a.o.``). The standard
tokenizer of Milvus would cut there, and lower letters, so that other terms would meet.
Encoded, a word holds the letters ``a`` to ``z`` and digits alone: nothing is left to
cut or to lower. Values of filters travel so as well: none of them can leave the quotes
of an expression, whatever somebody types.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

NOTHING = "z0"
"""A token that stands for no word."""
_ESCAPE = "z"
_LONGEST = 240
"""Characters above which a word is told by its digest: Milvus bounds the length of values."""
_TOLD = 64
_PLAIN = re.compile(r"[a-y0-9]+\Z")
_OTHER = re.compile(r"[^a-y0-9]")
_ESCAPED = re.compile(r"z(?:z|c|x([0-9a-f]+)z)")


@lru_cache(maxsize=65_536)
def encoded(word: str) -> str:
    """``word`` as one token; two words never give the same.

    >>> encoded("s:logement"), encoded("Été"), encoded("zone")
    ('szclogement', 'zxc9ztzxe9z', 'zzone')
    """
    token = word if _PLAIN.match(word) else _OTHER.sub(_escape, word)
    if len(token) <= _LONGEST:
        return token
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{_ESCAPE}d{digest}{token[:_TOLD]}"


def decoded(token: str) -> str | None:
    """The word of a token; None where it is told by a digest alone."""
    if token.startswith((f"{_ESCAPE}d", NOTHING)):
        return None
    return _ESCAPED.sub(_unescape, token)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    if char == _ESCAPE:
        return "zz"
    return "zc" if char == ":" else f"zx{ord(char):x}z"


def _unescape(match: re.Match[str]) -> str:
    if match.group(1):
        return chr(int(match.group(1), 16))
    return ":" if match.group() == "zc" else _ESCAPE
