"""The root of the command line: exit codes, one-line errors, nothing heavy before use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kb.cli.session import Session
from kb.config import Settings
from kb.errors import ConfigurationError, NotFound, StorageError
from kb.library import Library
from kb.main import COMMANDS, root, run
from kb.shelf import LIGHT
from kb.wiring import open_library

ROOT = Path(__file__).parents[3]
HEAVY = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy", "numpy", "flask")


def session_raising(error: BaseException, environ: dict[str, str] | None = None) -> Session:
    def opener(settings: Settings) -> Library:
        raise error

    return Session(environ or {}, opener)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (NotFound("Aucune brochure « x »."), 1, "Erreur : Aucune brochure « x ».\n"),
        (StorageError("Le disque\nest plein."), 1, "Erreur : Le disque est plein.\n"),
        (KeyError("x"), 1, "Erreur : erreur imprévue (KeyError : 'x') ; détails : KB_DEBUG=1.\n"),
        (
            RecursionError(),
            1,
            "Erreur : erreur imprévue (RecursionError) ; détails : KB_DEBUG=1.\n",
        ),
        (KeyboardInterrupt(), 130, "Erreur : interrompu.\n"),
        (click.Abort(), 130, "Erreur : interrompu.\n"),
    ],
)
def test_every_error_is_one_line_and_an_exit_code(error, code, line, capsys):
    assert run(["projects"], session_raising(error)) == code

    assert capsys.readouterr() == ("", line)


def test_debugging_shows_the_traceback(capsys):
    assert run(["doctor"], session_raising(KeyError("x"), {"KB_DEBUG": "1"})) == 1

    assert "Traceback" in capsys.readouterr().err


def test_a_wrong_setting_is_told_by_every_command_that_reads_it(capsys):
    assert run(["doctor"], Session({"KB_PORT": "haut"}, lambda settings: pytest.fail())) == 1
    assert capsys.readouterr().err == (
        "Erreur : KB_PORT : « haut » ne convient pas ; donnez un nombre entier de 1 à 65535.\n"
    )


def test_a_wrong_setting_does_not_hide_the_help(capsys):
    session = session_raising(ConfigurationError("non"), {"KB_PORT": "haut"})

    assert run(["search", "--help"], session) == 0
    assert run(["--help"], session) == 0


def test_no_command_shows_the_help(capsys):
    session = session_raising(AssertionError())

    assert run([], session) == 0
    alone = capsys.readouterr()
    assert run(["--help"], session) == 0
    assert capsys.readouterr() == alone


def test_an_unknown_command_suggests_a_near_one(capsys):
    assert run(["serch", "x"], session_raising(AssertionError())) == 2

    assert capsys.readouterr().err == (
        "Erreur : la commande « serch » n’existe pas ; "
        "vouliez-vous dire « search » ou « serve » ? (voir « kb --help »).\n"
    )


def test_an_unknown_option_of_the_root(capsys):
    assert run(["--quiet"], session_raising(AssertionError())) == 2

    assert capsys.readouterr().err == (
        "Erreur : l’option « --quiet » n’existe pas (voir « kb --help »).\n"
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_where_the_table_says(name):
    context = click.Context(root, info_name="kb")

    command = root.get_command(context, name)

    assert command is not None
    assert command.name == name


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


KB = "import sys; from kb.main import main; sys.argv[0] = 'kb'; main()"


@pytest.mark.parametrize(
    "code", ["import kb", "import kb.library", "import ingest", "import index", "import kb.main"]
)
def test_importing_loads_nothing_heavy(code):
    heavy = [name for name in HEAVY if name != "numpy"] if "library" in code else HEAVY
    shown = python("-c", f"{code}; import sys; print([x for x in {heavy} if x in sys.modules])")

    assert shown.stdout == "[]\n", shown.stderr


def test_help_loads_no_use_case_and_nothing_heavy():
    check = f"import atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {KB}"
    shown = python("-c", f"import sys; {check}", "--help")

    loaded = set(shown.stderr.split())
    assert shown.returncode == 0
    assert "kb.main" in loaded
    assert loaded.isdisjoint(
        {*HEAVY, "kb.library", "kb.wiring", "kb.text", "ingest", "index", "web"}
    )


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
@pytest.mark.parametrize(
    ("model", "loads"), [("", {"numpy", "onnxruntime"}), (LIGHT, {"numpy"})], ids=["whole", "light"]
)
def test_searching_with_the_bundled_models_loads_neither_torch_nor_transformers(
    tmp_path, mode, model, loads
):
    with open_library(Settings(home=tmp_path, embedding_model=model)) as library:
        library.ingest([ROOT / "corpus" / "synthese-hauts-de-france.pdf"])
    check = f"import atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {KB}"
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys; {check}", "search", "expulsion", "--mode", mode],
        cwd=ROOT,
        env=os.environ | {"KB_HOME": str(tmp_path), "KB_EMBEDDING_MODEL": model},
        capture_output=True,
        text=True,
        check=False,
    )

    loaded = set(shown.stderr.split())
    assert shown.returncode == 0
    assert "« " in shown.stdout
    assert "index.embedders.static" in loaded
    assert loaded & {*HEAVY, "onnxruntime", "huggingface_hub"} == loads
    # Nothing but what the check above writes there: onnxruntime keeps what it sees to itself.
    assert shown.stderr.count("\n") == 1


def test_a_letter_that_the_terminal_lacks_is_no_error():
    shown = subprocess.run(
        [sys.executable, "-c", KB, "--help"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )

    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Vérifie l?état de la base." in shown.stdout.decode("latin-1")


def test_a_reader_that_leaves_is_silent():
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-c", KB, "--help"],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)

    assert (process.returncode, process.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_one_line():
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-c", KB, "--help"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert process.returncode == 1
    assert process.stderr.count("\n") == 1
    assert process.stderr.startswith("Erreur : erreur imprévue (OSError : ")
