"""A search that takes too long answers in time, with part of its hits and never with others."""

from itertools import count

import pytest

from catalog.querytext import parse
from catalog.workquery import WorkQuery
from search.backends.deadline import Deadline
from search.backends.whoosh import WhooshBackend, helping, sequences
from search.backends.whoosh import engine as engine_module
from search.backends.whoosh.engine import Engine
from search.backends.whoosh.helping import Helper
from search.backends.whoosh.kept import Kept
from tests.search.asking import NOW, PUBLIC
from tests.search.documents import as_mapping, make_document

WORDS = ("red", "lamp", "the", "night", "hand")
WORST = (
    " OR ".join(f'"{a} {b} {c}"' for a, b, c in zip(WORDS, WORDS[1:], WORDS[2:], strict=False)),
    '"red lamp the night hand red lamp the night hand red lamp"',
    '"red lamp" "lamp the" "the night" "night hand" "hand red" -"lamp red"',
    "red lamp the night hand -nobody",
    "(red OR lamp) (the OR night) hand",
    'red* lam* nigth~ "the night"',
    'text:red text:lamp OR title:hand OR -"the lamp"',
    '-"red lamp the" -"hand hand"',
)
_MOST_STEPS = 400


@pytest.fixture
def snapshot(tmp_path):
    """Three segments of works that hold the words in every order."""
    backend = WhooshBackend(tmp_path / "index")
    backend.begin_generation().promote()
    for commit in range(3):
        first = commit * 20
        works = [
            make_document(
                first + n + 1,
                title=WORDS[n % 5],
                text=" ".join(WORDS[(n * step + at) % 5] for at in range(40) for step in (1, 2)),
            )
            for n in range(20)
        ]
        backend.apply(as_mapping(*works), set())
    return backend._reading.snapshot()


def searched(snapshot, text: str, monkeypatch, steps: int, *, forgets: bool = True):
    """The hits when the time is up after so many looks at the clock, and how often it was asked."""
    for view in snapshot.views if forgets else ():
        view.opened.matches = Kept(1 << 20)
    clock = count()
    made = []

    def deadline(_seconds: float) -> Deadline:
        made.append(Deadline(steps, clock.__next__))
        return made[0]

    monkeypatch.setattr(engine_module, "Deadline", deadline)
    hits = Engine(snapshot, PUBLIC, ()).search(WorkQuery(page_size=100), parse(text, now=NOW))
    return hits, next(clock) - 1


@pytest.mark.parametrize("text", WORST)
def test_whenever_the_time_is_up_the_hits_are_some_of_all(snapshot, text, monkeypatch):
    everything, looks = searched(snapshot, text, monkeypatch, _MOST_STEPS)
    assert not everything.partial
    assert looks < _MOST_STEPS
    for steps in range(looks):
        hits, _ = searched(snapshot, text, monkeypatch, steps)
        assert hits.partial
        assert set(hits.ids) <= set(everything.ids)
        assert hits.total <= everything.total


@pytest.mark.parametrize("text", WORST)
def test_what_was_cut_short_is_not_remembered(snapshot, text, monkeypatch):
    expected, looks = searched(snapshot, text, monkeypatch, _MOST_STEPS)
    for steps in range(looks):
        searched(snapshot, text, monkeypatch, steps)
        again, _ = searched(snapshot, text, monkeypatch, _MOST_STEPS, forgets=False)
        assert (again.ids, again.total) == (expected.ids, expected.total)


@pytest.mark.parametrize("text", WORST)
def test_nothing_is_read_once_the_time_is_up(snapshot, text, monkeypatch):
    """Between two looks at the clock one part of one phrase is read in one segment."""
    reads = []
    read = sequences._occurrences
    monkeypatch.setattr(sequences, "_occurrences", lambda *given: reads.append(1) or read(*given))
    _, looks = searched(snapshot, text, monkeypatch, _MOST_STEPS)
    assert len(reads) <= looks
    for steps in range(0, looks, 7):
        reads.clear()
        searched(snapshot, text, monkeypatch, steps)
        assert len(reads) <= steps


def test_words_that_are_left_when_the_time_is_up_have_no_correction(snapshot, monkeypatch):
    asked = ["lmap", "nihgt", "hadn"]
    everything = Helper(snapshot, PUBLIC, ()).corrections(asked)
    assert everything == {"lmap": "lamp", "nihgt": "night", "hadn": "hand"}
    found = []
    for steps in range(9):
        clock = count()
        monkeypatch.setattr(
            helping, "Deadline", lambda _, s=steps, c=clock: Deadline(s, c.__next__)
        )
        found.append(Helper(snapshot, PUBLIC, ()).corrections(asked))
    assert found[0] == {}
    assert found[-1] in ({"lmap": "lamp", "nihgt": "night"}, everything)
    assert all(few.items() <= everything.items() for few in found)
