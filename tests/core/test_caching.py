"""A cache that does not answer keeps no page from answering."""

import socket

import pytest

from archive.core.caching import ForgivingRedisCache


@pytest.fixture
def gone() -> ForgivingRedisCache:
    """A cache at a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": options})


def test_what_the_cache_would_have_held_is_counted_again(gone, caplog):
    assert gone.get("lamps") is None
    assert gone.get("lamps", 3) == 3
    assert gone.get_or_set("lamps", lambda: 4, 60) == 4
    assert gone.get_many(["lamps"]) == {}
    assert "lamps" not in gone
    assert "does not answer" in caplog.text


def test_nothing_is_kept_and_nothing_fails(gone):
    assert gone.set("lamps", 3, 60) is None
    assert gone.add("lamps", 3, 60) is False
    assert gone.set_many({"lamps": 3}) == ["lamps"]
    assert gone.delete("lamps") is False
