"""Contacts and speakers: people of a project, never passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.organisation import is_name_like, letters_of, looks_like_organisation
from ingest.profile import Profile, plainly
from ingest.stream import Entry
from kb.model import Person
from kb.privacy import ContactKind, without
from kb.privacy import contacts as contacts_of

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAME_WORD = r"[A-ZÀ-ÖØ-Ý][\w’'-]*\.?"
_NAME = re.compile(
    rf"(?:(?:M\.|Mme|Mlle|Dr)\s+)?{_NAME_WORD}(?:\s+(?:(?:de|du|d’|le|la|van|von)\s+)?{_NAME_WORD}){{1,3}}"
)
_CONTACT_LABEL = re.compile(
    r"^(?:contacts?|courriel|e-?mail|mail|mél|tél(?:éphone)?)\s*\.?\s*:\s*", re.IGNORECASE
)
_MAY_BE_ADDRESS = re.compile(r"[\d@]")
_SIGN = re.compile(r"0|@|w\.|W\.|://|\+|\(|\[|＠|﹫")
"""One of these stands in every e-mail address, telephone number and name of a site."""
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_POSTCODE = re.compile(r"\b\d{5}\s+[A-ZÀ-ÖØ-Ý]")
_BETWEEN_PARTS = re.compile(r"\s+[–—|•·-]\s+")
_QUOTED = re.compile(r"[»”]\s*\.?$")
_SPEAKER = re.compile(
    rf"(?:[–—-]\s*)?(?P<name>(?:(?:M\.|Mme|Mlle|Dr)\s+)?{_NAME_WORD}(?:\s+(?:et\s+)?"
    rf"(?:(?:de|du|d’|le|la|van|von)\s+)?{_NAME_WORD}){{0,4}})"
    r"\s*(?:,|\s[–—-]|\()\s*(?P<role>[^.!?;:«»]{3,90}?)\)?"
)
_NOT_A_ROLE = re.compile(
    r"(?:l[ea’']|les|il|elle|ils|elles|on|nous|vous|je|tu|ce|cette|ces|c[’']|un|une|des|et|mais|où|"
    r"qui|que|qu[’']|en|dans|pour|à|au|aux|avec)\b",
    re.IGNORECASE,
)
_AGE = re.compile(r"\d{1,3} ans\b")
_MOST_WORDS = 14
_MOST_IN_CONTACT = 12
"""Words of a line without an address under « Contact », at most; longer ones are text."""
_MOST_LINES = 8
"""Lines under « Contact » without an address among them, at most."""
_FEWEST_LETTERS = 5
"""Letters that a name shares with an address, at least."""


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
        if _is_text(entries, index, contacts):
            index += 1
            continue
        block = _speaker_lines(entries, index, profile)
        if block and (speaker := _SPEAKER.fullmatch(_joined(block))):
            person = Person(speaker["name"], speaker["role"].strip())
            found.append(Contact(person, tuple(e.place for e in block)))
            index += len(block)
            continue
        block = _contact_lines(entries, index, profile, headings, contacts)
        if block:
            found.append(Contact(_person(block, profile), tuple(e.place for e in block)))
        index += max(1, len(block))
    return found


def _is_text(entries: Sequence[Entry], index: int, contacts: frozenset[int]) -> bool:
    """Can neither a contact nor a speaker begin on this line? Most lines tell it at once."""
    entry = entries[index]
    if entry.apart or entry.place in contacts or _SIGN.search(entry.text):
        return False
    return not index or not entries[index - 1].text.rstrip(" .").endswith(("»", "”"))


def contact_zone(entries: Sequence[Entry], profile: Profile) -> list[int]:
    """The places of the lines below « Contact » that are still about people.

    Running text, a quotation, a list and the next page end it: whatever heading
    should have closed it, text must not be taken for people.
    """
    zone: list[int] = []
    since_address = 0
    for entry in entries:
        reachable = _reaches(entry.text)
        since_address = 0 if reachable else since_address + 1
        if zone and entry.page != entries[0].page and not reachable:
            break
        if since_address > _MOST_LINES or not (reachable or _may_be_contact(entry, profile)):
            break
        zone.append(entry.place)
    return zone


def _reaches(text: str) -> bool:
    return bool(contacts_of(text)) or bool(_URL.search(text))


def _may_be_contact(entry: Entry, profile: Profile) -> bool:
    """Can a line without an address stand under « Contact »?"""
    text = entry.text
    if entry.line.bullet:
        return is_name(text) or _is_name_with_role(text, profile)
    return len(text.split()) <= _MOST_IN_CONTACT and not text.startswith(("«", "“"))


def _speaker_lines(entries: Sequence[Entry], index: int, profile: Profile) -> list[Entry]:
    """The lines that say who spoke the quotation right above; none when none do."""
    entry = entries[index]
    above = entries[index - 1] if index else None
    if above is None or above.place + 1 != entry.place:
        return []
    if not ("»" in above.text or "”" in above.text) or not _QUOTED.search(above.text):
        return []
    if entry.line.bullet or entry.line.level or entry.text.startswith(("«", "“")):
        return []
    block = [entry]
    for below in entries[index + 1 : index + 2]:
        alike = (below.line.size, below.line.bold) == (entry.line.size, entry.line.bold)
        if below.place == entry.place + 1 and alike and not below.apart:
            if not below.text[:1].islower():
                break
            block.append(below)
    return block if _is_speaker(_joined(block), above, entry, profile) else []


def _is_speaker(text: str, above: Entry, entry: Entry, profile: Profile) -> bool:
    """« Yanis Belkacem, étudiant en BTS », « Simone, 82 ans »."""
    match = _SPEAKER.fullmatch(text)
    if match is None or len(text.split()) > _MOST_WORDS:
        return False
    role = match["role"].strip()
    if is_role(role, profile) or _AGE.match(role):
        return True
    set_off = entry.apart or entry.line.size != above.line.size
    return set_off and " " in match["name"] and not _NOT_A_ROLE.match(role)


def _joined(block: Sequence[Entry]) -> str:
    return " ".join(entry.text for entry in block)


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
    if _is_address(text) or (":" in text and _CONTACT_LABEL.match(text)):
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
    """Is a line nothing but an e-mail address or a telephone number, perhaps with a label?

    The imprint of a body counts too: its address, telephone and site on one line.
    """
    if not _SIGN.search(text):  # as in most lines
        return False
    if not _MAY_BE_ADDRESS.search(text):
        low = text.lower()
        if "www" not in low and "http" not in low:
            return False
    if _is_imprint(text):
        return True
    bare = _without_addresses(text)
    return bare != text and len(re.findall(r"[^\W\d_]{3,}", bare)) <= 3 and _reaches(text)


def _without_addresses(text: str) -> str:
    return _URL.sub("", without(_CONTACT_LABEL.sub("", text)))


def _is_imprint(text: str) -> bool:
    name, *others = _BETWEEN_PARTS.split(text)
    if not others or not is_name_like(name.partition(",")[0]):
        return False
    kinds = {contact.kind for contact in contacts_of(text)}
    others_found = sum(1 for way in (_URL, _POSTCODE) if way.search(text))
    return len(kinds) + others_found >= 2 and not text.endswith((".", "!", "?"))


def is_name(text: str) -> bool:
    """Does a line hold the name of a person and nothing else?"""
    return len(text) <= 50 and bool(_NAME.fullmatch(text))


def is_role(text: str, profile: Profile) -> bool:
    """Does a line name a function: « Directrice de l’agence »?"""
    if len(text.split()) > _MOST_WORDS or text.endswith((".", ";", "!", "?")):
        return False
    return any(pattern.match(plainly(text)) for pattern in profile.roles)


def _is_name_with_role(text: str, profile: Profile) -> bool:
    """« Marie Dupont, directrice de l’agence »."""
    name, comma, role = text.partition(",")
    return bool(comma) and is_name(name.strip()) and is_role(role.strip(), profile)


def _person(block: Sequence[Entry], profile: Profile) -> Person:
    text = "\n".join(entry.text for entry in block)
    match = _EMAIL.search(text)
    email = match.group() if match else ""
    numbers = [one for one in contacts_of(text) if one.kind is ContactKind.NUMBER]
    phone = " ".join(text[numbers[0].start : numbers[0].end].split()) if numbers else ""
    pieces = _pieces(block)
    body = next((piece for piece in pieces if _is_body(piece, email, profile)), "")
    pieces = [piece for piece in pieces if piece != body]
    name = _name_among(pieces, profile)
    if name:
        pieces.remove(name)
    role = next((piece for piece in pieces if is_role(piece, profile)), "")
    after = pieces if not name else [piece for piece in pieces if piece != role]
    return Person(name, role, body or (after[0] if name and after else ""), email, phone)


def _is_body(piece: str, email: str, profile: Profile) -> bool:
    """Is a line of a contact the name of a body, by its words or by the address?"""
    if is_role(piece, profile):
        return False
    if looks_like_organisation(piece, profile):
        return True
    letters, domain = letters_of(piece), letters_of(email.partition("@")[2].rpartition(".")[0])
    return len(letters) >= _FEWEST_LETTERS and letters in domain


def _name_among(pieces: Sequence[str], profile: Profile) -> str:
    """The line that names the person: of several names, the one with a role after it."""
    names = [piece for piece in pieces if is_name(piece) and not _is_organisation_line(piece)]
    for name, below in pairwise(pieces):
        if name in names and is_role(below, profile):
            return name
    return names[0] if names else ""


def _pieces(block: Sequence[Entry]) -> list[str]:
    """The lines of a contact without addresses, those with commas in parts."""
    pieces: list[str] = []
    for entry in block:
        for part in _BETWEEN_PARTS.split(_without_addresses(entry.text)):
            bare = part.strip(" -–—|,:()")
            name, comma, rest = bare.partition(",")
            if comma and is_name(name.strip()):
                pieces += [name.strip(), *rest.strip().rsplit(",", 1)]
            else:
                pieces.append(bare)
    return [piece.strip() for piece in pieces if piece.strip()]
