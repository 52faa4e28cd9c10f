"""One project read whole: its identity, its people and its text under headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.casing import Casing
from ingest.facts import FactLine, is_bare_label, lines_aside, without_label
from ingest.heading_styles import Style
from ingest.headings import Heading
from ingest.identity import Identity, identify
from ingest.organisation import Carrier, OrganisationFinder, looks_like_organisation
from ingest.partners import partners_named
from ingest.people import Contact, contact_zone, find_people
from ingest.profile import Profile
from ingest.projects import Span
from ingest.sections import Part, divide
from ingest.stream import Entry, Stream, blocks
from ingest.tags import find_tags
from kb.model import Person, Project
from kb.territory import departement_name
from kb.text import fold

_BETWEEN_VALUES = re.compile(r"\s*(?:&|,|\bet\b)\s*", re.IGNORECASE)
_PLACE_START = re.compile(r"(?:l[ae’]s?|saint|sainte|ville|quartier)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Context:
    """What the whole brochure tells about each of its projects."""

    stream: Stream
    headings: tuple[Heading, ...]
    facts: tuple[FactLine, ...]
    section_styles: frozenset[Style]
    profile: Profile
    casing: Casing
    bodies: OrganisationFinder


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """A project and its text, before anything has its identifier."""

    project: Project
    """Its identifiers are still empty."""
    parts: tuple[Part, ...]
    set_aside: tuple[str, ...]
    """Lines that are neither in the parts nor in the project's data."""
    repeats: tuple[str, ...]
    """Lines that print the title again on later pages."""
    guessed: bool = False
    """Its organisation is only deduced from what the text tells."""
    deduced: tuple[str, ...] = ()
    """What else of its data is, as the report names it: « le lieu »."""


def read_project(context: Context, span: Span) -> ProjectDraft:
    """Everything that the lines of ``span`` say about one project."""
    stream, profile = context.stream, context.profile
    entries = stream.entries[span.start : span.stop]
    headings = [h for h in context.headings if span.start <= h.start < span.stop]
    facts = [fact for fact in context.facts if span.start <= fact.start < span.stop]
    aside = _aside(entries, profile)
    tags = find_tags(stream, [e for e in entries if e.place not in aside], headings, profile)
    headings = [h for h in headings if h.start not in aside | tags.places]
    identity = identify(stream, span, headings, facts, context.section_styles, profile)
    aside |= identity.labels
    in_data = tags.places | identity.title_places
    contacts = _contacts(stream, span, headings, aside | in_data | identity.repeats, profile)
    in_data |= {place for contact in contacts for place in contact.places}
    kept = [h for h in headings if not in_data & set(range(h.start, h.stop))]
    sectioned = divide(
        stream, span, kept, aside | in_data | identity.repeats, profile, context.casing
    )
    project, guessed = _project(context, span, identity, contacts, sectioned.parts, tags.names)
    left = aside | _unaccounted([e for e in entries if e.place in in_data], project, profile)
    return ProjectDraft(
        project,
        sectioned.parts,
        (*_lines(stream, left), *(heading.text for heading in sectioned.orphans)),
        tuple(stream.entries[place].text for place in sorted(identity.repeats)),
        guessed,
    )


def _aside(entries: Sequence[Entry], profile: Profile) -> set[int]:
    """The lines of captions."""
    found: set[int] = set()
    for block in blocks(entries):
        found.update(lines_aside(block, profile))
    return found


def _contacts(
    stream: Stream,
    span: Span,
    headings: Sequence[Heading],
    taken: Collection[int],
    profile: Profile,
) -> list[Contact]:
    entries = [e for e in stream.entries[span.start : span.stop] if e.place not in taken]
    known = {p for h in headings if h.rule or h.outside for p in range(h.start, h.stop)}
    within: set[int] = set()
    for heading in headings:
        if heading.rule and heading.rule.people:
            below = [h for h in headings if h.start > heading.start]
            ends = [h.start for h in below if _closes(h, heading, profile)]
            stop = min(ends, default=span.stop)
            within.update(contact_zone(stream.entries[heading.stop : stop], profile))
    return find_people(entries, profile, frozenset(known), frozenset(within))


def _closes(heading: Heading, contacts: Heading, profile: Profile) -> bool:
    """Does a heading end the contacts, rather than name one of them in bold or in capitals?"""
    if heading.rule or heading.outside:
        return True
    if heading.style.weak:
        return False
    names_body = looks_like_organisation(heading.text, profile)
    return heading.style.rank <= contacts.style.rank and not names_body


def _project(
    context: Context,
    span: Span,
    identity: Identity,
    contacts: Sequence[Contact],
    parts: Sequence[Part],
    tags: tuple[str, ...],
) -> tuple[Project, bool]:
    """The project, and whether its organisation is only a guess."""
    entries = context.stream.entries
    named = (c.person for c in contacts if c.person.name or c.person.email)
    people = tuple(dict.fromkeys([*identity.people, *named]))
    text = _text(context, parts)
    communes, departements = identity.places
    carrier, communes = _organisation(context.bodies, identity, communes, people, text)
    project = Project(
        id="",
        brochure_id="",
        title=context.casing.running(identity.title, communes),
        subtitle=" – ".join(context.casing.running(s, communes) for s in identity.subtitles),
        organisation=carrier.name,
        partners=_partners(identity, text, carrier.name),
        communes=communes,
        departements=departements,
        year=identity.year,
        values=_values(identity),
        objectives=tuple(dict.fromkeys((*identity.all_of("objectives"), *tags))),
        public=identity.value("public") or _public(context, parts),
        first_page=entries[span.start].page,
        last_page=entries[span.stop - 1].page,
        people=people,
    )
    return project, carrier.guessed


def _text(context: Context, parts: Sequence[Part]) -> str:
    """The running text under some headings, for what has to be found in it."""
    return "\n".join(one.text for part in parts for one in part.paragraphs(context.stream))


def _organisation(
    finder: OrganisationFinder,
    identity: Identity,
    communes: tuple[str, ...],
    people: Sequence[Person],
    text: str,
) -> tuple[Carrier, tuple[str, ...]]:
    """The body that carries the project, and those of ``communes`` that are none."""
    stated = identity.value("organisation").strip(" .")
    if stated:
        return Carrier(finder.as_written(stated, text) if stated.isupper() else stated), communes
    carrier = finder.find(identity.title, identity.organisation_lines, people, text)
    if not carrier.name and len(communes) > 1 and _is_body(communes[0], finder, text):
        return Carrier(communes[0], guessed=True), communes[1:]
    return carrier, communes


def _is_body(name: str, finder: OrganisationFinder, text: str) -> bool:
    """Is the first name of « Somme Solidaire, Abbeville (80) » a body that acts in the text?"""
    return " " in name and not _PLACE_START.match(name) and finder.acts(name, text)


def _partners(identity: Identity, text: str, organisation: str) -> tuple[str, ...]:
    stated = identity.all_of("partners")
    if stated:
        return stated
    return partners_named("\n".join([identity.title, *identity.subtitles, text]), organisation)


def _values(identity: Identity) -> tuple[str, ...]:
    words = [
        word for value in identity.all_of("values") for word in _BETWEEN_VALUES.split(value) if word
    ]
    return tuple(dict.fromkeys(word.capitalize() for word in words))


def _public(context: Context, parts: Sequence[Part]) -> str:
    """The text of the section about the people concerned, on one line."""
    about = next((part for part in parts if fold(part.name).startswith("public")), None)
    return _text(context, [about]).replace("• ", "").replace("\n", " ") if about else ""


def _unaccounted(entries: Sequence[Entry], project: Project, profile: Profile) -> set[int]:
    """Lines that gave the project's data, of which some words are not in it."""
    held = _words(" ".join(_data(project)))
    public: set[str] | None = None
    lost: set[int] = set()
    for entry in entries:
        if is_bare_label(entry.text, profile):
            continue
        missing = _words(without_label(entry.text, profile)) - held
        if missing and public is None:  # often a long text, and then seldom of use
            public = _words(project.public)
        if missing and not missing <= (public or set()):
            lost.add(entry.place)
    return lost


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))


def _data(project: Project) -> list[str]:
    """What is told of a project, but for whom it is."""
    people = [text for p in project.people for text in (p.name, p.role, p.organisation, p.email)]
    return [
        project.title,
        project.subtitle,
        project.organisation,
        *project.partners,
        *project.communes,
        *project.departements,
        *map(departement_name, project.departements),
        str(project.year or ""),
        *project.values,
        *project.objectives,
        "".join(project.objectives),
        "et",
        *people,
    ]


def _lines(stream: Stream, places: Collection[int]) -> list[str]:
    """Lines as printed, neighbours in one."""
    entries = [stream.entries[place] for place in sorted(places)]
    return [" ".join(entry.text for entry in block) for block in blocks(entries)]
