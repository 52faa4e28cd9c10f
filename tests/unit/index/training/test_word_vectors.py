from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from index.training import word_vectors
from index.training.word_vectors import read_word_vectors
from kb.errors import ConfigurationError, InputError


def test_a_vec_file_is_read_in_order(tmp_path: Path):
    path = tmp_path / "w.vec"
    path.write_text("2 3\nle 1 2 3\nlogement 0.5 0 -1\n")

    vectors = read_word_vectors(path)
    assert vectors.words == ("le", "logement")
    assert vectors.vectors.tolist() == [[1, 2, 3], [0.5, 0, -1]]
    assert vectors.dim == 3


def test_frequencies_follow_zipf(tmp_path: Path):
    path = tmp_path / "w.vec"
    path.write_text("2 1\na 1\nb 1\n")

    assert dict(read_word_vectors(path).frequencies()) == pytest.approx({"a": 4 / 7, "b": 3 / 7})


@pytest.mark.parametrize("content", ["", "x\n", "1 2\nmot 1\n", "1 2\nmot a b\n"])
def test_a_malformed_file_is_told(tmp_path: Path, content: str):
    path = tmp_path / "w.vec"
    path.write_text(content)

    with pytest.raises(InputError, match="n’est pas un fichier de vecteurs"):
        read_word_vectors(path)


def test_a_folder_without_vectors_is_told(tmp_path: Path):
    with pytest.raises(InputError, match="ne contient pas de vecteurs de mots"):
        read_word_vectors(tmp_path)


def test_a_spacy_folder_is_read_with_the_rows_that_words_share(tmp_path, monkeypatch):
    (tmp_path / "key2row").touch()
    names = {11: "le", 22: "logement", 33: "Logement"}

    class Strings(dict):
        def __contains__(self, key):
            return key in names

        def __getitem__(self, key):
            return names[key]

    table = SimpleNamespace(key2row={11: 1, 22: 0, 33: 0, 44: 1}, data=np.eye(2))

    class Vocab:
        strings = Strings()
        vectors = table

        def from_disk(self, folder):
            assert folder == tmp_path
            return self

    for name in ("spacy", "spacy.vocab"):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        module.Vocab = Vocab
        monkeypatch.setitem(sys.modules, name, module)

    vectors = read_word_vectors(tmp_path)
    assert vectors.words == ("le", "logement", "Logement")
    assert vectors.rows.tolist() == [1, 0, 0]


def test_missing_vectors_are_told(monkeypatch):
    monkeypatch.setattr(word_vectors, "PACKAGE", "no_such_package_of_vectors")

    with pytest.raises(ConfigurationError) as caught:
        read_word_vectors(None)
    assert str(caught.value) == (
        "Les vecteurs de mots manquent : donnez leur dossier par --vectors, ou installez-les par : "
        "pip install no-such-package-of-vectors."
    )
