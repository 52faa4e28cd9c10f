"""From a file to everything the catalogue keeps of it: the rooms of ingest in order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.assembly import assemble
from ingest.casing import Casing
from ingest.cleaning import Vocabulary
from ingest.contents import contents_places
from ingest.deduction import complete
from ingest.document import Document
from ingest.fact_lines import find_facts
from ingest.facts import fact_places
from ingest.furniture import find_furniture
from ingest.headings import Heading, find_headings, folded_heading
from ingest.organisation import OrganisationFinder
from ingest.profile import Profile, choose_profile, plainly
from ingest.profile_files import load_profiles
from ingest.project_reading import Context, ProjectDraft, read_project
from ingest.projects import Outline, outline
from ingest.readers import parse_document
from ingest.readers.source import read_bytes
from ingest.report import write_report
from ingest.run_in import split_run_in
from ingest.sections import is_quantity
from ingest.stream import Stream, flatten
from ingest.verification import page_texts
from kb.errors import UnreadableBrochure
from kb.model import Brochure, Reading
from kb.slugs import slugify

_STEM_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_WITHOUT_HEADINGS = "Texte"


def read_brochure(path: Path, profile_folder: Path | None = None) -> Reading:
    """Read a brochure into projects, sections and passages.

    ``profile_folder`` holds the user's own layout profiles. Raise
    ``UnreadableBrochure`` when the file gives no text and ``ConfigurationError``
    when a profile is wrong, each with a French sentence that says what to do.
    """
    # Once: a file that changes meanwhile must not lend its digest to what it was.
    data = read_bytes(path)
    document = parse_document(path, data)
    sha256 = hashlib.sha256(data).hexdigest()
    return understand(document, path.name, sha256, load_profiles(profile_folder))


def understand(
    document: Document, source: str, sha256: str, profiles: Sequence[Profile]
) -> Reading:
    """The projects, sections and passages of a document that a reader gave.

    ``source`` is its file name; the last of ``profiles`` is the generic one. Raise
    ``UnreadableBrochure`` when no line has text.
    """
    texts = [line.text for page in document.pages for line in page.lines]
    profile = choose_profile(texts, profiles)
    furniture = find_furniture(document, profile)
    vocabulary = Vocabulary(texts)
    stream = flatten(document, furniture.spots, vocabulary, furniture.body_size)
    if not stream.entries:
        furniture = replace(furniture, spots=frozenset(), lines=())
        stream = flatten(document, furniture.spots, vocabulary, furniture.body_size)
    if not stream.entries:
        raise UnreadableBrochure(
            f"{source} ne contient aucun texte : vérifiez que c’est le bon fichier."
        )
    printed = stream
    stream = split_run_in(stream, profile)
    context, found = _find_projects(stream, document, profile)
    drafts = [read_project(context, span) for span in found.spans]
    brochure = _brochure(document, source, sha256, context, found)
    drafts = complete(drafts, context, document, furniture, brochure.year)
    drafts = _named(drafts, brochure, context)
    pages = page_texts(printed, [page.number for page in document.pages], furniture.printed)
    assembled = assemble(brochure, drafts, stream, pages)
    report = write_report(document, context, found, furniture, drafts, assembled)
    return Reading(
        brochure,
        tuple(assembled.projects),
        tuple(assembled.sections),
        tuple(assembled.passages),
        pages,
        report,
    )


def _find_projects(stream: Stream, document: Document, profile: Profile) -> tuple[Context, Outline]:
    facts = find_facts(stream, profile)
    headings = find_headings(stream, profile, fact_places(facts))
    contents = contents_places(stream, headings, profile)
    facts = [fact for fact in facts if fact.start not in contents]
    headings = [
        heading
        for heading in headings
        if not is_quantity(heading) and (heading.start not in contents or heading.outside)
    ]
    found = outline(stream, headings, facts, _title_pages(document, profile), profile)
    titles = {span.title.start for span in found.spans if span.title}
    headings = _section_headings(headings, titles, found, profile)
    styles = frozenset(
        heading.style
        for heading in headings
        if heading.rule or folded_heading(heading.text, profile) in found.recurring
    )
    casing = Casing(entry.text for entry in stream.entries)
    bodies = OrganisationFinder(profile, casing)
    return Context(stream, tuple(headings), tuple(facts), styles, profile, casing, bodies), found


def _title_pages(document: Document, profile: Profile) -> list[int]:
    """The pages that hold enough of the lines by which the profile knows title pages."""
    if not profile.title_pages:
        return []
    found = []
    for page in document.pages:
        lines = [plainly(line.text).strip() for line in page.lines if len(line.text) < 80]
        met = sum(any(p.fullmatch(line) for line in lines) for p in profile.title_pages)
        if met >= max(1, profile.title_pages_at_least):
            found.append(page.number)
    return found


def _section_headings(
    headings: Sequence[Heading], titles: set[int], found: Outline, profile: Profile
) -> list[Heading]:
    """Headings without titles, and without lines that are merely short where others are more."""
    inside = [
        heading
        for heading in headings
        if heading.start not in titles
        and not heading.text.startswith("«")
        and any(span.start <= heading.start < span.stop for span in found.spans)
    ]
    strong = sum(
        1
        for heading in inside
        if not heading.style.weak
        and (heading.rule or folded_heading(heading.text, profile) in found.recurring)
    )
    return [
        heading
        for heading in inside
        if not heading.outside and (heading.rule or not heading.style.weak or strong < 3)
    ]


def _brochure(
    document: Document, source: str, sha256: str, context: Context, found: Outline
) -> Brochure:
    profile = context.profile
    stem = Path(source).stem
    front = context.stream.entries[: found.spans[0].start if len(found.spans) > 1 else 40]
    front_text = plainly(" ".join(entry.text for entry in front))
    lines = [plainly(entry.text) for entry in front]
    return Brochure(
        id=slugify(stem, fallback="brochure"),
        title=_brochure_title(document, stem, context, found, front_text),
        year=_brochure_year(profile, [front_text, *lines]) or document.year or _stem_year(stem),
        source=source,
        sha256=sha256,
        format=document.format,
        paged=document.paged,
        page_count=len(document.pages),
        profile=profile.name,
    )


def _brochure_title(
    document: Document, stem: str, context: Context, found: Outline, front_text: str
) -> str:
    for pattern in context.profile.brochure_title:
        match = pattern.search(front_text)
        if match:
            return match.group(match.lastindex or 0).strip()
    if document.title:
        return document.title
    if context.profile.default_title:
        return context.profile.default_title
    return _cover_title(context, found) or re.sub(r"[-_]+", " ", stem).strip().capitalize()


def _cover_title(context: Context, found: Outline) -> str:
    """The most prominent heading before the first project; of a lone project, its title."""
    first = found.spans[0]
    if len(found.spans) == 1:
        return first.title.text if first.title else ""
    return found.cover.text if found.cover else ""


def _brochure_year(profile: Profile, texts: Sequence[str]) -> int | None:
    for pattern in profile.brochure_year:
        for text in texts:
            match = pattern.search(text)
            if match:
                return int(match.group(1))
    return None


def _stem_year(stem: str) -> int | None:
    match = _STEM_YEAR.search(stem)
    return int(match.group(1)) if match else None


def _named(
    drafts: Sequence[ProjectDraft], brochure: Brochure, context: Context
) -> list[ProjectDraft]:
    """Projects without a title take the brochure's; text without any heading is « Texte »."""
    named = []
    for draft in drafts:
        if not draft.project.title:
            draft = replace(draft, project=replace(draft.project, title=brochure.title))
        if not context.headings and len(drafts) == 1:
            for part in draft.parts:
                part.name = _WITHOUT_HEADINGS
        named.append(draft)
    return named
