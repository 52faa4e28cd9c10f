"""What the views need of the application that runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.library import Library
    from kb.office.office import Office

_LIBRARY, _SETTINGS, _OFFICE = "passages-library", "passages-settings", "passages-office"


def attach(app: Flask, library: Library, settings: Settings, office: Office) -> None:
    """Give ``app`` the library, the settings and the office that its views use."""
    app.extensions[_LIBRARY] = library
    app.extensions[_SETTINGS] = settings
    app.extensions[_OFFICE] = office


def library() -> Library:
    """The library of the current application."""
    return cast("Library", current_app.extensions[_LIBRARY])


def settings() -> Settings:
    """The settings of the current application."""
    return cast("Settings", current_app.extensions[_SETTINGS])


def office() -> Office:
    """The accounts and the work of the current application."""
    return office_of(current_app)


def office_of(app: Flask) -> Office:
    """The accounts and the work of an application."""
    return cast("Office", app.extensions[_OFFICE])
