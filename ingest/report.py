"""What reading a brochure gave, told honestly."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.assembly import Assembled
from ingest.document import Document
from ingest.furniture import Furniture
from ingest.project_reading import Context, ProjectDraft
from ingest.projects import Outline
from ingest.stream import blocks
from kb.model import IngestReport, Project


def write_report(
    document: Document,
    context: Context,
    found: Outline,
    furniture: Furniture,
    drafts: Sequence[ProjectDraft],
    assembled: Assembled,
) -> IngestReport:
    """The report of one brochure."""
    repeats = tuple(dict.fromkeys(line for draft in drafts for line in draft.repeats))
    return IngestReport(
        pages=len(document.pages),
        projects=len(assembled.projects),
        sections=len(assembled.sections),
        passages=len(assembled.passages),
        pages_without_text=tuple(p.number for p in document.pages if not p.lines),
        pages_without_heading=_pages_without_heading(context, drafts),
        furniture=(*furniture.lines, *repeats),
        set_aside=tuple(
            dict.fromkeys([*_outside(context, found), *(t for d in drafts for t in d.set_aside)])
        ),
        warnings=(*_warnings(context, drafts, assembled), *_refusals(assembled)),
    )


def _outside(context: Context, found: Outline) -> list[str]:
    """The paragraphs that belong to no project."""
    inside = {place for span in found.spans for place in range(span.start, span.stop)}
    left = [entry for entry in context.stream.entries if entry.place not in inside]
    return [" ".join(entry.text for entry in block) for block in blocks(left)]


def _pages_without_heading(context: Context, drafts: Sequence[ProjectDraft]) -> tuple[int, ...]:
    entries = context.stream.entries
    with_text = {entries[p].page for d in drafts for part in d.parts for p in part.places}
    with_heading = {entries[heading.start].page for heading in context.headings}
    return tuple(sorted(with_text - with_heading))


def _warnings(context: Context, drafts: Sequence[ProjectDraft], assembled: Assembled) -> list[str]:
    warnings = []
    if not context.headings:
        warnings.append(
            "Aucun titre de rubrique n’a été reconnu : le texte est rangé sous « Texte »."
        )
    several = len(assembled.projects) > 1 or bool(context.headings)
    for draft, project in zip(drafts, assembled.projects, strict=True):
        if several:
            warnings += _doubts(project, draft.guessed)
        if draft.deduced:
            warnings.append(_deduced(project, draft.deduced))
        if not any(passage.project_id == project.id for passage in assembled.passages):
            warnings.append(
                f"Projet « {project.title} » : aucun texte n’a été trouvé ; vérifiez la brochure."
            )
    return warnings


def _doubts(project: Project, guessed: bool) -> list[str]:
    """What is missing or uncertain in a project's sheet."""
    doubts = []
    missing = [
        name
        for name, value in (
            ("l’organisme", project.organisation),
            ("le lieu", project.communes or project.departements),
            ("le département", project.departements or not project.communes),
            ("l’année", project.year),
        )
        if not value
    ]
    if missing:
        doubts.append(
            f"Projet « {project.title} » : {_enumerated(missing)} "
            f"{'n’a' if len(missing) == 1 else 'n’ont'} pas été trouvé"
            f"{'' if len(missing) == 1 else 's'} ; "
            "ajoutez une ligne comme « Organisme : … » à la brochure ou écrivez un profil."
        )
    if guessed:
        doubts.append(
            f"Projet « {project.title} » : l’organisme « {project.organisation} » est déduit du "
            "texte ; vérifiez-le ou ajoutez une ligne « Organisme : … » à la brochure."
        )
    return doubts


def _deduced(project: Project, names: Sequence[str]) -> str:
    several, feminine = len(names) > 1, names[0] == "l’année"
    verb = "sont déduits" if several else "est déduite" if feminine else "est déduit"
    return (
        f"Projet « {project.title} » : {_enumerated(names)} {verb} du texte ; vérifiez-"
        f"{'les' if several else 'la' if feminine else 'le'} ou indiquez-"
        f"{'les' if several else 'la' if feminine else 'le'} dans la brochure."
    )


def _enumerated(names: Sequence[str]) -> str:
    return " et ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _refusals(assembled: Assembled) -> list[str]:
    return [
        f"Le passage {passage.id} n’a pas été retrouvé mot pour mot page {passage.page} : "
        "il est refusé ; vérifiez la mise en page de cette page."
        for passage in assembled.refused
    ]
