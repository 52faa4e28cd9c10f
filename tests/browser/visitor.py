"""A person before a browser: opens pages, and notices what should not happen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.browser.pages import Visit
from tests.browser.site import NAME, PASSWORD, Site

WIDE, NARROW = 1440, 360
HEIGHT = 900
BASKET = "passages.basket"


@dataclass(slots=True)
class Noticed:
    """What a browser asked for and complained about since it was opened."""

    elsewhere: list[str] = field(default_factory=list)
    """Addresses of other hosts."""
    complaints: list[str] = field(default_factory=list)
    """Errors of scripts, and what the security policy held back."""
    responses: list[Response] = field(default_factory=list)


class Visitor:
    """Opens pages of one site in one browser."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self._site = site
        self._browser = browser
        self._signed_in: Any = None

    @contextmanager
    def at(
        self,
        visit: Visit,
        *,
        width: int = WIDE,
        scheme: str = "light",
        scripts: bool = True,
        touch: bool = False,
    ) -> Iterator[tuple[Page, Noticed]]:
        """The page, loaded, its scripts run."""
        context = self._context(
            visit,
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            java_script_enabled=scripts,
            has_touch=touch,
            is_mobile=touch,
        )
        try:
            noticed = _watch(context, self._site.address)
            page = context.new_page()
            answer = page.goto(self._site.address + visit.path)
            assert answer is not None and answer.status == visit.status, visit.name
            if visit.ready and scripts:
                page.wait_for_selector(visit.ready)
            yield page, noticed
        finally:
            context.close()

    def _context(self, visit: Visit, **wanted: Any) -> BrowserContext:
        wanted["locale"] = "fr-FR"
        if visit.signed_in:
            wanted["storage_state"] = self._session()
        context = self._browser.new_context(**wanted)
        context.set_default_timeout(10_000)
        if visit.language != "fr":
            cookie = {"name": "langue", "value": visit.language, "url": self._site.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        if visit.kept:
            context.add_init_script(_keeping(visit.kept))
        return context

    def _session(self) -> Any:
        """Cookies of who signed in, once for all tests: attempts are counted."""
        if self._signed_in is None:
            context = self._browser.new_context()
            page = context.new_page()
            page.goto(f"{self._site.address}/connexion")
            page.fill("input[name=nom]", NAME)
            page.fill("input[name=mot_de_passe]", PASSWORD)
            page.press("input[name=mot_de_passe]", "Enter")
            page.wait_for_url("**/admin")
            self._signed_in = context.storage_state()
            context.close()
        return self._signed_in


def _keeping(ids: tuple[str, ...]) -> str:
    kept = {"ids": list(ids), "title": "", "introduction": ""}
    # Only at first: what the page then changes stays changed. An empty page has no storage.
    return (
        f"if (location.protocol === 'http:' && !localStorage.getItem('{BASKET}'))"
        f" localStorage.setItem('{BASKET}', {json.dumps(json.dumps(kept))})"
    )


def _watch(context: BrowserContext, address: str) -> Noticed:
    noticed = Noticed()

    def on_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(address):
            noticed.elsewhere.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        # A page that answers 404 on purpose is told as an error too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            noticed.complaints.append(message.text)

    context.on("request", on_request)
    context.on("response", lambda response: noticed.responses.append(response))
    context.on("console", on_console)
    context.on("weberror", lambda error: noticed.complaints.append(str(error.error)))
    return noticed


def tab_to(page: Page, wanted: str, most: int = 250) -> None:
    """Press Tab until the focus is on what the selector ``wanted`` matches.

    Fails where the focus can't be seen on the way, or never comes there.
    """
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUS, wanted)
        assert at["seen"], f"no visible focus on {at['html']}"
        if at["there"]:
            return
    raise AssertionError(f"{wanted} is not reached by {most} presses of Tab")


_FOCUS = """(wanted) => {
  const at = document.activeElement;
  if (!at || at === document.body) return {seen: true, there: false, html: "body"};
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {
    seen: box.width > 1 && box.height > 1 && (ringed || style.boxShadow !== "none"),
    there: at.matches(wanted),
    html: at.outerHTML.slice(0, 120),
  };
}"""
