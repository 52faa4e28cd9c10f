"""One project read whole: its identity, its people and its text under headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.casing import Casing
from ingest.facts import FactLine, label_kind, meets_aside, without_label
from ingest.headings import Heading, Style
from ingest.identity import Identity, identify
from ingest.organisation import OrganisationFinder
from ingest.partners import partners_named
from ingest.people import Contact, find_people
from ingest.profile import Profile, meets
from ingest.projects import Span
from ingest.sections import Part, divide
from ingest.stream import Entry, Stream, blocks, paragraphs
from ingest.tags import find_tags
from kb.model import Person, Project
from kb.territory import departement_name
from kb.text import fold

_BETWEEN_VALUES = re.compile(r"\s*(?:&|,|\bet\b)\s*", re.IGNORECASE)
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
    project = _project(context, span, identity, contacts, sectioned.parts, tags.names)
    left = aside | _unaccounted([e for e in entries if e.place in in_data], project, profile)
    return ProjectDraft(
        project,
        sectioned.parts,
        (*_lines(stream, left), *(heading.text for heading in sectioned.orphans)),
        tuple(stream.entries[place].text for place in sorted(identity.repeats)),
    )


def _aside(entries: Sequence[Entry], profile: Profile) -> set[int]:
    """The lines of captions."""
    found: set[int] = set()
    for block in blocks(entries):
        joined = " ".join(entry.text for entry in block)
        if len(block) <= 4 and meets(profile.aside, joined):
            found.update(entry.place for entry in block)
        found.update(entry.place for entry in block if meets_aside(entry, profile))
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
            following = [h.start for h in headings if h.start > heading.start and not h.style.weak]
            within.update(range(heading.stop, min(following, default=span.stop)))
    return find_people(entries, profile, frozenset(known), frozenset(within))


def _project(
    context: Context,
    span: Span,
    identity: Identity,
    contacts: Sequence[Contact],
    parts: Sequence[Part],
    tags: tuple[str, ...],
) -> Project:
    entries = context.stream.entries
    people = tuple(dict.fromkeys(c.person for c in contacts if c.person.name or c.person.email))
    text = _text(context, parts)
    organisation = _organisation(context, identity, people, text)
    communes, departements = identity.places
    running = context.casing.running
    return Project(
        id="",
        brochure_id="",
        title=running(identity.title),
        subtitle=" – ".join(running(subtitle) for subtitle in identity.subtitles),
        organisation=organisation,
        partners=_partners(identity, text, organisation),
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


def _text(context: Context, parts: Sequence[Part]) -> str:
    """The running text under some headings, for what has to be found in it."""
    entries = [context.stream.entries[p] for part in parts for p in sorted(part.places)]
    return "\n".join(paragraph.text for paragraph in paragraphs(entries, context.stream))


def _organisation(context: Context, identity: Identity, people: Sequence[Person], text: str) -> str:
    finder = OrganisationFinder(context.profile, context.casing)
    stated = identity.value("organisation").strip(" .")
    if stated:
        return finder.as_written(stated, text) if stated.isupper() else stated
    return finder.find(identity.title, identity.organisation_lines, people, text)


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
    held = set(_WORD.findall(fold(" ".join(_data(project)))))
    lost: set[int] = set()
    for entry in entries:
        alone = entry.line.cell == 1 and label_kind(entry.text.strip(" :"), profile) is not None
        words = _WORD.findall(fold(without_label(entry.text, profile)))
        if not alone and not held.issuperset(words):
            lost.add(entry.place)
    return lost


def _data(project: Project) -> list[str]:
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
        project.public,
        *people,
    ]


def _lines(stream: Stream, places: Collection[int]) -> list[str]:
    """Lines as printed, neighbours in one."""
    entries = [stream.entries[place] for place in sorted(places)]
    return [" ".join(entry.text for entry in block) for block in blocks(entries)]
