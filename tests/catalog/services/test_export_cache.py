"""Kept files: sent again while right, never to others, bounded, in the way of nobody."""

import os
from pathlib import Path

import pytest

from archive.accounts.viewers import viewer_of
from archive.core.viewer import ANONYMOUS
from catalog.models import Chapter, Creator, Work
from catalog.reading import get_work
from catalog.services import export_cache, exporting
from catalog.services.export_cache import cached, sweep
from catalog.services.exporting import cover_of_work, download_work
from tests.factories import make_creator, make_work
from tests.viewers import user_with_roles


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.DOWNLOAD_CACHE_MB = 1
    return tmp_path / "downloads"


@pytest.fixture
def written(monkeypatch) -> list[int]:
    """The ids of the works that were written as text, in order."""
    ids: list[int] = []
    plain = exporting.FORMATS["txt"]

    def write(work):
        ids.append(work.id)
        return plain.write(work)

    form = exporting.Format("Plain text", plain.media_type, write, plain.write_book)
    monkeypatch.setitem(exporting.FORMATS, "txt", form)
    return ids


def test_a_file_is_made_once_and_again_when_it_changed(db, written):
    work = make_work(text="First.")
    first = download_work(work.pk, "txt", ANONYMOUS)
    assert download_work(work.pk, "txt", ANONYMOUS).body == first.body
    assert written == [work.pk]
    Chapter.everything.filter(work=work).update(html="<p>Second.</p>")
    Work.everything.filter(pk=work.pk).update(version=2)
    assert b"Second." in download_work(work.pk, "txt", ANONYMOUS).body
    Creator.objects.update(name="Another Name")
    assert b"Another Name" in download_work(work.pk, "txt", ANONYMOUS).body
    assert written == [work.pk] * 3


def test_kept_files_are_asked_for_after_the_right_to_see_them(db, member):
    work = make_work(is_restricted=True)
    download_work(work.pk, "txt", member)
    with pytest.raises(Exception, match="members"):
        download_work(work.pk, "txt", ANONYMOUS)
    Work.everything.filter(pk=work.pk).update(hidden_at=work.created_at)
    with pytest.raises(Exception, match="no work"):
        download_work(work.pk, "txt", member)


def test_names_of_an_anonymous_work_are_never_kept_for_others(db):
    owner = user_with_roles("owner")
    work = make_work(is_anonymous=True, creators=[make_creator("Secret Pen", user=owner)])
    for extension in ("txt", "html"):
        assert b"Secret Pen" in download_work(work.pk, extension, viewer_of(owner)).body
        assert b"Secret Pen" not in download_work(work.pk, extension, ANONYMOUS).body
        assert b"Secret Pen" in download_work(work.pk, extension, viewer_of(owner)).body


def test_drafts_are_not_put_down_anywhere(db, folder):
    owner = user_with_roles("owner")
    work = make_work(status="draft", creators=[make_creator(user=owner)])
    download_work(work.pk, "txt", viewer_of(owner))
    cover_of_work(get_work(work.pk, viewer_of(owner)), viewer_of(owner), 200)
    assert not list(folder.glob("*"))


def test_a_new_version_takes_the_older_files_of_its_object_away(folder):
    cached("work1.1.aa.txt", lambda: b"1")
    cached("work1.1.bb.epub", lambda: b"2")
    cached("work12.1.aa.txt", lambda: b"3")
    cached("book.aa.epub", lambda: b"4")
    cached("book.bb.epub", lambda: b"5")
    cached("work1.2.aa.txt", lambda: b"6")
    assert sorted(path.name for path in folder.iterdir()) == [
        "book.aa.epub",
        "book.bb.epub",
        "work1.2.aa.txt",
        "work12.1.aa.txt",
    ]


def test_the_folder_stays_within_its_bounds(folder):
    for number in range(20):
        cached(f"work{number}.1.aa.txt", lambda: b"x" * 1000)
        os.utime(folder / f"work{number}.1.aa.txt", (number + 10**9, number + 10**9))
    (folder / "work99.1.aa.txt.0000.part").write_bytes(b"y" * 1000)
    cached("work0.1.aa.txt", lambda: pytest.fail("kept"))
    assert sweep(100_000) == 0
    assert sweep(10_000) >= 11_000
    left = {path.name for path in folder.iterdir()}
    assert "work0.1.aa.txt" in left, "what was read last stays"
    assert "work1.1.aa.txt" not in left
    assert not [name for name in left if name.endswith(".part")]
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10_000


def test_writing_sweeps(folder, monkeypatch, settings):
    monkeypatch.setattr(export_cache, "SWEEP_ONE_IN", 1)
    for number in range(30):
        cached(f"work{number}.1.aa.txt", lambda: b"x" * 100_000)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 1024 * 1024


def test_a_folder_that_cannot_be_written_costs_no_answer(folder, settings):
    folder.mkdir()
    (folder / "work1.1.aa.txt").mkdir()
    assert cached("work1.1.aa.txt", lambda: b"made") == b"made"
    assert not list(folder.glob("*.part"))
    settings.DOWNLOAD_CACHE_MB = 0
    assert cached("work2.1.aa.txt", lambda: b"made") == b"made"
    assert not (folder / "work2.1.aa.txt").exists()


@pytest.mark.parametrize("key", ["../x.1.a", "work1", "work1.1/a.txt", "Work1.1.a.txt", ""])
def test_odd_keys_are_refused(key):
    with pytest.raises(ValueError, match="no key"):
        cached(key, lambda: b"")


def test_the_cover_is_a_picture_of_the_width_asked_for(db):
    work = get_work(make_work("Lamp").pk, ANONYMOUS)
    small, large = (cover_of_work(work, ANONYMOUS, width) for width in (100, 400))
    assert small.media_type == "image/png"
    assert len(small.body) < len(large.body)
    assert b"Lamp" in cover_of_work(work, ANONYMOUS).body
