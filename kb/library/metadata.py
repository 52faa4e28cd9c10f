"""Questions about projects rather than texts: «projets à Dunkerque», «projets de 2018».

A query that names places, years or organisations of the catalogue, and nothing
else but words such as *projets* or *initiatives*, is answered by metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.library.context import year_of
from kb.model import Brochure, Filter, Project
from kb.query import Query
from kb.territory import departement_code, departement_name
from kb.text import Token, content_tokens, stem

_GENERIC_WORDS = """
projet initiative action operation realisation dispositif experience experimentation exemple
demarche bailleur organisme association partenaire departement commune ville territoire region
agglomeration secteur annee brochure fiche programme mene porte portes conduit realise situe
lance finance monte initie pilote date datant dater concerne concernant present existant social
sociaux hlm remarquable innovant
"""

GENERIC_STEMS = frozenset(map(stem, _GENERIC_WORDS.split())) | frozenset(_GENERIC_WORDS.split())
"""Words that a question about projects may hold beside names."""


@dataclass(frozen=True, slots=True)
class MetadataQuestion:
    """What a query asks of the metadata."""

    filter: Filter
    label: str
    """The names that were recognised, for the user."""
    unknown: tuple[str, ...] = ()
    """Départements that exist, but not in this base."""

    def notice(self) -> str:
        """What was understood, for the user."""
        return f"Projets trouvés par leur fiche : {self.label}."

    def refusal(self) -> str:
        """What is not there, for the user."""
        asked = ", ".join(self.unknown) or self.label
        return f"Aucune brochure de la base ne présente de projet pour : {asked}."


Names = dict[tuple[str, ...], tuple[str, str]]
"""Stems of a name → the filter's field and value."""


def names_of(projects: Iterable[Project], brochures: dict[str, Brochure]) -> Names:
    """Every place, year and organisation that the base's projects carry."""
    carried: dict[tuple[str, str], None] = {}
    for project in projects:
        carried.update(dict.fromkeys(("departement", code) for code in project.departements))
        years = year_of(project, brochures[project.brochure_id])
        carried.update(dict.fromkeys(("year", year) for year in years))
        carried.update(dict.fromkeys(("commune", commune) for commune in project.communes))
        carried["organisation", project.organisation] = None
    names: Names = {}
    # Each once: thousands of projects share some hundred of them.
    for field, value in carried:
        if field == "departement":
            _add(names, departement_name(value), field, value)
            names[(value.lower(),)] = (field, value)
        elif field == "year":
            names[(value,)] = (field, value)
        else:
            _add(names, value, field, value)
    return names


def metadata_question(query: Query, names: Names) -> MetadataQuestion | None:
    """What the query asks of the metadata; None where it asks for texts."""
    if query.phrases or query.excluded:
        return None
    tokens = content_tokens(query.words)
    found: dict[str, list[str]] = {}
    unknown: list[str] = []
    labels: list[str] = []
    position = 0
    while position < len(tokens):
        size, field, value = _longest_name(tokens, position, names)
        if size:
            found.setdefault(field, []).append(value)
            labels.append(departement_name(value) if field == "departement" else value)
        elif size := _absent_departement(tokens, position):
            unknown.append(" ".join(token.surface for token in tokens[position : position + size]))
        elif tokens[position].stem in GENERIC_STEMS or tokens[position].word in GENERIC_STEMS:
            size = 1
        else:
            return None
        position += size
    if not found and not unknown:
        return None
    restricted = Filter(**{field: tuple(values) for field, values in found.items()})
    return MetadataQuestion(restricted, ", ".join(labels), tuple(unknown))


def _add(names: Names, name: str, field: str, value: str) -> None:
    key = tuple(token.stem for token in content_tokens(name))
    if key and not all(part in GENERIC_STEMS for part in key):
        names.setdefault(key, (field, value))


def _longest_name(tokens: Sequence[Token], position: int, names: Names) -> tuple[int, str, str]:
    for size in range(min(8, len(tokens) - position), 0, -1):
        key = tuple(token.stem for token in tokens[position : position + size])
        if key in names:
            field, value = names[key]
            return size, field, value
    return 0, "", ""


def _absent_departement(tokens: Sequence[Token], position: int) -> int:
    """How many tokens name a département that the base does not know; 0 for none."""
    for size in range(min(4, len(tokens) - position), 0, -1):
        name = " ".join(token.surface for token in tokens[position : position + size])
        if not name.isdigit() and departement_code(name):
            return size
    return 0
