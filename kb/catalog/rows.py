"""Values of ``kb.model`` to and from rows of the catalogue."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

from kb.catalog.database import Row
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
PROJECT = (*(one.name for one in fields(Project)), "position")
"""The columns of a project that are written; the database gives its number."""


def brochure_entry(row: Row) -> BrochureEntry:
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
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(stored).items()
    }
    return IngestReport(**values)


def project(row: Row) -> Project:
    """A row of ``projects``."""
    values = dict(row)
    del values["position"], values["number"]
    for name in _LISTS:
        values[name] = _values(values[name])
    values["people"] = tuple(Person(**person) for person in json.loads(values["people"]))
    return Project(**values)


@lru_cache(maxsize=4096)
def _values(stored: str) -> tuple[str, ...]:
    """A list from its JSON; thousands of projects share many of theirs."""
    return tuple(json.loads(stored))


def project_values(value: Project, position: int) -> tuple[object, ...]:
    """What stands of a project in the columns ``PROJECT``."""
    # One field after the other, for "asdict" copies what each of them holds.
    columns = {name: getattr(value, name) for name in PROJECT[:-1]}
    columns["people"] = [asdict(person) for person in value.people]
    for name in (*_LISTS, "people"):
        columns[name] = json.dumps(columns[name], ensure_ascii=False)
    return (*columns.values(), position)


def section(row: Row) -> Section:
    """A row of ``sections``."""
    return Section(
        row["id"], row["project_id"], row["heading"], row["heading_printed"], row["page"]
    )


def passage(row: Row) -> Passage:
    """A row of ``passages``."""
    # By place: searches make hundreds of them.
    return Passage(
        row["id"],
        row["section_id"],
        row["project_id"],
        row["brochure_id"],
        row["text"],
        row["heading"],
        row["heading_printed"],
        row["page"],
        row["last_page"],
        row["page_printed"],
    )
