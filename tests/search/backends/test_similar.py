"""Similar works of long texts: few lists are read, and stop words do not count."""

import pytest

from search.backends.memory import KEY_CANDIDATES, MemoryBackend
from search.backends.whoosh import WhooshBackend
from search.backends.whoosh.opened import Opened
from tests.search.asking import PUBLIC
from tests.search.documents import as_mapping, make_document

NOVEL = " ".join(f"word{number}" for number in range(3_000))


@pytest.fixture(params=[MemoryBackend, WhooshBackend])
def backend(request, tmp_path):
    backend = request.param() if request.param is MemoryBackend else request.param(tmp_path / "i")
    backend.begin_generation().promote()
    return backend


def test_the_words_of_a_novel_are_not_all_looked_up(tmp_path, monkeypatch):
    whoosh = WhooshBackend(tmp_path / "index")
    whoosh.begin_generation().promote()
    whoosh.apply(as_mapping(make_document(1, title="Lighthouse", text=NOVEL)), set())
    whoosh.apply(as_mapping(make_document(2, title="Lighthouse", text="a lamp")), set())
    whoosh.apply(as_mapping(make_document(3, title="Harbour", text="a boat")), set())
    looked_up = []
    look_up = Opened.list_of
    monkeypatch.setattr(
        Opened, "list_of", lambda *given: looked_up.append(given) or look_up(*given)
    )
    assert whoosh.similar(1, PUBLIC, (), 5) == [2]
    assert len(looked_up) <= KEY_CANDIDATES * len(whoosh._reading.snapshot().views)
    looked_up.clear()
    assert (whoosh.similar(1, PUBLIC, (), 5), looked_up) == ([2], [])
    assert 2 not in whoosh.similar(1, PUBLIC, (2,), 5)
    whoosh.apply({}, {2})
    assert 2 not in whoosh.similar(1, PUBLIC, (), 5)


def test_stop_words_do_not_crowd_out_the_others(backend):
    the = "the and was with that have " * 200
    others = [make_document(n, language="en", text=f"the and filler{n}") for n in range(4, 16)]
    backend.apply(
        as_mapping(
            make_document(1, language="en", text=f"{the} lighthouse lighthouse"),
            make_document(2, language="en", text=f"{the} of"),
            make_document(3, language="en", text="one lighthouse"),
            *others,
        ),
        set(),
    )
    assert backend.similar(1, PUBLIC, (), 1) == [3]


def test_the_strongest_words_of_a_long_work_are_compared(backend):
    works = [
        make_document(1, title="Lighthouse", text=NOVEL),
        make_document(2, text="a lighthouse by the sea"),
        *(make_document(n, text=f"filler{n} word{n}") for n in range(3, 12)),
    ]
    backend.apply(as_mapping(*works), set())
    assert backend.similar(1, PUBLIC, (), 1) == [2]
