"""Profiles read from TOML files and checked.

``generique.toml`` holds the vocabulary of the field and completes every other
profile. corpus/README.md explains to users how to write theirs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ingest.profile import FACT_KINDS, SHAPES, HeadingRule, Patterns, Profile, plainly
from kb.errors import ConfigurationError

_GENERIC = "generique.toml"
_TEXTS = list[str]
_QUESTION = re.compile(r" \?$")
"""« Pour qui ? »: written by someone who means the question mark."""
_MEANT = r" ?\\?"
_KEYS: dict[str, dict[str, type]] = {
    "signature": {"lines": list, "at_least": int},
    "brochure": {"title": list, "year": list, "default_title": str},
    "furniture": {"lines": list},
    "aside": {"lines": list},
    "outside": {"headings": list, "contents": list, "lines": list},
    "title": {
        "pages": list,
        "at_least": int,
        "capital_subtitle": bool,
        "subtitle_on_second_line": bool,
        "numbering": list,
        "values": list,
    },
    "objectives": {"tags": list},
    "headings": {"opening": str, "only": bool, "shapes": list},
    "labels": dict.fromkeys(FACT_KINDS, list),
    "organisation": {
        "words": list,
        "institutions": list,
        "partner_words": list,
        "other_bodies": list,
        "deeds": list,
    },
    "people": {"roles": list},
}
_HEADING_KEYS: dict[str, type] = {
    "name": str,
    "patterns": list,
    "trailing": bool,
    "list": bool,
    "tags": bool,
    "people": bool,
}
_ADDING = frozenset({"outside", "labels", "organisation", "people", "furniture", "aside"})
"""Tables whose lists are added to those of the generic profile instead of replacing them."""
_KIND_NAMES = {
    list: "une liste de textes",
    int: "un nombre",
    bool: "true ou false",
    str: "un texte",
}


def load_profiles(folder: Path | None = None) -> tuple[Profile, ...]:
    """The user's profiles in ``folder``, then the bundled ones, the generic one last.

    Raise ``ConfigurationError`` naming the file and the key that is at fault.
    """
    return (*_own_profiles(folder), *_bundled_profiles())


@cache
def _bundled_profiles() -> tuple[Profile, ...]:
    folder = files("ingest").joinpath("profiles")
    names = sorted(
        (entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda name: (name == _GENERIC, name),
    )
    return tuple(
        _build(_parse(folder.joinpath(name).read_text(encoding="utf-8"), name), name)
        for name in names
    )


@cache
def _generic_data() -> dict[str, Any]:
    return _parse(
        files("ingest").joinpath("profiles", _GENERIC).read_text(encoding="utf-8"), _GENERIC
    )


def _own_profiles(folder: Path | None) -> tuple[Profile, ...]:
    if folder is None or not folder.is_dir():
        return ()
    return tuple(_build(_parse(_read(path), path.name), path.name) for path in _toml_files(folder))


def _toml_files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("*.toml"))
    except OSError as error:
        raise ConfigurationError(
            f"Le dossier de profils {folder} ne peut pas être lu : vérifiez ses droits."
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"Le profil {path.name} ne peut pas être lu : "
            "vérifiez ses droits et enregistrez-le en UTF-8."
        ) from error


def _parse(source: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"Le profil {file} n’est pas un fichier TOML correct ({error}) : corrigez-le."
        ) from error


def _build(data: Mapping[str, Any], file: str) -> Profile:
    _check(data, file)
    tables = {table: _completed(table, data) for table in _KEYS}
    title, headings = tables["title"], tables["headings"]
    rules = _heading_rules(data, headings["only"], file)
    labels = {
        kind: _either(texts, file, f"labels.{kind}") for kind, texts in tables["labels"].items()
    }
    signature = data.get("signature", {})
    lines = _patterns(signature.get("lines", []), file, "signature.lines")
    return Profile(
        name=data["name"],
        signature=lines,
        any_signature=_any_of(lines),
        signature_at_least=signature.get("at_least", 1),
        brochure_title=_patterns(tables["brochure"]["title"], file, "brochure.title"),
        brochure_year=_patterns(tables["brochure"]["year"], file, "brochure.year"),
        default_title=tables["brochure"].get("default_title", ""),
        furniture=_either(tables["furniture"]["lines"], file, "furniture.lines"),
        aside=_either(tables["aside"]["lines"], file, "aside.lines"),
        outside_headings=_either(tables["outside"]["headings"], file, "outside.headings"),
        contents_headings=_either(tables["outside"]["contents"], file, "outside.contents"),
        outside_lines=_either(tables["outside"]["lines"], file, "outside.lines"),
        title_pages=_patterns(title["pages"], file, "title.pages"),
        title_pages_at_least=title["at_least"],
        capital_subtitle=title["capital_subtitle"],
        subtitle_on_second_line=title["subtitle_on_second_line"],
        numbering=_either(title["numbering"], file, "title.numbering"),
        values=frozenset(plainly(value).lower() for value in title["values"]),
        tags=tuple(tables["objectives"].get("tags", [])),
        opening=headings["opening"],
        shapes=frozenset(headings["shapes"]),
        only=headings["only"],
        headings=rules,
        any_heading=_any_of([pattern for rule in rules for pattern in rule.patterns]),
        labels=labels,
        any_label=_any_of([pattern for patterns in labels.values() for pattern in patterns]),
        roles=_either(
            [rf"(?:{role})(?!\w)" for role in tables["people"]["roles"]], file, "people.roles"
        ),
        **_bodies(tables["organisation"], file),
    )


def _bodies(table: Mapping[str, _TEXTS], file: str) -> dict[str, Any]:
    """What the profile says of organisations and partners."""
    return {
        "organisation_words": _folded(table["words"]),
        "institutions": _either(table["institutions"], file, "organisation.institutions"),
        "partner_words": _folded(table["partner_words"]),
        "other_bodies": _folded(table["other_bodies"]),
        "deeds": _patterns(table["deeds"], file, "organisation.deeds"),
    }


def _folded(words: _TEXTS) -> frozenset[str]:
    return frozenset(plainly(word).lower() for word in words)


def _completed(table: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A table of the profile over that of the generic one."""
    own, base = data.get(table, {}), _generic_data().get(table, {})
    merged = {**base, **own}
    if table in _ADDING and data.get("name") != "generique":
        for key, value in own.items():
            merged[key] = [*value, *base.get(key, [])]
    return merged


def _heading_rules(data: Mapping[str, Any], only: bool, file: str) -> tuple[HeadingRule, ...]:
    rules = list(data.get("heading", []))
    if not only and file != _GENERIC:
        rules += _generic_data()["heading"]
    return tuple(
        HeadingRule(
            name=rule["name"],
            patterns=_either(rule["patterns"], file, f"heading « {rule['name']} »"),
            trailing=rule.get("trailing", False),
            listing=rule.get("list", False),
            tags=rule.get("tags", False),
            people=rule.get("people", False),
        )
        for rule in rules
    )


def _patterns(texts: _TEXTS, file: str, key: str) -> Patterns:
    """One compiled pattern for each text."""
    return tuple(_compiled(text, file, key) for text in texts)


def _either(texts: _TEXTS, file: str, key: str) -> Patterns:
    """One compiled pattern for all the texts: much faster where it does not matter which fits."""
    whole = "|".join(f"(?:{_QUESTION.sub(_MEANT, plainly(text))})" for text in texts)
    try:
        return (re.compile(whole, re.IGNORECASE),) if texts else ()
    except re.error:
        return _patterns(texts, file, key)


def _any_of(patterns: Sequence[re.Pattern[str]]) -> re.Pattern[str] | None:
    """What meets one of the patterns; None where they can't be joined as they are."""
    if any(pattern.groups for pattern in patterns):  # a reference to one would go wrong
        return None
    try:
        return re.compile("|".join(f"(?:{one.pattern})" for one in patterns), re.IGNORECASE)
    except re.error:
        return None


def _compiled(pattern: str, file: str, key: str) -> re.Pattern[str]:
    try:
        return re.compile(_QUESTION.sub(_MEANT, plainly(pattern)), re.IGNORECASE)
    except re.error as error:
        raise ConfigurationError(
            f"Dans le profil {file}, l’expression « {pattern} » de {key} "
            f"est incorrecte ({error}) : corrigez-la."
        ) from error


def _check(data: Mapping[str, Any], file: str) -> None:
    if not isinstance(data.get("name"), str) or not data["name"].strip():
        _refuse(file, "il manque le nom", 'ajoutez une ligne name = "…"')
    for table, content in data.items():
        if table in ("name", "description"):
            _check_kind(content, str, file, table)
        elif table == "heading":
            _check_headings(content, file)
        elif table not in _KEYS:
            _refuse(
                file, f"la table [{table}] est inconnue", f"choisissez parmi {', '.join(_KEYS)}"
            )
        else:
            _check_table(content, _KEYS[table], file, table)
    unknown = set(data.get("headings", {}).get("shapes", ())) - set(SHAPES)
    if unknown:
        _refuse(
            file,
            f"headings.shapes contient « {min(unknown)} »",
            f"choisissez parmi {', '.join(SHAPES)}",
        )


def _check_headings(content: object, file: str) -> None:
    if not isinstance(content, list):
        _refuse(file, "heading doit être écrit entre doubles crochets", "écrivez [[heading]]")
        return
    for entry in content:
        _check_table(entry, _HEADING_KEYS, file, "heading")
        if not entry.get("name") or not entry.get("patterns"):
            _refuse(file, "un [[heading]] n’a pas de name ou de patterns", "donnez-lui les deux")


def _check_table(content: object, keys: Mapping[str, type], file: str, table: str) -> None:
    if not isinstance(content, dict):
        _refuse(file, f"{table} doit être une table", f"écrivez [{table}] sur sa propre ligne")
        return
    for key, value in content.items():
        if key not in keys:
            _refuse(
                file, f"la clé {table}.{key} est inconnue", f"choisissez parmi {', '.join(keys)}"
            )
        _check_kind(value, keys[key], file, f"{table}.{key}")


def _check_kind(value: object, kind: type, file: str, key: str) -> None:
    fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if fits and kind is list:
        fits = isinstance(value, list) and all(isinstance(text, str) for text in value)
    if not fits:
        _refuse(file, f"la valeur de {key} ne convient pas", f"donnez {_KIND_NAMES[kind]}")


def _refuse(file: str, fault: str, remedy: str) -> None:
    raise ConfigurationError(f"Dans le profil {file}, {fault} : {remedy}.")
