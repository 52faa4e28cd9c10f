"""From a file to pages, projects, sections and passages; knows no index and no web."""

from ingest.reading import read_brochure

__all__ = ["read_brochure"]
