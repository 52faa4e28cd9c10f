"""Every passage found on its page again, and every brochure as its report says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from ingest.verification import Verifier
from kb.catalog import Catalog, StoredPassage
from kb.keeping.problems import Problem
from kb.model import PageText
from kb.results import BrochureEntry


def text_problems(catalog: Catalog, told: Callable[[int, str], None]) -> list[Problem]:
    """What is wrong with the passages of one state of the catalogue.

    ``told`` is called with brochures done and the title of the one at hand.
    """
    problems: list[Problem] = []
    with catalog.reading():
        entries = {entry.brochure.id: entry for entry in catalog.brochures()}
        projects = {project.id for project in catalog.projects()}
        counts = dict.fromkeys(entries, 0)
        grouped = groupby(catalog.all_passages(), lambda stored: stored.passage.brochure_id)
        for done, (brochure_id, stored) in enumerate(grouped):
            told(done, entries[brochure_id].brochure.title)
            checked, found = _of_brochure(catalog, brochure_id, stored, projects)
            counts[brochure_id] = checked
            problems += found
    return problems + [
        _lacking(entries[one], count)
        for one, count in counts.items()
        if count != entries[one].report.passages
    ]


def _of_brochure(
    catalog: Catalog, brochure_id: str, stored: Iterable[StoredPassage], projects: set[str]
) -> tuple[int, list[Problem]]:
    """How many passages a brochure has, and what is wrong with them."""
    pages = [PageText(number, "", text) for number, text in catalog.page_texts(brochure_id).items()]
    verifier = Verifier(pages)
    checked = 0
    problems: list[Problem] = []
    for one in stored:
        checked += 1
        passage = one.passage
        if not verifier.confirms(passage.text, passage.page, passage.last_page):
            problems.append(
                _problem(passage.id, f"ce passage n’est pas à la page {passage.page} qu’il cite")
            )
        if passage.project_id not in projects:
            problems.append(_problem(passage.id, "ce passage n’est plus dans aucun projet"))
    return checked, problems


def _lacking(entry: BrochureEntry, count: int) -> Problem:
    return _problem(
        entry.brochure.id,
        f"la brochure a donné {entry.report.passages} passages, la base en a {count}",
    )


def _problem(place: str, message: str) -> Problem:
    return Problem(
        "Passages",
        place,
        message,
        "retirez la brochure par « kb remove » et reprenez son fichier par « kb ingest », "
        "ou reprenez une sauvegarde par « kb restore FICHIER »",
    )
