"""Settings: the only place that reads the environment, once, at the start.

Every variable is one row of ``VARIABLES``; the README's table lists the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from kb.engine_names import KINDS
from kb.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set from outside; the defaults suit one person on one machine."""

    home: Path = Path(".kb")
    """Folder of the knowledge base; made when something is ingested."""
    embedding_model: str = ""
    """Name or folder of a sentence-transformers model; empty for the bundled one."""
    engine: str = ""
    """Kind of engine of a new base and of ``kb reindex``; empty: Whoosh, or the one in use."""
    milvus_uri: str = ""
    """Where Milvus is: a server's address, or a file; empty: a file in the base's folder."""
    catalogue: str = field(default="", repr=False)
    """Address of the PostgreSQL database that several servers share; empty: a file in ``home``.

    It may hold a password.
    """
    host: str = "127.0.0.1"
    port: int = 8000
    allowed_hosts: tuple[str, ...] = ()
    """Host names that the server answers to; empty: its own when local, else any."""
    admin_token: str = ""
    """Opens upload and removal over HTTP; empty closes them."""
    reading_open: bool = True
    """Whether anyone may read; else only the administrator and who holds the token."""
    rate_limit: int = 600
    """Requests a minute that one address of the network, or one token, may make; 0: any number."""
    log_queries: bool = False
    """Whether the server's log may hold what people ask."""
    language: str = "fr"
    """Language of the site for who chose none: ``fr``, ``en``, or ``auto``, the browser's."""
    log_format: str = "text"
    """How the server's log is written: ``text``, or ``json``, one object a line."""
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

    Raises ``ConfigurationError`` naming the variable and what it allows, for a variable of
    ours that is unknown too: a name with a typo would leave open what was to be closed.
    """
    _refuse_unknown(name for name, value in environ.items() if value.strip())
    given = {
        variable.field: variable.read(variable.name, value)
        for variable in VARIABLES
        if (value := environ.get(variable.name, "").strip())
    }
    return Settings(**given)  # type: ignore[arg-type]  # each reader gives its field's type


def _refuse_unknown(names: Iterable[str]) -> None:
    known = [variable.name for variable in VARIABLES]
    for name in sorted(names):
        if name.startswith(_PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f"vouliez-vous écrire {near[0]} ?" if near else f"il y a {', '.join(known)}."
            raise ConfigurationError(
                f"{name} : ce réglage n’existe pas, corrigez ou retirez cette variable "
                f"d’environnement ; {meant}"
            )


_PREFIX = "KB_"


def _text(name: str, value: str) -> str:
    return value


def _database(name: str, value: str) -> str:
    """The address of a PostgreSQL database, not repeated: it may hold a password."""
    if value.startswith(("postgresql://", "postgres://")):
        return value
    raise ConfigurationError(
        f"{name} : cette adresse ne convient pas ; elle s’écrit "
        "postgresql://nom@machine:5432/base, ou reste vide pour un fichier de cette machine."
    )


def _host(name: str, value: str) -> str:
    """An address to listen on: no scheme, no path, no port."""
    if _NOT_OF_A_HOST.isdisjoint(value) and (value.count(":") != 1):
        return value.strip("[]")
    raise ConfigurationError(
        f"{name} : « {value} » ne convient pas ; donnez une adresse seule, comme 127.0.0.1 ou "
        "0.0.0.0, et le port par KB_PORT."
    )


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


def _milvus(name: str, value: str) -> str:
    """A server's address as it stands, or the whole path of a file."""
    if value.startswith(("http://", "https://")):
        return value
    if "://" not in value and value.endswith(".db"):
        return str(Path(value).expanduser().absolute())
    raise ConfigurationError(
        f"{name} : « {value} » ne convient pas ; donnez l’adresse d’un serveur Milvus, comme "
        "http://nom:motdepasse@machine:19530, ou un fichier dont le nom finit par .db."
    )


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
    names = tuple(part.strip() for part in value.split(",") if part.strip())
    for one in names:
        if not _NOT_OF_A_HOST.isdisjoint(one) or one.count(":") == 1:
            raise ConfigurationError(
                f"{name} : « {one} » ne convient pas ; donnez des noms de machine seuls, sans "
                "« https:// » ni port, comme passages.exemple.fr."
            )
    return names


_NOT_OF_A_HOST = frozenset("/@?#*\\ ")


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
    Variable(
        "KB_ENGINE",
        "engine",
        "Moteur de recherche d’une base neuve et de « kb reindex » : whoosh, tantivy ou milvus ; "
        "vide : whoosh, ou celui qui sert",
        _one_of(*KINDS),
    ),
    Variable(
        "KB_MILVUS_URI",
        "milvus_uri",
        "Adresse de Milvus (http://…) ou fichier ; vide : un fichier dans le dossier de la base",
        _milvus,
    ),
    Variable(
        "KB_CATALOGUE",
        "catalogue",
        "Adresse PostgreSQL du catalogue que plusieurs serveurs partagent "
        "(postgresql://nom@machine/base) ; vide : un fichier dans le dossier de la base",
        _database,
    ),
    Variable("KB_HOST", "host", "Adresse où « kb serve » écoute", _host),
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
    Variable(
        "KB_RATE_LIMIT",
        "rate_limit",
        "Demandes par minute permises à une adresse du réseau ou à un jeton ; 0 : sans limite",
        _whole_number(0, 1_000_000),
    ),
    Variable("KB_LOG_QUERIES", "log_queries", "Écrire les recherches dans le journal", _switch),
    Variable(
        "KB_LANGUAGE",
        "language",
        "Langue du site : fr, en, ou auto (celle du navigateur)",
        _one_of("fr", "en", "auto"),
    ),
    Variable(
        "KB_LOG_FORMAT",
        "log_format",
        "Forme du journal de « kb serve » : text, ou json (un objet par ligne)",
        _one_of("text", "json"),
    ),
    Variable("KB_DEBUG", "debug", "Montrer le détail des erreurs imprévues", _switch),
)
"""Every variable that the product reads, in the order in which the README lists them."""
