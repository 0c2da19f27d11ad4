"""Links of the documents lead somewhere, and paths they name exist."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/*.md")]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
PATH = re.compile(
    r"`((?:archive|benchmarks|catalog|deploy|docs|fixtures|search|tests)/[\w./-]+)(::\w+)?`"
)


def anchors(page: str) -> set[str]:
    """The names of a page's headings, as the hosts of repositories make them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in HEADING.findall(page)
    }


def leads_somewhere(document: Path, link: str) -> bool:
    """Whether a link of a document is one to another site, or to a page and heading there is."""
    name, _, anchor = link.partition("#")
    if re.match(r"[a-z]+:", name):
        return True
    target = document.parent / name if name else document
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path):
    links = LINK.findall(document.read_text(encoding="utf-8"))
    assert [link for link in links if not leads_somewhere(document, link)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_and_tests_that_are_named_exist(document: Path):
    dead = []
    for name, test in PATH.findall(document.read_text(encoding="utf-8")):
        path = ROOT / name
        if not path.exists():
            dead.append(name)
        elif test and f"def {test.removeprefix('::')}(" not in path.read_text(encoding="utf-8"):
            dead.append(name + test)
    assert dead == []
