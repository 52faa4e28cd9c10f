"""Contacts and speakers: people of a project, never passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.profile import Profile, plainly
from ingest.stream import Entry
from kb.model import Person

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?:\+33\s?|0)\d(?:[\s.-]?\d{2}){4}")
_NAME_WORD = r"[A-ZÀ-ÖØ-Ý][\w’'-]*\.?"
_NAME = re.compile(
    rf"(?:(?:M\.|Mme|Mlle|Dr)\s+)?{_NAME_WORD}(?:\s+(?:(?:de|du|d’|le|la|van|von)\s+)?{_NAME_WORD}){{1,3}}"
)
_CONTACT_LABEL = re.compile(
    r"^(?:contacts?|courriel|e-?mail|mail|mél|tél(?:éphone)?)\s*\.?\s*:\s*", re.IGNORECASE
)
_MOST_WORDS = 14


@dataclass(frozen=True, slots=True)
class Contact:
    """A person and the lines that name them."""

    person: Person
    places: tuple[int, ...]


def find_people(
    entries: Sequence[Entry], profile: Profile, headings: frozenset[int], contacts: frozenset[int]
) -> list[Contact]:
    """The people named by the lines of a project, in order.

    ``headings`` are lines that are headings; ``contacts`` lines under a heading
    of contacts, where everything is about people.
    """
    found: list[Contact] = []
    index = 0
    while index < len(entries):
        block = _contact_lines(entries, index, profile, headings, contacts)
        if block:
            found.append(Contact(_person(block, profile), tuple(e.place for e in block)))
        index += max(1, len(block))
    return found


def _contact_lines(
    entries: Sequence[Entry],
    index: int,
    profile: Profile,
    headings: frozenset[int],
    contacts: frozenset[int],
) -> list[Entry]:
    """The lines of the contact that begins here; none when none does."""
    entry = entries[index]
    if entry.place in headings:
        return []
    within = entry.place in contacts
    if not (within or entry.apart) and not _is_address(entry.text):
        return []
    if not _opens(entries, index, profile, within, headings):
        return []
    block = [entry]
    for other in entries[index + 1 : index + 7]:
        if other.place != block[-1].place + 1 or other.place in headings:
            break
        wraps = bool(_CONTACT_LABEL.match(entry.text)) and not other.apart
        if not _belongs(block, other, profile, wraps or other.place in contacts):
            break
        block.append(other)
    return block


def _opens(
    entries: Sequence[Entry],
    index: int,
    profile: Profile,
    within: bool,
    headings: frozenset[int],
) -> bool:
    """Does a contact begin on this line?"""
    text = entries[index].text
    if _is_address(text) or _CONTACT_LABEL.match(text):
        return True
    if within:
        return len(text.split()) <= 2 * _MOST_WORDS
    if _is_name_with_role(text, profile):
        return True
    if not is_name(text) or index + 1 >= len(entries) or entries[index + 1].place in headings:
        return False
    below = entries[index + 1].text
    return is_role(below, profile) or _is_address(below)


def _belongs(block: Sequence[Entry], entry: Entry, profile: Profile, within: bool) -> bool:
    """Does this line go on with the contact?"""
    text = entry.text
    lines = [other.text for other in block]
    if _is_address(text):
        return not any(_EMAIL.search(line) for line in lines) or not _EMAIL.search(text)
    if len(text.split()) > _MOST_WORDS or text.startswith(("«", "“")) or entry.line.bullet:
        return False
    if is_name(text) and any(is_role(line, profile) or _is_address(line) for line in lines):
        return _is_organisation_line(text) and not any(_EMAIL.search(line) for line in lines)
    if is_role(text, profile):
        return not any(_EMAIL.search(line) for line in lines) and len(lines) < 3
    if any(_EMAIL.search(line) for line in lines):
        return False
    return within or _is_organisation_line(text)


def _is_organisation_line(text: str) -> bool:
    return text.isupper() and len(text.split()) <= 8


def _is_address(text: str) -> bool:
    """Is a line nothing but an e-mail address or a telephone number, perhaps with a label?"""
    bare = _PHONE.sub("", _EMAIL.sub("", _CONTACT_LABEL.sub("", text)))
    return (
        bare != text
        and len(re.findall(r"[^\W\d_]{3,}", bare)) <= 3
        and bool(_EMAIL.search(text) or _PHONE.search(text))
    )


def is_name(text: str) -> bool:
    """Does a line hold the name of a person and nothing else?"""
    return len(text) <= 50 and bool(_NAME.fullmatch(text))


def is_role(text: str, profile: Profile) -> bool:
    """Does a line name a function: « Directrice de l’agence »?"""
    if len(text.split()) > _MOST_WORDS or re.search(r"[.;!?]$", text):
        return False
    return any(pattern.match(plainly(text)) for pattern in profile.roles)


def _is_name_with_role(text: str, profile: Profile) -> bool:
    """« Marie Dupont, directrice de l’agence »."""
    name, comma, role = text.partition(",")
    return bool(comma) and is_name(name.strip()) and is_role(role.strip(), profile)


def _person(block: Sequence[Entry], profile: Profile) -> Person:
    text = "\n".join(entry.text for entry in block)
    email = _EMAIL.search(text)
    name = role = organisation = ""
    for line in _pieces(block):
        if not name and is_name(line) and not _is_organisation_line(line):
            name = line
        elif not role and is_role(line, profile):
            role = line
        elif name and not organisation:
            organisation = line
    return Person(name, role, organisation, email.group() if email else "")


def _pieces(block: Sequence[Entry]) -> list[str]:
    """The lines of a contact without addresses, those with commas in parts."""
    pieces: list[str] = []
    for entry in block:
        bare = _PHONE.sub("", _EMAIL.sub("", _CONTACT_LABEL.sub("", entry.text))).strip(" -–—|,:()")
        name, comma, rest = bare.partition(",")
        if comma and is_name(name.strip()):
            pieces += [name.strip(), *rest.strip().rsplit(",", 1)]
        elif bare:
            pieces.append(bare)
    return [piece.strip() for piece in pieces if piece.strip()]
