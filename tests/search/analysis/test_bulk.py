"""The fast path finds what the plain one finds."""

import os
import time
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.analysis import Analyzer
from search.analysis import bulk as bulk_module
from search.analysis.bulk import BulkAnalyzer, TermTable
from search.backends import words as words_module
from search.backends.words import WordReader
from tests.search.analysis.test_segmentation import PARTS, TERMS

PIECES = (
    *("wash", "Washing", "don't", "don’t", "arm-rest", "M/M", "U.S.A.", "naïve", "D'Artagnan's"),
    *(
        "日本語",
        "ハリー・",
        "の",
        "ไทย",
        "हिन्दी",
        "עִבְרִית",
        "العَرَبِيَّة",
        "한국어",
        "❤️",
        "👩‍👩‍👧",
        "½",
        "ﷺ",
    ),
    *(
        "-",
        "--",
        "'",
        "’",
        "—",
        ".",
        "...",
        "_",
        " ",
        "  ",
        "\n",
        "\u2060",
        "\u00ad",
        "\u200d",
        "&",
    ),
    *("1,000", "e\u0301", "\u0301", "x" * 70, "“", "”", "/", "\ufeff", "`", "\0", "a", "1"),
)
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.text(max_size=60))


def pairs(terms, positions):
    return sorted(zip(terms, map(int, positions), strict=True))


@given(texts, st.sampled_from(("en", "fr", "ja", "tr", "xx")), st.sampled_from((0, 2000)))
@example("\u2060&arm-rest", "en", 0)
@example("wash`\u2060`wash", "en", 0)
@example("wash\u2060wash", "en", 0)
@settings(max_examples=1000, deadline=None)
def test_bulk_equals_plain(text, language, short):
    with mock.patch.object(bulk_module, "_SHORT", short):
        bulk = BulkAnalyzer(language, TermTable())
        expected = pairs(*Analyzer(language).terms(text))
        assert pairs(*bulk.terms(text)) == expected
        assert pairs(*bulk.terms(text)) == expected
        numbers, positions, length = bulk.analyse(text)
        named = numbers.tolist(), positions.tolist(), length
        assert bulk.analyse_name(text) == named
        assert BulkAnalyzer(language, bulk.table).analyse_name(text) == named


@pytest.mark.parametrize(("text", "language", "_"), PARTS + TERMS)
def test_bulk_equals_plain_on_examples(text, language, _):
    bulk = BulkAnalyzer(language, TermTable())
    assert pairs(*bulk.terms(text)) == pairs(*Analyzer(language).terms(text))


def test_length_counts_positions():
    bulk = BulkAnalyzer("en", TermTable())
    assert bulk.analyse("the arm-rest, the washing")[2] == 5
    ids, positions, length = bulk.analyse("")
    assert (len(ids), len(positions), length) == (0, 0, 0)


def test_analysers_of_several_languages_share_a_table():
    table = TermTable()
    english, german = BulkAnalyzer("en", table), BulkAnalyzer("de", table)
    first = english.analyse("Haus")[0]
    second = german.analyse("Haus")[0]
    assert np.array_equal(first, second)
    assert table.terms == ["haus"]
    assert table.id_of("haus") == 0
    assert len(table) == 1


def test_many_different_words_outgrow_the_first_arrays():
    text = " ".join(f"w{number}" for number in range(20_000))
    bulk = BulkAnalyzer("en", TermTable())
    terms, positions = bulk.terms(text)
    assert terms == text.split()
    assert positions.tolist() == list(range(20_000))


def test_entries_are_dropped_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr("search.analysis.bulk._MAX_ENTRIES", 10)
    bulk = BulkAnalyzer("en", TermTable())
    for start in range(0, 100, 5):
        text = " ".join(f"w{number}." for number in range(start, start + 5))
        assert bulk.terms(text)[0] == text.replace(".", "").split()
        assert len(bulk._entries) <= 20


@pytest.mark.slow
def test_two_thousand_documents_a_second():
    """Warm, 1,500 English words each, a vocabulary of 20,000 by Zipf's law."""
    rng = np.random.default_rng(1)
    words = np.array(
        [f"{stem}{end}" for stem in range(4000) for end in ("", "s", "ing", "'s", "ed")]
    )
    ranks = 1 / np.arange(1, len(words) + 1)
    documents = [
        " ".join(rng.choice(words, 1500, p=ranks / ranks.sum())) + " “end—of” chapter…"
        for _ in range(200)
    ]
    bulk = BulkAnalyzer("en", TermTable())
    rates = []
    for _ in range(4):
        began = time.process_time()
        for document in documents:
            bulk.analyse(document)
        rates.append(len(documents) / (time.process_time() - began))
    assert max(rates) > float(os.environ.get("UNDERCROFT_MIN_ANALYSIS_RATE", "2000"))


def test_capitals_take_no_room_of_their_own():
    table = TermTable()
    analyser = BulkAnalyzer("en", table)
    first, *_ = analyser.analyse("Washing WASHING washing")
    assert len(set(first.tolist())) == len(table) == 2
    assert analyser._entries.known == 1


def test_of_many_languages_those_used_last_are_kept(monkeypatch):
    monkeypatch.setattr(words_module, "_MANY_TOKENS", 5)
    reader = WordReader()
    known = [
        reader.analyse(f"red lamp night {'x' * 64}", language) for language in ("fr", "de", "en")
    ]
    reader.analyse(f"red {'y' * 64}", "fr")
    reader.forget_if_many()
    assert list(reader._analysers) == ["fr"]
    again = [
        reader.analyse(f"red lamp night {'x' * 64}", language) for language in ("fr", "de", "en")
    ]
    for one, other in zip(known, again, strict=True):
        assert one[0].tolist() == other[0].tolist()
