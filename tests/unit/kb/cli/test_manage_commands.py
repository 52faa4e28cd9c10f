"""``kb remove``, ``kb reindex``, ``kb doctor``."""

from __future__ import annotations

from kb.results import Finding


def test_removes_a_brochure(kb, library):
    shell = kb("remove", "cahier/")

    assert library.calls == [("brochure", "cahier")]
    assert (shell.code, shell.out) == (
        0,
        "Brochure retirée : Cahier des projets (cahier), 2 passages.\n",
    )


def test_removing_an_unknown_brochure_is_one_line(kb):
    shell = kb("remove", "autre")

    assert (shell.code, shell.out, shell.err) == (1, "", "Erreur : Aucune brochure « autre ».\n")


def test_reindexes(kb):
    assert kb("reindex").out == "Index reconstruit : 1\u202f234 passages.\n"


def test_doctor_succeeds_when_all_is_well(kb):
    shell = kb("doctor")

    assert (shell.code, shell.out) == (0, "bien      Catalogue : 1 brochure.\n")


def test_doctor_fails_when_something_is_to_be_mended(kb, library):
    library.findings = (
        Finding(True, "Catalogue", "1 brochure."),
        Finding(False, "Index", "il manque 3 passages : lancez « kb reindex »."),
    )

    shell = kb("doctor")

    assert shell.code == 1
    assert shell.out == (
        "bien      Catalogue : 1 brochure.\n"
        "à revoir  Index : il manque 3 passages : lancez « kb reindex ».\n"
    )
