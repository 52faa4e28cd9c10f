"""Character-level cleaning, and the joining of wrapped lines into running text.

The normalisation
-----------------
Passages are verbatim *under this normalisation*, which every reader applies and
nothing else does:

- Unicode composed form (NFC); ligatures (ﬁ, ﬂ, ﬀ…) spelt out;
- soft hyphens, zero-width, direction, control and private-use characters removed;
  hyphens that forbid a line break become plain hyphens;
- tabs, non-breaking, narrow and other spaces become a plain space; runs of
  spaces become one; spaces at both ends go;
- quotes, apostrophes, dashes and the ellipsis stay as they were printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from functools import cached_property

SOFT_HYPHEN = "\u00ad"
"""At the end of a line: the word goes on with the next line, without a hyphen."""

_REPLACED = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
    0x2010: "-",
    0x2011: "-",
    **dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"), " "),
}
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})
_SPACE_CATEGORIES = frozenset({"Zs", "Zl", "Zp"})


class _Cleaner(dict[int, str]):
    """Code point → its normalised form, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if category in _SPACE_CATEGORIES:
            cleaned = " "
        elif category in _INVISIBLE_CATEGORIES or code & 0xFFFE == 0xFFFE:
            cleaned = ""
        else:
            cleaned = character
        self[code] = cleaned
        return cleaned


_CLEANER = _Cleaner(_REPLACED)
_PRINTABLE_AND_REPLACED = "".join(one for one in map(chr, _REPLACED) if one.isprintable())
"""What is replaced of the characters that ``str.isprintable`` knows for such."""


def clean_text(text: str) -> str:
    """The normalisation of this module; a second call changes nothing more."""
    if not text.isprintable() or (
        not text.isascii() and any(replaced in text for replaced in _PRINTABLE_AND_REPLACED)
    ):
        text = text.translate(_CLEANER)
    return " ".join(unicodedata.normalize("NFC", text).split())


def clean_lines(texts: Sequence[str]) -> list[str]:
    """``clean_line`` of each: what nearly no line holds is looked for in all of them at once."""
    whole = "".join(texts)
    usual = whole.isprintable() and unicodedata.is_normalized("NFC", whole)
    if not usual or any(replaced in whole for replaced in _PRINTABLE_AND_REPLACED):
        return [clean_line(text) for text in texts]
    return [text.strip() if "  " not in text else " ".join(text.split()) for text in texts]


def clean_line(text: str) -> str:
    """As ``clean_text``, but a soft hyphen at the end of the line stays for ``join_lines``."""
    cleaned = clean_text(text)
    return cleaned + SOFT_HYPHEN if cleaned and text.rstrip().endswith(SOFT_HYPHEN) else cleaned


_LETTER = r"[^\W\d_]"
_LAST_WORD = re.compile(rf"({_LETTER}+(?:[-’']{_LETTER}+)*)-$")
_FIRST_WORD = re.compile(rf"{_LETTER}+(?:[-’']{_LETTER}+)*")
_WORD = re.compile(rf"{_LETTER}+(?:-{_LETTER}+)*")
_MAY_NEED_NO_SPACE = ("-", "’", "'", "/")
_MAY_END_BROKEN = (*_MAY_NEED_NO_SPACE, SOFT_HYPHEN)
_NO_SPACE_AFTER = re.compile(rf"(?:\S-|{_LETTER}[’'/])$")

_LINKING_WORDS = frozenset(str.split("à au aux de des du d en et l la le les sous sur t"))
"""Short words between two hyphens: Île-de-France, c’est-à-dire, rez-de-chaussée, a-t-il."""

_KEEPS_HYPHEN_AFTER = frozenset(
    str.split(
        "après arrière avant contre demi demie est franco grand grands haut hors juridico "
        "médico nord nouveau ouest petit petite petits politico post presque psycho quasi "
        "sans semi socio sous sud technico tiers tout toute toutes vice"
    )
)
"""First parts after which a broken word is most likely a compound."""

_JOINED_ENDINGS = ("cri", "fait", "log", "ment", "nom", "path", "thérap", "traction", "traire")
"""How words begin that are one word after such a part: psycho-logue, quasi-ment, sous-crire."""

_COMPOUNDS = {
    "au": ("delà", "dessous", "dessus", "devant"),
    "bien": ("être", "fondé", "vivre"),
    "celle": ("ci", "là"),
    "celles": ("ci", "là"),
    "celui": ("ci", "là"),
    "ceux": ("ci", "là"),
    "ci": ("après", "contre", "dessous", "dessus", "joint"),
    "co": ("construction", "construire", "construit", "habitat", "location"),
    "ex": ("compagn", "conjoint", "époux", "épouse", "femme", "mari"),
    "là": ("bas", "dessus", "haut"),
    "mal": ("être", "logé", "logement", "voyant"),
    "mi": ("carrière", "chemin", "hauteur", "journée", "parcours", "saison", "temps"),
    "non": ("",),
    "par": ("delà", "dessus"),
    "peut": ("être",),
    "plate": ("forme",),
    "quelques": ("un",),
    "rendez": ("vous",),
    "savoir": ("être", "faire", "vivre"),
}
"""First part → how the second part begins when the two are a compound."""

_LONGEST_WORD = 100
_LONG_ENOUGH = 5
_ALSO_PREFIXES = frozenset(str.split("autre entre outre passe porte toute"))
"""Words that begin many longer ones: entre-prise, porte-feuille."""


def join_lines(texts: Sequence[str], vocabulary: Container[str] = ()) -> str:
    """Wrapped lines as running text, words broken at line ends made whole again.

    ``vocabulary`` holds lower-case words that the document shows elsewhere (see
    ``Vocabulary``): it decides between ``bien-être`` and ``bienêtre`` before
    the general rules of French do. Only spaces and the hyphens of broken words
    are added or removed.
    """
    joined = ""
    for text in texts:
        joined = append_line(joined, text, vocabulary)
    return joined.removesuffix(SOFT_HYPHEN)


def joins_by_space(texts: Sequence[str]) -> bool:
    """Do lines, none of them empty, join by nothing but a space between two?"""
    return not any([text.endswith(_MAY_END_BROKEN) for text in texts])


def append_line(text: str, line: str, vocabulary: Container[str] = ()) -> str:
    """Running text with one more line, as ``join_lines`` joins them.

    A soft hyphen at the end of the line stays, for the next one.
    """
    if not text or not line:
        return text or line
    dropped, glue = _ending(text, line, vocabulary)
    return f"{text[: len(text) - dropped]}{glue}{line}"


def vocabulary_of(texts: Iterable[str]) -> frozenset[str]:
    """The lower-case words of some lines, broken ones at line ends left out."""
    whole: list[str] = []
    broken: list[str] = []
    for text in texts:
        (broken if text.endswith(("-", SOFT_HYPHEN)) else whole).append(text)
    # No word holds a blank: what stands between two is looked into once.
    words = set(_WORD.findall("\n".join(set(" ".join(whole).lower().split()))))
    for text in broken:
        words.update(_WORD.findall(text.lower())[:-1])
    return frozenset(words)


class Vocabulary:
    """What ``vocabulary_of`` gives, worked out when it is first asked: few documents ask."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def __contains__(self, word: object) -> bool:
        return word in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return vocabulary_of(self._texts)


def _ending(line: str, following: str, vocabulary: Container[str]) -> tuple[int, str]:
    """How many characters ``line`` loses, and what stands between it and ``following``."""
    if line.endswith(SOFT_HYPHEN):
        return 1, ""
    # Its end tells: lines that were joined before may be very long.
    if not line.endswith(_MAY_NEED_NO_SPACE) or not _NO_SPACE_AFTER.search(line[-2:]):
        return 0, " "
    end = line[-_LONGEST_WORD:]
    left, right = _LAST_WORD.search(end[end.rfind(" ") + 1 :]), _FIRST_WORD.match(following)
    if left is None or right is None or not right.group()[0].islower():
        return 0, ""
    # « Île- / de- France »: a hyphen that a space wrongly follows still belongs to the word.
    hyphen = "-" if following.startswith("-", right.end()) else ""
    if _is_compound(left.group(1).lower(), right.group().lower() + hyphen, vocabulary):
        return 0, ""
    return 1, ""


def _is_compound(left: str, right: str, vocabulary: Container[str]) -> bool:
    """Does the hyphen between these two parts, in lower case, belong to the word?"""
    if f"{left}-{right}" in vocabulary:
        return True
    if left + right in vocabulary:
        return False
    return (
        _links(left, right)
        or _is_known_compound(left, right)
        or _both_stand_alone(left, right, vocabulary)
    )


def _links(left: str, right: str) -> bool:
    """Do short linking words or pronouns show that the word has hyphens?"""
    last, first = re.split(r"[-’']", left)[-1], re.split(r"[-’']", right)[0]
    inner = "-" in left and last in _LINKING_WORDS
    return (
        inner
        or left in ("à", "de")
        or (right != first and first in _LINKING_WORDS)
        or (last.endswith("ez") and right == "vous")
        or right in ("même", "mêmes")
        or last == first
    )


def _is_known_compound(left: str, right: str) -> bool:
    """Do the rules of French compounds ask for a hyphen here?"""
    last = re.split(r"[-’']", left)[-1]
    if last in _KEEPS_HYPHEN_AFTER:
        return not right.startswith(_JOINED_ENDINGS)
    return right.startswith(_COMPOUNDS.get(last, ("\0",)))


def _both_stand_alone(left: str, right: str, vocabulary: Container[str]) -> bool:
    """Are both parts words of the document, long enough not to be so by chance?"""
    return (
        min(len(left), len(right)) >= _LONG_ENOUGH
        and left not in _ALSO_PREFIXES
        and left in vocabulary
        and right in vocabulary
    )
