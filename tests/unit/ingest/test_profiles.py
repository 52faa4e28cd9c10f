"""Profiles: what is wrong in one is said, the right one is chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from ingest import read_brochure
from ingest.profile import choose_profile, fits_any_case
from ingest.profile_files import load_profiles
from kb.errors import ConfigurationError

OWN = """
name = "mes-fiches"
[signature]
lines = ["FICHE MAISON", "Qui ?"]
at_least = 2
[[heading]]
name = "Publics concernés"
patterns = ["qui ?"]
[[heading]]
name = "Parole aux acteurs"
patterns = ["ils l['’]ont vécu"]
trailing = true
"""


def write(folder: Path, source: str, name: str = "mes-fiches.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(source, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("name = ", "n’est pas un fichier TOML correct"),
        ("[signature]\nlines = []", "il manque le nom"),
        ('name = "a"\n[titres]\nx = 1', "la table [titres] est inconnue"),
        ('name = "a"\n[title]\npage = []', "la clé title.page est inconnue"),
        ('name = "a"\n[title]\nat_least = "3"', "la valeur de title.at_least ne convient pas"),
        ('name = "a"\n[title]\nat_least = true', "la valeur de title.at_least ne convient pas"),
        ('name = "a"\n[furniture]\nlines = ["("]', "l’expression « ( » de furniture.lines"),
        ('name = "a"\n[furniture]\nlines = [3]', "donnez une liste de textes"),
        ('name = "a"\n[[heading]]\nname = "B"', "un [[heading]] n’a pas de name ou de patterns"),
        ('name = "a"\n[heading]\nname = "B"', "écrivez [[heading]]"),
        ('name = "a"\nfurniture = 3', "furniture doit être une table"),
        ('name = "a"\n[headings]\nshapes = ["gras"]', "headings.shapes contient « gras »"),
    ],
)
def test_a_wrong_profile_is_refused_with_what_to_change(
    tmp_path: Path, source: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        load_profiles(write(tmp_path / "profiles", source))
    assert said in str(error.value)
    assert "mes-fiches.toml" in str(error.value)
    assert "\n" not in str(error.value).split("(")[0]


def test_a_profile_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes('name = "é"'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="enregistrez-le en UTF-8"):
        load_profiles(tmp_path)


def test_the_generic_profile_comes_last_and_a_missing_folder_is_fine(tmp_path: Path) -> None:
    names = [profile.name for profile in load_profiles(tmp_path / "absent")]
    assert names == ["hauts-de-france", "generique"]


def test_the_signature_chooses_the_profile(tmp_path: Path) -> None:
    profiles = load_profiles(write(tmp_path / "profiles", OWN))
    assert choose_profile(["Fiche maison", "qui ?", "autre"], profiles).name == "mes-fiches"
    assert choose_profile(["Fiche maison", "autre"], profiles).name == "generique"


def test_a_user_s_profile_names_headings_and_lets_them_trail(tmp_path: Path) -> None:
    folder = write(tmp_path / "profiles", OWN)
    path = tmp_path / "maison.txt"
    path.write_text(
        "FICHE MAISON\n\nLa cour verte\n\nQui ?\nLes voisins de la cour.\f"
        "« On se parle enfin. » Une habitante\nraconte ses soirées d’été.\n\nIls l’ont vécu",
        encoding="utf-8",
    )
    reading = read_brochure(path, profile_folder=folder)
    assert reading.brochure.profile == "mes-fiches"
    assert [(s.heading, s.heading_printed) for s in reading.sections] == [
        ("Publics concernés", "Qui ?"),
        ("Parole aux acteurs", "Ils l’ont vécu"),
    ]
    assert reading.passages[-1].text == (
        "« On se parle enfin. » Une habitante raconte ses soirées d’été."
    )


@pytest.mark.parametrize(
    ("printed", "canonical"),
    [
        ("3. Contexte local", "Contexte"),
        ("LE PUBLIC ACCUEILLI", "Publics concernés"),
        ("Les objectifs poursuivis :", "Objectifs du projet"),
        ("Mise en œuvre", "Mise en œuvre"),
        ("Facteurs clés de succès", None),
        ("Les facteurs de réussite", "Conditions de réussite"),
        ("Difficultés rencontrées", "Freins identifiés"),
        ("Chiffres clés", "Quelques chiffres"),
        ("Bilan et perspectives", "Résultats"),
        ("Et demain ?", "Perspectives"),
        ("Témoignage d’une résidente", "Parole aux acteurs"),
        ("Pour en savoir plus", "Contact"),
        ("Le public a souvent répondu présent", None),
        ("Une maison pour tous", None),
    ],
)
def test_the_field_s_vocabulary(printed: str, canonical: str | None) -> None:
    rule = load_profiles()[-1].heading(printed)
    assert (rule.name if rule else None) == canonical


def test_patterns_that_refer_to_their_own_groups_are_met_as_any_other(tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    rules = "".join(
        f'[[heading]]\nname = "{name}"\npatterns = ["{pattern}"]\n'
        for name, pattern in (("Écho", "(\\\\w+) et \\\\1"), ("Bruit", "(\\\\w+) ou \\\\1"))
    )
    write(folder, f'name = "mes-fiches"\n[headings]\nonly = true\n{rules}')
    profile = load_profiles(folder)[0]
    found = {text: profile.heading(text) for text in ("Bruit ou bruit", "vent et vent", "vent ou")}
    assert [rule and rule.name for rule in found.values()] == ["Bruit", "Écho", None]


def test_a_rule_is_found_whatever_joins_the_patterns_of_all(tmp_path: Path) -> None:
    for profile in load_profiles():
        assert profile.any_heading is not None and profile.any_label is not None
        for text in ("Le contexte", "Fiche n° 3 – Objectifs :", "Partenaires (suite)"):
            slow = replace(profile, any_heading=None)
            assert profile.heading(text) is slow.heading(text)
        assert profile.heading("Il pleut sur la ville depuis hier soir.") is None


@pytest.mark.parametrize(
    "pattern", [r"(?:le )?contexte\S*", r"[a-h]\b.*", r"(?-i:[A-H])\b.*", r"\x41.*"]
)
@pytest.mark.parametrize("text", ["Contexte", "LE CONTEXTE !", "A b", "a B", "É", "conteſte", "I"])
def test_a_pattern_fits_texts_as_it_does_itself(pattern: str, text: str) -> None:
    compiled = re.compile(pattern, re.IGNORECASE)
    assert fits_any_case(compiled, text) == bool(compiled.fullmatch(text))


def test_a_pattern_is_never_hashed() -> None:
    """The hash of a compiled pattern is that of all its code, worked out anew each time."""

    class Pattern:
        pattern = "contexte"
        fullmatch = staticmethod(re.compile(pattern, re.IGNORECASE).fullmatch)
        __hash__ = None  # type: ignore[assignment]

    assert fits_any_case(cast("re.Pattern[str]", Pattern()), "CONTEXTE")
