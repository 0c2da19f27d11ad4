"""A long novel is written while its reader waits."""

import time
from dataclasses import replace

import pytest

from catalog.exporters.content import ExportChapter
from catalog.exporters.epub import to_epub
from tests.catalog.exporters.test_files import WORK

WORDS = 230_000
CHAPTERS = 75


@pytest.mark.slow
def test_a_novel_of_230000_words_takes_less_than_two_seconds_of_the_processor():
    sentence = "The lamp on the <em>stairs</em> went out again, and nobody said a word. "
    paragraph = f"<p>{sentence * 5}</p>"
    each = paragraph * (WORDS // CHAPTERS // 70)
    chapters = tuple(ExportChapter(n, f"Night {n}", each) for n in range(1, CHAPTERS + 1))
    novel = replace(WORK, chapters=chapters)
    begun = time.process_time()
    to_epub(novel)
    assert time.process_time() - begun <= 2
