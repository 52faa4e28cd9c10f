"""The sample brochures: rebuilt byte for byte, of the promised length, without personal data."""

import importlib
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[3] / "corpus"
SOURCE = CORPUS / "source"
GOLDEN = Path(__file__).parents[2] / "golden"
SAMPLES = ("synthese-hauts-de-france.pdf", "logement-accompagne-bretagne.docx")


@pytest.fixture
def sample_text(monkeypatch):
    """The module that reads the sources; it needs nothing but the standard library."""
    monkeypatch.syspath_prepend(str(SOURCE))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return importlib.import_module("sample_text")


@pytest.fixture
def build_sample(sample_text):
    """The build script, loaded from its folder, which is no package."""
    pytest.importorskip("reportlab", reason="reportlab draws the sample PDF")
    pytest.importorskip("docx", reason="python-docx writes the sample Word file")
    return importlib.import_module("build_sample")


@pytest.fixture
def brochures(sample_text):
    """Both samples, read from their sources."""
    names = (Path(sample).stem for sample in SAMPLES)
    return {name: sample_text.load_brochure(SOURCE / f"{name}.toml") for name in names}


def test_rebuilding_gives_the_committed_bytes(build_sample, tmp_path):
    installed = {name: version(name) for name in build_sample.BUILT_WITH}
    if installed != build_sample.BUILT_WITH:
        pytest.skip(f"the samples were built with {build_sample.BUILT_WITH}, not {installed}")
    build_sample.build(tmp_path)
    for name in SAMPLES:
        assert (tmp_path / name).read_bytes() == (CORPUS / name).read_bytes(), name


def test_two_builds_are_equal(build_sample, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        build_sample.main([str(folder)])
    for name in SAMPLES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_projects_have_the_promised_length(brochures):
    lengths = {
        name: {project.key: project.words for project in brochure.projects}
        for name, brochure in brochures.items()
    }
    north, west = lengths.values()
    assert len(north) == 12
    assert {key: words for key, words in north.items() if not 350 <= words <= 600} == {}
    assert len(west) == 4
    assert {key: words for key, words in west.items() if not 180 <= words <= 300} == {}


def test_some_headings_trail(brochures):
    trailing = [
        project.facts["trailing"]
        for project in brochures["synthese-hauts-de-france"].projects
        if "trailing" in project.facts
    ]
    assert trailing == [["declinaison", "parole"]] * 3


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*.toml")), ids=lambda path: path.stem)
def test_sources_hold_no_email_address(path):
    assert re.findall(r"\S+@\S+", path.read_text(encoding="utf-8")) == []


def test_overflowing_text_is_refused(build_sample, brochures):
    sample_pdf = importlib.import_module("sample_pdf")
    brochure = brochures["synthese-hauts-de-france"]
    book = sample_pdf.open_book(brochure)
    story = sample_pdf.blocks(brochure.projects[0].section("presentation")) * 9
    with pytest.raises(ValueError, match="overflows page 1"):
        sample_pdf.place(book.canvas, story, sample_pdf.TOP)


def read_questions():
    """The sample questions, as the evaluation reads them."""
    lines = (GOLDEN / "questions-sample.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_evidence_stands_in_the_sources(brochures):
    blocks = {
        project.key: [
            " ".join(block.text.split()) for section in project.sections for block in section.blocks
        ]
        for brochure in brochures.values()
        for project in brochure.projects
    }
    missing = [
        (question["id"], evidence)
        for question in read_questions()
        for gold in question["gold"]
        for evidence in gold["evidence"]
        if not any(evidence in block for block in blocks[gold["project"]])
    ]
    assert missing == []


def test_questions_are_numbered_and_only_none_lacks_an_answer():
    questions = read_questions()
    assert [q["id"] for q in questions] == [f"s-{n:02d}" for n in range(1, len(questions) + 1)]
    assert all((q["type"] == "none") == (q["gold"] == []) for q in questions)


def test_aliases_name_every_project_and_no_other(brochures):
    named = {
        project.key: " ".join(
            " ".join(
                (project.title, project.facts.get("subtitle", ""), project.facts["organisation"])
            )
            .casefold()
            .split()
        )
        for brochure in brochures.values()
        for project in brochure.projects
    }
    aliases = json.loads((GOLDEN / "projects-sample.json").read_text(encoding="utf-8"))
    matches = {
        (key, other)
        for key, names in aliases.items()
        for alias in names
        for other, text in named.items()
        if alias.casefold() in text
    }
    assert matches == {(key, key) for key in named}
