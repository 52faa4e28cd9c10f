"""The English catalogue is whole, and nothing that the site says escapes it."""

from __future__ import annotations

import ast
import gettext
import io
import re
import shlex
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "web/translations/en/LC_MESSAGES"
TEMPLATES = sorted((ROOT / "web/templates").rglob("*.html"))
MODULES = sorted(set((ROOT / "web").glob("*.py")) - {ROOT / "web/serving.py"})
"""All but the command, which speaks French as ``kb`` does."""
SCRIPTS = sorted((ROOT / "web/static").glob("*.js"))
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
TRANSLATING = {"_", "N_", "gettext", "lazy_gettext", "ngettext", "plural"}
FRENCH = re.compile(r"[àâçéèêëîïôùûüœÀÂÇÉÈÊÎÔÛŒ«»’]")
SAME_IN_BOTH = {"Passages", "kb", "ingest", "admin", "create", "Ctrl"}
"""Names, which no language changes."""


def catalogue() -> Catalog:
    return read_po(io.BytesIO((CATALOGUE / "messages.po").read_bytes()))


def messages(of: Catalog) -> dict[object, Message]:
    return {message.id: message for message in of if message.id}


def forms(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What ``make messages`` finds in the sources."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    keywords = re.search(r"^KEYWORDS := (.+)$", makefile, re.MULTILINE)
    assert keywords is not None
    found = tmp_path_factory.mktemp("messages") / "messages.pot"
    arguments = ["-F", str(ROOT / "pyproject.toml"), *shlex.split(keywords[1])]
    command = ["pybabel", "-q", "extract", *arguments, "-o", str(found), str(ROOT / "web")]
    CommandLineInterface().run(command)
    return read_po(io.BytesIO(found.read_bytes()))


def test_extraction_sees_every_call(extracted: Catalog) -> None:
    """Calls inside f-strings are seen on some versions of Python only."""
    called = {
        argument.value
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATING
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert called - {form for id in messages(extracted) for form in forms(id)} == set()


def test_catalogue_holds_what_the_sources_say_and_nothing_else(extracted: Catalog) -> None:
    said, held = set(messages(extracted)), set(messages(catalogue()))
    assert said - held == set(), "run make messages, then translate what is new"
    assert held - said == set(), "run make messages"
    assert len(said) > 300
    assert not catalogue().obsolete


def test_every_message_is_translated() -> None:
    lacking = [
        message.id
        for message in messages(catalogue()).values()
        if message.fuzzy or not all(forms(message.string))
    ]
    assert lacking == []


def test_plurals_have_both_english_forms() -> None:
    held = catalogue()
    assert (held.num_plurals, held.plural_expr) == (2, "(n != 1)")
    assert [m.id for m in held if m.pluralizable and len(forms(m.string)) != 2] == []


def test_translations_name_the_same_places() -> None:
    differing = [
        (message.id, form)
        for message in messages(catalogue()).values()
        for form in forms(message.string)
        if set(PLACES.findall(form)) != set(PLACES.findall(forms(message.id)[-1]))
    ]
    assert differing == []


def test_translations_are_english() -> None:
    french = [
        form
        for message in messages(catalogue()).values()
        for form in forms(message.string)
        if re.search(r"[à-ÿœ«»]| [:;!?]", form)
    ]
    assert french == []


def test_compiled_catalogue_is_that_of_the_sentences() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    expected = gettext.GNUTranslations(compiled)
    with (CATALOGUE / "messages.mo").open("rb") as file:
        shipped = gettext.GNUTranslations(file)
    # The header tells when and by what it was made.
    kept = [
        {key: value for key, value in each.__dict__["_catalog"].items() if key}
        for each in (expected, shipped)
    ]
    assert kept[0] == kept[1], "run make messages"
    assert shipped.ngettext("projet", "projets", 0) == "projects"
    assert shipped.gettext("projet") == "project"


class _Reader(HTMLParser):
    """The words that a page shows or says, code left out."""

    SAID = frozenset({"alt", "aria-label", "placeholder", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag == "code"
        said = [value or "" for name, value in attrs if name in self.SAID]
        self.words += [word for value in said for word in re.findall(r"[^\W\d_]{2,}", value)]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.words += re.findall(r"[^\W\d_]{2,}| [:;!?»]|« ", data)


def read(markup: str) -> list[str]:
    """The words of a template that stand outside of every expression."""
    environment = Environment(extensions=["jinja2.ext.i18n"])
    reader = _Reader()
    for _, kind, text in environment.lex(markup):
        if kind == "data":
            reader.feed(text)
        elif kind == "variable_begin":
            reader.feed("0")  # something stands here, between quotes perhaps
    reader.close()
    return [word for word in reader.words if word not in SAME_IN_BOTH]


def untranslated_texts(markup: str) -> Iterator[str]:
    """Texts in the expressions of a template that are shown as they are."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(markup)
    translated = {
        id(argument)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING
        for argument in call.args
    }
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in translated:
            yield constant.value


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.name))
def test_templates_say_nothing_that_is_not_translated(template: Path) -> None:
    markup = template.read_text(encoding="utf-8")
    assert read(markup) == []
    sentences = [text for text in untranslated_texts(markup) if "<" not in text]
    assert [text for text in sentences if FRENCH.search(text)] == []
    assert [text for text in sentences if re.search(r"[a-z] [a-z]", text)] == []


def test_a_forgotten_word_is_seen() -> None:
    assert read('<p>{{ _("Oui") }} sinon</p>') == ["sinon"]
    assert read('<a title="Voir" href="/projets">{{ name }}</a>') == ["Voir"]
    assert read("<p>Passages : <code>kb ingest</code></p>") == [" :"]
    assert list(untranslated_texts("{{ _('oui') }}{{ 'non' if x }}{{ plural(n, 'a', 'b') }}")) == [
        "non"
    ]


def french_texts(source: str) -> Iterator[str]:
    """French texts of a module that no function translates, its explanations left out."""
    tree = ast.parse(source)
    skipped = {
        id(inside)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) in TRANSLATING
        )
        for inside in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in skipped:
            continue
        text = node.value
        if isinstance(text, str) and FRENCH.search(text) and re.search(r"[^\W\d_]{2}", text):
            yield text


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.name))
def test_modules_say_nothing_that_is_not_translated(module: Path) -> None:
    found = list(french_texts(module.read_text(encoding="utf-8")))
    # Each language goes by its own name.
    assert found == (["Français"] if module.name == "i18n.py" else [])


def test_a_forgotten_sentence_is_seen() -> None:
    source = '"""Écrit."""\nx = _("Le thème")\ny = f"Le thème {x}"\nz = N_("é" "ù")\n'
    assert list(french_texts(source)) == ["Le thème "]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.name))
def test_scripts_hold_no_words(script: Path) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [line for line in code.splitlines() if FRENCH.search(line)] == []
