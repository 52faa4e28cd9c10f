"""Reading files ahead of who stores them: several at once, given in their own order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from time import monotonic
from types import TracebackType

from kb.errors import UnreadableBrochure
from kb.model import Reading
from kb.opening import digest_of
from kb.ports import BrochureReader

PER_READER = 16
"""Files read ahead for each reader: small ones go on while a large one is waited for."""
MOST_LOOKED_AT = 100
"""Files whose content is looked at ahead, those that need no reading included."""
MOST_CHARACTERS = 20_000_000
"""Characters of what was read and waits for its turn, from which no other reading begins.

Twice what one file may hold; what is being read by then is finished.
"""
_NOTICED_S = 0.5


class Coming:
    """A file whose turn comes."""

    def __init__(self, path: Path, read: BrochureReader) -> None:
        self.path = path
        self.future: Future[Reading] | None = None
        """What is read ahead of it, if it is."""
        self._read = read
        self._digest: str | OSError | UnreadableBrochure = ""

    def look(self) -> str:
        """The digest of its content now; empty where it can't be had, which its turn tells."""
        try:
            self._digest = digest_of(self.path)
        except (OSError, UnreadableBrochure) as error:
            self._digest = error
            return ""
        return self._digest

    def digest(self) -> str:
        """What ``look`` found; raises as ``kb.opening.digest_of`` does."""
        if isinstance(self._digest, str):
            return self._digest
        raise self._digest

    def ready_within(self, seconds: float) -> bool:
        """Whether ``reading`` answers at once, or after a wait of so long."""
        if self.future is None:
            return False
        end = monotonic() + seconds
        while not self.future.done() and (left := end - monotonic()) > 0:
            wait([self.future], timeout=min(left, _NOTICED_S))
        return self.future.done()

    def reading(self) -> Reading:
        """What was read ahead, or is read now; raises what the reader raises."""
        if self.future is None:
            return self._read(self.path)
        # An interrupt that comes as a wait begins is noticed when the wait is over.
        while not self.future.done():
            wait([self.future], timeout=_NOTICED_S)
        return self.future.result()


class ReadingAhead:
    """The files of one ingest in order, the next ones being read meanwhile; for a ``with`` block.

    At the end of the block what was not taken is dropped. What is being read by then
    holds nobody up: not even the end of the program.
    """

    def __init__(
        self,
        files: Sequence[Path],
        read: BrochureReader,
        is_new: Callable[[Path, str], bool],
        at_once: int = 1,
        most_characters: int = MOST_CHARACTERS,
    ) -> None:
        """``read`` is called in ``at_once`` threads, for files whose content is new.

        ``is_new`` tells so by path and digest, in the thread that takes the files. Other
        files are read only if they are asked for, when their turn has come.
        """
        self._files = iter(files)
        self._read = read
        self._is_new = is_new
        self._window = at_once * PER_READER
        self._pool = _Pool(read, at_once, most_characters)
        self._coming: deque[Coming] = deque()
        self._digests: set[str] = set()

    def __enter__(self) -> ReadingAhead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.end()

    def __iter__(self) -> Iterator[Coming]:
        """Each file when its turn has come; it counts as taken when the next is asked for."""
        while True:
            self._look_ahead()
            if not self._coming:
                return
            first = self._coming.popleft()
            yield first
            if first.future is not None:
                self._pool.forget(first.future)

    def _look_ahead(self) -> None:
        """Have files read until enough of them are."""
        ahead = sum(one.future is not None for one in self._coming)
        while ahead < self._window and len(self._coming) < MOST_LOOKED_AT:
            path = next(self._files, None)
            if path is None:
                return
            coming = Coming(path, self._read)
            digest = coming.look()
            # Of two files with the same content, the second will be a duplicate.
            if digest and digest not in self._digests and self._is_new(path, digest):
                coming.future = self._pool.ask(path)
                ahead += 1
            self._digests.add(digest)
            self._coming.append(coming)


class _Pool:
    """Threads that read, made when they are needed.

    Unlike those of ``concurrent.futures`` they hold up no program that ends: who breaks
    off must not wait for a brochure of many pages.
    """

    def __init__(self, read: BrochureReader, most: int, most_characters: int) -> None:
        self._read = read
        self._most = most
        self._most_characters = most_characters
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Path, Future[Reading]]] = deque()
        self._threads = 0
        self._idle = 0
        self._characters = 0
        self._ended = False

    def ask(self, path: Path) -> Future[Reading]:
        """Read that file after those that were asked for before."""
        future: Future[Reading] = Future()
        with self._changed:
            self._waiting.append((path, future))
            if len(self._waiting) > self._idle and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name="kb-reading", daemon=True).start()
            self._changed.notify()
        return future

    def forget(self, future: Future[Reading]) -> None:
        """What was read there is taken: it counts no more."""
        future.add_done_callback(self._release)

    def end(self) -> None:
        """Begin no other reading."""
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            path, future = asked
            try:
                reading = self._read(path)
            except BaseException as error:
                future.set_exception(error)
            else:
                with self._changed:
                    self._characters += _characters(reading)
                future.set_result(reading)

    def _next(self) -> tuple[Path, Future[Reading]] | None:
        """The next file; None at the end.

        Files begin in order: when what was read takes too much room, the file whose turn
        it is has begun, so that room will be made.
        """
        with self._changed:
            self._idle += 1
            self._changed.wait_for(self._may_go_on)
            self._idle -= 1
            return None if self._ended else self._waiting.popleft()

    def _may_go_on(self) -> bool:
        return self._ended or (bool(self._waiting) and self._characters < self._most_characters)

    def _release(self, future: Future[Reading]) -> None:
        if future.exception() is None:
            with self._changed:
                self._characters -= _characters(future.result())
                self._changed.notify_all()


def _characters(reading: Reading) -> int:
    return sum(len(page.text) for page in reading.pages)
