"""Filters as Milvus' expressions.

Values are tokens (``index.milvus.tokens``): letters and digits, which cannot leave the
quotes. Parameters of expressions would say the same, but milvus-lite has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from index.milvus.schema import ARRAYS
from index.milvus.tokens import NOTHING, encoded
from kb.model import Filter


def visible(version: int, dead: Collection[int], passage: str = "id") -> str:
    """Rows that count at a version; ``passage`` names the field of the passage's key."""
    born = f"born <= {version}"
    return f"{born} and {passage} not in {sorted(dead)}" if dead else born


def meeting(filter: Filter | None) -> str:
    """Rows that a filter lets through, as a condition to be added to another; or nothing."""
    fields = filter.active() if filter is not None else {}
    conditions = [_one_of(name, values) for name, values in fields.items()]
    return "".join(f" and {condition}" for condition in conditions)


def keyed(keys: Iterable[int], passage: str = "id") -> str:
    """Rows of these passages."""
    return f"{passage} in {list(keys)}"


def facet_values(facets: Filter) -> dict[str, str | list[str]]:
    """The fields by which rows are filtered. Raises ValueError for several brochures."""
    held = facets.active()
    brochure, *others = held.get("brochure", ("",))
    if others:
        raise ValueError("a passage of several brochures")
    arrays = {name: [encoded(v) for v in dict.fromkeys(held.get(name, ()))] for name in ARRAYS}
    # The key of a partition is never empty.
    return {"brochure": encoded(brochure) or NOTHING, **arrays}


def _one_of(name: str, values: Iterable[str]) -> str:
    listed = ", ".join(f'"{encoded(value)}"' for value in values)
    if name in ARRAYS:
        return f"ARRAY_CONTAINS_ANY({name}, [{listed}])"
    return f"{name} in [{listed}]"
