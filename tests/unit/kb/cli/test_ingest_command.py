"""``kb ingest`` reports on each file, and its exit code tells whether all are in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kb.results import FileOutcome, FileState, IngestOutcome
from tests.unit.kb.cli.conftest import REPORT


def test_reports_on_each_brochure_and_fails_when_one_was_refused(kb, library):
    shell = kb("ingest", "cahier.pdf", "vide.txt")

    assert shell.code == 1
    assert shell.out == (
        "cahier.pdf : ajoutée. Lue en entier.\n"
        "    12 pages, 1 projet, 2 rubriques, 2 passages\n"
        "    Pages sans texte : 2\n"
        "    Pages sans titre de rubrique : 3-5, 9\n"
        "    En-têtes, pieds de page et numéros écartés : « Cahier », « Page », « 2021 »\n"
        "    et 1 autre\n"
        "    Autres lignes mises à part : « Photo »\n"
        "    Attention : aucune année n’a été trouvée pour « Le Jardin ».\n"
        "2 brochures : 1 ajoutée, 1 refusée.\n"
    )
    assert shell.err == (
        "[1/2] cahier.pdf\n[2/2] vide.txt\nvide.txt : refusée. Le fichier est vide.\n"
    )
    assert library.calls == [("ingest", ((Path("cahier.pdf"), Path("vide.txt")), False, False))]
    assert library.closed


def test_passes_its_options_on(kb, library):
    shell = kb("ingest", "corpus", "--dry-run", "--prune")

    assert library.calls == [("ingest", ((Path("corpus"),), True, True))]
    assert shell.out.endswith("Essai à blanc : rien n’a été enregistré.\n")


@pytest.mark.parametrize("state", [state for state in FileState if state != FileState.REFUSED])
def test_succeeds_in_every_other_state(kb, library, state):
    library.outcome = IngestOutcome((FileOutcome("a.pdf", state, "Voilà."),))

    assert kb("ingest", "a.pdf").code == 0


def test_a_message_that_tells_the_state_is_enough(kb, library):
    library.outcome = IngestOutcome((FileOutcome("a.pdf", FileState.UNCHANGED, "Inchangée."),))

    assert kb("ingest", "a.pdf").out.startswith("a.pdf : Inchangée.\n")


def test_long_examples_are_cut(kb, library):
    report = replace(REPORT, furniture=("mot " * 30,))
    library.outcome = IngestOutcome((FileOutcome("a", FileState.ADDED, "", "a", report),))

    out = " ".join(kb("ingest", "a").out.split())
    assert f"écartés : « {'mot ' * 14}mot… » Autres" in out


def test_counts_by_state(kb, library):
    states = (FileState.ADDED, FileState.UNCHANGED, FileState.ADDED, FileState.DUPLICATE)
    library.outcome = IngestOutcome(tuple(FileOutcome("a", state, "") for state in states))

    assert kb("ingest", "a").out.endswith("4 brochures : 2 ajoutées, 1 inchangée, 1 en double.\n")


def test_says_that_a_folder_holds_nothing(kb, library):
    library.outcome = IngestOutcome(())

    shell = kb("ingest", "vide/")

    assert shell.code == 0
    assert shell.out == (
        "Aucune brochure trouvée : donnez un fichier ou un dossier qui en contient.\n"
    )


def test_refuses_to_run_without_a_path(kb):
    shell = kb("ingest")

    assert (shell.code, shell.out) == (2, "")
    assert shell.err == "Erreur : il manque CHEMIN (voir « kb ingest --help »).\n"
