"""A change of analysis asks for a new index: by its version, which cannot be forgotten."""

import hashlib

import pytest

from search.analysis import Analyzer, analyser_version, analyzer
from search.backends import get_backend
from search.indexer import check_index
from search.rebuild import rebuild_index
from tests.search.analysis.test_segmentation import PARTS, TERMS
from tests.search.asking import ask
from tests.search.helpers import indexed, listed, post_works

FINGERPRINTS = {"1/unicode-14.0.0/snowball-3.1.1": "f3ab5fbe6cb3616b"}
"""What the terms of the examples came to, by version. Another version of Python has its own."""


def fingerprint() -> str:
    """A digest of all terms of the examples, in their languages."""
    digest = hashlib.sha256()
    for text, language, _ in PARTS + TERMS:
        terms, places = Analyzer(language).terms(text)
        digest.update(repr((text, language, list(terms), list(places))).encode())
    return digest.hexdigest()[:16]


def test_other_terms_need_another_version():
    """If this fails: raise ANALYSER_VERSION, and write the new line here."""
    expected = FINGERPRINTS.get(analyser_version())
    if expected is None:
        pytest.skip(f"nothing is known of {analyser_version()}")
    assert fingerprint() == expected


@pytest.mark.django_db
def test_an_index_of_another_analyser_is_not_searched_but_built_anew(settings, monkeypatch):
    settings.SEARCH_BACKEND = "whoosh"
    post_works(3)
    rebuild_index()
    assert get_backend().health().generation == 1
    assert analyser_version() in get_backend().health().schema
    monkeypatch.setattr(analyzer, "ANALYSER_VERSION", "next")
    analyser_version.cache_clear()
    get_backend.cache_clear()
    try:
        health = get_backend().health()
        assert health.generation == 0
        assert "rebuild_index" in health.problem
        assert "next/unicode" in health.problem
        check_index()
        assert get_backend().health().generation == 2
        assert indexed() == listed()
        assert ask(get_backend(), "bulk").total == 3
    finally:
        monkeypatch.undo()
        analyser_version.cache_clear()
