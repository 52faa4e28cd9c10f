"""The check that a base is whole: what it holds, word for word, and what was made from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import Busy, KbError, StorageError
from kb.home import Home
from kb.keeping.catalogues import refuse_absent
from kb.keeping.databases import problem_of
from kb.keeping.index_check import index_problems
from kb.keeping.leftovers import left_over
from kb.keeping.problems import Problem, Verification
from kb.keeping.text_check import text_problems
from kb.library.base import Base
from kb.library.originals import Originals
from kb.office.database import FORMAT as OFFICE_FORMAT
from kb.office.secret import secret_key
from kb.results import BrochureEntry
from kb.source import Original
from kb.wiring import home_of, parts_of

if TYPE_CHECKING:
    from kb.config import Settings

Progress = Callable[[int, int, str], None]
"""``(steps done, steps in all, what is at hand)``."""

_RESTORE = "reprenez une sauvegarde par « kb restore FICHIER »"


def verify(settings: Settings, progress: Progress | None = None) -> Verification:
    """Check the whole of the base of these settings, and change nothing.

    Every passage is looked for on its page, every file compared with its digest, the
    index with the catalogue, and SQLite checks its files. Others may search and change the
    base meanwhile: what looks wrong is looked at again while they wait. Raises
    StorageError where there is no base, NewerFormat, and Busy where others change it for
    too long.
    """
    home = home_of(settings)
    refuse_absent(settings)
    office = _office_problems(home)
    damage = [] if settings.catalogue else _damage("Catalogue", home.catalogue)
    if damage:
        return Verification(problems=(*damage, *office))
    base = Base(parts_of(settings))
    try:
        originals, changed = _originals(base, home)
        problems = _settled(base, progress)
        counts = base.catalog.statistics()
    finally:
        base.close()
    return Verification(
        counts.brochures,
        counts.projects,
        counts.passages,
        {state.value: originals[state] for state in Original},
        (*problems, *changed, *office, *_left_over(home)),
    )


def problems_of(
    base: Base, progress: Progress | None = None, *, just_filled: bool = False
) -> list[Problem]:
    """What is wrong with the passages of a base, and with its index.

    ``just_filled`` is as for ``index_problems``.
    """
    told = progress or (lambda done, total, name: None)
    steps = base.catalog.statistics().brochures + 1
    found = text_problems(base.catalog, lambda done, name: told(done, steps, name))
    told(steps - 1, steps, "index")
    found += index_problems(base, just_filled=just_filled)
    told(steps, steps, "")
    return found


def _settled(base: Base, progress: Progress | None) -> list[Problem]:
    """The problems that stay when nobody changes the base."""
    found = problems_of(base, progress)
    if not found:
        return found
    try:
        with base.parts.writing("vérification"):
            return problems_of(base)
    except Busy:
        raise
    except StorageError:  # a folder that can't be written: nobody changes this base
        return found


def _originals(base: Base, home: Home) -> tuple[Counter[Original], list[Problem]]:
    """What has become of the brochures' files, and which of that is a problem.

    That the user's own file is no longer there is none: the brochure stays.
    """
    counted: Counter[Original] = Counter()
    problems: list[Problem] = []
    originals = Originals()
    for entry in base.catalog.brochures():
        with originals.opened(entry) as (state, _):
            counted[state] += 1
        own = Path(entry.path).parent == home.uploads
        wrong = state is not Original.UNCHANGED and (own or state is not Original.MISSING)
        # One that was replaced or removed meanwhile is another's affair.
        if wrong and base.catalog.brochure(entry.brochure.id) == entry:
            problems.append(_original_problem(entry, state, own))
    return counted, problems


def _original_problem(entry: BrochureEntry, state: Original, own: bool) -> Problem:
    said, mend = _ORIGINALS[state]
    if own:
        mend = f"{_RESTORE}, ou envoyez le fichier de nouveau par « Remplacer »"
    return Problem("Fichiers", entry.brochure.id, f"{Path(entry.path).name} : {said}", mend)


_ORIGINALS = {
    Original.MISSING: ("le fichier n’est plus à sa place", "remettez-le"),
    Original.CHANGED: (
        "le fichier n’est plus celui qui a été lu",
        "relancez « kb ingest » avec ce fichier pour le relire, ou remettez l’ancien",
    ),
    Original.UNREADABLE: ("le fichier ne peut pas être ouvert", "vérifiez ses droits de lecture"),
}


def _office_problems(home: Home) -> list[Problem]:
    """What is wrong with accounts, work and key."""
    if not home.office.is_dir():
        return []
    OFFICE_FORMAT.refuse_newer(home.accounts)
    problems = _damage("Comptes", home.accounts)
    queue = home.office / "queue.sqlite"
    problems += [
        replace(one, mend="arrêtez le serveur, effacez ce fichier, puis relancez le serveur")
        for one in _damage("Travaux", queue)
    ]
    key = home.office / "secret-key"
    if key.exists():
        try:
            secret_key(key)
        except KbError as error:
            problems.append(Problem("Clé du site", key.name, str(error), ""))
    return problems


def _damage(subject: str, path: Path) -> list[Problem]:
    """What SQLite finds wrong with a file."""
    if not path.exists():
        return []
    try:
        found = problem_of(path)
    except StorageError as error:
        return [Problem(subject, path.name, str(error), "")]
    return [Problem(subject, path.name, f"le fichier est abîmé ({found})", _RESTORE)] * bool(found)


def _left_over(home: Home) -> list[Problem]:
    if not left_over(home):
        return []
    return [
        Problem(
            "Restauration",
            home.restoring.name,
            "une restauration s’est arrêtée avant la fin, la base est sans défaut",
            "relancez « kb restore FICHIER », ou « kb doctor », qui efface ce reste",
        )
    ]
