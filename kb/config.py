"""Settings: the only place that reads the environment, once, at the start.

Every variable is one row of ``VARIABLES``; the README's table lists the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside; the defaults suit one person on one machine."""

    home: Path = Path(".kb")
    """Folder of the knowledge base; made when something is ingested."""
    embedding_model: str = ""
    """Name or folder of a sentence-transformers model; empty for the bundled one."""
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()
    """Host names that the server answers to; empty: its own when local, else any."""
    admin_token: str = ""
    """Opens upload and removal over HTTP; empty closes them."""
    reading_open: bool = True
    """Whether anyone may read; else only the administrator and who holds the token."""
    log_queries: bool = False
    """Whether the server's log may hold what people ask."""
    language: str = "fr"
    """Language of the site for who chose none: ``fr``, ``en``, or ``auto``, the browser's."""
    debug: bool = False
    """Show the traceback of an unexpected error."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable and the setting that it fills."""

    name: str
    field: str
    meaning: str
    """In French, for the README and for people who ask."""
    read: Callable[[str, str], object]
    """``(variable name, its value)`` → the setting; raises ``ConfigurationError``."""


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that ``environ`` asks for; unset or blank variables keep their default.

    Raises ``ConfigurationError`` naming the variable and what it allows.
    """
    given = {
        variable.field: variable.read(variable.name, value)
        for variable in VARIABLES
        if (value := environ.get(variable.name, "").strip())
    }
    return Settings(**given)  # type: ignore[arg-type]  # each reader gives its field's type


def _text(name: str, value: str) -> str:
    return value


def _folder(name: str, value: str) -> Path:
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise ConfigurationError(
            f"{name} : l’utilisateur nommé par « {value} » est inconnu ; donnez un chemin complet."
        ) from error
    if path.exists() and not path.is_dir():
        raise ConfigurationError(
            f"{name} : « {value} » est un fichier ; donnez le chemin d’un dossier."
        )
    return path


def _switch(name: str, value: str) -> bool:
    folded = value.lower()
    if folded in _ON:
        return True
    if folded in _OFF:
        return False
    allowed = ", ".join((*_ON, *_OFF))
    raise ConfigurationError(
        f"{name} : « {value} » n’est pas compris ; valeurs permises : {allowed}."
    )


_ON = ("1", "oui", "true", "yes", "on")
_OFF = ("0", "non", "false", "no", "off")


def _whole_number(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        # isascii: int() also takes digits of other scripts; the length guards int()'s own limit.
        if value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high:
            return int(value)
        raise ConfigurationError(
            f"{name} : « {value} » ne convient pas ; donnez un nombre entier de {low} à {high}."
        )

    return read


def _names(name: str, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value.lower() in allowed:
            return value.lower()
        raise ConfigurationError(
            f"{name} : « {value} » n’est pas compris ; valeurs permises : {', '.join(allowed)}."
        )

    return read


def _open_or_closed(name: str, value: str) -> bool:
    return _one_of("open", "closed")(name, value) == "open"


VARIABLES = (
    Variable("KB_HOME", "home", "Dossier de la base de connaissances", _folder),
    Variable(
        "KB_EMBEDDING_MODEL",
        "embedding_model",
        "Nom ou dossier d’un modèle sentence-transformers ; vide : le modèle fourni",
        _text,
    ),
    Variable("KB_HOST", "host", "Adresse où « kb serve » écoute", _text),
    Variable("KB_PORT", "port", "Port où « kb serve » écoute", _whole_number(1, 65_535)),
    Variable(
        "KB_ALLOWED_HOSTS",
        "allowed_hosts",
        "Noms de machine acceptés, séparés par des virgules",
        _names,
    ),
    Variable(
        "KB_ADMIN_TOKEN",
        "admin_token",
        "Jeton qui ouvre l’ajout et le retrait de brochures par le réseau ; vide : fermé",
        _text,
    ),
    Variable(
        "KB_READING",
        "reading_open",
        "Qui peut lire : open (tout le monde) ou closed (il faut se connecter)",
        _open_or_closed,
    ),
    Variable("KB_LOG_QUERIES", "log_queries", "Écrire les recherches dans le journal", _switch),
    Variable(
        "KB_LANGUAGE",
        "language",
        "Langue du site : fr, en, ou auto (celle du navigateur)",
        _one_of("fr", "en", "auto"),
    ),
    Variable("KB_DEBUG", "debug", "Montrer le détail des erreurs imprévues", _switch),
)
"""Every variable that the product reads, in the order in which the README lists them."""
