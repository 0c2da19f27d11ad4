"""No pattern of the file readers and of the kernel takes long over hostile input."""

import importlib
import re

import pytest

from tests.timing import least_seconds

MODULES = [
    *("archive.core.text", "archive.core.html", "archive.core.html_policy"),
    *("archive.core.html_scan", "archive.core.wordcount"),
    *(
        f"catalog.importers.{name}"
        for name in (
            *("ao3", "ao3_fields", "ao3_page", "epub", "epub_chapters", "epub_metadata"),
            *("epub_package", "fanficfare", "gutenberg_html", "html", "html_document"),
            *("html_head", "markup", "stylesheet", "xhtml", "zipsafe"),
            *("docx", "docx_package", "footnotes", "front_matter", "manuscript", "markdown"),
            *("ndjson", "otwarchive_dump"),
        )
    ),
]
SIZE = 100_000
LIMIT_SECONDS = 1.0
"""Of processor time. A quadratic pattern takes ten seconds and more over so much."""
# Patterns that are only ever asked about a short beginning of a text, by length.
SHORT = {
    ("catalog.importers.html_head", "_BY"): 500,
    ("catalog.importers.html_head", "_SITE_TAIL"): 500,
    ("catalog.importers.markup", "_META_CHARSET"): 4_096,
    ("catalog.importers.markup", "_XML_ENCODING"): 300,
    ("catalog.importers.markup", "_DOCTYPE"): 4_096,
}
# Patterns that are only ever tried at one place of a text, or at a handful.
MATCHED = {
    ("archive.core.html_scan", "_TOKEN"),
    ("catalog.importers.docx", "_NO_NAME"),
    ("catalog.importers.docx", "_NO_TITLE"),
    ("catalog.importers.epub_chapters", "_SKIPPED_NAMES"),
    ("catalog.importers.markdown", "_BLOCK"),
    ("catalog.importers.stylesheet", "_CLASS_SELECTOR"),
    ("catalog.importers.xhtml", "_NUMBER"),
}
SEEDS = [
    *("a", " ", "\n", "<", ">", "&", "-", "'", '"', "=", "/", "*", ".", ",", ":", "(", "0", "_"),
    *("\u00a0", "\u0301", "漢", "<p>", "<a ", "<p> ", "</", "<!--", "&a", "a=", '="', "a b", "0,"),
    *(
        "Part 1 of ",
        "Chapter 1: ",
        "Words: ",
        "/works/",
        "http://",
        "style:",
        "*** START OF ",
        "a-",
    ),
    *("<meta ", "text-align:", "text-decoration", ".a{", "End of Project ", "1/", "by ", " | "),
]


def patterns():
    for module in MODULES:
        found = vars(importlib.import_module(module))
        for name, value in sorted(found.items()):
            if isinstance(value, re.Pattern):
                yield pytest.param(module, name, value, id=f"{module.rpartition('.')[2]}.{name}")


@pytest.mark.parametrize(("module", "name", "pattern"), list(patterns()))
def test_pattern_is_linear(module, name, pattern):
    size = SHORT.get((module, name), SIZE)
    slow = []
    for seed in SEEDS:
        for end in ("", "!"):
            text = (seed * (size // len(seed)))[:size] + end
            value = text.encode() if isinstance(pattern.pattern, bytes) else text
            asks = [pattern.match, pattern.fullmatch]
            if (module, name) not in MATCHED:
                asks.append(pattern.search)
            spent = least_seconds(
                lambda asks=asks, value=value: [ask(value) for ask in asks], enough=LIMIT_SECONDS
            )
            if spent > LIMIT_SECONDS:
                slow.append((seed, end, spent))
    assert slow == []
