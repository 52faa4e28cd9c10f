"""A tiny collection in the layout of BEIR, and a static model that knows its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contract.static_folder import write_static_model

DOCUMENTS = {
    "d1": ("Le jardin", "Les habitants sèment des radis. Le compost nourrit la terre du jardin."),
    "d2": (
        "La halte",
        "La halte accueille la nuit ceux qui dorment dehors. Un repas chaud leur est servi.",
    ),
    "d3": (
        "",
        "Un atelier répare les vélos des locataires. Les outils du quartier sont prêtés.",
    ),
}
QUERIES = {"q1": "radis du jardin", "q2": "accueil de nuit", "q3": "réparer un vélo"}
QRELS = {"q1": "d1", "q2": "d2", "q3": "d3"}


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A folder of three documents, each the answer to one query."""
    folder = tmp_path / "mini"
    folder.mkdir()
    documents = [
        {"_id": one, "title": title, "text": text} for one, (title, text) in DOCUMENTS.items()
    ]
    queries = [{"_id": one, "text": text} for one, text in QUERIES.items()]
    for name, objects in (("corpus", documents), ("queries", queries)):
        lines = "\n".join(json.dumps(one) for one in objects)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    lines = ["query-id\tcorpus-id\tscore", *(f"{one}\t{two}\t1" for one, two in QRELS.items())]
    (folder / "qrels.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model folder; its directions are random, but equal words meet."""
    words = "semer radis jardin compost terre halte nuit accueil repas atelier velo velos outils"
    return write_static_model(tmp_path / "model", words.split())
