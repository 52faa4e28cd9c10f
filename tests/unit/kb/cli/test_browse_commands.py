"""``kb projects`` and ``kb show``."""

from __future__ import annotations

import pytest

from kb.model import Filter


def test_lists_projects_under_their_brochure(kb):
    shell = kb("projects")

    assert shell.code == 0
    assert shell.out == (
        "Cahier des projets (2021)\n"
        "cahier · 2 projets\n"
        "  Le Jardin partagé — Habitat du Littoral, Lens, Liévin (62), 2019\n"
        "    cahier/le-jardin\n"
        "  La Clé — Aisne (02), Nord (59)\n"
        "    cahier/la-cle\n"
        "\n"
    )


def test_filters_projects(kb, library):
    shell = kb("projects", "--filter", "year=1999")

    assert library.calls == [("projects", Filter(year=("1999",)))]
    assert shell.out == "Aucun projet ne correspond à ces filtres.\n"


def test_says_that_the_base_is_empty(kb, library):
    library.empty = True

    assert kb("projects").out == (
        "La base est vide : ajoutez des brochures avec « kb ingest DOSSIER ».\n"
    )


def test_shows_a_brochure(kb):
    shell = kb("show", "cahier")

    assert shell.code == 0
    lines = shell.out.splitlines()
    assert lines[:4] == [
        "Cahier des projets (2021)",
        "Identifiant : cahier",
        "Fichier : /tmp/cahier.pdf (pdf)",
        "Mise en page : generique",
    ]
    assert "12 pages, 1 projet, 2 rubriques, 2 passages" in lines


def test_shows_a_project_without_e_mail_addresses(kb):
    shell = kb("show", "cahier/le-jardin")

    assert shell.out == (
        "Le Jardin partagé\n"
        "Cultiver ensemble\n"
        "Identifiant : cahier/le-jardin\n"
        "Organisation : Habitat du Littoral\n"
        "Partenaires : La Ville\n"
        "Lieu : Lens, Liévin (62)\n"
        "Année : 2019\n"
        "Objectifs : Lien social\n"
        "Public : Tous les habitants\n"
        "Contacts : Awa Petit, cheffe de projet, Habitat du Littoral\n"
        "Brochure : Cahier des projets, cahier.pdf, p. 6-8\n"
        "\n"
        "Objectifs, p. 7\n"
        "  Les habitants cultivent un jardin.\n"
        "  • Écrire à [adresse masquée] ;\n"
        "  • semer.\n"
    )


def test_shows_a_passage_and_those_near_it(kb):
    shell = kb("show", " cahier/le-jardin/objectifs/1 ", "--similar")

    assert shell.out == (
        "Le Jardin partagé — Habitat du Littoral, Lens, Liévin (62), 2019\n"
        "Objectifs, p. 7 (imprimée 5)\n"
        "\n"
        "Les habitants cultivent un jardin.\n"
        "• Écrire à [adresse masquée] ;\n"
        "• semer.\n"
        "\n"
        "« … » — Le Jardin partagé, p. 7\n"
        "cahier/le-jardin/objectifs/1\n"
        "\n"
        "Passages proches :\n"
        "\n"
        "La Clé — Aisne (02), Nord (59)\n"
        "\n"
        "  2. Objectifs, p. 9\n"
        "     Une clé pour chaque jardin.\n"
        "     « Une clé pour chaque jardin » — La Clé\n"
        "     cahier/la-cle/objectifs/1\n"
    )


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("inconnue", "Aucune brochure « inconnue »."),
        ("cahier/le-jardin/objectifs/9", "Aucun passage « cahier/le-jardin/objectifs/9 »."),
        ("cahier/le-jardin/objectifs", "Aucun passage « cahier/le-jardin/objectifs »."),
    ],
)
def test_an_unknown_identifier_is_one_line(kb, identifier, message):
    shell = kb("show", identifier)

    assert (shell.code, shell.out) == (1, "")
    assert shell.err == f"Erreur : {message}\n"


def test_only_passages_have_near_ones(kb):
    shell = kb("show", "cahier", "--similar")

    assert shell.code == 2
    assert shell.err == (
        "Erreur : --similar demande l’identifiant d’un passage (voir « kb show --help »).\n"
    )
