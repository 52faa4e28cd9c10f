"""Taking brochures in, replacing them, and taking them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from kb.catalog import EngineState, StoredPassage
from kb.errors import NotFound, UnreadableBrochure
from kb.library.base import ENGINE_PREFIX, Base, Opened, to_index
from kb.library.context import spellings
from kb.library.embedding import Former, embed
from kb.model import Reading
from kb.opening import digest_of
from kb.results import BrochureEntry, FileOutcome, FileState, Found, IngestOutcome
from kb.slugs import unique_slug
from kb.text import ANALYSIS_VERSION

FIRST_ENGINE = ENGINE_PREFIX + "1"

Progress = Callable[[int, int, str], None]
"""``(files done, files in all, name of the file at hand)``."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A file that was read and is to be stored."""

    path: Path
    reading: Reading
    replaces: str
    """Id of the brochure whose revision it replaces; empty for a new one."""


_Batch = dict[str, tuple[str, str]]
"""Content digest → path and brochure id, of what one call has accepted so far."""


class Ingester:
    """Reads files into the base; one bad file costs only itself."""

    def __init__(self, base: Base) -> None:
        self._base = base

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool,
        prune: bool,
        again: bool,
        progress: Progress | None,
    ) -> IngestOutcome:
        """See ``kb.library.Library.ingest``."""
        found = self._base.parts.find_files(paths)
        with nullcontext() if dry_run else self._base.changing("ajout de brochures"):
            outcomes = [
                FileOutcome(str(path), FileState.REFUSED, message)
                for path, message in found.problems
            ]
            outcomes += self._missing(found, prune=prune and not dry_run)
            batch: _Batch = {}
            for done, path in enumerate(found.files):
                if progress:
                    progress(done, len(found.files), path.name)
                outcomes.append(self._take(path, batch, dry_run=dry_run, again=again))
            if progress and found.files:
                progress(len(found.files), len(found.files), "")
        return IngestOutcome(tuple(outcomes), dry_run)

    def replace(self, brochure_id: str, path: Path) -> FileOutcome:
        """See ``kb.library.Library.replace``."""
        with self._base.changing("remplacement d’une brochure"):
            if self._base.catalog.brochure(brochure_id) is None:
                raise NotFound(unknown_brochure(brochure_id))
            return self._take(path, {}, replaces=brochure_id)

    def remove(self, brochure_id: str) -> BrochureEntry:
        """See ``kb.library.Library.remove``."""
        with self._base.changing("retrait d’une brochure"):
            entry = self._base.catalog.brochure(brochure_id)
            if entry is None:
                raise NotFound(unknown_brochure(brochure_id))
            self._take_out(brochure_id)
        return entry

    def _take_out(self, brochure_id: str) -> None:
        opened = self._base.opened()
        with self._base.catalog.transaction() as change:
            keys = change.remove(brochure_id)
        if opened is not None:
            self._base.sweep(opened, keys)

    def _take(
        self,
        path: Path,
        batch: _Batch,
        *,
        dry_run: bool = False,
        again: bool = False,
        replaces: str = "",
    ) -> FileOutcome:
        """Read one file and store it."""
        try:
            digest = digest_of(path)
            known = self._known(path, digest, batch)
            if known is not None and not (again and known.state is FileState.UNCHANGED):
                return known
            accepted = self._accepted(path, self._base.parts.read(path), batch, replaces)
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"Lecture impossible ({reason}) : vérifiez le fichier et ses droits."
            return FileOutcome(str(path), FileState.REFUSED, message)
        except UnreadableBrochure as error:
            return FileOutcome(str(path), FileState.REFUSED, str(error))
        batch[digest] = (str(path), accepted.reading.brochure.id)
        if not dry_run:
            opened = self._base.opened()
            if opened is None:
                self._store_first(accepted)
            else:
                self._store(opened, accepted)
        return _read_outcome(accepted)

    def _known(self, path: Path, digest: str, batch: _Batch) -> FileOutcome | None:
        """The outcome of a file whose content is already in; None for a new content."""
        same = [
            (entry.path, entry.brochure.id) for entry in self._base.catalog.with_content(digest)
        ]
        if digest in batch:
            same.append(batch[digest])
        if not same:
            return None
        other, brochure_id = same[0]
        if other == str(path):
            return FileOutcome(str(path), FileState.UNCHANGED, "Inchangée.", brochure_id)
        message = f"Même contenu que « {Path(other).name} », déjà dans la base : non reprise."
        if not Path(other).exists():
            message += " Ce fichier a disparu : --prune prendra celui-ci à sa place."
        return FileOutcome(str(path), FileState.DUPLICATE, message, brochure_id)

    def _accepted(
        self, path: Path, reading: Reading, batch: _Batch, replaces: str = ""
    ) -> _Accepted:
        """The reading with the id that it keeps in the base."""
        old = self._base.catalog.at_path(path)
        kept = replaces or (old.brochure.id if old is not None else "")
        if kept:
            return _Accepted(path, with_brochure_id(reading, kept), kept)
        taken = self._base.catalog.brochure_ids()
        taken |= {brochure_id for _, brochure_id in batch.values()}
        chosen = unique_slug(reading.brochure.id, taken)
        return _Accepted(path, with_brochure_id(reading, chosen), "")

    def _store_first(self, accepted: _Accepted) -> None:
        """Store the first brochure ever, with the model that the settings ask for."""
        name, embedder = self._base.parts.embedders.create()
        state = EngineState(name, embedder.fingerprint, FIRST_ENGINE, ANALYSIS_VERSION)
        opened = Opened(state, self._base.parts.open_engine(state.engine), embedder)
        try:
            opened.engine.clear()
            self._store(opened, accepted)
        finally:
            opened.engine.close()

    def _store(self, opened: Opened, accepted: _Accepted) -> None:
        """Switch one brochure to its new revision, in the engine and the catalogue."""
        reading = accepted.reading
        projects = {project.id: project for project in reading.projects}
        fresh = [StoredPassage(0, passage) for passage in reading.passages]
        former = self._former(opened, accepted.replaces)
        vectors = embed(opened.embedder, fresh, projects, self._base.parts.texts_of, former)
        counted = spellings(reading.passages, reading.projects)
        try:
            with self._base.catalog.transaction() as change:
                if self._base.catalog.state() != opened.state:
                    change.set_state(opened.state)
                old = change.remove(accepted.replaces) if accepted.replaces else []
                stored = change.add(reading, accepted.path, counted)
                change.add_vectors(opened.state.fingerprint, [one.key for one in stored], vectors)
                brochures = {reading.brochure.id: reading.brochure}
                opened.engine.write(to_index(stored, projects, brochures), vectors)
        except Exception:
            self._base.sweep(opened)
            raise
        self._base.sweep(opened, old)

    def _former(self, opened: Opened, brochure_id: str) -> Former:
        """Vectors of the revision that gives way: what did not change is not embedded again."""
        catalog = self._base.catalog
        projects = {one.id: one for one in catalog.projects(brochure_id)} if brochure_id else {}
        stored = catalog.passages_of_brochure(brochure_id) if brochure_id else ()
        kept = catalog.vectors(opened.state.fingerprint, [one.key for one in stored])
        return {
            tuple(self._base.parts.texts_of(one.passage, projects[one.passage.project_id])): rows
            for one in stored
            if (rows := kept.get(one.key)) is not None
        }

    def _missing(self, found: Found, *, prune: bool) -> list[FileOutcome]:
        """Brochures of the given folders whose file is gone; taken out with ``prune``."""
        gone = [
            entry
            for entry in self._base.missing_files()
            if any(Path(entry.path).is_relative_to(folder) for folder in found.folders)
        ]
        if not prune:
            message = "Fichier disparu ; la brochure reste consultable (--prune la retire)."
            return [_gone(entry, FileState.MISSING, message) for entry in gone]
        for entry in gone:
            self._take_out(entry.brochure.id)
        message = "Fichier disparu : brochure retirée."
        return [_gone(entry, FileState.REMOVED, message) for entry in gone]


def unknown_brochure(brochure_id: str) -> str:
    """What to say of an unknown brochure."""
    return (
        f"Aucune brochure « {brochure_id} » : la page « Brochures » ou « kb projects » "
        "donne les identifiants."
    )


def _read_outcome(accepted: _Accepted) -> FileOutcome:
    report = accepted.reading.report
    state = FileState.UPDATED if accepted.replaces else FileState.ADDED
    message = (
        f"{report.projects} {plural(report.projects, 'projet')}, "
        f"{report.passages} {plural(report.passages, 'passage')}."
    )
    return FileOutcome(str(accepted.path), state, message, accepted.reading.brochure.id, report)


def _gone(entry: BrochureEntry, state: FileState, message: str) -> FileOutcome:
    return FileOutcome(entry.path, state, message, entry.brochure.id)


def plural(count: int, word: str) -> str:
    """The word in the plural where French wants it: from two."""
    return f"{word}s" if count > 1 else word


def with_brochure_id(reading: Reading, brochure_id: str) -> Reading:
    """The reading under another brochure id, all ids below following."""
    old = reading.brochure.id
    if brochure_id == old:
        return reading

    def moved(identifier: str) -> str:
        return brochure_id + identifier.removeprefix(old)

    return replace(
        reading,
        brochure=replace(reading.brochure, id=brochure_id),
        projects=tuple(
            replace(one, id=moved(one.id), brochure_id=brochure_id) for one in reading.projects
        ),
        sections=tuple(
            replace(one, id=moved(one.id), project_id=moved(one.project_id))
            for one in reading.sections
        ),
        passages=tuple(
            replace(
                one,
                id=moved(one.id),
                section_id=moved(one.section_id),
                project_id=moved(one.project_id),
                brochure_id=brochure_id,
            )
            for one in reading.passages
        ),
    )
