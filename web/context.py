"""What the views need of the application that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.library import Library

_LIBRARY, _SETTINGS = "passages-library", "passages-settings"


def attach(app: Flask, library: Library, settings: Settings) -> None:
    """Give ``app`` the library and the settings that its views use."""
    app.extensions[_LIBRARY] = library
    app.extensions[_SETTINGS] = settings


def library() -> Library:
    """The library of the current application."""
    return cast("Library", current_app.extensions[_LIBRARY])


def settings() -> Settings:
    """The settings of the current application."""
    return cast("Settings", current_app.extensions[_SETTINGS])
