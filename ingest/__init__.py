"""From a file to pages, projects, sections and passages; knows no index and no web."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.reading import read_brochure

__all__ = ["read_brochure"]


def __getattr__(name: str) -> Any:
    """Reading is imported when it is wanted: who only guards a process that reads is light."""
    if name == "read_brochure":
        from ingest.reading import read_brochure

        return read_brochure
    raise AttributeError(name)
