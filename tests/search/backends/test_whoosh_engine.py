"""What the Whoosh engine owes besides the contract: states, merges, limits, Whoosh itself."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from whoosh import query as whoosh_query
from whoosh.scoring import Frequency

from archive.core.errors import Unavailable
from catalog.querytext.nodes import And, Everything, Not, ParsedQuery, Word
from catalog.workquery import WorkQuery
from search.backends.base import IndexUnavailable
from search.backends.whoosh import WhooshBackend, layout, merge
from search.backends.whoosh import backend as backend_module
from search.backends.whoosh.engine import Engine
from search.backends.whoosh.toc import ArchiveIndex
from tests.search.asking import PUBLIC, ask, found
from tests.search.documents import as_mapping, make_document


@pytest.fixture
def backend(tmp_path: Path) -> WhooshBackend:
    """An empty index."""
    backend = WhooshBackend(tmp_path / "index")
    backend.begin_generation().promote()
    return backend


def snapshot_of(backend: WhooshBackend):
    return backend._reading.snapshot()


def test_another_reader_sees_each_commit_and_each_generation_at_once(backend, tmp_path):
    reader = WhooshBackend(tmp_path / "index")
    for number in range(1, 30):
        backend.apply(as_mapping(make_document(number)), {number - 3})
        assert found(reader) == list(range(max(number - 2, 1), number + 1))
    backend.begin_generation().promote()
    assert found(reader) == []


def test_a_held_state_stays_as_it_was_while_its_files_are_merged_away(backend):
    backend.apply(as_mapping(make_document(1, text="rose")), set())
    held = snapshot_of(backend)
    for number in range(2, 40):
        backend.apply(as_mapping(make_document(number, text="rose")), set())
    engine = Engine(held, PUBLIC, ())
    hits = engine.search(WorkQuery(), ParsedQuery(Word("rose")))
    assert hits.ids == [1]


def test_segments_that_did_not_change_stay_open(backend):
    backend.apply(as_mapping(make_document(1), make_document(2)), set())
    before = snapshot_of(backend).views[0].opened
    backend.apply(as_mapping(make_document(3)), {1})
    after = snapshot_of(backend).views
    assert after[0].opened is before
    assert after[0].live_count == 1


def test_small_segments_are_merged_and_removed_works_go(backend):
    for number in range(1, 130):
        backend.apply(as_mapping(make_document(number, text=f"rose word{number}")), {number - 50})
    views = snapshot_of(backend).views
    assert len(views) <= 3 * 7
    assert sum(view.works for view in views) < 110
    assert found(backend, "rose") == list(range(80, 130))
    assert found(backend, "word79") == []


def test_words_of_removed_works_are_forgotten_by_a_merge(backend):
    backend.apply(as_mapping(make_document(1, text="secretword"), make_document(2)), set())
    backend.apply({}, {1})
    backend.apply(as_mapping(make_document(3)), {2})
    files = list((backend._generations.path(1)).glob("*.arr"))
    assert not any(b"secretword" in path.read_bytes() for path in files)


def test_merges_keep_within_the_limits_of_a_segment(backend, monkeypatch):
    monkeypatch.setattr(merge, "MAX_DOCS", 10)
    for number in range(1, 70):
        backend.apply(as_mapping(make_document(number)), set())
    assert max(view.works for view in snapshot_of(backend).views) <= 10
    assert found(backend) == list(range(1, 70))


def test_a_build_writes_segments_of_limited_size(backend, monkeypatch):
    monkeypatch.setattr("search.backends.whoosh.build.MAX_DOCS", 7)
    monkeypatch.setattr(merge, "MAX_DOCS", 7)
    build = backend.begin_generation()
    for start in range(1, 60, 10):
        build.add(as_mapping(*(make_document(n, text="rose") for n in range(start, start + 10))))
    build.promote()
    assert max(view.works for view in snapshot_of(backend).views) <= 7
    assert found(backend, "rose") == list(range(1, 61))


def test_a_document_without_a_single_word(backend):
    backend.apply(as_mapping(make_document(1, title="", creators=("…",))), set())
    assert found(backend) == [1]
    assert found(backend, "rose") == []
    assert found(backend, "ros*") == []
    assert found(backend, '"a b"') == []
    assert backend.similar(1, PUBLIC, (), 3) == []
    backend.apply(as_mapping(make_document(2, title="Rose")), set())
    assert found(backend, "rose") == [2]


def test_ids_beyond_32_bits_and_far_times_keep_their_order(backend):
    large = 1 << 40
    backend.apply(
        as_mapping(
            make_document(large, updated=-(1 << 40)),
            make_document(large + 1, updated=1 << 40),
            make_document(5, updated=1 << 40),
        ),
        set(),
    )
    assert ask(backend).ids == [5, large + 1, large]
    assert ask(backend, ordering="updated").ids == [large, 5, large + 1]


def test_very_long_texts_do_not_run_over(backend):
    title = "rose " * ((1 << layout.CODE_SHIFT) // 100)
    backend.apply(as_mapping(make_document(1, title=title), make_document(2, title="lamp")), set())
    assert found(backend, "title:rose") == [1]
    assert found(backend, "creator:rose") == []


def test_at_the_deadline_a_search_says_that_it_is_partial(backend):
    backend.apply(as_mapping(make_document(1, text="rose"), make_document(2)), set())
    snapshot = snapshot_of(backend)
    for root in (Word("rose"), Not(Word("rose")), And((Everything(), Not(Word("rose"))))):
        hits = Engine(snapshot, PUBLIC, (), seconds=-1).search(WorkQuery(), ParsedQuery(root))
        assert hits.partial
        assert hits.ids == []


def test_no_more_than_two_searches_run_at_once(backend, monkeypatch):
    monkeypatch.setattr(backend_module, "_WAIT_SECONDS", 0.01)
    entered, leave = threading.Semaphore(0), threading.Event()

    def occupy() -> None:
        with backend._turn():
            entered.release()
            leave.wait(120)

    threads = [threading.Thread(target=occupy) for _ in range(2)]
    for thread in threads:
        thread.start()
        assert entered.acquire(timeout=60)
    with pytest.raises(Unavailable) as caught:
        found(backend)
    assert caught.value.code == "search.busy"
    leave.set()
    for thread in threads:
        thread.join()
    assert found(backend) == []


def test_arrays_that_do_not_fit_are_an_error_and_no_answer(backend, monkeypatch):
    backend.apply(as_mapping(make_document(1, text="rose")), set())
    opened = snapshot_of(backend).views[0].opened
    monkeypatch.setitem(opened.file._views, "lists.docs", opened["lists.docs"] + 60_000)
    with pytest.raises(IndexUnavailable, match="verify_index"):
        found(backend, "rose")


def test_whooshs_own_queries_find_the_same_works(backend):
    texts = ("quick brown fox", "brown quick", "quick brown", "lazy dog", "quicker brown")
    documents = [make_document(n, text=text) for n, text in enumerate(texts, 1)]
    for document in documents:
        backend.apply(as_mapping(document), set())
    backend.apply({}, {3})
    asked = {
        "quick brown": whoosh_query.And(
            [whoosh_query.Term("all", "quick"), whoosh_query.Term("all", "brown")]
        ),
        '"quick brown"': whoosh_query.Phrase("text", ["quick", "brown"]),
        "quick*": whoosh_query.Prefix("text", "quick"),
        "-lazy": whoosh_query.Not(whoosh_query.Term("text", "lazy")),
        "lazy OR fox": whoosh_query.Or(
            [whoosh_query.Term("text", "lazy"), whoosh_query.Term("text", "fox")]
        ),
        "title:work": whoosh_query.Term("meta", "work"),
    }
    with ArchiveIndex(backend._generations.path(1)).searcher(weighting=Frequency()) as searcher:
        for text, oracle in asked.items():
            stock = sorted(hit["id"] for hit in searcher.search(oracle, limit=None))
            assert found(backend, text) == stock, text
        assert [hit["id"] for hit in searcher.search(whoosh_query.Term("id", "4"))] == [4]
        assert searcher.doc_count() == 4
        assert (b"quicker") in list(searcher.reader().lexicon("text"))


def test_whoosh_is_loaded_by_the_engine_alone():
    """Numpy is the catalogue's as well: fingerprints of texts."""
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'archive.settings.test';"
        "import django; django.setup(); import search.backends;"
        "assert not {'whoosh', 'pyroaring'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603  code of this very file
