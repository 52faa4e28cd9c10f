"""The doctor: what is wrong with a base, and how to mend it."""

from __future__ import annotations

from kb.engine_names import TANTIVY, WHOOSH, kind_of
from kb.errors import Busy, KbError
from kb.library.base import Base
from kb.results import Finding

WHOOSH_COMFORT = 100_000
"""Passages from which Tantivy and usearch, which comes with it, are worth installing.

A hybrid search then takes a quarter less (p95): usearch's library multiplies vectors in a third
of NumPy's time. Words alone take Whoosh 7 ms over 300,000 passages and 18 over 600,000, Tantivy
4 and 10.
"""


def examine(base: Base) -> tuple[Finding, ...]:
    """Every check in turn; one that can't run says why, the others still run."""
    findings = [_catalogue(base)]
    for check in (_engine, _engine_kind, _model, _missing_files):
        try:
            findings.append(check(base))
        except KbError as error:
            findings.append(Finding(False, check.__doc__ or "", str(error)))
    return tuple(findings)


def _catalogue(base: Base) -> Finding:
    """Catalogue"""
    problem = base.catalog.integrity_problem()
    if problem:
        return Finding(
            False,
            "Catalogue",
            f"Le catalogue est abîmé ({problem}) : reprenez une sauvegarde par "
            "« kb restore FICHIER ».",
        )
    counts = base.catalog.statistics()
    return Finding(
        True,
        "Catalogue",
        f"{counts.brochures} brochures, {counts.projects} projets, {counts.passages} passages.",
    )


def _engine(base: Base) -> Finding:
    """Index"""
    opened = base.opened()
    if opened is None:
        return Finding(True, "Index", "Base vide : « kb ingest DOSSIER » la remplira.")
    if base.in_step(opened, key_by_key=True):
        held = opened.engine.count()
        return Finding(True, "Index", f"{held} passages, d’accord avec le catalogue.")
    try:
        # What another process is writing must not pass for too much.
        with base.parts.writing("vérification de l’index", patient=False):
            mended = base.repair(opened)
    except Busy as busy:
        return Finding(True, "Index", f"Non vérifié. {busy}")
    return Finding(True, "Index", f"{mended} passages remis d’accord avec le catalogue.")


def _engine_kind(base: Base) -> Finding:
    """Moteur"""
    opened = base.opened()
    wanted = base.parts.engine_kind
    if opened is None:
        return Finding(True, "Moteur", f"La base se servira de {wanted or WHOOSH}.")
    kind = kind_of(opened.state.engine)
    if wanted and wanted != kind:
        return Finding(
            False,
            "Moteur",
            f"KB_ENGINE demande {wanted} ; la base se sert encore de {kind} : "
            f"lancez « kb reindex --engine {wanted} ».",
        )
    if kind == WHOOSH and base.catalog.statistics().passages > WHOOSH_COMFORT:
        comfort = f"{WHOOSH_COMFORT:,}".replace(",", "\u202f")
        return Finding(
            True,
            "Moteur",
            f"{kind} ; au-delà de {comfort} passages, {TANTIVY} et usearch, qui vient avec, "
            "répondent plus vite : "
            f'« pip install "passages[{TANTIVY}]" », puis « kb reindex --engine {TANTIVY} ».',
        )
    return Finding(True, "Moteur", f"{kind}.")


def _model(base: Base) -> Finding:
    """Modèle"""
    opened = base.opened()
    if opened is None:
        return Finding(True, "Modèle", "Aucun modèle en service.")
    embedders = base.parts.embedders
    name = opened.state.embedder
    if not embedders.wanted(name):
        return Finding(
            False,
            "Modèle",
            f"Un autre modèle est demandé ; l’ancien ({embedders.label(name)}) répond encore : "
            "lancez « kb reindex ».",
        )
    opened.embedder.embed_queries(["logement"])  # the model is whole, or says what to do
    return Finding(True, "Modèle", f"{embedders.label(name)}, {opened.embedder.dim} dimensions.")


def _missing_files(base: Base) -> Finding:
    """Fichiers"""
    gone = base.missing_files()
    if gone:
        names = ", ".join(entry.brochure.source for entry in gone)
        return Finding(
            True,
            "Fichiers",
            f"{len(gone)} fichiers ont disparu, leurs brochures restent consultables sans leurs "
            "pages : remettez-les à leur place, ou retirez-les par « kb ingest DOSSIER --prune » "
            f"({names}).",
        )
    return Finding(True, "Fichiers", "Tous les fichiers ingérés sont à leur place.")
