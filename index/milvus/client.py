"""The connection to Milvus: one client, timeouts, plain answers, errors told in words.

pymilvus itself tries again, with growing pauses, while a server is away or asks for
patience, until the time of the call is over: no retries of our own.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from index.milvus.faults import talking

MOST_FOUND = 16_384
"""Hits that Milvus gives for one search at most."""
_READ_S = 10.0
_WRITE_S = 120.0
_PAGE = 4_096
_INSERTED_BYTES = 8 * 1024 * 1024
"""Roughly what one message holds at most; servers take 64 MB."""

_WITHIN = {"grpc.keepalive_time_ms": 2**31 - 1}
"""The client asks a quiet server every ten seconds whether it is there; milvus-lite, which is
in the same process, takes that for an attack and closes the connection."""

Row = dict[str, Any]

_serving: Counter[str] = Counter()
"""Open connections of this process to each file that milvus-lite serves within it."""
_changing = Lock()


class MilvusConnection:
    """Speaks with one Milvus. Safe for many threads. Nothing is opened before the first call.

    Every method raises ``StorageError``, or ``Unreachable`` where the server can't be asked.
    """

    def __init__(self, uri: str, read_s: float = _READ_S, write_s: float = _WRITE_S) -> None:
        """``uri`` is ``http://name:password@host:19530/database``, or a file ending in ``.db``.

        ``read_s`` and ``write_s`` bound a call, in seconds, all its attempts included.
        """
        self._uri = uri
        self._read_s = read_s
        self._write_s = write_s
        self._client: Any = None
        self._lock = Lock()

    @property
    def embedded(self) -> bool:
        """Whether milvus-lite answers, within this process."""
        return "://" not in self._uri

    def has(self, collection: str) -> bool:
        """Whether a collection of that name is there."""
        with talking(self._uri):
            return bool(self._opened().has_collection(collection, timeout=self._read_s))

    def collections(self) -> list[str]:
        """Names of all collections."""
        with talking(self._uri):
            return list(self._opened().list_collections(timeout=self._read_s))

    def create(self, collection: str, definition: Row) -> None:
        """Make a collection and have it ready for searches; nothing where it is there."""
        with talking(self._uri):
            client = self._opened()
            if not client.has_collection(collection, timeout=self._read_s):
                indexes = definition["index_params"]
                others = {name: of for name, of in definition.items() if name != "index_params"}
                client.create_collection(collection, timeout=self._write_s, **others)
                # Nothing to wait for in an empty collection: the client would wait by the second.
                client.create_index(collection, indexes, timeout=self._write_s, sync=False)
                client.load_collection(collection, timeout=self._write_s)

    def load(self, collection: str) -> None:
        """Have an existing collection ready for searches."""
        with talking(self._uri):
            self._opened().load_collection(collection, timeout=self._write_s)

    def drop(self, collection: str) -> None:
        """Delete a collection, its aliases included; nothing where it is not there."""
        with talking(self._uri):
            client = self._opened()
            if client.has_collection(collection, timeout=self._read_s):
                held = client.list_aliases(collection, timeout=self._read_s)
                for alias in held["aliases"]:
                    client.drop_alias(alias, timeout=self._read_s)
                client.drop_collection(collection, timeout=self._write_s)

    def point(self, alias: str, collection: str) -> None:
        """Have ``alias`` stand for ``collection``, whatever it stood for."""
        with talking(self._uri):
            client = self._opened()
            known = client.list_aliases(timeout=self._read_s)["aliases"]
            change = client.alter_alias if alias in known else client.create_alias
            change(collection, alias, timeout=self._read_s)

    def aliased(self, alias: str) -> str | None:
        """The collection for which ``alias`` stands; None where there is no such alias."""
        with talking(self._uri):
            client = self._opened()
            if alias not in client.list_aliases(timeout=self._read_s)["aliases"]:
                return None
            found = client.describe_alias(alias, timeout=self._read_s)
            return str(found["collection_name"])

    def query(
        self, collection: str, condition: str, fields: Sequence[str], level: str = "Strong"
    ) -> list[Row]:
        """These fields of all rows that meet a condition."""
        with talking(self._uri):
            found = self._opened().query(
                collection,
                filter=condition,
                output_fields=list(fields),
                timeout=self._read_s,
                consistency_level=level,
            )
            return [dict(row) for row in found]

    def pages(self, collection: str, condition: str, fields: Sequence[str]) -> Iterator[list[Row]]:
        """As ``query``, a bounded part at a time."""
        with talking(self._uri):
            iterator = self._opened().query_iterator(
                collection,
                batch_size=_PAGE,
                filter=condition,
                output_fields=list(fields),
                timeout=self._write_s,
                consistency_level="Strong",
            )
        try:
            while True:
                with talking(self._uri):
                    page = iterator.next()
                if not page:
                    break
                yield [dict(row) for row in page]
        finally:
            iterator.close()

    def search(
        self,
        collection: str,
        field: str,
        wanted: Any,
        limit: int,
        condition: str,
        fields: Sequence[str],
        level: str = "Strong",
    ) -> list[Row]:
        """The ``limit`` rows that one vector field finds nearest, best first.

        Each with its fields, and ``score``: inner product, or BM25 by Milvus' own measure.
        """
        params: Row = {} if isinstance(wanted, str) else {"params": {"ef": max(limit, 64)}}
        with talking(self._uri):
            [hits] = self._opened().search(
                collection,
                data=[wanted],
                anns_field=field,
                limit=min(limit, MOST_FOUND),
                filter=condition,
                output_fields=list(fields),
                search_params=params,
                timeout=self._read_s,
                consistency_level=level,
            )
            # milvus-lite gives BM25 with its sign turned; both give best first.
            return [{**hit["entity"], "id": hit["id"], "score": hit["distance"]} for hit in hits]

    def insert(self, collection: str, rows: Sequence[Row], row_bytes: int) -> None:
        """Add rows of about so many bytes each."""
        self._write("insert", collection, rows, row_bytes)

    def upsert(self, collection: str, rows: Sequence[Row], row_bytes: int = 512) -> None:
        """Add rows, each in the place of the one with its id."""
        self._write("upsert", collection, rows, row_bytes)

    def delete(self, collection: str, condition: str) -> None:
        """Delete all rows that meet a condition."""
        with talking(self._uri):
            self._opened().delete(collection, filter=condition, timeout=self._write_s)

    def flush(self, collection: str) -> None:
        """Have what was written put into segments now."""
        with talking(self._uri):
            self._opened().flush(collection, timeout=self._write_s)

    def close(self) -> None:
        """Release the connection, and the file; a later call opens it again."""
        with self._lock:
            client, self._client = self._client, None
            if client is not None:
                client.close()
                if self.embedded:
                    _release(self._uri)

    def _write(self, verb: str, collection: str, rows: Sequence[Row], row_bytes: int) -> None:
        size = max(1, _INSERTED_BYTES // row_bytes)
        for start in range(0, len(rows), size):
            with talking(self._uri):
                write = getattr(self._opened(), verb)
                write(collection, list(rows[start : start + size]), timeout=self._write_s)

    def _opened(self) -> Any:
        client = self._client
        if client is not None:
            return client
        with self._lock:
            if self._client is None:
                self._client = _connected(self._uri, self._read_s)
            return self._client


def _connected(uri: str, timeout_s: float) -> Any:
    from pymilvus import MilvusClient

    # They write each error with its traceback; ours are told once, in words.
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    if "://" in uri:
        return MilvusClient(uri, timeout=timeout_s)
    Path(uri).parent.mkdir(parents=True, exist_ok=True)
    with _changing:
        client = MilvusClient(uri, timeout=timeout_s, grpc_options=_WITHIN)
        _serving[uri] += 1
        return client


def _release(uri: str) -> None:
    """Have milvus-lite leave a file once nobody of this process uses it."""
    from milvus_lite.server_manager import server_manager_instance

    with _changing:
        _serving[uri] -= 1
        if not _serving[uri]:
            server_manager_instance.release_server(uri)
