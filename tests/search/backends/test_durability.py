"""What was acknowledged stays, what is torn is seen, and nothing in a file is run."""

import os
import pickle
import zlib
from pathlib import Path

import pytest
from whoosh.filedb.filestore import FileStorage

from archive.core.errors import Unavailable
from search.backends.base import IndexUnavailable
from search.backends.whoosh import WhooshBackend
from search.backends.whoosh import writer as writer_module
from search.backends.whoosh.arrays import ArrayFileWriter
from search.backends.whoosh.storage import SEAL
from search.backends.whoosh.toc import ArchiveIndex
from tests.search.asking import ask, found
from tests.search.documents import as_mapping, make_document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with two segments and a removed work."""
    backend = WhooshBackend(tmp_path / "index")
    backend.begin_generation().promote()
    backend.apply(as_mapping(*(make_document(n, text=f"rose w{n}") for n in range(1, 20))), set())
    backend.apply(as_mapping(make_document(20, text="rose")), {3})
    return tmp_path / "index"


EXPECTED = [n for n in range(1, 21) if n != 3]


def toc_of(folder: Path) -> Path:
    (path,) = (folder / "gen-1").glob("_MAIN_*.toc")
    return path


def test_files_are_synced_before_the_table_of_contents_and_the_folder_after(folder, monkeypatch):
    calls: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        calls.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real_fsync(descriptor)

    def rename(path: Path, target: Path) -> Path:
        calls.append(f"rename {target.name}")
        return real_rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    WhooshBackend(folder).apply(as_mapping(make_document(30)), set())
    segment, toc, before, published, after = calls
    assert segment.endswith(".arr")
    assert toc.startswith("_MAIN_")
    assert published.startswith("rename _MAIN_")
    assert (before, after) == ("gen-1", "gen-1")


def test_a_generation_is_published_with_one_rename_of_a_synced_file(folder, monkeypatch):
    calls: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        calls.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real_fsync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        calls.append(f"replace {target.name}")
        return real_replace(path, target)

    build = WhooshBackend(folder).begin_generation()
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    build.promote()
    assert calls[-4:] == ["gen-2", ".CURRENT.new", "replace CURRENT", "index"]
    assert (folder / "CURRENT").read_text() == "gen-2\n"


def test_the_folder_is_the_owners_alone(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "gen-1").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kept", [0, 1, 20, 200, -1, -30])
def test_a_segment_that_was_cut_off_is_an_error_and_never_a_short_answer(folder, kept):
    segment = max((folder / "gen-1").glob("*.arr"), key=lambda path: path.stat().st_size)
    segment.write_bytes(segment.read_bytes()[:kept])
    backend = WhooshBackend(folder)
    with pytest.raises(IndexUnavailable):
        ask(backend, "rose")
    assert list(backend.verify())
    assert backend.health().generation == 0
    assert backend.health().problem


def test_a_flipped_byte_in_a_segment_is_seen_by_verify(folder):
    segment = max((folder / "gen-1").glob("*.arr"), key=lambda path: path.stat().st_size)
    whole = segment.read_bytes()
    assert list(WhooshBackend(folder).verify()) == []
    seen = 0
    places = range(64, len(whole), len(whole) // 60)
    for place in places:
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        segment.write_bytes(damaged)
        seen += bool(list(WhooshBackend(folder).verify()))
    assert seen > len(places) * 0.6


@pytest.mark.parametrize("kept", [0, 1, 50, -1, -11])
def test_a_torn_table_of_contents_is_an_error(folder, kept):
    path = toc_of(folder)
    path.write_bytes(path.read_bytes()[:kept])
    backend = WhooshBackend(folder)
    with pytest.raises(IndexUnavailable):
        found(backend)
    assert list(backend.verify())


def test_every_flipped_byte_of_the_table_of_contents_is_an_error(folder):
    path = toc_of(folder)
    whole = path.read_bytes()
    for place in range(0, len(whole), 41):
        damaged = bytearray(whole)
        damaged[place] ^= 0x01
        path.write_bytes(damaged)
        assert list(WhooshBackend(folder).verify())


def test_a_table_of_contents_cannot_run_anything(folder, tmp_path):
    class Evil:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    path = toc_of(folder)
    body = path.read_bytes()[:-10]
    segments = ArchiveIndex(folder / "gen-1").current_segments()
    honest = pickle.dumps(segments, -1)
    assert body.endswith(honest)
    body = body[: -len(honest)] + pickle.dumps([Evil()])
    path.write_bytes(body + zlib.crc32(body).to_bytes(4, "little") + SEAL)
    with pytest.raises(IndexUnavailable, match="mkdir"):
        found(WhooshBackend(folder))
    assert not (tmp_path / "ran").exists()


def test_without_a_current_generation_everything_is_refused(tmp_path, folder):
    for backend in (WhooshBackend(tmp_path / "none"), WhooshBackend(folder)):
        (folder / "CURRENT").unlink(missing_ok=True)
        with pytest.raises(IndexUnavailable, match="rebuild_index"):
            found(backend)
        with pytest.raises(IndexUnavailable):
            backend.apply(as_mapping(make_document(1)), set())
        with pytest.raises(IndexUnavailable):
            list(backend.versions())
        assert backend.health().generation == 0
        assert list(backend.verify())
    assert not (tmp_path / "none").exists()


def test_an_index_made_by_other_code_asks_for_a_rebuild(folder):
    marker = folder / "gen-1" / "SCHEMA"
    marker.write_text(marker.read_text().replace('"schema": ', '"schema": 9'))
    backend = WhooshBackend(folder)
    with pytest.raises(IndexUnavailable, match="rebuild_index"):
        found(backend)
    backend.begin_generation().promote()
    assert found(backend) == []


def test_a_rebuild_after_loss_leaves_what_is_there_untouched(folder):
    (folder / "CURRENT").write_text("nonsense")
    before = sorted(path.name for path in (folder / "gen-1").iterdir())
    build = WhooshBackend(folder).begin_generation()
    assert sorted(path.name for path in (folder / "gen-1").iterdir()) == before
    build.add(as_mapping(make_document(1)))
    build.promote()
    assert found(WhooshBackend(folder)) == [1]


def test_crashed_builds_are_removed_and_the_previous_generation_is_kept(folder):
    backend = WhooshBackend(folder)
    crashed = backend.begin_generation()
    crashed.add(as_mapping(make_document(77)))
    del crashed
    for _ in range(2):
        build = backend.begin_generation()
        build.add(as_mapping(make_document(1)))
        build.promote()
    names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    assert names == ["gen-2", "gen-3"]
    assert found(backend) == [1]


@pytest.mark.parametrize("step", range(1, 9))
def test_a_commit_that_fails_leaves_the_old_state_or_the_new_and_frees_the_lock(
    folder, monkeypatch, step
):
    """Each of the calls that can meet a full or broken disk fails in turn."""
    left = step

    def failing(real):
        def call(*args, **kwargs):
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(28, "No space left on device")
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync))
        patch.setattr(Path, "rename", failing(Path.rename))
        patch.setattr(ArrayFileWriter, "finish", failing(ArrayFileWriter.finish))
        patch.setattr(FileStorage, "create_file", failing(FileStorage.create_file))
        has_failed = False
        try:
            WhooshBackend(folder).apply(as_mapping(make_document(1, text="new")), {2})
        except OSError:
            has_failed = True
    old, new = EXPECTED, [n for n in EXPECTED if n != 2]
    backend = WhooshBackend(folder)
    state = found(backend)
    assert state in (old, new)
    assert has_failed or state == new
    assert list(backend.verify()) == []
    backend.apply(as_mapping(make_document(40)), set())
    assert found(backend) == [*state, 40]


def test_a_failing_batch_leaves_no_litter(folder, monkeypatch):
    before = sorted(path.name for path in (folder / "gen-1").iterdir())

    def fail(*args):
        raise RuntimeError("a document that cannot be written")

    monkeypatch.setattr(ArrayFileWriter, "finish", fail)
    with pytest.raises(RuntimeError):
        WhooshBackend(folder).apply(as_mapping(make_document(50)), set())
    assert sorted(path.name for path in (folder / "gen-1").iterdir()) == before


def test_a_second_writer_is_told_to_try_again(folder, monkeypatch):
    monkeypatch.setattr(writer_module, "_LOCK_SECONDS", 0.0)
    lock = ArchiveIndex(folder / "gen-1").lock("WRITELOCK")
    assert lock.acquire()
    with pytest.raises(Unavailable):
        WhooshBackend(folder).apply(as_mapping(make_document(50)), set())
    lock.release()
    WhooshBackend(folder).apply(as_mapping(make_document(50)), set())
    assert 50 in found(WhooshBackend(folder))


def test_half_written_tables_of_contents_are_swept(folder):
    litter = folder / "gen-1" / "_MAIN_9.toc.1700000000.5"
    litter.write_bytes(b"half")
    backend = WhooshBackend(folder)
    backend.apply(as_mapping(make_document(50)), set())
    assert not litter.exists()
