"""Values of ``kb.model`` to and from rows of the catalogue."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kb.model import (
    Brochure,
    IngestReport,
    Passage,
    Person,
    Project,
    Section,
)
from kb.results import BrochureEntry

_LISTS = ("partners", "communes", "departements", "values", "objectives")


def brochure_entry(row: sqlite3.Row) -> BrochureEntry:
    """A row of ``brochures``."""
    brochure = Brochure(
        id=row["id"],
        title=row["title"],
        year=row["year"],
        source=row["source"],
        sha256=row["sha256"],
        format=row["format"],
        paged=bool(row["paged"]),
        page_count=row["page_count"],
        profile=row["profile"],
    )
    return BrochureEntry(
        brochure, report(row["report"]), datetime.fromisoformat(row["ingested_at"]), row["path"]
    )


def report(stored: str) -> IngestReport:
    """An ingest report from its JSON."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(stored).items()
    }
    return IngestReport(**fields)


def project(row: sqlite3.Row) -> Project:
    """A row of ``projects``."""
    fields = dict(row)
    del fields["position"]
    for name in _LISTS:
        fields[name] = tuple(json.loads(fields[name]))
    fields["people"] = tuple(Person(**person) for person in json.loads(fields["people"]))
    return Project(**fields)


def project_values(value: Project, position: int) -> dict[str, Any]:
    """Column values of a project."""
    fields = asdict(value)
    for name in (*_LISTS, "people"):
        fields[name] = json.dumps(fields[name], ensure_ascii=False)
    return {**fields, "position": position}


def section(row: sqlite3.Row) -> Section:
    """A row of ``sections``."""
    return Section(
        row["id"], row["project_id"], row["heading"], row["heading_printed"], row["page"]
    )


def passage(row: sqlite3.Row) -> Passage:
    """A row of ``passages``."""
    return Passage(
        id=row["id"],
        section_id=row["section_id"],
        project_id=row["project_id"],
        brochure_id=row["brochure_id"],
        text=row["text"],
        heading=row["heading"],
        heading_printed=row["heading_printed"],
        page=row["page"],
        last_page=row["last_page"],
        page_printed=row["page_printed"],
    )
