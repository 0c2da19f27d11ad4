"""The slowest legal requests over novels, each with everything that a page asks for.

What is measured is processor time of the whole answer: search, facets, rows, snippets, did you
mean; then similar works and completions.
"""

import time
from collections.abc import Callable

import numpy as np
import pytest

from archive.core.viewer import ANONYMOUS
from catalog.finder import find_works
from catalog.models import Chapter, Work
from catalog.querytext import parse
from catalog.services.synthetic_words import invented_words
from catalog.workquery import FACET_KINDS, ORDERINGS, WorkQuery
from search.backends import get_backend
from search.finder import IndexWorkFinder
from search.rebuild import rebuild_index
from search.suggesting import completions
from tests.factories import make_work

LONGEST_SECONDS = 0.8
_CHAPTERS, _CHAPTER_WORDS = 23, 10_000

_STOP_WORDS = ("the", "and", "of", "to", "a", "in", "that", "it", "was", "he", "she", "for")


def _words() -> list[str]:
    return [*_STOP_WORDS, *invented_words(np.random.default_rng(8), 9_000)]


def _novel(number: int, words: list[str]) -> None:
    """A work of 230,000 words with as many stop words as prose has."""
    rng = np.random.default_rng(number)
    shares = 1 / (np.arange(len(words)) + 2.7) ** 1.07
    drawn = rng.choice(
        np.array(words, object), (_CHAPTERS, _CHAPTER_WORDS), p=shares / shares.sum()
    )
    tags = {"freeform": [f"Tag {n}" for n in range(number, number + 20)]}
    work = make_work(f"A novel of {words[12 + number]}", text=None, tags=tags)
    Chapter.everything.bulk_create(
        Chapter(
            work=work,
            position=position,
            html="".join(f"<p>{' '.join(row[at : at + 80])}.</p>" for at in range(0, len(row), 80)),
            source="",
            status="posted",
            published_on="2024-01-01",
            word_count=_CHAPTER_WORDS,
        )
        for position, row in enumerate(drawn, 1)
    )
    Work.everything.filter(pk=work.pk).update(word_count=_CHAPTERS * _CHAPTER_WORDS)


def hostile_texts(words: list[str]) -> list[str]:
    """Legal queries at the caps, made of the most frequent words and of nonsense."""
    stop, often, seldom = words[:12], words[12:28], words[-16:]
    rubbish = [f"{word}zq" for word in seldom]
    return [
        "",
        " ".join(stop[:12]),
        " OR ".join(often),
        f'"{" ".join(stop[:12])}"',
        '"the and" OR "of the" OR "it was" OR "he was" OR "she was" OR "in that"',
        '"the of" "of the"',
        '"was the he" OR "was the she"',
        f'"{stop[0]} {seldom[0]}" OR "{stop[1]} {seldom[1]}"',
        "the* OR wit*",
        f"{often[0][:3]}* {often[1][:3]}*",
        f"{often[0][:3]}* OR {often[1][:3]}* OR {' OR '.join(often[2:15])}",
        "it~ OR he~",
        "th~ she~",
        f"{often[0]}~ OR {often[1]}~",
        "zq~ OR qz~",
        " ".join(f"-{word}" for word in stop),
        f'-"{stop[0]} {stop[1]}" -"of the"',
        "((((((((the OR of) and) OR to) a) OR in) that) OR it) was)",
        f"(((((((-(the OR {seldom[0]}))))))))",
        " ".join(rubbish),
        " OR ".join(rubbish),
        f'"{" ".join(rubbish[:12])}"',
        "text:the text:and text:of text:to text:a text:in",
        "title:the OR summary:of OR notes:to OR tag:tag OR creator:a",
        "words:>1000 the of and updated:<20years complete:true",
        "don't o'clock arm-rest m/m the a-b-c",
    ]


def _spent(ask: Callable[[], object]) -> float:
    begin = time.thread_time()
    ask()
    return time.thread_time() - begin


@pytest.mark.slow
@pytest.mark.django_db
def test_no_legal_request_over_novels_takes_longer_than_a_page_may(settings):
    settings.SEARCH_BACKEND = "whoosh"
    get_backend.cache_clear()
    words = _words()
    for number in range(12):
        _novel(number, words)
    rebuild_index()
    finder = IndexWorkFinder()
    spent = {}
    for text in hostile_texts(words):
        parse(text)
        for ordering in ("", *ORDERINGS):
            query = WorkQuery(
                text=text, ordering=ordering, facets=FACET_KINDS, highlight=True, page_size=100
            )
            spent[f"{text} {ordering}"] = _spent(lambda asked=query: finder.find(asked, ANONYMOUS))
        deep = WorkQuery(text=text, page=100, page_size=100, highlight=True)
        spent[f"{text} page 100"] = _spent(lambda asked=deep: finder.find(asked, ANONYMOUS))
        spent[f"{text} by chance"] = _spent(lambda asked=deep: finder.random(asked, ANONYMOUS, 20))
    for work in Work.everything.all():
        spent[f"like {work.pk}"] = _spent(lambda like=work: finder.similar(like, ANONYMOUS, 20))
    for start in ("t", "a", "no", "a novel of t", "zq", words[12]):
        spent[f"complete {start}"] = _spent(
            lambda typed=start: completions(typed, ANONYMOUS, limit=15)
        )
    slow = {name: round(taken, 3) for name, taken in spent.items() if taken > LONGEST_SECONDS}
    assert find_works(WorkQuery(text="the"), ANONYMOUS).total == 12
    assert not slow
