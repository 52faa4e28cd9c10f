"""French text rules: the one normaliser and analyser of the whole product.

Indexing, querying and highlighting all go through :func:`tokenise`, so that no
engine can cut words its own way. Two kinds of *terms* go to the index:

``s:`` text
    The stem of each word of a passage (``kb.stemming``), without accents.
``c:`` context
    The stems of what surrounds a passage (project title, organisation, places,
    heading), so that a query may name the project in one half and the detail in
    the other.

A second channel of whole words beside the stems was measured and left out: it
cost half of the index and moved nDCG by less than .004 either way.

A text is analysed piece by piece, a piece being what stands between two spaces:
nearly all come back, and are looked up in a fifth of the time that finding their
words anew takes. Where words stand is found for those alone who ask (``Token``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from kb.model import Span
from kb.privacy import blanked
from kb.remembered import Remembered
from kb.stemming import singular as singular
from kb.stemming import stem as stem
from kb.stopwords import STOP_WORDS

ANALYSIS_VERSION = "3"
"""To be raised with every change that gives other terms, or that keeps them in files of
another form: engines are then filled anew."""

STEM, CONTEXT = "s:", "c:"

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'", "ʼ": "'", "‘": "'"}
)

_TOKEN = re.compile(
    r"""
    (?:[^\W\d_]\.){2,}[^\W\d_]?              # S.I.A.O.
    | \d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)  # 13 000
    | \d+(?:[.,]\d+)?                        # 1,5
    | [^\W\d_]+                              # letters
    | [€%$]
    """,
    re.VERBOSE,
)

_GLUED = re.compile(r"(?:[^\W_]+)")
"""A run of letters and digits without space: ``1jeune1logement``, ``T2``, ``3F``."""
_FIGURE = re.compile(
    "[\\d\u00b2\u00b3\u00b9\u00bc-\u00be\u0660-\u200f\u2030-\u20ab\u20ad-\U0010ffff]"
)
"""Every sign that such a run may hold beside letters, and some others: nearly no text has one."""

# A word is tried once, from its start: a text may be one endless word.
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+-[^\W\d_]{2,}+")

_PUNCTUATION = ",.;:!?…()«»"
_SPACED_NUMBER = re.compile(r"\d[ \u00a0\u202f]\d{3}(?!\d)")
_CONTINUATION = re.compile(r"\d{3}(?!\d)")
_TO_FULL_STOPS = str.maketrans(" \u00a0\u202f", "...")

_KEPT_TEXTS = 1024
"""Texts whose words are kept in memory."""
_KEPT_WORDS = 65536
_LONGEST_KEPT = 64
"""Characters of a piece that is kept: a text may be one endless piece."""

_APOSTROPHES = frozenset("'’ʼ")
_LAST_APOSTROPHE = re.compile(r"['’](?=(?:[^\w€%$]|_)*+\Z)")
"""One that no word follows."""
_ELISIONS = frozenset(
    {*"ldjmtsnc", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu", "presqu"}
)
_SYMBOLS = {"€": "euro", "$": "dollar", "%": "pourcent"}
_UNIT_WORDS = {"euros": "euro", "eur": "euro", "pourcents": "pourcent", "pourcentage": "pourcent"}


class Token(NamedTuple):
    """A word of a text, with its place and the forms under which it is found.

    A named tuple: a hundred are made for each passage, and a frozen dataclass takes four
    times as long to make.
    """

    start: int
    end: int
    surface: str
    """As it stands in the text, elided article apart."""
    word: str
    """Folded, singular."""
    stem: str
    stop: bool
    """Carries no meaning of its own; not indexed."""


class Forms(NamedTuple):
    """What is kept of a word wherever it stands."""

    stem: str
    term: str
    """Under which passages are found by it."""
    spelling: str
    """The surface folded; empty unless that is three letters or more."""
    written: str
    """The surface; empty where it does not show how one writes it."""


class Word(NamedTuple):
    """A word by itself."""

    surface: str
    word: str
    stem: str
    stop: bool
    """As those of ``Token``."""
    elides: bool
    """An apostrophe after it takes it away: it is an article."""
    forms: Forms


class _Oddities(NamedTuple):
    """What few pieces hold beside their words."""

    glued: tuple[Forms, ...]
    compounds: tuple[str, ...]
    continues: bool
    """May be the end of a number that the piece before begins: ``13 000``."""


class _Piece(NamedTuple):
    """What stands between two spaces of a text."""

    words: tuple[Forms, ...]
    """Of those that carry meaning."""
    odd: _Oddities | None


class _Analysed(NamedTuple):
    """What is made of a text, piece by piece; of each word, as ``Forms`` has it."""

    in_pieces: str
    """The text with no word in two of its pieces, offsets kept."""
    stems: tuple[str, ...]
    terms: tuple[str, ...]
    spellings: tuple[str, ...]
    written: tuple[str, ...]
    compounds: tuple[str, ...]


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, no accents, ligatures apart, straight apostrophes, single spaces.

    >>> fold("Œuvre  d’Amiens")
    "oeuvre d'amiens"
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text).translate(_LIGATURES).lower()
    decomposed = unicodedata.normalize("NFKD", plain)
    if not decomposed.isascii():
        decomposed = _NOT_ASCII.sub(_unmarked, decomposed)
    return " ".join(decomposed.split())


def _unmarked(character: re.Match[str]) -> str:
    return "" if unicodedata.combining(character[0]) else character[0]


def tokenise(text: str) -> list[Token]:
    """Every word, number and unit of ``text``, in order, stop words marked.

    Hyphenated words give their parts; elided articles are left out; ``13 000``
    is one number and ``498e`` a number and a letter.
    """
    readable = _readable(text)
    return _tokens(readable, stop_words=True) + _glued(readable)


@lru_cache(maxsize=_KEPT_TEXTS)
def content_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` that carry meaning.

    Kept in memory for the last texts: titles come back with each of their passages.
    """
    readable = _readable(text)
    return (*_tokens(readable, stop_words=False), *_glued(readable))


def tokens_among(text: str, stems: Container[str]) -> list[Token]:
    """Those of ``content_tokens`` that have one of ``stems``; none is kept in memory."""
    readable = _readable(text)
    glued = [token for token in _glued(readable) if token.stem in stems]
    return _tokens(readable, stop_words=False, stems=stems) + glued


def word_token(word: str) -> Token:
    """The token of a text that is this one word of letters and no more."""
    return Token(0, len(word), *_word(word)[:4])


def stems(text: str) -> list[str]:
    """Stems of the content tokens of ``text``, in order."""
    return list(_analysed(text).stems)


def text_terms(text: str) -> list[str]:
    """Terms under which a passage is found by its own text, repeated as they occur."""
    found = _analysed(text)
    return [*found.terms, *[STEM + one for one in found.compounds]]


def context_terms(parts: Iterable[str]) -> list[str]:
    """Terms under which a passage is found by what surrounds it, each once."""
    return [CONTEXT + one for one in dict.fromkeys(chain.from_iterable(map(stems, parts)))]


def compounds(text: str) -> list[str]:
    """Stems of hyphenated words in one piece (``éco-gestes`` → ``ecogestes``)."""
    return list(_analysed(text).compounds)


def spelt_words(text: str) -> Iterator[str]:
    """Folded words of ``text`` as they stand, from which typos are corrected."""
    return filter(None, _analysed(text).spellings)


def written_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in ``texts`` as it is written there."""
    found = Counter(chain.from_iterable(_analysed(text).written for text in texts))
    found.pop("", None)
    return found


def spans_with_words(text: str, spans: Iterable[Span], least: int) -> list[Span]:
    """Those of ``spans`` with as many content tokens; they begin and end at a space each."""
    in_pieces = _analysed(text).in_pieces
    return [span for span in spans if _has_words(in_pieces[span.start : span.end], least)]


def word_stem(word: str) -> str:
    """The stem that tokens of a folded word of letters have, units such as *euros* included."""
    return stem(_UNIT_WORDS.get(word, word))


@lru_cache(maxsize=_KEPT_TEXTS)
def _readable(text: str) -> str:
    """The text without its contacts, offsets kept.

    What leads to a person is no word: a search must not tell that it is there. Nor does
    it hold an apostrophe that no word follows: what it ends is the article of nothing.
    """
    text = blanked(text)
    last = max(text.rfind("'"), text.rfind("’"))
    if last >= 0 and _LAST_APOSTROPHE.match(text, last):
        text = _LAST_APOSTROPHE.sub(" ", text, count=1)
    return text


def _tokens(readable: str, *, stop_words: bool, stems: Container[str] | None = None) -> list[Token]:
    """Tokens of a readable text, elisions left out; stop words only if asked for.

    Where ``stems`` are given, those alone that have one of them.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(readable):
        word = _word(match[0])
        if (stems is not None and word.stem not in stems) or (word.stop and not stop_words):
            continue
        start, end = match.span()
        if not (word.elides and readable[end : end + 1] in _APOSTROPHES):
            # Without the arguments by name, which take as long again.
            found.append(tuple.__new__(Token, (start, end, *word[:4])))
    return found


def _glued(readable: str) -> list[Token]:
    """Runs mixing letters and digits in one piece: ``1jeune1logement``, ``T2``."""
    found: list[Token] = []
    end = 0
    for figure in _FIGURE.finditer(readable):
        start = figure.start()
        if start < end:
            continue
        while start > end and readable[start - 1].isalnum():
            start -= 1
        match = _GLUED.match(readable, start)
        if match is None:
            continue
        surface, end = match.group(), match.end()
        if not surface.isalpha() and not surface.isdigit() and any(map(str.isalpha, surface)):
            folded = fold(surface)
            found.append(Token(start, end, surface, folded, folded, stop=False))
    return found


@lru_cache(maxsize=_KEPT_WORDS)
def _word(surface: str) -> Word:
    """A word of letters, a number or a symbol, as it stands in a text."""
    folded = fold(surface)
    if surface in _SYMBOLS:
        return _formed(surface, folded, _SYMBOLS[surface], _SYMBOLS[surface])
    if folded[:1].isdigit():
        number = re.sub(r"[ .](?=\d{3}(?:\D|$))", "", folded).replace(",", ".")
        return _formed(surface, folded, number, number)
    plain = folded.replace(".", "")
    plain = _UNIT_WORDS.get(plain, plain)
    stop = plain in STOP_WORDS or (len(plain) == 1 and plain.isalpha())
    return _formed(surface, folded, singular(plain), stem(plain), stop)


def _formed(surface: str, folded: str, word: str, stemmed: str, stop: bool = False) -> Word:
    spelling = folded if len(folded) > 2 and folded.isalpha() else ""
    written = surface if _is_written_as_usual(surface) else ""
    forms = Forms(stemmed, STEM + stemmed, spelling, written)
    return Word(surface, word, stemmed, stop, folded in _ELISIONS, forms)


def _is_written_as_usual(word: str) -> bool:
    """Whether a word shows how it is written: not so in a heading all in capitals."""
    return word.isalpha() and len(word) > 2 and not (word.isupper() and len(word) > 5)


@lru_cache(maxsize=_KEPT_TEXTS)
def _analysed(text: str) -> _Analysed:
    """Kept in memory for the last texts: a passage is embedded, indexed and spelt in turn."""
    text = _readable(text)
    words, odd = _pieces(text)
    if any(one.continues for one in odd) and _SPACED_NUMBER.search(text):
        text = _TOKEN.sub(lambda found: found[0].translate(_TO_FULL_STOPS), text)
        words, odd = _pieces(text)
    forms = chain.from_iterable([*words, *[one.glued for one in odd]])
    # Forms of all words at once: no loop of Python's for each kind.
    each: Any = Forms._make([*zip(*forms, strict=True)] or [()] * len(Forms._fields))
    compounds = tuple(chain.from_iterable([one.compounds for one in odd]))
    return _Analysed(text, each.stem, each.term, each.spelling, each.written, compounds)


def _pieces(text: str) -> tuple[Sequence[tuple[Forms, ...]], list[_Oddities]]:
    """The words of each piece of ``text``, and what few hold beside them."""
    pieces = list(filter(None, map(_KNOWN_PIECES.__getitem__, text.split())))
    words, odd = zip(*pieces, strict=True) if pieces else ((), ())
    return words, list(filter(None, odd))


def _has_words(in_pieces: str, least: int) -> bool:
    found = 0
    for one in filter(None, map(_KNOWN_PIECES.__getitem__, in_pieces.split())):
        found += len(one.words) + (len(one.odd.glued) if one.odd else 0)
        if found >= least:
            return True
    return False


def _piece(text: str) -> _Piece | None:
    """None where nothing of it is ever looked for."""
    bare = text.strip(_PUNCTUATION)
    if bare.isalpha():  # As most pieces are: one word, and none of what follows.
        word = _word(bare)
        return None if word.stop else _Piece((word.forms,), None)
    words = tuple([_word(one.surface).forms for one in _tokens(text, stop_words=False)])
    runs = _glued(text)
    glued = tuple([_formed(one.surface, one.word, one.word, one.word).forms for one in runs])
    compounds = tuple([stem(fold(found).replace("-", "")) for found in _COMPOUND.findall(text)])
    odd = _Oddities(glued, compounds, _CONTINUATION.match(text) is not None)
    return _Piece(words, odd if any(odd) else None) if words or any(odd) else None


_KNOWN_PIECES = Remembered(_piece, most=_KEPT_WORDS, longest=_LONGEST_KEPT)
