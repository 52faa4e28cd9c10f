"""``kb export`` writes what the contract says, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from kb.errors import StorageError


def test_jsonl_holds_one_passage_a_line(kb):
    shell = kb("export")

    records = [json.loads(line) for line in shell.out.splitlines()]
    assert shell.code == 0
    assert records[1] == {
        "id": "cahier/le-jardin/objectifs/2",
        "text": "=1+1 fait # deux.",
        "brochure": {
            "id": "cahier",
            "title": "Cahier des projets",
            "year": 2021,
            "source": "cahier.pdf",
        },
        "project": {
            "id": "cahier/le-jardin",
            "title": "Le Jardin partagé",
            "organisation": "Habitat du Littoral",
            "communes": ["Lens", "Liévin"],
            "departements": ["62"],
            "year": 2019,
        },
        "heading": "Objectifs",
        "heading_printed": "OBJECTIFS",
        "page": 7,
        "page_printed": "5",
    }
    assert len(records) == 3


def test_csv_cells_cannot_run_as_formulas(kb):
    shell = kb("export", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(shell.out)))
    assert rows[1] == {
        "id": "cahier/le-jardin/objectifs/2",
        "text": "'=1+1 fait # deux.",
        "brochure_id": "cahier",
        "brochure_title": "Cahier des projets",
        "brochure_year": "2021",
        "brochure_source": "cahier.pdf",
        "project_id": "cahier/le-jardin",
        "project_title": "Le Jardin partagé",
        "organisation": "Habitat du Littoral",
        "communes": "Lens; Liévin",
        "departements": "62",
        "year": "2019",
        "heading": "Objectifs",
        "heading_printed": "OBJECTIFS",
        "page": "7",
        "page_printed": "5",
    }
    assert rows[2]["year"] == ""


def test_markdown_reads_as_a_document(kb):
    shell = kb("export", "--format", "md")

    assert shell.out == (
        "# Cahier des projets (2021)\n"
        "\n"
        "## Le Jardin partagé — Habitat du Littoral, Lens, Liévin (62), 2019\n"
        "\n"
        "### Objectifs, p. 7 (imprimée 5)\n"
        "\n"
        "Les habitants cultivent un jardin.\n"
        "\n"
        "- Écrire à \\[adresse masquée\\] ;\n"
        "- semer.\n"
        "\n"
        "=1+1 fait \\# deux.\n"
        "\n"
        "## La Clé — Aisne (02), Nord (59)\n"
        "\n"
        "### Objectifs, p. 9\n"
        "\n"
        "Une clé pour chaque jardin.\n"
        "\n"
    )


def test_writes_a_file(kb, tmp_path: Path):
    target = tmp_path / "passages.jsonl"

    shell = kb("export", "--output", str(target))

    assert (shell.code, shell.out) == (0, "")
    assert len(target.read_text(encoding="utf-8").splitlines()) == 3
    assert list(tmp_path.iterdir()) == [target]


def test_a_failed_export_leaves_the_old_file(kb, library, tmp_path: Path):
    target = tmp_path / "passages.jsonl"
    target.write_text("ancien")
    library.failure = StorageError("La base est illisible : lancez « kb doctor ».")

    shell = kb("export", "--output", str(target))

    assert shell.code == 1
    assert shell.err == "Erreur : La base est illisible : lancez « kb doctor ».\n"
    assert target.read_text() == "ancien"
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_cannot_be_written_is_one_line(kb, tmp_path: Path):
    target = tmp_path / "absent" / "passages.csv"

    shell = kb("export", "--output", str(target))

    assert shell.code == 1
    assert shell.err == (
        f"Erreur : « {target} » ne peut pas être écrit : choisissez un dossier qui existe "
        "et où vous avez le droit d’écrire.\n"
    )


def test_a_device_is_written_to_and_never_replaced(kb):
    assert kb("export", "--output", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("kind", ["xml", "JSONL"])
def test_refuses_another_format(kb, kind):
    shell = kb("export", "--format", kind)

    assert shell.code == 2
    assert shell.err == (
        f"Erreur : --format : « {kind} » n’est pas permis ; valeurs permises : "
        "'jsonl', 'csv', 'md' (voir « kb export --help »).\n"
    )
