"""A command can't ship undocumented, nor a document speak of what is gone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from kb.main import COMMANDS, root
from tests.browser.pages import VISITS

ROOT = Path(__file__).parents[2]


def read(name: str) -> str:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{name} is not written yet")
    return path.read_text(encoding="utf-8")


def options(command: str) -> list[str]:
    found = root.get_command(click.Context(root, info_name="kb"), command)
    assert found is not None
    return [
        max(parameter.opts, key=len)
        for parameter in found.params
        if isinstance(parameter, click.Option)
    ]


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_the_readme_names_every_command(name):
    text = read(name)

    assert [command for command in COMMANDS if f"kb {command}" not in text] == []


def test_a_readme_tells_every_option():
    text = read("README.md") + read("README.fr.md")

    missing = {
        command: lacking
        for command in COMMANDS
        if (lacking := [option for option in options(command) if option not in text])
    }
    assert missing == {}


@pytest.mark.parametrize("name", ["README.md", "README.fr.md", "CONTRIBUTING.md"])
def test_the_make_targets_that_are_named_exist(name):
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))

    named = set(re.findall(r"`make ([a-z]+)", read(name)))
    assert named - targets == set()
    assert named


def test_the_guide_names_only_files_that_exist():
    named = re.findall(
        r"`((?:ingest|kb|index|web|tests|corpus)/[\w./-]*)`", read("CONTRIBUTING.md")
    )

    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_each_promise_of_security_names_tests_that_exist():
    text = read("SECURITY.md")
    promises = text.split("## Promised")[1].split("## Not promised")[0]
    paragraphs = [one for one in promises.split("\n\n") if one.startswith("**")]
    named = set(re.findall(r"`((?:tests|kb)/[\w./-]*|test_\w+\.py)`", text))
    known = {path.name for path in (ROOT / "tests").rglob("test_*.py")}

    assert len(paragraphs) >= 9
    assert [one.splitlines()[0] for one in paragraphs if "Tested: " not in one] == []
    assert len(named) > 20
    missing = {one for one in named if one not in known and not (ROOT / one).exists()}
    assert missing == set()


@pytest.mark.parametrize("name", ["SECURITY.md", "docs/operations/README.md"])
def test_what_is_linked_exists(name):
    links = re.findall(r"\]\(([^)#:]+)\)", read(name))

    assert [one for one in links if not (ROOT / name).parent.joinpath(one).exists()] == []
    assert links


def test_operations_name_measures_that_are_told():
    from web.metrics import Measures

    told = {one.name for one in Measures().registry.collect()}
    counted = set(re.findall(r"`(kb_\w+?)(?:_total)?`", read("docs/operations/README.md")))
    gauges = {"kb_passages", "kb_ready", "kb_jobs_waiting", "kb_jobs_interrupted"}
    assert counted - told - gauges == set()
    assert len(counted) >= 9


def test_every_page_of_the_site_is_pictured_and_no_picture_is_left_over():
    shown = re.findall(r'src="(images/pages/[^"]+)" alt="[^"]{5,}"', read("docs/screenshots.md"))

    taken = {f"images/pages/{path.name}" for path in (ROOT / "docs/images/pages").iterdir()}
    assert sorted(shown) == sorted(taken)
    narrow = [visit.name for visit in VISITS if f"images/pages/{visit.name}-360.webp" not in taken]
    assert narrow == [], "run python -m tests.browser.screenshots, and look at what it took"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_lock_pins_every_version_and_no_graphics_card(name):
    lines = [line for line in read(name).splitlines() if not line.lstrip().startswith("#")]
    pins = [re.fullmatch(r"[a-z0-9.-]+==([\w.]+)( ; .+)?", line) for line in lines]

    assert len(lines) > 50
    assert [line for line, pin in zip(lines, pins, strict=True) if pin is None] == []
    assert [line for line in lines if re.match(r"nvidia|cuda|triton", line)] == []


def test_both_locks_agree():
    runtime, dev = (
        {line.partition(" ")[0] for line in read(name).splitlines() if "==" in line}
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime - dev == set()


def test_the_lock_holds_every_dependency():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = {
        re.split(r"[\[<>=~!; ]", line, maxsplit=1)[0].lower() for line in project["dependencies"]
    }
    pinned = {line.partition("==")[0] for line in read("requirements.lock").splitlines()}

    assert wanted - pinned == set()
