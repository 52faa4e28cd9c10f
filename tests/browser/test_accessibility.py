"""axe-core finds nothing to mend on any page, by day and by night, on a phone and a desk."""

from __future__ import annotations

import pytest

from tests.browser.pages import VISITS, Visit
from tests.browser.visitor import HEIGHT, NARROW, WIDE, Visitor


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.name)
def test_page_has_no_violation(visitor: Visitor, visit: Visit, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    with visitor.at(visit, scheme=scheme) as (page, _):
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            if visit.opened and width == NARROW:
                page.click(visit.opened)
            # What folds open is part of the page.
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found += [
                (width, violation["id"], node["target"], node["failureSummary"])
                for violation in Axe().run(page).response["violations"]
                for node in violation["nodes"]
            ]
    assert found == []
