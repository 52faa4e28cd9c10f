"""An engine compared with the catalogue that it was made from: keys, terms, vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kb.catalog import EngineState, StoredPassage
from kb.errors import ConfigurationError, StorageError
from kb.keeping.problems import Problem
from kb.library.base import Base
from kb.library.filling import WRITE_BATCH, are_directions, to_index
from kb.ports import EngineView
from kb.text import ANALYSIS_VERSION

_REINDEX = "lancez « kb reindex »"
_DOCTOR = "lancez « kb doctor », qui le remet d’accord"


def index_problems(base: Base, *, just_filled: bool = False) -> list[Problem]:
    """What the engine in use lacks, has too much, or has otherwise than the catalogue.

    Of one that was ``just_filled`` from the catalogue, terms are not compared: to find them
    again takes as long as to fill it.
    """
    with base.catalog.reading():
        state = base.catalog.state()
        live = base.catalog.live_keys()
        if not state.engine:
            return [_problem("index", "des passages n’ont pas d’index", _REINDEX)] * bool(live)
        if state.analysis != ANALYSIS_VERSION:
            said = "une autre version du programme l’a fait"
            return [_problem(state.engine, said, _DOCTOR)]
        try:
            engine = base.parts.open_engine(state.engine)
            try:
                view = engine.view()
                problems = _keys(state.engine, live, view.keys())
                # What is lacking or too much would be told again, term by term.
                return problems or [
                    *([] if just_filled else _terms(base, state.engine, live, view)),
                    *_vectors(base, state, live, view),
                ]
            finally:
                engine.close()
        except StorageError as error:
            return [Problem("Index", state.engine, str(error), "")]


def _keys(engine: str, live: set[int], held: set[int]) -> list[Problem]:
    problems = []
    if lacking := len(live - held):
        problems.append(_problem(engine, f"il lui manque {lacking} passages", _DOCTOR))
    if surplus := len(held - live):
        said = f"il a {surplus} passages que le catalogue n’a plus"
        problems.append(_problem(engine, said, _DOCTOR))
    return problems


def _terms(base: Base, engine: str, live: set[int], view: EngineView) -> list[Problem]:
    """In how many passages each term stands, by the catalogue and by the engine."""
    projects, brochures = base.places()
    expected: Counter[str] = Counter()
    for keys in _batches(live):
        found = base.catalog.passages(keys)
        batch = [StoredPassage(key, found[key]) for key in keys]
        for one in to_index(batch, projects, brochures):
            expected.update(set(one.terms.split()))
    frequencies = view.document_frequencies(list(expected))
    wrong = sum(frequencies[term] != count for term, count in expected.items())
    if not wrong:
        return []
    return [_problem(engine, f"{wrong} termes n’y sont pas comptés comme au catalogue", _REINDEX)]


def _vectors(base: Base, state: EngineState, live: set[int], view: EngineView) -> list[Problem]:
    """The vectors of each passage: there, of the model's length, and of length 1."""
    engine, dim = state.engine, _dim(base, state)
    lacking = short = off = 0
    for keys in _batches(live):
        held = view.vectors(keys)
        lacking += len(set(keys) - set(held))
        short += sum(rows.shape[1] != (dim or rows.shape[1]) for rows in held.values())
        off += sum(not are_directions(rows) for rows in held.values())
    problems = []
    if lacking:
        said = f"il lui manque les vecteurs de {lacking} passages"
        problems.append(_problem(engine, said, _REINDEX))
    if short:
        said = f"les vecteurs de {short} passages n’ont pas la longueur de ceux du modèle"
        problems.append(_problem(engine, said, _REINDEX))
    if off:
        said = f"les vecteurs de {off} passages ne sont pas ceux d’un modèle"
        problems.append(_problem(engine, said, _REINDEX))
    return problems


def _dim(base: Base, state: EngineState) -> int:
    """The length of the model's vectors; 0 where the model is not there to tell."""
    try:
        return base.parts.embedders.load(state.embedder).dim
    except ConfigurationError:
        return 0


def _batches(live: set[int]) -> Iterator[list[int]]:
    keys = sorted(live)
    for start in range(0, len(keys), WRITE_BATCH):
        yield keys[start : start + WRITE_BATCH]


def _problem(engine: str, message: str, mend: str) -> Problem:
    return Problem("Index", engine, message, mend)
