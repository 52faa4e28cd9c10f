from __future__ import annotations

from pathlib import Path

import pytest

from index.training.adapting import CONFIG as SHIPPED
from index.training.config import FIELD_KINDS, load_config
from kb.errors import ConfigurationError


def test_the_configuration_of_the_bundled_model_is_read():
    config = load_config(SHIPPED)

    assert config.name == "french-static"
    assert config.licence == "Apache-2.0"
    assert [source.name for source in config.of_kind(*FIELD_KINDS)] == [
        "field_expressions",
        "field_questions",
    ]
    assert len(config.digest) == 64


def test_no_source_of_the_bundled_model_binds_what_learns_from_it():
    licences = {source.licence for source in load_config(SHIPPED).sources}

    assert [one for one in licences if "GPL" in one or "CeCILL" in one] == []


def test_what_is_left_out_takes_its_default(workshop):
    config = workshop.config()

    assert config.fitting.warmup == 0.1
    assert config.distillation.share == 0.0
    assert config.sources[1].weight == 2.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed = 7\n", "", " : il manque « seed » ; ajoutez-le."),
        ("seed = 7", 'seed = "sept"', " : « seed » n’est pas un nombre entier."),
        ("seed = 7", "seed = true", " : « seed » n’est pas un nombre entier."),
        ("keep_out = []", 'keep_out = "x"', " : « keep_out » n’est pas une liste de textes."),
        (
            "batch_size = 32",
            "batch_size = 1",
            ", fitting : « batch_size » vaut 1 ; donnez un nombre de 2 à 65536.",
        ),
        (
            'origin = "drawn by chance"\n\n[fitting]',
            'origine = ""\n\n[fitting]',
            ", initial : « origine » est inconnu ; "
            "permis : origin, sif, signature_dim, signature_weight.",
        ),
        (
            'kind = "pairs"',
            'kind = "couples"',
            ", asked : « kind = 'couples' » est inconnu ; "
            "permis : text, pairs, cloze, parallel, groups, passages.",
        ),
        (
            'name = "text"',
            'name = "asked"',
            ", asked : deux sources portent ce nom ; renommez-en une.",
        ),
        (
            'licence = "CC0"\n',
            "",
            ", source n° 2 : il manque « licence » ; ajoutez-le.",
        ),
    ],
)
def test_an_error_names_the_place_and_what_is_allowed(workshop, old, new, message):
    with pytest.raises(ConfigurationError) as caught:
        workshop.config(old, new)

    assert str(caught.value) == f"{workshop.path}{message}"


def test_a_configuration_without_source_is_refused(tmp_path: Path):
    path = tmp_path / "c.toml"
    path.write_text('name = "x"\nseed = 1\nlicence = "CC0"\nkeep_out = []\n')

    with pytest.raises(ConfigurationError, match=r"aucune source : ajoutez au moins un tableau"):
        load_config(path)


@pytest.mark.parametrize("content", [b"name = ", b"name = '\xff'"])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "c.toml"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError, match="n’est pas un fichier TOML correct"):
        load_config(path)


def test_a_missing_configuration_is_told(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"ne se lit pas .* : vérifiez son chemin"):
        load_config(tmp_path / "no.toml")
