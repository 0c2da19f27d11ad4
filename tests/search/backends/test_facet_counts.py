"""The most frequent tags of a result over several segments are those that counting finds."""

import random

import pytest

from search.backends.memory import MemoryBackend
from search.backends.whoosh import WhooshBackend, faceting
from search.backends.whoosh.kept import Kept
from tests.search.asking import MEMBERS, ask
from tests.search.documents import KINDS, as_mapping, make_document

_TAGS = [int(f"{kind}{number:03}") for kind in KINDS for number in range(150)]


def tagged(first: int, count: int):
    """Works with up to nineteen tags, some of which are popular; more than a row has room for."""
    chance = random.Random(first)  # noqa: S311
    works = []
    for pk in range(first, first + count):
        tags = {_TAGS[int(len(_TAGS) * chance.random() ** 3)] for _ in range(chance.randint(0, 19))}
        works.append(
            make_document(
                pk,
                text=chance.choice(["lamp", "lamp violin", "violin", "lamp basement"]),
                direct_tags=sorted(tags),
                audience=frozenset({chance.choice(["public", "public", "members"])}),
            )
        )
    return as_mapping(*works)


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """A large segment and smaller ones, with removed works in two of them."""
    whoosh = WhooshBackend(tmp_path_factory.mktemp("facets") / "index")
    memory = MemoryBackend()
    for backend in (whoosh, memory):
        build = backend.begin_generation()
        build.add(tagged(1, 400))
        build.promote()
        backend.apply(tagged(1_000, 90), {3, 4, 77})
        backend.apply(tagged(2_000, 12), {5, 1_001})
    return whoosh, memory


@pytest.mark.parametrize("few_tags", [0, 4096])
@pytest.mark.parametrize("size", [1, 10, 200])
@pytest.mark.parametrize("text", ["", "lamp", "violin", "basement", "-lamp", "nowhere"])
def test_facets_are_those_that_counting_finds(engines, monkeypatch, few_tags, size, text):
    monkeypatch.setattr(faceting, "_FEW_TAGS", few_tags)
    engines[0]._reading.snapshot().facets = Kept(1 << 20)
    facets = (*KINDS.values(), "language", "complete")
    for audience in (frozenset({"public"}), MEMBERS):
        found, expected = (
            ask(backend, text, audience=audience, facets=facets, facet_size=size)
            for backend in engines
        )
        assert found.facets == expected.facets


def test_remembered_facets_are_those_of_the_viewer_and_the_moment(tmp_path):
    backend = WhooshBackend(tmp_path / "index")
    memory = MemoryBackend()
    for engine in (backend, memory):
        build = engine.begin_generation()
        build.add(tagged(1, 60))
        build.promote()
    asked = [
        {"text": text, "audience": audience, "without": without, "facet_size": size, **filters}
        for text in ("", "lamp")
        for audience in (frozenset({"public"}), MEMBERS)
        for without in ((), (1, 2, 3), (4,))
        for size in (2, 10)
        for filters in ({}, {"flags": (("complete", False),)}, {"languages": ("de",)})
    ]
    for change in range(3):
        for engine in (backend, memory):
            engine.apply(tagged(10 * change + 5, 3), {30 + change})
        for page in (1, 2, 1):
            for values in asked:
                found, expected = (
                    ask(engine, facets=("freeform", "language"), page=page, page_size=5, **values)
                    for engine in (backend, memory)
                )
                assert found.facets == expected.facets
                assert found.total == expected.total


def test_who_changes_an_answer_does_not_change_the_next(engines):
    first = ask(engines[0], "lamp", facets=("fandom",))
    expected = list(first.facets["fandom"])
    first.facets["fandom"].clear()
    assert ask(engines[0], "lamp", facets=("fandom",)).facets["fandom"] == expected
