"""Random catalogues and queries: the Whoosh engine answers as the memory engine does."""

import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.querytext.nodes import (
    And,
    Flag,
    Fuzzy,
    Language,
    Node,
    Not,
    Or,
    ParsedQuery,
    Phrase,
    Prefix,
    Range,
    Word,
)
from catalog.workquery import ORDERINGS, TagRef, WorkQuery
from search.backends import memory as memory_module
from search.backends.base import SearchBackend
from search.backends.memory import MemoryBackend
from search.backends.whoosh import WhooshBackend, keyterms, merge
from search.backends.whoosh import build as build_module
from tests.search.documents import make_document

WORDS = [
    "wash",
    "washes",
    "washing",
    "washed",
    "cafe",
    "café",
    "Café",
    "arm",
    "rest",
    "arm-rest",
    "armrest",
    "don't",
    "dont",
    "M/M",
    "k/s",
    "die",
    "dies",
    "night",
    "nights",
    "knight",
    "lamp",
    "lampe",
    "häuser",
    "haus",
    "Haus",
    "日本語",
    "本",
    "❤",
    "1602",
    "I",
    "ı",
    "it's",
]
LANGUAGES = ("en", "de", "tr", "ja", "", "pt-BR")
TAGS = (11, 12, 21, 41, 42, 43, 51)
FIELDS = (None, None, None, "title", "creator", "tag", "freeform", "summary", "notes", "text")
AUDIENCES = (frozenset({"public"}), frozenset({"members"}))

words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=12).map(" ".join)
short_texts = st.lists(words, min_size=1, max_size=3).map(" ".join)
tag_sets = st.lists(st.sampled_from(TAGS), max_size=4, unique=True).map(tuple)


@st.composite
def documents(draw: st.DrawFn, work_id: int) -> Any:
    """A work with a little of everything."""
    direct = draw(tag_sets)
    small = st.integers(0, 3)
    return make_document(
        work_id,
        title=draw(short_texts),
        creators=(draw(short_texts),),
        summary=draw(texts),
        notes=draw(texts),
        chapters=tuple(draw(st.lists(st.tuples(texts, texts), max_size=2))),
        tag_names={"freeform": tuple(draw(st.lists(short_texts, max_size=2)))},
        language=draw(st.sampled_from(LANGUAGES)),
        direct_tags=direct,
        filter_tags=tuple(sorted({*direct, *draw(tag_sets)})),
        tags=draw(tag_sets),
        version=draw(small),
        numbers={"words": draw(small), "kudos": draw(small)},
        flags={"complete": draw(st.booleans())},
        updated=draw(st.integers(-5, 5)),
        creator_ids=tuple(draw(st.lists(small, max_size=2, unique=True))),
        sort_title=draw(st.sampled_from(("a", "b", "é", ""))),
        audience=draw(st.sampled_from(AUDIENCES)),
    )


@st.composite
def changes(draw: st.DrawFn) -> list[tuple[dict[int, Any], set[int]]]:
    """Some commits: works written and removed."""
    commits = []
    for _ in range(draw(st.integers(1, 12))):
        ids = draw(st.sets(st.integers(1, 9), max_size=4))
        gone = draw(st.sets(st.integers(1, 9), max_size=2)) - ids
        commits.append(({pk: draw(documents(pk)) for pk in sorted(ids)}, gone))
    return commits


fields = st.sampled_from(FIELDS)
leaves = st.one_of(
    st.builds(Word, words, fields),
    st.builds(Phrase, short_texts, fields),
    st.builds(Prefix, st.sampled_from(("was", "caf", "arm-re", "hau", "日本")), fields),
    st.builds(Fuzzy, st.sampled_from(("wash", "night", "lampe", "haus")), fields),
    st.builds(Range, st.just("words"), st.integers(0, 3), st.integers(0, 3) | st.none()),
    st.builds(Flag, st.just("complete"), st.booleans()),
    st.builds(Language, st.sampled_from(LANGUAGES)),
    st.just(Word(":)")),
)


def _joined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, nodes)


trees = st.none() | st.recursive(leaves, _joined, max_leaves=5)
refs = st.builds(TagRef, st.sampled_from((*TAGS, 99)), st.booleans())
ref_sets = st.lists(refs, max_size=2, unique=True).map(tuple)
ref_groups = st.lists(refs, min_size=1, max_size=2, unique=True).map(tuple)

queries = st.builds(
    WorkQuery,
    text_scope=st.sampled_from(("all", "all", "metadata", "text")),
    title=st.just("") | words,
    tags=ref_sets,
    tags_any=st.just(()) | ref_groups.map(lambda group: (group,)),
    tags_not=ref_sets,
    tags_blocked=ref_sets,
    languages=st.lists(st.sampled_from(LANGUAGES), max_size=2).map(tuple),
    creators=st.lists(st.integers(0, 3), max_size=1).map(tuple),
    ordering=st.sampled_from(("", *ORDERINGS, *(f"-{name}" for name in ORDERINGS))),
    page=st.integers(1, 2),
    page_size=st.integers(1, 5),
    facets=st.just(("fandom", "freeform", "rating", "language", "complete")),
    facet_size=st.integers(1, 3),
)
audiences = st.sampled_from((frozenset({"public"}), frozenset({"public", "members"})))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    commits=changes(),
    asked=st.lists(st.tuples(queries, trees, audiences), min_size=1, max_size=12),
    without=st.lists(st.integers(1, 9), max_size=2),
    is_built=st.booleans(),
    tier=st.sampled_from((2, 3, 8)),
    strongest=st.sampled_from((2, 48)),
)
def test_both_engines_agree_through_changes_and_merges(
    commits, asked, without, is_built, tier, strongest
):
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(merge, "_TIER", tier),
        mock.patch.object(merge, "_FEW", tier),
        mock.patch.object(memory_module, "KEY_CANDIDATES", strongest),
        mock.patch.object(keyterms, "KEY_CANDIDATES", strongest),
        mock.patch.object(build_module, "BUILD_TOKENS", 12),
    ):
        memory, whoosh = MemoryBackend(), WhooshBackend(Path(folder) / "index")
        engines: list[SearchBackend] = [memory, whoosh]
        for engine in engines:
            build = engine.begin_generation()
            if is_built:
                build.add(commits[0][0])
            build.promote()
        # The small segments of this test measure the lengths of fewer works.
        memory._scale = whoosh._reading.scale(whoosh.health().generation)
        for engine in engines:
            for upserts, deletes in commits:
                engine.apply(upserts, deletes)
        assert sorted(memory.versions()) == sorted(whoosh.versions())
        for query, root, audience in asked:
            answers = [
                engine.search(query, ParsedQuery(root), audience, without) for engine in engines
            ]
            assert answers[0] == answers[1]
        for audience in (query[2] for query in asked[:2]):
            _assert_equal_help(engines, audience, without)
        assert not list(whoosh.verify())


def _assert_equal_help(
    engines: list[SearchBackend], audience: frozenset[str], without: list[int]
) -> None:
    memory, whoosh = engines
    for work_id in (1, 5):
        assert memory.similar(work_id, audience, without, 9) == whoosh.similar(
            work_id, audience, without, 9
        )
    asked = ["wahs", "nigth", "lamps", "zzz", "häusr", "two words"]
    assert memory.corrections(asked, audience, without) == whoosh.corrections(
        asked, audience, without
    )
    for prefix in ("was", "caf", "h", "日"):
        assert memory.complete_words(prefix, audience, 5) == whoosh.complete_words(
            prefix, audience, 5
        )
