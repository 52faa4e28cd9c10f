"""The HTML of every page keeps to the standard, as html-validate reads it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.browser.pages import VISITS
from tests.browser.site import NAME, PASSWORD, Site

VALIDATOR = Path(sys.prefix) / "html-validate" / "node_modules" / ".bin" / "html-validate"
RULES = Path(__file__).parent / "validator" / "htmlvalidate.json"


@pytest.fixture(scope="module")
def validator() -> list[str]:
    node = shutil.which("node")
    if node is None or not VALIDATOR.exists():
        pytest.skip("no html-validate (Debian, Ubuntu: apt install npm, then make test)")
    return [node, str(VALIDATOR), "--config", str(RULES)]


def test_every_page_is_valid(site: Site, validator: list[str], tmp_path: Path) -> None:
    for visit in VISITS:
        client = site.app.test_client()
        if visit.signed_in:
            sign_in(client)
        client.set_cookie("langue", visit.language)
        answer = client.get(visit.path)
        assert (answer.status_code, answer.mimetype) == (visit.status, "text/html"), visit.name
        (tmp_path / f"{visit.name}.html").write_text(answer.get_data(as_text=True), "utf-8")

    # Not its standard output, which node may cut short.
    report = tmp_path / "report.json"
    done = subprocess.run(
        [*validator, "--formatter", f"json={report}", *map(str, tmp_path.glob("*.html"))],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert report.exists(), done.stderr
    assert [
        (Path(page["filePath"]).stem, error["line"], error["ruleId"], error["message"])
        for page in json.loads(report.read_text("utf-8"))
        for error in page["messages"]
    ] == []


def sign_in(client: FlaskClient) -> None:
    form = client.get("/connexion").get_data(as_text=True)
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', form)
    answer = client.post(
        "/connexion", data={"csrf_token": token, "nom": NAME, "mot_de_passe": PASSWORD}
    )
    assert answer.status_code in (302, 303)
