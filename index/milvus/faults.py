"""One wording for everything that can go wrong with Milvus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from kb.errors import StorageError, Unreachable

_REFUSED = ("UNAUTHENTICATED", "PERMISSION_DENIED")
_TOO_MUCH = "RESOURCE_EXHAUSTED"
_LATE = "DEADLINE_EXCEEDED"


@contextmanager
def talking(uri: str) -> Iterator[None]:
    """Turn whatever the client raises into a ``StorageError`` that says what to do.

    It is an ``Unreachable`` where the server may hold everything and just can't be asked:
    nobody should then build the index anew.
    """
    try:
        yield
    except (StorageError, ValueError):
        raise
    except Exception as error:
        raise _told(error, place(uri)) from error


def place(uri: str) -> str:
    """What of an address may be shown: no name and no password."""
    if "://" not in uri:
        return uri
    parts = urlsplit(uri)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}:{parts.port}" if parts.port else f"{parts.scheme}://{host}"


def _told(error: Exception, where: str) -> StorageError:
    codes, text = _codes(error), str(error)
    if codes.intersection(_REFUSED) or "auth check failure" in text:
        return Unreachable(
            f"Milvus refuse l’accès à « {where} » : vérifiez le nom et le mot de passe dans "
            "KB_MILVUS_URI (http://nom:motdepasse@machine:19530)."
        )
    if _LATE in codes or "Retry timeout" in text:
        return Unreachable(
            f"Milvus ne répond pas à temps à « {where} » : vérifiez que le serveur est démarré et "
            "qu’il n’est pas surchargé, puis réessayez."
        )
    if _TOO_MUCH in codes or "rate limit" in text:
        return Unreachable(
            f"Milvus reçoit trop de demandes à « {where} » : réessayez dans un instant, ou relevez "
            "les limites du serveur."
        )
    if "Open local milvus failed" in text:
        return Unreachable(
            f"La base Milvus « {where} » ne s’ouvre pas : un autre programme s’en sert, ou le "
            "fichier est abîmé ; un fichier ne sert qu’à un programme à la fois, un serveur Milvus "
            "à plusieurs."
        )
    if "UNAVAILABLE" in codes or type(error).__name__ in _AWAY or "Fail connecting" in text:
        return Unreachable(
            f"Milvus ne répond pas à « {where} » : vérifiez que le serveur est démarré et "
            "l’adresse donnée par KB_MILVUS_URI."
        )
    return StorageError(
        f"L’index de recherche dans Milvus, à « {where} », est abîmé ou illisible : lancez "
        "« kb reindex » pour le reconstruire."
    )


_AWAY = ("MilvusUnavailableException", "ConnectError", "ConnectionConfigException")


def _codes(error: BaseException) -> set[str]:
    """Names of the states that gRPC gave, of the error and of those behind it."""
    found: set[str] = set()
    behind: list[BaseException] = []
    following: BaseException | None = error
    # The client raises errors from themselves.
    while following is not None and following not in behind:
        behind.append(following)
        code = getattr(following, "code", None)
        code = code() if callable(code) else code
        found.add(str(getattr(code, "name", code)))
        following = following.__cause__
    return found
