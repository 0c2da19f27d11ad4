"""The archive's own scripts set text and never markup, and run nothing that they were given. ASVS V3.2.2."""

import re

import pytest

from tests.house.sources import PACKAGES, ROOT

SCRIPTS = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("static/**/*.js"))
RUNS_OR_PARSES = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|eval\("
    r"|new Function|setTimeout\(\s*[\"'`]|postMessage|javascript:|srcdoc)"
)
# The page of the API's description is drawn by the packaged Swagger UI.
PACKAGED = ("swagger", "redoc")


def test_there_are_scripts():
    assert len(SCRIPTS) >= 4


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_set_text_alone(path):
    if not path.name.startswith(PACKAGED):
        assert RUNS_OR_PARSES.findall(path.read_text(encoding="utf-8")) == []
