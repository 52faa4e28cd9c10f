"""A browser and a site to visit; without Chromium these tests are left out, which is said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.site import Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ABSENT = "no Chromium on the PATH (Debian, Ubuntu: apt install chromium)"
HALTED = "Playwright's driver does not start (Debian, Ubuntu: apt install libatomic1): "


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample brochures, served."""
    with served(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, which can reach this machine only."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(ABSENT)
    sync_api = pytest.importorskip("playwright.sync_api")
    driver = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"],
        capture_output=True,
        text=True,
        check=False,
    )
    if driver.returncode:
        pytest.skip(HALTED + driver.stderr.strip())
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-quic"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def visitor(site: Site, browser: Browser) -> Visitor:
    """Opens pages of the site."""
    from tests.browser.visitor import Visitor

    return Visitor(site, browser)
