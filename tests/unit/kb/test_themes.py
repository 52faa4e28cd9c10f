"""Themes of a project, recognised by the words of its head."""

from __future__ import annotations

import re
import tomllib

import pytest

from kb.model import Project
from kb.themes import all_themes, build_themes, theme, themes_of


def names(**told: object) -> set[str]:
    project = Project("b/p", "b", **{"title": "Le Porche", **told})  # type: ignore[arg-type]
    return {each.name for each in themes_of(project)}


def test_shipped_themes_have_distinct_addresses() -> None:
    slugs = [each.slug for each in all_themes()]
    assert len(slugs) == len(set(slugs)) > 20
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)


def test_theme_is_found_by_its_address() -> None:
    found = theme("sante-mentale")
    assert found is not None and found.name == "Santé mentale"
    assert theme("aucun") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Des SENIORS isolés", "Personnes âgées"),
        ("Locataires de 70 ans et plus", "Personnes âgées"),
        ("Femmes victimes de violences", "Violences conjugales et familiales"),
        ("Personnes en souffrance psychique", "Santé mentale"),
        ("Un logement à la sortie de détention", "Sortie de prison"),
        ("Familles ayant le statut de réfugié", "Réfugiés et demandeurs d’asile"),
        ("La colocation entre générations", "Habitat partagé et inclusif"),
        ("Ménages menacés d’expulsion", "Impayés et expulsions"),
        ("Personnes longtemps restées à la rue", "Sans-abri et logement d’abord"),
        ("Sortir durablement, sortir de la rue", "Sans-abri et logement d’abord"),
        ("Maîtriser le montant des charges", "Énergie et charges"),
        ("Ménages aux charges d’énergie trop lourdes", "Énergie et charges"),
        ("L’enfance en danger", "Enfance protégée"),
    ],
)
def test_words_of_the_public_tell_the_theme(text: str, name: str) -> None:
    assert name in names(public=text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Personnes âgées de 16 à 25 ans", "Personnes âgées"),
        ("Une pension de famille", "Familles et parents seuls"),
        ("Toute personne, homme ou femme", "Femmes"),
        ("Une base nouvelle", "Enfance protégée"),
        ("Un lieu pour la petite enfance", "Enfance protégée"),
        ("La résidence de la rue Pasteur", "Sans-abri et logement d’abord"),
        ("Chargés de clientèle et d’insertion", "Énergie et charges"),
    ],
)
def test_words_that_say_something_else_do_not(text: str, name: str) -> None:
    assert name not in names(public=text)


@pytest.mark.parametrize("field", ["title", "subtitle", "public"])
def test_every_text_of_the_head_counts(field: str) -> None:
    assert names(**{field: "Le relogement"}) == {"Relogement"}


def test_objectives_count_and_no_expression_runs_over_two_texts() -> None:
    assert names(objectives=("Relogement",)) == {"Relogement"}
    assert names(objectives=("souffrance", "psychique")) == set()


def test_project_without_such_words_has_no_theme() -> None:
    assert names() == set()


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[[theme]]\nname = 'A'", KeyError),
        ("theme = 3", TypeError),
        ("[[theme]]\nname = 'A'\npatterns = ['(']", re.error),
        ("[[theme", tomllib.TOMLDecodeError),
    ],
)
def test_malformed_list_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        build_themes(text)
