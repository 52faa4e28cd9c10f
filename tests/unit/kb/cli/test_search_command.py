"""``kb search`` as people read it, and as programs do."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import pytest
from click.testing import CliRunner

from kb.cli.session import Session
from kb.library import Library
from kb.main import root
from kb.model import Filter, Mode, Span
from kb.results import Answer
from tests.unit.kb.cli.conftest import HITS, SECOND

NOTHING = Answer(
    query="permis bateau", mode=Mode.HYBRID, answerable=False, hits=(), total=0, took_ms=1.0
)


def test_prints_passages_under_their_project(kb):
    shell = kb("search", "jardn", "VIF")

    assert shell.code == 0
    assert shell.err == ""
    assert shell.out == (
        "Recherche corrigée : « jardin » (--no-correct l’évite).\n"
        "Élargi à : VIF → violences intrafamiliales (sigle) ; jardin → potager (0,62),\n"
        "verger (0,50) (sens proche dans les brochures) (--no-expand l’évite).\n"
        "7 passages, montrés de 1 à 3.\n"
        "\n"
        "Le Jardin partagé — Habitat du Littoral, Lens, Liévin (62), 2019\n"
        "\n"
        "  1. Objectifs, p. 7 (imprimée 5)\n"
        "     Les habitants cultivent un jardin.\n"
        "     • Écrire à [adresse masquée] ;\n"
        "     • semer.\n"
        "     « Les habitants cultivent un jardin » — Le Jardin partagé\n"
        "     cahier/le-jardin/objectifs/1\n"
        "\n"
        "  3. Objectifs, p. 7 (imprimée 5)\n"
        "     =1+1 fait # deux.\n"
        "     « =1+1 fait # deux » — Le Jardin partagé\n"
        "     cahier/le-jardin/objectifs/2\n"
        "\n"
        "La Clé — Aisne (02), Nord (59)\n"
        "\n"
        "  2. Objectifs, p. 9\n"
        "     Une clé pour chaque jardin.\n"
        "     « Une clé pour chaque jardin » — La Clé\n"
        "     cahier/la-cle/objectifs/1\n"
    )


def test_passes_every_option_on(kb, library):
    kb(
        *("search", "bail", "glissant", "--mode", "lexical", "--limit", "3", "--offset", "2"),
        *("--filter", "departement=59", "--filter", "département=62", "--filter", "year = 2019"),
        *("--no-expand", "--no-correct"),
    )

    wanted = Filter(departement=("59", "62"), year=("2019",))
    assert library.calls == [
        ("search", ("bail glissant", Mode.LEXICAL, wanted, 3, 2, False, False))
    ]
    assert library.closed


def test_defaults(kb, library):
    kb("search", "bail")

    assert library.calls == [("search", ("bail", Mode.HYBRID, Filter(), 10, 0, True, True))]


def test_json_is_the_record_that_the_api_gives(kb):
    shell = kb("search", "jardin", "--json")

    record = json.loads(shell.out)
    assert shell.code == 0
    assert record["query"] == "jardin"
    assert record["total"] == 7
    assert record["hits"][0]["passage"]["html"].startswith(
        "Les habitants cultivent un <mark>jardin</mark>."
    )
    assert "awa@exemple.fr" not in shell.out


def test_says_that_nothing_answers_and_shows_near_themes_apart(kb, library):
    library.answer = replace(NOTHING, nearest=library.projects())

    shell = kb("search", "permis", "bateau")

    assert (shell.code, shell.err) == (0, "")
    assert shell.out == (
        "Aucun projet ne répond à « permis bateau ».\n"
        "Thèmes les plus proches :\n"
        "  • Le Jardin partagé — Habitat du Littoral, Lens, Liévin (62), 2019\n"
        "  • La Clé — Aisne (02), Nord (59)\n"
    )


def test_says_that_filters_were_on_when_nothing_answers(kb, library):
    library.answer = NOTHING

    assert kb("search", "permis", "--filter", "year=1900").out == (
        "Aucun projet ne répond à « permis bateau » avec ces filtres.\n"
    )


def test_a_passage_quoted_whole_is_not_repeated(kb, library):
    whole = replace(
        HITS[1],
        best_sentence=Span(0, len(SECOND.text)),
        citation=f"« {SECOND.text} » — La Clé, Objectifs, Cahier (2021), p. 9",
    )
    library.answer = replace(NOTHING, answerable=True, hits=(whole,), total=1)

    assert "     — La Clé, Objectifs, Cahier (2021), p. 9\n" in kb("search", "clé").out


def test_an_empty_base_is_told_from_an_unanswered_question(kb, library):
    library.answer = NOTHING
    library.empty = True

    shell = kb("search", "permis")

    assert shell.code == 0
    assert shell.out == "La base est vide : ajoutez des brochures avec « kb ingest DOSSIER ».\n"


def test_says_that_there_is_nothing_that_far(kb, library):
    library.answer = replace(NOTHING, answerable=True, total=4)

    assert kb("search", "bail", "--offset", "9").out == (
        "Rien à montrer après 9 : il y a 4 passages en tout.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--limit", "-1"], "--limit : -1 n’est pas dans l’intervalle permis (x>=1)"),
        (["--limit", "0"], "--limit : 0 n’est pas dans l’intervalle permis (x>=1)"),
        (["--limit", "dix"], "--limit : « dix » n’est pas un nombre entier"),
        (["--offset", "-1"], "--offset : -1 n’est pas dans l’intervalle permis (x>=0)"),
        (
            ["--mode", "flou"],
            "--mode : « flou » n’est pas permis ; valeurs permises : "
            "'hybrid', 'lexical', 'semantic'",
        ),
        (
            ["--filter", "ville=Lens"],
            "--filter : le filtre « ville » n’existe pas ; noms permis : organisation, "
            "departement, commune, year, heading, brochure, project",
        ),
        (
            ["--filter", "Lens"],
            "--filter : « Lens » n’est pas de la forme nom=valeur, par exemple departement=59",
        ),
        (
            ["--filter", "year="],
            "--filter : « year= » n’est pas de la forme nom=valeur, par exemple departement=59",
        ),
        (["--limit"], "l’option « --limit » attend une valeur"),
        (["--json=1"], "l’option « --json » ne prend pas de valeur"),
        (["--modes"], "l’option « --modes » n’existe pas ; vouliez-vous dire « --mode » ?"),
    ],
)
def test_refuses_what_it_cannot_use(kb, library, arguments, message):
    shell = kb("search", "bail", *arguments)

    assert shell.code == 2
    assert shell.out == ""
    assert shell.err == f"Erreur : {message} (voir « kb search --help »).\n"
    assert library.calls == []


def test_refuses_an_absent_query(kb):
    shell = kb("search")

    assert shell.code == 2
    assert shell.err == "Erreur : il manque RECHERCHE (voir « kb search --help »).\n"


def test_a_query_that_the_library_refuses_is_bad_usage(kb):
    shell = kb("search", "  ")

    assert shell.code == 2
    assert shell.err == "Erreur : La recherche est vide : écrivez au moins un mot.\n"


@pytest.mark.parametrize("color", [True, False])
def test_marks_are_bold_on_a_terminal_only(library, color):
    session = Session({}, lambda settings: cast(Library, library))

    result = CliRunner().invoke(root, ["search", "jardin"], obj=session, color=color)

    bold = "cultivent un \x1b[1mjardin\x1b[0m." in result.stdout
    assert bold is color
    assert ("\x1b" in result.stdout) is color
