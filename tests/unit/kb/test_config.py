"""Settings come from the environment, checked, with errors that say what is allowed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from kb.config import VARIABLES, Settings, load_settings
from kb.errors import ConfigurationError

ROOT = Path(__file__).parents[3]


def test_defaults_suit_one_person_on_one_machine():
    assert load_settings({}) == Settings(
        home=Path(".kb"),
        embedding_model="",
        engine="",
        milvus_uri="",
        catalogue="",
        host="127.0.0.1",
        port=8000,
        allowed_hosts=(),
        admin_token="",
        reading_open=True,
        log_queries=False,
        language="fr",
        log_format="text",
        debug=False,
    )


def test_every_variable_is_read(tmp_path: Path):
    given = {
        "KB_HOME": str(tmp_path),
        "KB_EMBEDDING_MODEL": "modele/francais",
        "KB_ENGINE": "Tantivy",
        "KB_MILVUS_URI": "http://milvus.exemple.fr:19530",
        "KB_CATALOGUE": "postgresql://passages@base.exemple.fr/passages",
        "KB_HOST": "0.0.0.0",
        "KB_PORT": "8080",
        "KB_ALLOWED_HOSTS": "passages.exemple.fr, www.exemple.fr,",
        "KB_ADMIN_TOKEN": "secret",
        "KB_READING": "closed",
        "KB_RATE_LIMIT": "0",
        "KB_LOG_QUERIES": "oui",
        "KB_LANGUAGE": "auto",
        "KB_LOG_FORMAT": "JSON",
        "KB_DEBUG": "1",
    }

    assert load_settings(given) == Settings(
        home=tmp_path,
        embedding_model="modele/francais",
        engine="tantivy",
        milvus_uri="http://milvus.exemple.fr:19530",
        catalogue="postgresql://passages@base.exemple.fr/passages",
        host="0.0.0.0",
        port=8080,
        allowed_hosts=("passages.exemple.fr", "www.exemple.fr"),
        admin_token="secret",
        reading_open=False,
        rate_limit=0,
        log_queries=True,
        language="auto",
        log_format="json",
        debug=True,
    )
    assert list(given) == [variable.name for variable in VARIABLES]


def test_each_setting_has_one_variable():
    assert [variable.field for variable in VARIABLES] == [field.name for field in fields(Settings)]


@pytest.mark.parametrize("blank", ["", "  ", "\t"])
def test_a_blank_variable_is_an_unset_one(blank):
    assert load_settings({variable.name: blank for variable in VARIABLES}) == Settings()


def test_other_variables_are_ignored():
    assert load_settings({"PATH": "/bin", "HOME": "/root"}) == Settings()


def test_a_variable_with_a_typo_is_told_with_the_nearest_name():
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_READNIG": "closed"})

    assert str(raised.value) == (
        "KB_READNIG : ce réglage n’existe pas, corrigez ou retirez cette variable "
        "d’environnement ; vouliez-vous écrire KB_READING ?"
    )


def test_a_variable_like_no_other_is_told_with_all_names():
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_ZZZ": "1"})

    assert all(variable.name in str(raised.value) for variable in VARIABLES)


def test_an_unknown_variable_without_a_value_is_unset():
    assert load_settings({"KB_READNIG": " "}) == Settings()


@pytest.mark.parametrize("value", ["http://0.0.0.0", "0.0.0.0:8000", "un nom", "exemple.fr/kb"])
def test_an_address_to_listen_on_stands_alone(value):
    with pytest.raises(ConfigurationError, match="donnez une adresse seule"):
        load_settings({"KB_HOST": value})


@pytest.mark.parametrize("value", ["::1", "[::1]"])
def test_an_address_of_ipv6_may_stand_in_brackets(value):
    assert load_settings({"KB_HOST": value}).host == "::1"


@pytest.mark.parametrize("value", ["https://kb.fr", "kb.fr:8000", "kb.fr, *.kb.fr", "kb.fr/"])
def test_host_names_stand_alone(value):
    with pytest.raises(ConfigurationError, match="sans « https:// » ni port"):
        load_settings({"KB_ALLOWED_HOSTS": value})


@pytest.mark.parametrize("value", ["0", "non", "False", "NO", "off"])
def test_switches_can_be_turned_off(value):
    assert load_settings({"KB_LOG_QUERIES": value}).log_queries is False


def test_a_language_that_is_not_spoken_names_those_that_are():
    with pytest.raises(ConfigurationError, match=r"KB_LANGUAGE : « de » .* fr, en, auto"):
        load_settings({"KB_LANGUAGE": "de"})


def test_an_engine_that_is_not_there_names_those_that_are():
    with pytest.raises(ConfigurationError, match=r"« lucene » .* whoosh, tantivy, milvus"):
        load_settings({"KB_ENGINE": "lucene"})


def test_an_address_of_a_catalogue_is_never_repeated():
    with pytest.raises(ConfigurationError, match="postgresql://nom@machine") as refused:
        load_settings({"KB_CATALOGUE": "mysql://moi:motdepasse@base/x"})
    assert "motdepasse" not in str(refused.value)
    settings = load_settings({"KB_CATALOGUE": "postgresql://moi:motdepasse@base/x"})
    assert "motdepasse" not in repr(settings)


def test_a_home_under_the_user_folder(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/maison")

    assert load_settings({"KB_HOME": "~/base"}).home == Path("/maison/base")


@pytest.mark.parametrize("value", ["0", "65536", "-1", "80.5", "http", "٨٠", "9" * 5000])
def test_a_wrong_port_names_the_variable_and_the_range(value):
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_PORT": value})

    assert str(raised.value) == (
        f"KB_PORT : « {value} » ne convient pas ; donnez un nombre entier de 1 à 65535."
    )


def test_a_wrong_switch_names_what_is_allowed():
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_LOG_QUERIES": "peut-être"})

    assert str(raised.value) == (
        "KB_LOG_QUERIES : « peut-être » n’est pas compris ; "
        "valeurs permises : 1, oui, true, yes, on, 0, non, false, no, off."
    )


@pytest.mark.parametrize(("value", "expected"), [("open", True), ("Closed", False)])
def test_reading_is_open_or_closed(value, expected):
    assert load_settings({"KB_READING": value}).reading_open is expected


def test_a_word_that_is_neither_open_nor_closed_leaves_no_doubt():
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_READING": "fermé"})

    assert str(raised.value) == (
        "KB_READING : « fermé » n’est pas compris ; valeurs permises : open, closed."
    )


def test_a_file_in_place_of_a_folder(tmp_path: Path):
    file = tmp_path / "fichier"
    file.touch()

    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_HOME": str(file)})

    assert str(raised.value) == (
        f"KB_HOME : « {file} » est un fichier ; donnez le chemin d’un dossier."
    )


def test_an_unknown_user_in_a_path():
    with pytest.raises(ConfigurationError) as raised:
        load_settings({"KB_HOME": "~personne-de-ce-nom/base"})

    assert str(raised.value) == (
        "KB_HOME : l’utilisateur nommé par « ~personne-de-ce-nom/base » est inconnu ; "
        "donnez un chemin complet."
    )


def test_settings_do_not_change():
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_the_readme_tells_every_variable(name):
    readme = ROOT / name
    if not readme.exists():
        pytest.skip(f"{name} is not written yet")
    text = readme.read_text(encoding="utf-8")

    assert [variable.name for variable in VARIABLES if variable.name not in text] == []
