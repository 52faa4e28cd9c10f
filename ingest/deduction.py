"""What a brochure tells of a project without stating it: deduced, and marked as such."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.document import Document
from ingest.furniture import Furniture
from ingest.organisation import is_name_like, looks_like_organisation
from ingest.partners import partners_acting
from ingest.profile import Profile
from ingest.project_reading import Context, ProjectDraft
from ingest.sections import Part
from ingest.told import told_by
from kb.model import Project
from kb.territory import departements_in
from kb.text import fold

_LETTERS = re.compile(r"[^\W\d_]{3}")
PLACE, DEPARTEMENT, YEAR = "le lieu", "le département", "l’année"
_LONGEST_COVER_LINE = 14
"""Words of a line of the cover, at most."""
_MOST_COVER_LINES = 25
_PARTNERS = "Partenaires"
_FEWEST_SURE_HEADERS = 2
"""Running headers that must be names of bodies before the others are taken for some."""


def complete(
    drafts: Sequence[ProjectDraft],
    context: Context,
    document: Document,
    furniture: Furniture,
    latest: int | None,
) -> list[ProjectDraft]:
    """The drafts with what headers, first sentences and the cover tell of what they lack.

    ``latest`` is the year of the brochure, where known: no project is younger.
    """
    headers = _headers(drafts, document, furniture, context.profile)
    told = [
        _from_text(draft, context, headers.get(index, ""), latest)
        for index, draft in enumerate(drafts)
    ]
    return _from_cover([_with_partners(draft, context) for draft in told], context)


def _from_text(
    draft: ProjectDraft, context: Context, header: str, latest: int | None
) -> ProjectDraft:
    """A draft with what its running header and its first sentences tell."""
    project, found = draft.project, list(draft.deduced)
    unsure = not project.organisation or draft.guessed
    whole = project.communes or project.departements
    if not unsure and whole and project.year:
        return draft
    told = told_by(_running_text(draft, context), context.profile)
    organisation = (header or told.organisation) if unsure else ""
    if organisation:
        project, draft = replace(project, organisation=organisation), replace(draft, guessed=True)
    if not whole and told.departement:
        communes = (told.commune,) if told.commune else ()
        project = replace(project, communes=communes, departements=(told.departement,))
        found.append(PLACE)
    if not project.year and told.year and told.year <= (latest or told.year):
        project = replace(project, year=told.year)
        found.append(YEAR)
    return replace(draft, project=project, deduced=tuple(found))


def _running_text(draft: ProjectDraft, context: Context) -> str:
    """The subtitle and the text of a project, in the order of the brochure."""
    return f"{draft.project.subtitle}\n{_text_of(draft.parts, context)}"


def _text_of(parts: Sequence[Part], context: Context) -> str:
    found = [one for part in parts for one in part.paragraphs(context.stream)]
    return "\n".join(one.text for one in sorted(found, key=lambda one: one.places))


def _with_partners(draft: ProjectDraft, context: Context) -> ProjectDraft:
    """A draft without its own body among the partners, or with those who act under that heading."""
    project = draft.project
    own = fold(project.organisation)
    partners = tuple(name for name in project.partners if fold(name) != own)
    about = [part for part in draft.parts if part.name == _PARTNERS]
    if not partners and about:
        people = {person.name for person in project.people}
        acting = partners_acting(_text_of(about, context), project.organisation)
        partners = tuple(name for name in acting if name not in people)
    return replace(draft, project=replace(project, partners=partners))


def _headers(
    drafts: Sequence[ProjectDraft], document: Document, furniture: Furniture, profile: Profile
) -> Mapping[int, str]:
    """The body that the running header of a project's pages names, by the draft's place.

    Only where headers differ from project to project and some surely name bodies.
    """
    pages: dict[str, set[int]] = defaultdict(set)
    for page in document.pages:
        for index, line in enumerate(page.lines):
            dropped = (page.number, index) in furniture.spots
            if dropped and _LETTERS.search(line.text) and is_name_like(line.text):
                pages[line.text].add(page.number)
    found: dict[int, str] = {}
    spans = [set(range(d.project.first_page, d.project.last_page + 1)) for d in drafts]
    for place, draft in enumerate(drafts):
        others = set().union(*spans[:place], *spans[place + 1 :])
        own = [
            text
            for text, numbers in pages.items()
            if numbers & spans[place] and not numbers & (others - spans[place])
        ]
        if len(own) == 1 and _may_name_body(own[0], draft.project):
            found[place] = own[0]
    sure = sum(
        1
        for place, text in found.items()
        if looks_like_organisation(text, profile)
        or fold(text) == fold(drafts[place].project.organisation)
    )
    return found if sure >= _FEWEST_SURE_HEADERS and 2 * sure >= len(found) else {}


def _may_name_body(text: str, project: Project) -> bool:
    """Is a header neither the title nor the place of its project?"""
    known = " ".join([project.title, project.subtitle, *project.communes, *project.partners])
    return fold(text) not in fold(known)


def _from_cover(drafts: Sequence[ProjectDraft], context: Context) -> list[ProjectDraft]:
    """The drafts, those without a département in the only one that the cover names."""
    code = _cover_departement(drafts, context)
    stated = {code for draft in drafts for code in draft.project.departements}
    if not code or stated - {code}:
        return list(drafts)
    return [
        draft
        if draft.project.departements
        else replace(
            draft,
            project=replace(draft.project, departements=(code,)),
            deduced=(*draft.deduced, DEPARTEMENT),
        )
        for draft in drafts
    ]


def _cover_departement(drafts: Sequence[ProjectDraft], context: Context) -> str:
    """The département that the page before the first project names, if it is one alone."""
    first = min((draft.project.first_page for draft in drafts), default=1)
    entries = context.stream.entries
    cover = [e.text for e in entries if e.page == entries[0].page and e.page < first]
    if len(cover) > _MOST_COVER_LINES:
        return ""
    short = [text for text in cover if len(text.split()) <= _LONGEST_COVER_LINE]
    codes = departements_in("\n".join(short))
    return codes[0] if len(codes) == 1 else ""
