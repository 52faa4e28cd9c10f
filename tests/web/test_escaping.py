"""A brochure may say anything anywhere: it is shown, and does nothing, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from lxml import etree, html

from kb.config import Settings
from kb.shelf import LIGHT
from kb.wiring import temporary_library
from tests.web.everywhere import VALUES, Visit, everywhere, reading
from tests.web.signing import CHEAP, signed_in
from web.app import create_app

HOSTILE = (
    '=HYPERLINK("http://mal.exemple") <script>alert("{0}")</script> '
    "<img src=x onerror=alert(1)>\" onmouseover='x' </title></textarea></script> "
    "{{{{7*7}}}} {{% x %}} ]]> &lt;b&gt; [lien](javascript:alert(1)) `x` \u202e %0d%0aX: y"
)


def said(name: str) -> str:
    return HOSTILE.format(name) + (" Maison" if name != "source" else "").replace("/", "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Path]]:
    home = tmp_path_factory.mktemp("base")
    settings = Settings(home=home, embedding_model=LIGHT, admin_token="jeton")

    def written(name: str) -> str:
        text = said(name)
        # A file's name holds no slash, nor more than its system takes.
        return text.replace("/", "_")[:120] if name == "source" else text

    with temporary_library(settings, [reading(written)]) as library:
        yield create_app(library, settings), home


@pytest.fixture
def app(site: tuple[Flask, Path]) -> Flask:
    return site[0]


def faults(visit: Visit) -> list[str]:
    """What an answer would have a reader's program do beyond showing it."""
    answer = visit.answer
    found = [name for name, value in answer.headers if "\n" in value or name == "X"]
    text = answer.get_data().decode("utf-8", "replace")
    if answer.mimetype == "text/html":
        tree = html.document_fromstring(text)
        found += [f"script {one.text}" for one in tree.iter("script") if one.text or not _own(one)]
        found += [f"img {one.get('src')}" for one in tree.iter("img") if not _own(one)]
        for element in tree.iter(etree.Element):
            found += [
                str(name) for name in element.attrib if name.startswith("on") or name == "style"
            ]
            for name in ("href", "src", "action", "formaction"):
                target = element.get(name, "/")
                if not re.match(r"[/?#]|mailto:|https://github\.com/", target):
                    found.append(f"{name}={target}")
        found += ["style"] * len(list(tree.iter("style", "iframe", "object", "embed", "base")))
        if "49" in re.sub(r"\d{3,}", "", tree.text_content()) and "{{7*7}}" not in text:
            found.append("a template was run")
    elif answer.mimetype in ("application/json", "application/problem+json"):
        json.loads(text)
    return found


def _own(element: html.HtmlElement) -> bool:
    return element.get("src", "").startswith(("/static/", "/source/"))


def test_no_page_runs_what_a_brochure_says(app: Flask) -> None:
    visits = list(everywhere(app, app.test_client()))
    assert {one.path: faults(one) for one in visits if faults(one)} == {}
    pages = [
        one.answer.get_data(as_text=True) for one in visits if one.answer.mimetype == "text/html"
    ]
    assert sum("&lt;script&gt;alert(" in page for page in pages) > 10


def test_nor_do_pages_of_the_administration(
    site: tuple[Flask, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, home = site
    monkeypatch.setattr("kb.office.accounts.PasswordHasher", lambda: CHEAP)
    client = signed_in(app.test_client(), home)
    assert {one.path: faults(one) for one in everywhere(app, client) if faults(one)} == {}


def test_json_can_stand_within_a_page(app: Flask) -> None:
    """Answers that a script reads are never HTML to a browser."""
    answer = app.test_client().get("/api/search?q=logement")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    marked = answer.get_json()["hits"][0]["passage"]["html"]
    assert "<script" not in marked
    assert set(re.findall(r"<[^>]*>", marked)) <= {"<mark>", "</mark>"}


def exported(app: Flask, name: str, title: str = "") -> tuple[bytes, str]:
    body = {"format": name, "passages": list(VALUES["passage_id"]), "title": title}
    answer = app.test_client().post("/api/exports", json=body)
    assert answer.status_code == 200
    return answer.get_data(), answer.headers["Content-Disposition"]


def test_no_cell_of_a_table_is_a_formula(app: Flask) -> None:
    data, _ = exported(app, "csv")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 4
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_a_word_file_is_well_formed_and_names_nothing_outside(app: Flask) -> None:
    data, _ = exported(app, "docx", title=said("note")[:200])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
        outside = [
            name for name in archive.namelist()
            if name.endswith(".rels") and b'TargetMode="External"' in archive.read(name)
        ]  # fmt: skip
    assert outside == []


def test_markdown_means_nothing_but_itself(app: Flask) -> None:
    text = exported(app, "md")[0].decode()
    assert "<script" not in text.replace("\\<script", "")
    assert "](javascript:" not in text.replace("\\](javascript:", "")


@pytest.mark.parametrize(
    "title", ['a"; filename="b.exe', "a\r\nX: y", "../../etc/passwd", "\u202egpj.exe", "é" * 150]
)
def test_the_name_of_a_file_is_plain(app: Flask, title: str) -> None:
    _, disposition = exported(app, "md", title)
    assert re.fullmatch(r"attachment; filename=[a-z0-9-]{1,60}\.md", disposition)
