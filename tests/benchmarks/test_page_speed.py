"""How soon a search answers and is seen, in a real browser on this machine.

``make bench`` prints both; the limits are what the site promises.
"""

from __future__ import annotations

import statistics

import pytest

from tests.browser.conftest import browser, site, visitor  # noqa: F401
from tests.browser.pages import Visit
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.benchmark

FIRST_BYTE_MS, LARGEST_PAINT_MS = 50, 500
RUNS = 7
QUERIES = ("logement femmes violences", "prévention des expulsions", "colocation seniors")

_TIMES = """() => new Promise((done) => {
  const asked = performance.getEntriesByType("navigation")[0];
  new PerformanceObserver((list) => {
    const paint = list.getEntries().at(-1);
    done([asked.responseStart - asked.requestStart, paint.startTime]);
  }).observe({type: "largest-contentful-paint", buffered: true});
})"""


@pytest.mark.parametrize("query", QUERIES)
def test_search_answers_and_paints_at_once(visitor: Visitor, query: str) -> None:  # noqa: F811
    results = Visit("results", f"/?q={query}")
    times = []
    for _ in range(RUNS):
        with visitor.at(results) as (page, _noticed):
            times.append(page.evaluate(_TIMES))
    first_byte, paint = (statistics.median(each) for each in zip(*times, strict=True))
    print(f"\n{query}: first byte {first_byte:.0f} ms, largest paint {paint:.0f} ms")
    assert first_byte < FIRST_BYTE_MS
    assert paint < LARGEST_PAINT_MS
