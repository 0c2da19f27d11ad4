"""Fixtures of the whole suite: a fresh memory index, the indexer's work on demand."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache

from archive.core.viewer import Viewer
from catalog.finder import get_finder
from catalog.vocabulary import language_index
from search.backends import get_backend
from search.indexing import drain
from tests.factories import make_user
from tests.viewers import viewer_with_roles


@pytest.fixture(autouse=True)
def _fresh_process_state(settings, tmp_path) -> Iterator[None]:
    """Nothing that a process remembers leaks from one test into the next."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.SEARCH_LOCK_DIR = tmp_path / "locks"
    for cached in (get_backend, get_finder, language_index):
        cached.cache_clear()
    cache.clear()
    yield
    for cached in (get_backend, get_finder, language_index):
        cached.cache_clear()


@pytest.fixture
def drained(db) -> Callable[[], None]:
    """Call it to let the index catch up with the outbox."""

    def catch_up() -> None:
        while drain():
            continue

    return catch_up


@pytest.fixture
def member(db) -> Viewer:
    """Somebody signed in, without a role."""
    return viewer_with_roles("member")


@pytest.fixture
def archivist(db) -> Viewer:
    """Somebody who adds works for creators without an account."""
    return viewer_with_roles("archivist", "archivists")


@pytest.fixture
def wrangler(db) -> Viewer:
    """Somebody who looks after the tags."""
    return viewer_with_roles("wrangler", "wranglers")


@pytest.fixture
def moderator(db) -> Viewer:
    """Somebody who acts on content of others."""
    return viewer_with_roles("moderator", "moderators")


@pytest.fixture
def admin(db) -> Viewer:
    """Somebody who may do everything."""
    return viewer_with_roles("admin", superuser=True)


@pytest.fixture
def user(db):
    """An account."""
    return make_user("reader")
