"""Names of engines: which kind of engine a base uses, and the number of its building.

An engine is kept under a name such as ``tantivy-4``: its kind, then a number that grows
each time that one is built beside another. The name of a base's engine stands in its
catalogue, so that whoever opens the base opens the kind that holds its passages.
"""

from __future__ import annotations

WHOOSH, TANTIVY, MILVUS = "whoosh", "tantivy", "milvus"
KINDS = (WHOOSH, TANTIVY, MILVUS)
"""Every kind, the default first."""
_FORMER = "engine"
"""What Whoosh's engines were called while there was no other kind."""


def kind_of(name: str) -> str:
    """The kind of the engine of that name; the default for no name.

    A kind that this version does not know is given as it stands.

    >>> kind_of("tantivy-4"), kind_of("engine-2"), kind_of("")
    ('tantivy', 'whoosh', 'whoosh')
    """
    kind = name.rpartition("-")[0]
    return WHOOSH if kind in ("", _FORMER) else kind


def next_name(current: str, kind: str) -> str:
    """The name of an engine of that kind that is built beside ``current``.

    >>> next_name("engine-2", "tantivy"), next_name("", "whoosh")
    ('tantivy-3', 'whoosh-1')
    """
    return f"{kind}-{number_of(current) + 1}"


def number_of(name: str) -> int:
    """How many engines were built up to that one, of whatever kind; 0 for no name."""
    number = name.rpartition("-")[2]
    return int(number) if number.isdecimal() and number.isascii() else 0
