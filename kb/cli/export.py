"""``kb export``: every passage with its place, for other tools."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from kb.cli.contacts import contacts_option, shown_to
from kb.cli.french import FrenchCommand
from kb.cli.search import where
from kb.cli.session import Session
from kb.cli.terminal import data_output, project_line
from kb.notes.markdown import paragraphs, plain
from kb.notes.table import cell
from kb.privacy import public
from kb.records import export_record
from kb.results import PassageSheet

COLUMNS = (
    "id",
    "text",
    "brochure_id",
    "brochure_title",
    "brochure_year",
    "brochure_source",
    "project_id",
    "project_title",
    "organisation",
    "communes",
    "departements",
    "year",
    "heading",
    "heading_printed",
    "page",
    "page_printed",
)


@click.command(
    "export",
    cls=FrenchCommand,
    help="Écrit tous les passages avec leur projet, leur rubrique, leur page et leur brochure.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jsonl", "csv", "md"]),
    default="jsonl",
    help="jsonl (par défaut), csv ou md ; toujours en UTF-8.",
)
@click.option(
    "--output",
    metavar="FICHIER",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Fichier à écrire ; sans cette option, la sortie standard.",
)
@contacts_option
@click.pass_obj
def export_command(session: Session, kind: str, output: Path | None, contacts: bool) -> None:
    """A file appears whole or not at all."""
    with shown_to(contacts), session.library() as library, _destination(output) as stream:
        WRITERS[kind](library.passages(), stream)


def write_jsonl(sheets: Iterable[PassageSheet], stream: TextIO) -> None:
    """One JSON object a line."""
    for sheet in sheets:
        stream.write(json.dumps(export_record(sheet), ensure_ascii=False) + "\n")


def write_csv(sheets: Iterable[PassageSheet], stream: TextIO) -> None:
    """One line a passage under a line of titles; lists joined with « ; »."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for sheet in sheets:
        writer.writerow([cell(value) for value in _row(sheet)])


def write_markdown(sheets: Iterable[PassageSheet], stream: TextIO) -> None:
    """A document to read: brochures, projects, headings, passages."""
    brochure = project = section = ""
    for sheet in sheets:
        if sheet.brochure.id != brochure:
            brochure, project = sheet.brochure.id, ""
            year = f" ({sheet.brochure.year})" if sheet.brochure.year else ""
            stream.write(f"# {plain(public(sheet.brochure.title))}{year}\n\n")
        if sheet.project.id != project:
            project, section = sheet.project.id, ""
            stream.write(f"## {plain(project_line(sheet.project))}\n\n")
        place = where(sheet.passage, sheet.brochure)
        if place != section:
            section = place
            stream.write(f"### {plain(place)}\n\n")
        stream.write("\n".join(paragraphs(public(sheet.passage.text))) + "\n\n")


WRITERS: dict[str, Callable[[Iterable[PassageSheet], TextIO], None]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "md": write_markdown,
}


def _row(sheet: PassageSheet) -> Iterator[object]:
    record = export_record(sheet)
    brochure, project = record["brochure"], record["project"]
    yield from (record["id"], record["text"])
    yield from (brochure[name] for name in ("id", "title", "year", "source"))
    yield from (project[name] for name in ("id", "title", "organisation"))
    yield from ("; ".join(project[name]) for name in ("communes", "departements"))
    yield project["year"]
    yield from (record[name] for name in ("heading", "heading_printed", "page", "page_printed"))


@contextmanager
def _destination(output: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that replaces the old one only when it is whole."""
    if output is None:
        yield data_output()
        return
    # What is no ordinary file (a pipe, a device) is written to, never replaced.
    special = output.exists() and not output.is_file()
    partial = output if special else output.with_name(f".{output.name}.partial")
    try:
        stream = partial.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(
            f"« {output} » ne peut pas être écrit : choisissez un dossier qui existe et "
            "où vous avez le droit d’écrire."
        ) from error
    if special:
        with stream:
            yield stream
        return
    try:
        with stream:
            yield stream
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
