"""``kb projects`` and ``kb show``: what the base holds."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kb.cli.contacts import contacts_option, shown_to
from kb.cli.filters import filter_option
from kb.cli.french import FrenchCommand
from kb.cli.ingest import report_lines
from kb.cli.search import hit_lines, where
from kb.cli.session import Session
from kb.cli.terminal import counted, page_reference, project_line, wrapped
from kb.model import Filter, Person, Project
from kb.privacy import public, shown
from kb.results import BrochureEntry, PassageSheet, ProjectSheet
from kb.territory import place


@click.command("projects", cls=FrenchCommand, help="Liste les projets, par brochure.")
@filter_option
@click.pass_obj
def projects_command(session: Session, filter: Filter) -> None:
    """List projects under their brochure."""
    with session.library() as library:
        projects = library.projects(filter)
        entries = library.brochures()
    if not entries:
        click.echo("La base est vide : ajoutez des brochures avec « kb ingest DOSSIER ».")
    elif not projects:
        click.echo("Aucun projet ne correspond à ces filtres.")
    for entry in entries:
        inside = [project for project in projects if project.brochure_id == entry.brochure.id]
        if inside:
            click.echo("\n".join(_brochure_projects(entry, inside)))


def _brochure_projects(entry: BrochureEntry, projects: list[Project]) -> Iterator[str]:
    yield wrapped(click.style(_brochure_title(entry), bold=True))
    yield wrapped(f"{entry.brochure.id} · {counted(len(projects), 'projet')}")
    for project in projects:
        yield wrapped(project_line(project), indent="  ")
        yield f"    {project.id}"
    yield ""


@click.command(
    "show",
    cls=FrenchCommand,
    help="Montre une brochure, un projet ou un passage, d’après son identifiant.",
)
@click.argument(
    "identifier",
    metavar="IDENTIFIANT",
    help="brochure, brochure/projet ou brochure/projet/rubrique/n.",
)
@click.option("--similar", is_flag=True, help="Montre aussi les passages proches par le sens.")
@contacts_option
@click.pass_obj
def show_command(session: Session, identifier: str, similar: bool, contacts: bool) -> None:
    """The number of slashes tells what an identifier names."""
    with shown_to(contacts):
        _show(session, identifier.strip().strip("/"), similar)


def _show(session: Session, identifier: str, similar: bool) -> None:
    depth = identifier.count("/")
    if similar and depth < 2:
        raise click.UsageError(
            "--similar demande l’identifiant d’un passage", click.get_current_context()
        )
    with session.library() as library:
        if depth == 0:
            lines = _brochure_lines(library.brochure(identifier))
        elif depth == 1:
            lines = _project_lines(library.project(identifier))
        else:
            lines = _passage_lines(library.passage(identifier))
        near = library.similar(identifier) if similar else ()
    click.echo("\n".join(lines))
    if similar:
        click.echo("\nPassages proches :" if near else "\nAucun passage proche.")
        click.echo("\n".join(hit_lines(near)))


def _brochure_title(entry: BrochureEntry) -> str:
    year = f" ({entry.brochure.year})" if entry.brochure.year else ""
    return f"{public(entry.brochure.title)}{year}"


def _brochure_lines(entry: BrochureEntry) -> Iterator[str]:
    yield wrapped(click.style(_brochure_title(entry), bold=True))
    yield _fact("Identifiant", entry.brochure.id)
    yield _fact("Fichier", f"{public(entry.path)} ({entry.brochure.format})")
    yield _fact("Mise en page", entry.brochure.profile)
    yield _fact("Lue le", entry.ingested_at.astimezone().strftime("%d/%m/%Y à %H:%M"))
    for line in report_lines(entry.report):
        yield wrapped(line)


def _project_lines(sheet: ProjectSheet) -> Iterator[str]:
    project = sheet.project
    yield wrapped(click.style(public(project.title), bold=True))
    if project.subtitle:
        yield wrapped(public(project.subtitle))
    for label, value in _project_facts(sheet):
        if value:
            yield wrapped(_fact(label, value))
    for section in sheet.sections:
        yield ""
        page = f", p. {section.section.page}" if sheet.brochure.paged else ""
        yield wrapped(click.style(f"{public(section.section.heading)}{page}", bold=True))
        for passage in section.passages:
            yield wrapped(passage.text, indent="  ")


def _project_facts(sheet: ProjectSheet) -> Iterator[tuple[str, str]]:
    project = sheet.project
    yield "Identifiant", project.id
    yield "Organisation", project.organisation
    yield "Partenaires", ", ".join(project.partners)
    yield "Lieu", place(project.communes, project.departements)
    yield "Année", str(project.year or "")
    yield "Valeurs", ", ".join(project.values)
    yield "Objectifs", ", ".join(project.objectives)
    yield "Public", project.public
    yield "Contacts", " ; ".join(_person(person) for person in project.people)
    source = f"{sheet.brochure.title}, {sheet.brochure.source}"
    pages = page_reference(project.first_page, project.last_page, "")
    yield "Brochure", f"{source}, {pages}" if sheet.brochure.paged else source


def _person(person: Person) -> str:
    """Name, role and organisation; what leads to the person where it was asked for."""
    parts = [person.name, person.role, person.organisation]
    if shown():
        parts += [person.email, person.phone]
    return ", ".join(part for part in parts if part)


def _passage_lines(sheet: PassageSheet) -> Iterator[str]:
    yield wrapped(click.style(project_line(sheet.project), bold=True))
    yield wrapped(where(sheet.passage, sheet.brochure))
    yield ""
    yield wrapped(sheet.passage.text)
    yield ""
    yield wrapped(sheet.citation)
    yield sheet.passage.id


def _fact(label: str, value: str) -> str:
    return f"{label} : {value}"
