"""Bases to harm, made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.world import CASES, World

Worlds = Callable[..., World]


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Gives the base with which a case begins (or, ``done``, ends), as it was when first made.

    Each lies in a folder of its own, for a base knows where its files were.
    """
    kept: dict[tuple[str, bool], tuple[World, Path]] = {}

    def give(name: str, *, done: bool = False) -> World:
        if (name, done) not in kept:
            folder = tmp_path_factory.mktemp("worlds")
            world = World(folder / "world")
            CASES[name].prepare(world)
            if done:
                CASES[name].act(world)
            world.forget_reports()
            shutil.copytree(world.folder, folder / "kept", symlinks=True)
            kept[name, done] = world, folder / "kept"
        world, copy = kept[name, done]
        shutil.rmtree(world.folder)
        shutil.copytree(copy, world.folder, symlinks=True)
        return world

    return give
