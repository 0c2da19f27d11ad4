"""A process that serves follows the index, whatever others do to its folder meanwhile."""

import os
import shutil
import time
from pathlib import Path

import pytest

from search.backends.whoosh import WhooshBackend
from tests.search.asking import found
from tests.search.documents import as_mapping, make_document


def publish(folder: Path, *ids: int) -> None:
    """Another process builds a generation of these works and makes it the current one."""
    build = WhooshBackend(folder).begin_generation()
    build.add(as_mapping(*(make_document(n, text="rose") for n in ids)))
    build.promote()
    for path in folder.glob("gen-*"):  # long ago, as the reader's clock sees it
        os.utime(path, ns=(time.time_ns(), time.time_ns() - 10**9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with one work."""
    publish(tmp_path / "index", 1)
    return tmp_path / "index"


@pytest.fixture
def serving(folder: Path) -> WhooshBackend:
    """A process that has answered from that index."""
    backend = WhooshBackend(folder)
    assert found(backend, "rose") == [1]
    return backend


def test_the_generation_it_read_last_may_be_gone_after_two_rebuilds(folder, serving):
    publish(folder, 1, 2)
    publish(folder, 1, 2, 3)
    assert not (folder / "gen-1").exists()
    assert sorted(found(serving, "rose")) == [1, 2, 3]


def test_an_index_that_was_removed_and_made_anew_is_found(folder, serving):
    publish(folder, 1, 2)
    assert sorted(found(serving, "rose")) == [1, 2]
    shutil.rmtree(folder)
    publish(folder, 7)
    assert found(serving, "rose") == [7]


def test_a_generation_with_the_same_number_is_not_taken_for_the_old_one(folder, serving):
    shutil.rmtree(folder)
    publish(folder, 8, 9)
    assert (folder / "gen-1").exists()
    assert sorted(found(serving, "rose")) == [8, 9]
