"""Reads pages as a browser and a person would."""

from __future__ import annotations

from lxml import etree, html
from lxml.html import HtmlElement


def parsed(markup: str) -> HtmlElement:
    """The tree of a page; fails on mismatched tags and repeated identifiers."""
    parser = html.HTMLParser(encoding="utf-8")
    tree = html.document_fromstring(markup.encode(), parser=parser)
    unknown = etree.ErrorTypes.HTML_UNKNOWN_TAG  # newer than what libxml2 knows
    assert [str(error) for error in parser.error_log if error.type != unknown] == []
    return tree


def text_of(element: HtmlElement) -> str:
    """What is read, blanks joined; no-break spaces stay."""
    words = element.text_content().replace("\n", " ").split(" ")
    return " ".join(word for word in words if word)


def one(tree: HtmlElement, path: str) -> HtmlElement:
    """The only element at ``path``; fails when there are none or several."""
    (element,) = tree.xpath(path)
    return element
