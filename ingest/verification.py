"""The check that every passage stands on the page it cites, word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.stream import Entry, Stream, paragraphs
from kb.model import PageText


def page_texts(
    stream: Stream, numbers: Sequence[int], printed: Mapping[int, str]
) -> tuple[PageText, ...]:
    """The running text of every page, made from its lines without regard to headings."""
    lines: dict[int, list[Entry]] = {}
    for entry in stream.entries:
        lines.setdefault(entry.page, []).append(entry)
    return tuple(
        PageText(
            number,
            printed.get(number, ""),
            "\n".join(one.text for one in paragraphs(lines.get(number, ()), stream)),
        )
        for number in numbers
    )


class Verifier:
    """Finds passages again in the text of their pages, white space aside."""

    def __init__(self, pages: Sequence[PageText]) -> None:
        self._texts = {page.number: page.text for page in pages}
        self._keys: dict[int, str] = {}

    def confirms(self, text: str, page: int, last_page: int) -> bool:
        """Does this text stand on these pages, its end perhaps on the next one?"""
        if page == last_page and text in self._texts.get(page, ""):  # as most do, blanks and all
            return True
        key, first = _key(text), self._page(page)
        if page == last_page:
            return key in first
        shared = _longest_start(key, first)
        rest = key[shared:]
        for number in range(page + 1, last_page + 1):
            rest = rest[_longest_start(rest, self._page(number)) :]
        return shared > 0 and not rest

    def _page(self, number: int) -> str:
        if number not in self._keys:
            self._keys[number] = _key(self._texts.get(number, ""))
        return self._keys[number]


def _key(text: str) -> str:
    return "".join(text.replace("•", " ").split())


def _longest_start(key: str, text: str) -> int:
    """How many characters of the start of ``key`` stand together in ``text``."""
    low, high = 0, len(key)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if key[:middle] in text else (low, middle - 1)
    return low
