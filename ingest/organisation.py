"""Which body carries a project, when no line says so in so many words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.casing import Casing
from ingest.profile import Profile, plainly
from kb.model import Person
from kb.text import fold

_CAPITAL = r"(?:[A-ZÀ-ÖØ-Ý][\w’'-]*|\d[A-Z]\w*)"
_LINK = r"(?:\s+(?:de\s+l[’']|des?|du|d[’']|&|et)\s*)"
_NAME = re.compile(rf"{_CAPITAL}(?:(?:\s+|{_LINK}){_CAPITAL}){{0,4}}")
_LINK_WORD = re.compile(r"d|des?|du|en|et|l|la|les?|pour|sur|&", re.IGNORECASE)
_WORDS, _WORD, _LETTER = re.compile(r"[\w&]+"), re.compile(r"\w+"), re.compile(r"[^\W\d_]")
_OTHERS = re.compile(r"[^a-z0-9]")
_STOPS = (".", ":", ";", "?", "!")
_FEWEST_LETTERS = 6
_LEAST_SCORE, _SURE_SCORE = 2, 3
"""One deed of a name with a landlord's word in it; more than that."""
_LEADING = re.compile(
    r"a|ainsi|apres|aux?|aussi|avec|c|ces?|cet|cette|chaque|d|dans|de|depuis|des|dont|du|en|enfin|"
    r"ensuite|et|ils?|la?|les?|leurs?|mais|notre|nos|nous|on|or|par|parce|pour|puis|qu|que|qui|sa|"
    r"se|selon|ses|si|son|sous|sur|tous|tout|une?|vous"
)
"""Words that begin a sentence with a capital and belong to no name."""


def is_name_like(text: str) -> bool:
    """Do the words of a short text begin with capitals, as in a name, but for one?"""
    words = _WORDS.findall(text)
    if not 1 <= len(words) <= 8 or text.endswith(_STOPS) or not text[:1].isalnum():
        return False
    if text.isupper() and len(words) > 5:
        return False
    others = [word for word in words if not _is_name_word(word)]
    return len(others) < len(words) and len(others) <= (len(words) <= 6)


def looks_like_organisation(text: str, profile: Profile) -> bool:
    """Is a short line the name of a landlord or a public body?"""
    words = _WORDS.findall(text)
    if not is_name_like(text) or (text.isupper() and len(words) > 4):
        return False
    if _is_institution(text, profile):
        return True
    return all(map(_is_name_word, words)) and any(_is_typical(word, profile) for word in words)


def _is_institution(text: str, profile: Profile) -> bool:
    plain = plainly(text).lower()
    return any(pattern.match(plain) for pattern in profile.institutions)


def _is_typical(word: str, profile: Profile) -> bool:
    plain = plainly(word).lower()
    return bool({plain, plain.removesuffix("s")} & profile.organisation_words)


def _is_name_word(word: str) -> bool:
    return word[0].isupper() or word[0].isdigit() or bool(_LINK_WORD.fullmatch(word))


@dataclass(frozen=True, slots=True)
class Carrier:
    """The body that carries a project."""

    name: str
    """Empty where nothing is sure enough."""
    guessed: bool = False
    """Only the running text tells: worth a look."""


class OrganisationFinder:
    """Finds the body that acts in a project's text, partners left aside."""

    def __init__(self, profile: Profile, casing: Casing) -> None:
        self._profile = profile
        self._casing = casing
        deeds = "|".join(pattern.pattern for pattern in profile.deeds)
        self._deed = re.compile(rf"\s+(?:{deeds})\b", re.IGNORECASE)
        partners = "|".join(sorted(map(re.escape, profile.partner_words), key=len, reverse=True))
        self._partner = re.compile(
            rf"\b(?:{partners})(?:\s+(?:locales?|sociales?|partenaires?))?\s*$", re.IGNORECASE
        )
        words = "bailleurs?(?: social| sociaux)?|organisme(?: hlm)?|office"
        self._landlord = re.compile(rf"\b(?:{words})\s+$", re.IGNORECASE)

    def find(
        self, title: str, lines: Sequence[str], people: Sequence[Person], text: str
    ) -> Carrier:
        """The organisation of a project.

        ``lines`` are names that stand alone in the title block.
        """
        if lines:
            return Carrier(self.as_written(lines[0], text))
        contacts = [p.organisation for p in people if p.organisation]
        if self._title_acts(title, contacts, text):
            return Carrier(self.as_written(title, text))
        contact = self._contact(contacts, text)
        if contact:
            return Carrier(contact)
        names = self._names(text)
        by_domain = self._by_domain(people, names)
        return Carrier(by_domain) if by_domain else self._by_deeds(names)

    def _title_acts(self, title: str, contacts: Iterable[str], text: str) -> bool:
        """Is the title the name of a body?"""
        words = title.split()
        if not title or len(words) > 7:
            return False
        folded = fold(title)
        if any(_same_body(folded, fold(contact)) for contact in contacts):
            return True
        if _is_institution(title, self._profile):
            return True
        if not all(_is_name_word(word) for word in words):
            return False
        return any(
            self._deed.match(plainly(text), match.end())
            and not self._is_partner(text, match.start())
            for match in re.finditer(re.escape(title), text)
            if not re.search(
                r"\w[’']$|\b(?:un|une|résidence|foyer|dispositif|projet)\s$", text[: match.start()]
            )
        )

    def _contact(self, contacts: Iterable[str], text: str) -> str:
        """The organisation of a contact, unless the text calls it a partner."""
        for contact in contacts:
            written = self.as_written(contact, text)
            places = [m.start() for m in re.finditer(re.escape(written), text)]
            if not any(self._is_partner(text, place) for place in places):
                return written
        return ""

    def _names(self, text: str) -> Counter[str]:
        """Names in a text, weighted by how far each acts as a landlord does."""
        scores: Counter[str] = Counter()
        plain = plainly(text)
        for match in _NAME.finditer(text):
            name, start = _without_leading(match.group(), match.start())
            if len(_LETTER.findall(name)) < 3:
                continue
            score = 1 if self._deed.match(plain, match.end()) else 0
            score += 2 if self._landlord.search(text[max(0, start - 40) : start]) else 0
            score += 1 if self._has_type_word(name) else 0
            score -= 4 if self._is_partner(text, start) else 0
            scores[name] += score
        return scores

    def _has_type_word(self, name: str) -> bool:
        return any(_is_typical(word, self._profile) for word in _WORD.findall(name))

    def _is_partner(self, text: str, start: int) -> bool:
        return bool(self._partner.search(text[max(0, start - 60) : start]))

    def _by_domain(self, people: Iterable[Person], names: Counter[str]) -> str:
        """The name that an e-mail address is made of."""
        for person in people:
            domain = letters_of(person.email.partition("@")[2].rpartition(".")[0])
            if len(domain) < _FEWEST_LETTERS:
                continue
            fitting = [n for n, score in names.items() if score > 0 and domain in letters_of(n)]
            if fitting:
                return max(fitting, key=lambda name: (names[name], -len(name)))
        return ""

    def acts(self, name: str, text: str) -> bool:
        """Does a text say that a body of this name did something?"""
        return any(
            self._deed.match(plainly(text), match.end())
            for match in re.finditer(rf"\b{re.escape(name)}(?!\w)", text)
        )

    def _by_deeds(self, names: Counter[str]) -> Carrier:
        """The name that acts most, where it clearly is a landlord's."""
        ranked = sorted(
            ((score, name) for name, score in names.items() if self._may_carry(name, score)),
            reverse=True,
        )
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return Carrier("")
        score, name = ranked[0]
        return Carrier(name, guessed=score < _SURE_SCORE)

    def _may_carry(self, name: str, score: int) -> bool:
        folded = plainly(name).lower()
        elsewhere = any(body in folded for body in self._profile.other_bodies)
        return score >= _LEAST_SCORE and self._has_type_word(name) and not elsewhere

    def as_written(self, name: str, text: str) -> str:
        """The name with the capitals that running text gives it."""
        pattern = re.compile(re.escape(name).replace(r"\'", "[’']"), re.IGNORECASE)
        forms = Counter(m.group() for m in pattern.finditer(text) if not m.group().isupper())
        if forms:
            return forms.most_common(1)[0][0]
        return self._casing.name(name) if len(name.split()) > 1 else name


def _same_body(title: str, contact: str) -> bool:
    """Is one name the other, or the other's first words?"""
    return title == contact or title.startswith(f"{contact} ")


def _without_leading(name: str, start: int) -> tuple[str, int]:
    """A name without the word that merely begins its sentence."""
    words = name.split(" ")
    while len(words) > 1 and _LEADING.fullmatch(fold(words[0]).rstrip("'")):
        start += len(words[0]) + 1
        words = words[1:]
    return " ".join(words), start


def letters_of(text: str) -> str:
    """Letters and digits of a name, folded: what e-mail domains and spellings share."""
    return _OTHERS.sub("", fold(text))
