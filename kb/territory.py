"""The départements of France, by code and by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from kb.text import fold

_PUNCTUATION = re.compile(r"[-' ]+")
_WITHIN = (
    r"(?:\b[Dd]ans (?:le |la |les |l[’'])|\b[Ee]n |"
    r"\bdépartement (?:de la |de l[’']|du |des |de |d[’']))"
)
_DIRECTION = "Nord"
"""« Dans le Nord » may be any north."""
_ARTICLE = re.compile(r"(?:l |la |le |les |departement (?:de l |de la |des |du |de |d )?)")


def departement_name(code: str) -> str:
    """Name of the département of this code; empty where there is none.

    >>> departement_name("2a")
    'Corse-du-Sud'
    """
    return _names().get(_normal_code(code), "")


def place(communes: Sequence[str], departements: Sequence[str]) -> str:
    """``Lens, Hénin (62)``; départements by name where no commune is known.

    >>> place([], ["59"])
    'Nord (59)'
    """
    if communes:
        codes = f" ({', '.join(departements)})" if departements else ""
        return ", ".join(communes) + codes
    return ", ".join(f"{departement_name(code) or 'département'} ({code})" for code in departements)


def departement_code(name_or_code: str) -> str:
    """Code of a département given by code or by name; empty where there is none.

    Case, accents, hyphens and a leading article do not matter.

    >>> departement_code("l’Aisne"), departement_code("2"), departement_code("pas de calais")
    ('02', '02', '62')
    """
    code = _normal_code(name_or_code)
    if code in _names():
        return code
    key = _key(name_or_code)
    by_name = _codes()
    return by_name.get(key) or by_name.get(_ARTICLE.sub("", key, count=1), "")


def departements_in(text: str, after_commune: bool = False) -> tuple[str, ...]:
    """Codes of the départements that a text says something is in, each once.

    « Dans le Nord » counts only ``after_commune``, « le département du Nord » always.

    >>> departements_in("À Guéret, dans la Creuse, puis en Haute-Savoie et dans le Nord.")
    ('23', '74')
    """
    found = []
    for match in _mention().finditer(text):
        sure = after_commune or match.group().startswith("département")
        if sure or match["name"] != _DIRECTION:
            found.append(departement_code(match["name"]))
    return tuple(dict.fromkeys(found))


@cache
def _mention() -> re.Pattern[str]:
    """« dans la » or « en » and the name of a département, the longest name first."""
    names = sorted(_names().values(), key=len, reverse=True)
    forms = (re.sub("[’']", "[’']", name.replace("-", "[- ]")) for name in names)
    return re.compile(
        rf"{_WITHIN}(?P<name>{'|'.join(forms)})(?![\w’'-]| [A-ZÀ-Ý]| d[eu]s? | d[’'])"
    )


def _normal_code(text: str) -> str:
    code = text.strip().upper()
    return f"0{code}" if len(code) == 1 and code.isdigit() else code


def _key(name: str) -> str:
    return _PUNCTUATION.sub(" ", fold(name)).strip()


@cache
def _data() -> dict[str, dict[str, str]]:
    source = files("kb").joinpath("data/departements.toml").read_text(encoding="utf-8")
    data: dict[str, dict[str, str]] = tomllib.loads(source)
    return data


def _names() -> dict[str, str]:
    return _data()["departements"]


@cache
def _codes() -> dict[str, str]:
    """Code by folded name, variants included."""
    codes = {_key(name): code for code, name in _names().items()}
    codes.update({_key(name): code for name, code in _data()["variants"].items()})
    return codes
