"""Taking brochures in, replacing them, and taking them out."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from kb.errors import NotFound, StorageError, UnreadableBrochure
from kb.garbage import WHILE_READING, looked_for_every
from kb.library.base import Base
from kb.library.reading_ahead import Coming, ReadingAhead
from kb.library.storing import Accepted, Storing
from kb.model import Reading
from kb.results import BrochureEntry, FileOutcome, FileState, Found, IngestOutcome
from kb.slugs import unique_slug

TIDIED_FROM = 2000
"""Passages that one call stores from which putting the engine in order costs little beside:
whoever brings a brochure or two is not kept waiting for what others have left."""

Progress = Callable[[int, int, str], None]
"""``(files done, files in all, name of the file at hand)``."""

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
            outcomes += self._take_all(found.files, progress, dry_run=dry_run, again=again)
            if progress and found.files:
                progress(len(found.files), len(found.files), "")
        return IngestOutcome(tuple(outcomes), dry_run)

    def _take_all(
        self, files: Sequence[Path], progress: Progress | None, *, dry_run: bool, again: bool
    ) -> list[FileOutcome]:
        """Read and store files in their order, together those that are read already."""
        outcomes: list[FileOutcome] = []
        batch: _Batch = {}
        stored = 0
        with (
            looked_for_every(WHILE_READING),
            self._ahead(files, again=again) as ahead,
            Storing(self._base) as storing,
        ):
            for coming in ahead:
                # What waits is stored, and told as done, before it has waited for too long.
                if storing.due or not coming.ready_within(storing.patience):
                    storing.commit()
                if progress:
                    progress(len(outcomes) - storing.waiting, len(files), coming.path.name)
                taken = self._take(coming, batch, again=again)
                if isinstance(taken, Accepted):
                    if not dry_run:
                        storing.add(taken)
                        stored += len(taken.reading.passages)
                    taken = _read_outcome(taken)
                outcomes.append(taken)
            storing.commit()
        if stored >= TIDIED_FROM:
            self._tidy()
        return outcomes

    def _tidy(self) -> None:
        """Put the engine in order, as far as the disk lets it: nothing depends on it."""
        opened = self._base.opened()
        if opened is not None:
            with suppress(StorageError, OSError):
                opened.engine.tidy()

    def replace(self, brochure_id: str, path: Path) -> FileOutcome:
        """See ``kb.library.Library.replace``."""
        with self._base.changing("remplacement d’une brochure"):
            if self._base.catalog.brochure(brochure_id) is None:
                raise NotFound(unknown_brochure(brochure_id))
            with self._ahead([path]) as files:
                taken = self._take(next(iter(files)), {}, replaces=brochure_id)
            if isinstance(taken, FileOutcome):
                return taken
            with Storing(self._base) as storing:
                storing.add(taken)
                storing.commit()
            return _read_outcome(taken)

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

    def _ahead(self, files: Sequence[Path], *, again: bool = False) -> ReadingAhead:
        parts = self._base.parts
        return ReadingAhead(
            files,
            parts.read,
            lambda path, digest: _to_be_read(self._known(path, digest, {}), again=again),
            parts.read_at_once,
        )

    def _take(
        self,
        coming: Coming,
        batch: _Batch,
        *,
        again: bool = False,
        replaces: str = "",
    ) -> Accepted | FileOutcome:
        """One file to be stored, or why it is not."""
        path = coming.path
        try:
            digest = coming.digest()
            known = self._known(path, digest, batch)
            if known is not None and not _to_be_read(known, again=again):
                return known
            accepted = self._accepted(path, coming.reading(), batch, replaces)
        except OSError as error:
            reason = error.strerror or str(error)
            message = f"Lecture impossible ({reason}) : vérifiez le fichier et ses droits."
            return FileOutcome(str(path), FileState.REFUSED, message)
        except UnreadableBrochure as error:
            return FileOutcome(str(path), FileState.REFUSED, str(error))
        batch[digest] = (str(path), accepted.reading.brochure.id)
        return accepted

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
    ) -> Accepted:
        """The reading with the id that it keeps in the base."""
        old = self._base.catalog.at_path(path)
        kept = replaces or (old.brochure.id if old is not None else "")
        if kept:
            return Accepted(path, with_brochure_id(reading, kept), kept)
        taken = _Taken(self._base, {brochure_id for _, brochure_id in batch.values()})
        chosen = unique_slug(reading.brochure.id, taken)
        return Accepted(path, with_brochure_id(reading, chosen), "")

    def _missing(self, found: Found, *, prune: bool) -> list[FileOutcome]:
        """Brochures of the given folders whose file is gone; taken out with ``prune``."""
        gone = self._base.missing_files(found.folders)
        if not prune:
            message = "Fichier disparu ; la brochure reste consultable (--prune la retire)."
            return [_gone(entry, FileState.MISSING, message) for entry in gone]
        for entry in gone:
            self._take_out(entry.brochure.id)
        message = "Fichier disparu : brochure retirée."
        return [_gone(entry, FileState.REMOVED, message) for entry in gone]


class _Taken(Container[str]):
    """Ids of brochures that are in the base, or will be."""

    def __init__(self, base: Base, coming: set[str]) -> None:
        self._base = base
        self._coming = coming

    def __contains__(self, brochure_id: object) -> bool:
        known = self._base.catalog.brochure(str(brochure_id)) is not None
        return known or brochure_id in self._coming


def unknown_brochure(brochure_id: str) -> str:
    """What to say of an unknown brochure."""
    return (
        f"Aucune brochure « {brochure_id} » : la page « Brochures » ou « kb projects » "
        "donne les identifiants."
    )


def _to_be_read(known: FileOutcome | None, *, again: bool) -> bool:
    """Whether a file is read, ``known`` being its outcome where its content is in."""
    return known is None or (again and known.state is FileState.UNCHANGED)


def _read_outcome(accepted: Accepted) -> FileOutcome:
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
