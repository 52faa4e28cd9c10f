from __future__ import annotations

import json
import lzma
from dataclasses import replace

import pytest

from index.training.sources import Pair, clean, read_pairs, read_parallel, read_texts
from kb.errors import InputError


@pytest.fixture
def read(workshop):
    """Reads ``lines`` as a source of ``kind`` by ``reader``."""

    def reading(reader, kind, *lines, name="file.txt"):
        path = workshop.folder / "data" / name
        content = "".join(f"{line}\n" for line in lines)
        if name.endswith(".xz"):
            path.write_bytes(lzma.compress(content.encode()))
        else:
            path.write_text(content, encoding="utf-8")
        config = workshop.config()
        source = replace(config.sources[1], kind=kind, files=(name,))
        return list(reader(source, config, workshop.folder / "data"))

    return reading


def test_paragraphs_are_cleaned_and_come_once(read):
    texts = read(read_texts, "text", "Un  toit\tpour tous", "", "Un toit pour tous", "à", "Deux")

    assert texts == ["Un toit pour tous", "Deux"]


def test_compressed_files_are_read(read):
    assert read(read_texts, "text", "Un logement", name="f.txt.xz") == ["Un logement"]


def test_pairs_come_once_and_never_with_themselves(read):
    lines = [
        json.dumps({"query": query, "positive": positive, "src": "x"})
        for query, positive in [("a b", "c d"), ("a b", "c d"), ("e", "e"), ("", "f"), ("g", "h")]
    ]

    assert read(read_pairs, "pairs", *lines) == [Pair("a b", "c d"), Pair("g", "h")]


def test_each_query_of_a_passage_asks_for_it(read):
    line = json.dumps({"passage": "Le texte.", "queries": ["un", "deux"]})

    assert read(read_pairs, "passages", line) == [
        Pair("un", "Le texte."),
        Pair("deux", "Le texte."),
    ]
    assert read(read_texts, "passages", line) == ["Le texte.", "deux"]


def test_expressions_of_a_group_are_paired_at_most_four_times(read):
    pairs = read(read_pairs, "groups", "toit | logement | domicile | abri | foyer", "huis | porte")

    first = [pair for pair in pairs if pair.query not in ("huis", "porte")]
    assert len(first) == 4
    assert all(
        {one.query, one.positive} < {"toit", "logement", "domicile", "abri", "foyer"}
        for one in first
    )
    assert {pairs[-1].query, pairs[-1].positive} == {"huis", "porte"}
    assert read(read_pairs, "groups", "seul") == []


def test_groups_are_drawn_alike_in_every_run(read):
    line = "toit | logement | domicile | abri | foyer"

    assert read(read_pairs, "groups", line) == read(read_pairs, "groups", line)


def test_parallel_text_gives_each_french_sentence_once(read):
    lines = ['["Go.", "Va !"]', '["Move.", "Va !"]', '["Hi.", "Salut !"]']

    assert read(read_parallel, "parallel", *lines) == [("Go.", "Va !"), ("Hi.", "Salut !")]
    assert read(read_texts, "parallel", *lines) == ["Va !", "Salut !"]


@pytest.mark.parametrize(
    ("kind", "line", "message"),
    [
        ("pairs", "{", "ce n’est pas du JSON."),
        ("pairs", '{"query": "a"}', "un objet JSON avec query et positive est attendu."),
        ("passages", '{"passage": "a"}', "un objet JSON avec passage et queries est attendu."),
        (
            "passages",
            '{"passage": "a", "queries": [1]}',
            "un objet JSON avec passage et queries est attendu.",
        ),
    ],
)
def test_a_bad_line_is_named(read, workshop, kind, line, message):
    with pytest.raises(InputError) as caught:
        read(read_pairs, kind, "", line)

    assert str(caught.value) == f"{workshop.folder / 'data' / 'file.txt'}, ligne 2 : {message}"


def test_a_damaged_file_is_named(read, workshop):
    workshop.folder.joinpath("data", "bad.jsonl.xz").write_bytes(b"no xz")
    config = workshop.config('files = ["pairs.jsonl"]', 'files = ["bad.jsonl.xz"]')

    with pytest.raises(InputError, match=r"bad\.jsonl\.xz » ne se lit pas"):
        read_pairs(config.sources[1], config, workshop.folder / "data")


def test_a_pattern_without_file_is_told(workshop):
    config = workshop.config('files = ["pairs.jsonl"]', 'files = ["none-*.jsonl"]')

    with pytest.raises(InputError) as caught:
        read_pairs(config.sources[1], config, workshop.folder / "data")
    assert str(caught.value) == (
        f"Source « asked » : aucun fichier « none-*.jsonl » dans « {workshop.folder / 'data'} » ; "
        "vérifiez --data ou retirez la source de la configuration."
    )


def test_control_characters_become_spaces():
    assert clean("un\u0000deux\n trois\u200b") == "un deux trois"
