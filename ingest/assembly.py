"""Projects as the model names them: identifiers, sections, passages that were verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.passages import Piece, cut
from ingest.project_reading import ProjectDraft
from ingest.sections import Part
from ingest.stream import Stream
from ingest.verification import Verifier
from kb.model import Brochure, PageText, Passage, Project, Section
from kb.slugs import slugify, unique_slug


@dataclass(slots=True)
class Assembled:
    """What the drafts of a brochure became."""

    projects: list[Project] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    refused: list[Passage] = field(default_factory=list)
    """Passages that could not be found again on their page."""


def assemble(
    brochure: Brochure, drafts: Sequence[ProjectDraft], stream: Stream, pages: Sequence[PageText]
) -> Assembled:
    """Give every project, section and passage its identifier; verify the passages."""
    assembled = Assembled()
    verifier = Verifier(pages)
    printed = {page.number: page.printed for page in pages}
    taken: set[str] = set()
    for draft in drafts:
        slug = unique_slug(draft.project.title, taken, fallback="projet")
        taken.add(slug)
        project = replace(draft.project, id=f"{brochure.id}/{slug}", brochure_id=brochure.id)
        assembled.projects.append(project)
        for section, passages in _sections(project, draft.parts, stream, printed):
            confirmed: list[Passage] = []
            for one in passages:
                stands = verifier.confirms(one.text, one.page, one.last_page)
                (confirmed if stands else assembled.refused).append(one)
            if confirmed:
                assembled.sections.append(section)
                assembled.passages += confirmed
    return assembled


def _sections(
    project: Project, parts: Sequence[Part], stream: Stream, printed: dict[int, str]
) -> list[tuple[Section, list[Passage]]]:
    found: list[tuple[Section, list[Passage]]] = []
    slugs: set[str] = set()
    counts: dict[str, int] = {}
    for part in parts:
        slug = unique_slug(part.name, slugs, fallback="texte")
        slugs.add(slug)
        page = stream.entries[min(part.places)].page
        section = Section(f"{project.id}/{slug}", project.id, part.name, part.printed, page)
        heading_slug = slugify(part.name, fallback="texte")
        passages = []
        for piece in cut(part.paragraphs(stream)):
            counts[heading_slug] = counts.get(heading_slug, 0) + 1
            identifier = f"{project.id}/{heading_slug}/{counts[heading_slug]}"
            passages.append(_passage(identifier, piece, section, project, printed))
        found.append((section, passages))
    return found


def _passage(
    identifier: str, piece: Piece, section: Section, project: Project, printed: dict[int, str]
) -> Passage:
    return Passage(
        id=identifier,
        section_id=section.id,
        project_id=project.id,
        brochure_id=project.brochure_id,
        text=piece.text,
        heading=section.heading,
        heading_printed=section.heading_printed,
        page=piece.page,
        last_page=piece.last_page,
        page_printed=printed.get(piece.page, ""),
    )
