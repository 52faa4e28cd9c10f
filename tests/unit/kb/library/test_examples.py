"""Questions worth trying, drawn from the brochures."""

from __future__ import annotations

import pytest

from kb.library import Library
from kb.library.base import Base, Parts
from kb.library.examples import Examples, aim_question, drawn, place_question, public_question
from kb.model import Project


def _project(number: int, *aims: str, public: str = "", towns: tuple[str, ...] = ()) -> Project:
    return Project(f"b/{number}", "b", f"P{number}", objectives=aims, public=public, communes=towns)


@pytest.mark.parametrize(
    ("public", "question"),
    [
        ("Femmes victimes de violences", "Quel logement pour des femmes victimes de violences ?"),
        ("Les locataires âgés, soit 1 630 personnes.", "Quel logement pour les locataires âgés ?"),
        ("Jeunes adultes (18 à 40 ans) autistes", "Quel logement pour des jeunes adultes ?"),
        ("UTS et foyers", "Quel logement pour des UTS et foyers ?"),
        ("La démarche vise des ménages isolés.", ""),
        ("Toute personne âgée", ""),
        ("Ménages", ""),
        ("", ""),
    ],
)
def test_question_about_a_public(public: str, question: str) -> None:
    assert public_question(public) == question


@pytest.mark.parametrize(
    ("aim", "question"),
    [
        ("Relogement", "Quelles actions de relogement ?"),
        ("Accès au logement", "Quelles actions d’accès au logement ?"),
        ("Habitat inclusif", "Quelles actions d’habitat inclusif ?"),
        ("Éco-gestes", "Quelles actions d’éco-gestes ?"),
        ("Habiter ensemble", "Comment habiter ensemble ?"),
        ("Foyer ouvert", "Quelles actions de foyer ouvert ?"),
        ("", ""),
    ],
)
def test_question_about_an_aim(aim: str, question: str) -> None:
    assert aim_question(aim) == question


@pytest.mark.parametrize(
    ("town", "question"),
    [
        ("Dunkerque", "Quels projets à Dunkerque ?"),
        ("Le Havre", "Quels projets au Havre ?"),
        ("Les Andelys", "Quels projets aux Andelys ?"),
        ("La Madeleine", "Quels projets à La Madeleine ?"),
    ],
)
def test_question_about_a_place(town: str, question: str) -> None:
    assert place_question(town) == question


def test_questions_take_from_each_kind_and_project_in_turn_without_repeating() -> None:
    projects = [
        _project(1, "Relogement", "Écoute", public="Jeunes seuls", towns=("Lens", "Arras")),
        _project(2, "RELOGEMENT", "Accueil", towns=("Lille",)),
        _project(3, public="Familles " + "nombreuses " * 9),
    ]
    assert list(drawn(projects)) == [
        "Quel logement pour des jeunes seuls ?",
        "Quelles actions de relogement ?",
        "Quels projets à Lens ?",
        "Quels projets à Lille ?",
        "Quelles actions d’écoute ?",
        "Quels projets à Arras ?",
        "Quelles actions d’accueil ?",
    ]


def test_question_never_holds_an_address() -> None:
    projects = [_project(1, "Écrire à ada@exemple.fr", "Relogement", towns=("Lens",))]
    assert list(drawn(projects)) == ["Quels projets à Lens ?", "Quelles actions de relogement ?"]


def test_every_question_of_a_base_is_answered_by_it(filled: Library) -> None:
    questions = filled.examples()
    assert questions == (
        "Quels projets à Brest ?",
        "Quels projets à Rennes ?",
        "Quels projets à Nice ?",
    )
    assert all(filled.search(question).answerable for question in questions)
    assert filled.examples(1) == questions[:1]


def test_question_that_nothing_answers_is_left_out(filled: Library, parts: Parts) -> None:
    asked: list[str] = []

    def answers(question: str) -> bool:
        asked.append(question)
        return "Rennes" in question

    examples = Examples(Base(parts), answers)
    assert examples.questions(1) == ("Quels projets à Rennes ?",)
    assert examples.questions(1) == ("Quels projets à Rennes ?",)
    assert asked == ["Quels projets à Brest ?", "Quels projets à Rennes ?"]


def test_questions_follow_the_brochures(filled: Library) -> None:
    filled.examples()
    filled.remove("bretagne")
    assert filled.examples() == ("Quels projets à Nice ?",)


def test_empty_base_has_no_question(library: Library) -> None:
    assert library.examples() == ()
