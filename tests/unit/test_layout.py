"""The shape of the code: small files, small functions, walls that nothing slips past."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("ingest", "kb", "index", "web")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
NAMES = [str(path.relative_to(ROOT)) for path in FILES]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
# What a layer holds that import-linter can't see: where the vocabulary may look.
VOCABULARY = (
    "kb/model.py",
    "kb/engine_names.py",
    "kb/errors.py",
    "kb/results.py",
    "kb/config.py",
    "kb/source.py",
)


def tree_of(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_there_is_something_to_check():
    assert {"kb/model.py", "kb/main.py", "ingest/document.py"} <= set(NAMES)


def test_files_stay_small():
    long = {
        name: count
        for name in NAMES
        if (count := (ROOT / name).read_text(encoding="utf-8").count("\n")) >= MAX_FILE_LINES
    }
    assert long == {}


def test_functions_stay_small():
    long = {
        f"{name}:{node.name}": length
        for name in NAMES
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) >= MAX_FUNCTION_LINES
    }
    assert long == {}


def test_every_module_stands_on_a_floor_of_the_house():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name.strip() for layer in layers for name in layer.replace("|", ":").split(":")}
    modules = {f"kb.{path.stem}" for path in (ROOT / "kb").glob("*.py")} - {"kb.__init__"}
    rooms = {f"kb.{path.parent.name}" for path in (ROOT / "kb").glob("*/__init__.py")}

    assert placed == modules | rooms | {"ingest", "index", "web"}


@pytest.mark.parametrize("name", VOCABULARY)
def test_the_vocabulary_imports_the_standard_library_only(name):
    own = {path.removesuffix(".py").replace("/", ".") for path in VOCABULARY}
    foreign = {
        module
        for module in imported(tree_of(name))
        if module not in own and module.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


def test_the_environment_is_read_once_by_the_settings():
    """``os.environ`` is handed whole to what makes the settings; nothing else asks for it.

    To set a variable, for a library that knows no other way, is not to ask.
    """
    readers = {"load_settings", "Session"}
    offenders = []
    for name in NAMES:
        tree = tree_of(name)
        handed = {
            argument
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in readers
            for argument in call.args
        }
        handed |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        }
        offenders += [
            f"{name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"environ", "environb", "getenv", "putenv"}
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            and node not in handed
        ]
    assert offenders == []


def test_no_leftovers():
    found = [
        f"{name}:{number}"
        for name in NAMES
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
        if any(mark in line for mark in ("TODO", "FIXME", "XXX", "raise NotImplementedError"))
    ]
    assert found == []
