"""Many works that are equally good come in the order of their ids, wherever they lie."""

import pytest

from search.backends.memory import MemoryBackend
from search.backends.whoosh import WhooshBackend
from tests.search.asking import ask
from tests.search.documents import as_mapping, make_document


def tied(first: int, count: int):
    """Works of one kind, every seventh of which is better, every fifth newer."""
    return as_mapping(
        *(
            make_document(
                pk,
                title="red lamp" if pk % 7 == 0 else "lamp",
                updated=1_700_000_000 + (pk % 5 == 0),
            )
            for pk in range(first, first + count)
        )
    )


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    """Segments of which one has ids between those of the others, and one no rising ids."""
    whoosh = WhooshBackend(tmp_path_factory.mktemp("ties") / "index")
    memory = MemoryBackend()
    for backend in (whoosh, memory):
        build = backend.begin_generation()
        build.add(tied(1_000, 300))
        build.promote()
        backend.apply(tied(1, 250), set())
        backend.apply(tied(600, 150), {1_003, 1_004, 20})
    return whoosh, memory


@pytest.mark.parametrize("text", ["", "lamp", "red OR lamp", "lam*"])
@pytest.mark.parametrize("ordering", ["", "-updated", "updated", "-words", "title"])
@pytest.mark.parametrize("page", [1, 2, 13, 35])
def test_ties_go_by_id_on_every_page(engines, text, ordering, page):
    found, expected = (
        ask(backend, text, ordering=ordering, page=page, page_size=20) for backend in engines
    )
    assert found.ids == expected.ids
    assert found.total == expected.total
