"""A rebuild reads the database without keeping its pages, and leaves the connection as it was."""

import pytest
from django.db import connection

from search.frugal import small_caches

pytestmark = pytest.mark.django_db


def kept_pages() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        return int(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="settings of SQLite")
def test_pages_are_kept_again_afterwards():
    before = kept_pages()
    with small_caches():
        assert kept_pages() == -4_000
        with small_caches():
            assert kept_pages() == -4_000
        assert kept_pages() == -4_000
    assert kept_pages() == before != -4_000


def test_any_database_can_be_read_so(django_assert_num_queries):
    with django_assert_num_queries(0), small_caches():
        pass
