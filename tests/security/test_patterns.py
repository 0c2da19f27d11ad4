"""Every regular expression of ours is done with 100 KB of anything at once: row A43."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

from tests.timing import least_seconds

PACKAGES = ("archive", "catalog", "search")
SIZE = 100_000
# What drives a pattern with nested or adjoining repetitions into trying every way of splitting.
TEXTS = {
    "letters": "a" * SIZE,
    "spaces": " " * SIZE + "x",
    "words": "ab " * (SIZE // 3),
    "opening": "<" * SIZE,
    "tags": "<a " * (SIZE // 3),
    "open tags": "<p>" * (SIZE // 3),
    "entities": "&" * SIZE,
    "quotes": '"' * SIZE,
    "slashes": "/" * SIZE,
    "dashes": "-" * SIZE,
    "stars": "* " * (SIZE // 2),
    "digits": "1" * SIZE + "x",
    "commas": "a," * (SIZE // 2),
    "lines": "\n" * SIZE,
    "lines of spaces": " \n" * (SIZE // 2),
    "chapters": "Chapter 1\n" * (SIZE // 10),
    "brackets": "([" * (SIZE // 2),
    "marks": "e\u0301" * (SIZE // 2),
    "colons": "a:" * (SIZE // 2),
    "dots": "." * SIZE,
}
BOUNDED = {
    "catalog.importers": "in a child process with limits of time; tests/catalog/importers/test_hostile.py",
    "catalog.services.export_cache._PLAIN": "names of files of ours",
    "catalog.suggestion_names": "names of tags, at most 150 characters",
    "search.regions._TAG": "sanitised HTML, in which every < begins a tag that ends",
    "search.spelling._FIELD": "a query has at most 512 characters",
    "catalog.querytext": "a query has at most 512 characters; tests/search/test_hostile.py",
    "archive.core.html_scan._TOKEN": "at a place, at most five times without an end; tests/core/test_html.py",
    "catalog.exporters.plain._LINE_START": "on a run whose white space is single spaces by then",
}
"""Patterns that never see so much: why."""
LIMIT_SECONDS = 1.0
"""Of processor time. A quadratic pattern takes minutes, an exponential one for ever."""


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """All compiled patterns of text that modules of ours hold at their top, or in tables there."""
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            if (
                ".migrations" in found.name
                or ".settings" in found.name
                or found.name.endswith("wsgi")
            ):
                continue
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                for number, pattern in enumerate(_inside(value)):
                    yield f"{found.name}.{name}[{number}]", pattern


def _inside(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, tuple | list | frozenset | set):
        for part in value:
            yield from _inside(part)
    elif isinstance(value, dict):
        yield from _inside(list(value.values()))


FOUND = {
    id(pattern): (name, pattern)
    for name, pattern in patterns()
    if not name.startswith(tuple(BOUNDED))
}


def test_there_are_patterns_to_try():
    assert len(FOUND) > 60


@pytest.mark.parametrize(
    "pattern", [pattern for _, pattern in FOUND.values()], ids=[name for name, _ in FOUND.values()]
)
def test_hostile_text_takes_no_time(pattern: re.Pattern[str]):
    slow = {}
    for name, text in TEXTS.items():
        for ask in (pattern.search, pattern.match, pattern.fullmatch):
            spent = least_seconds(lambda ask=ask, text=text: ask(text), enough=LIMIT_SECONDS)
            if spent > LIMIT_SECONDS:
                slow[name, ask.__name__] = round(spent, 2)
    assert not slow, pattern.pattern[:200]
