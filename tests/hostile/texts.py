"""Web pages and texts made to harm."""

from __future__ import annotations

from tests.hostile.archives import LAUGHS, OUTSIDE

SENTENCE = "Douze logements accueillent des jeunes travailleurs."
MEBIBYTE = 1024 * 1024


def page(body: str = f"<p>{SENTENCE}</p>", head: str = "") -> bytes:
    """A web page."""
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


def deep_page(depth: int = 100_000) -> bytes:
    """Elements inside elements."""
    return page(f"{'<div>' * depth}<p>{SENTENCE}</p>{'</div>' * depth}")


def deep_list(depth: int = 20_000) -> bytes:
    """Lists inside lists, never closed."""
    return page(f"<p>{SENTENCE}</p>{'<ul><li>' * depth}")


def attributes(count: int = 200_000) -> bytes:
    """An element of very many attributes."""
    return page(f"<p {' '.join(f'a{n}=1' for n in range(count))}>{SENTENCE}</p>")


def scripts() -> bytes:
    """A page that would run, load and send much."""
    return page(
        "<script>alert('danger')</script><iframe src='http://127.0.0.1:9/'>danger</iframe>"
        "<object data='http://127.0.0.1:9/'>danger</object><embed src='file:///etc/passwd'>"
        "<img src=x onerror=alert(1) alt='danger'>"
        f"<p onclick='danger()'>{SENTENCE} <a href='javascript:danger()'>Voici la suite.</a></p>"
        "<svg><script>danger</script></svg>",
        "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'><base href='//127.0.0.1:9/'>",
    )


def laughing_page() -> bytes:
    """An XHTML page of a milliard of laughs."""
    return _xhtml(LAUGHS)


def reaching_page() -> bytes:
    """An XHTML page that asks for a file of the machine."""
    return _xhtml(OUTSIDE)


def _xhtml(declarations: str) -> bytes:
    body = f"<html><body><p>{SENTENCE}</p><p>&j;</p></body></html>"
    return f'<?xml version="1.0"?>{declarations}{body}'.encode()


def markup_in_headings() -> bytes:
    """A heading that would be markup if it were not escaped."""
    return page(f"<h1>&lt;script&gt;alert(1)&lt;/script&gt; Le projet</h1><p>{SENTENCE}</p>")


def one_line(size: int = 100 * MEBIBYTE) -> bytes:
    """One line without an end."""
    return (f"{SENTENCE} ".encode() * (size // len(SENTENCE) + 1))[:size]


def one_word(size: int = MEBIBYTE) -> bytes:
    """One word without an end, below a sentence."""
    return f"{SENTENCE}\n\n".encode() + b"a" * size


def only_breaks(size: int = MEBIBYTE) -> bytes:
    """A sentence lost among empty lines."""
    return b"\n" * size + SENTENCE.encode()


def page_breaks(count: int = 20_000) -> bytes:
    """As many pages as form feeds make."""
    return b"\f".join([b"Page"] * count)


def nuls() -> bytes:
    """A sentence among zero bytes."""
    return b"\x00" * 1000 + SENTENCE.encode() + b"\x00" * 1000


_FILLER = " ".join([f"{SENTENCE} Ils y restent un an ou deux."] * 3)
ESCAPED = f"[2J]0;titre{SENTENCE} 31m Fin de la phrase. {_FILLER}"
"""What is left of ``escapes``."""


def escapes() -> bytes:
    """A text that gives orders to a terminal and turns its direction around."""
    hidden = f"\x1b[2J\x1b]0;titre\x07{SENTENCE}\u202e\u2066 \x9b31m Fin de la phrase."
    return f"{hidden} {_FILLER}\n".encode()


def wide(name: str = "utf-16") -> bytes:
    """A text in two bytes a character."""
    return f"{SENTENCE}\nIls y restent un an, à l’écart du besoin.\n".encode(name)


def invalid() -> bytes:
    """Bytes that are no text in UTF-8."""
    return SENTENCE.encode() + b"\n\xff\xfe\xc3\x28\xf0\x28\x8c\x28 et la suite.\n"


def noise() -> bytes:
    """Bytes that are no text at all."""
    return bytes((place * 7919 + place // 256) % 256 for place in range(100_000))


def markdown_knots(count: int = 20_000) -> bytes:
    """Marks of emphasis that never close."""
    return (f"{SENTENCE}\n\n" + "**a _b " * count).encode()


def spaces(count: int = 200_000) -> bytes:
    """Words very far apart, line after line."""
    return (f"{SENTENCE}\n" + f"a{' ' * count}b\n" * 5).encode()


def dots(count: int = 100_000) -> bytes:
    """Leaders of a table of contents that never come to a number."""
    lines = (SENTENCE, f"Sommaire{'. ' * count}", "1." * count, "- " * count)
    return "\n".join(lines).encode()
