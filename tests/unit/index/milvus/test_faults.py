"""What a user reads when Milvus can't be asked, from servers that behave so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from index.milvus.faults import place, talking
from kb.errors import StorageError, Unreachable

grpc = pytest.importorskip("grpc", reason="needs pip install passages[milvus]")
pytest.importorskip("pymilvus", reason="needs pip install passages[milvus]")

Answering = Callable[[bytes, Any], bytes]


@contextmanager
def serving(answering: Answering, *, greeting: bool = False) -> Iterator[str]:
    """The address of a server that answers every call so, but the first where it is greeting."""

    class Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, call: Any) -> Any:
            # An empty answer is a well-formed one: the client connects.
            connects = call.method.endswith(("/Connect", "/GetVersion"))
            chosen = (lambda request, context: b"") if connects and greeting else answering
            return grpc.unary_unary_rpc_method_handler(chosen)

    server = grpc.server(ThreadPoolExecutor(4), handlers=[Handler()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://jeanne:secret@127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


def told(uri: str) -> str:
    from index.milvus.client import MilvusConnection

    connection = MilvusConnection(uri, read_s=0.5)
    with pytest.raises(Unreachable) as raised:
        connection.collections()
    assert "secret" not in str(raised.value)
    return str(raised.value)


def test_a_refused_password_is_told() -> None:
    def refuse(request: bytes, context: Any) -> bytes:
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "auth check failure")
        raise AssertionError

    with serving(refuse) as uri:
        message = told(uri)
    assert message.startswith(f"Milvus refuse l’accès à « {place(uri)} » : vérifiez le nom")


def test_a_server_that_is_too_slow_is_told() -> None:
    released = Event()

    def wait(request: bytes, context: Any) -> bytes:
        released.wait(10)
        return b""

    with serving(wait, greeting=True) as uri:
        try:
            message = told(uri)
        finally:
            released.set()
    assert message.startswith(f"Milvus ne répond pas à temps à « {place(uri)} » : vérifiez que")


def test_a_server_that_is_overloaded_is_told() -> None:
    def shed(request: bytes, context: Any) -> bytes:
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "rate limit exceeded")
        raise AssertionError

    with serving(shed, greeting=True) as uri:
        assert told(uri).startswith(f"Milvus reçoit trop de demandes à « {place(uri)} »")


def test_a_server_that_is_not_there_is_told() -> None:
    with serving(lambda request, context: b"") as uri:
        pass
    assert told(uri).startswith(f"Milvus ne répond pas à « {place(uri)} » : vérifiez que")


def test_a_file_that_another_program_has_open_is_told(tmp_path: Path) -> None:
    pytest.importorskip("milvus_lite", reason="needs pip install passages[milvus]")
    (tmp_path / "milvus.db").write_bytes(b"not a folder")
    message = told(str(tmp_path / "milvus.db"))
    assert "un autre programme s’en sert, ou le fichier est abîmé" in message


def test_anything_else_asks_for_a_new_index() -> None:
    with pytest.raises(StorageError, match="lancez « kb reindex »") as raised, talking("x.db"):
        raise RuntimeError("collection not found")
    assert not isinstance(raised.value, Unreachable)


def test_an_address_is_shown_without_its_secrets() -> None:
    assert place("https://jeanne:secret@milvus.exemple.fr:19530/base") == (
        "https://milvus.exemple.fr:19530"
    )
    assert place("http://token@machine") == "http://machine"
    assert place("/srv/milvus.db") == "/srv/milvus.db"
