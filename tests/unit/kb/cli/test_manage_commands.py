"""``kb remove``, ``kb reindex``, ``kb doctor``."""

from __future__ import annotations

from kb.cli.session import Session
from kb.errors import StorageError
from kb.main import run
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


def test_reindexes(kb, library):
    assert kb("reindex").out == "Index reconstruit : 1\u202f234 passages.\n"
    assert library.calls == [("reindex", "")]


def test_reindexes_with_another_engine(kb, library):
    assert kb("reindex", "--engine", "Tantivy").code == 0
    assert library.calls == [("reindex", "tantivy")]


def test_an_unknown_engine_is_bad_usage(kb, library):
    shell = kb("reindex", "--engine", "lucene")

    assert (shell.code, library.calls) == (2, [])
    assert "valeurs permises : 'whoosh', 'tantivy', 'milvus'" in shell.err


def test_doctor_succeeds_when_all_is_well(kb, tmp_path):
    shell = kb("doctor", environ={"KB_HOME": str(tmp_path)})

    assert shell.code == 0
    lines = shell.out.splitlines()
    assert lines[0] == "bien      Catalogue : 1 brochure."
    assert [line.split(" : ")[0] for line in lines[1:]] == [
        "bien      Dossier",
        "bien      Espace disque",
        "bien      Droits",
        "bien      Réglages",
    ]


def test_doctor_fails_when_something_is_to_be_mended(kb, library, tmp_path):
    library.findings = (
        Finding(True, "Catalogue", "1 brochure."),
        Finding(False, "Index", "il manque 3 passages : lancez « kb reindex »."),
    )

    shell = kb("doctor", environ={"KB_HOME": str(tmp_path)})

    assert shell.code == 1
    assert shell.out.startswith(
        "bien      Catalogue : 1 brochure.\n"
        "à revoir  Index : il manque 3 passages : lancez « kb reindex ».\n"
    )


def test_doctor_fails_when_the_settings_leave_something_open(kb, tmp_path):
    shell = kb("doctor", environ={"KB_HOME": str(tmp_path), "KB_HOST": "0.0.0.0"})

    assert shell.code == 1
    assert "à revoir  Réglages : Le site écoute au-delà de cette machine" in shell.out


def test_doctor_goes_on_where_the_base_cannot_be_opened(library, tmp_path, capsys):
    def opener(settings):
        raise StorageError("La base vient d’une version plus récente : mettez à jour.")

    code = run(["doctor"], Session({"KB_HOME": str(tmp_path)}, opener))

    assert code == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "à revoir  Base : La base vient d’une version plus récente : mettez à jour."
    )
    assert lines[1].startswith("bien      Dossier")
