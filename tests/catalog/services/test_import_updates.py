"""Newer, older and partial files of a work that is here; texts longer than a field allows."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from archive.core.viewer import SYSTEM
from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.models import Chapter, Work
from catalog.services.import_mapping import Correction, ImportOptions, fitted
from catalog.services.import_session import ImportSession
from catalog.services.importing import import_work
from tests.catalog.importers.ao3_samples import ROWS, chapter, download

pytestmark = pytest.mark.django_db
GIVEN = ImportOptions(language="en")
TAGS = {
    "fandom": ["Hamlet"],
    "rating": ["General"],
    "warning": ["No Archive Warnings Apply"],
}


@pytest.fixture
def session():
    made = ImportSession(SYSTEM)
    yield made
    made.close()


def bring(session, text, name="work.html", options=GIVEN):
    [outcome] = session.import_file(text.encode(), name, options)
    return outcome


def text_of(number: int) -> str:
    return f"<p>This is what happened in chapter {number}, word for word.</p>"


def with_chapters(count: int, updated: str, stated: str) -> str:
    rows = [*ROWS[:-1], ("Stats", f"Published: 2019-05-01 Updated: {updated} Chapters: {stated}")]
    parts = (chapter(n, f"Chapter {n}", text=text_of(n)) for n in range(1, count + 1))
    return download(rows, "".join(parts))


def page_of(number: int) -> str:
    """A saved page that holds one chapter of four."""
    return (
        "<html><head><title>A Title - Archive of Our Own</title></head><body><div id='main'>"
        "<a href='/works/77/bookmarks'>x</a><dl class='work meta group'><dt>Rating:</dt>"
        "<dd><a>Not Rated</a></dd><dt>Fandom:</dt><dd><a>Hamlet</a></dd><dt class='stats'>Stats:</dt>"
        "<dd class='stats'><dl class='stats'><dt>Published:</dt><dd class='published'>2019-05-01</dd><dd class='status'>2021-01-01</dd>"
        "<dt>Chapters:</dt><dd class='chapters'>4/4</dd></dl></dd></dl><div id='workskin'>"
        "<div class='preface group'><h2 class='title'>A Title</h2><h3 class='byline'><a>ann</a></h3>"
        f"</div><div id='chapters'><div class='chapter' id='chapter-{number}'>"
        f"<div class='userstuff module'><p>A page with chapter {number}.</p></div></div></div></div>"
        "</div></body></html>"
    )


def texts() -> list[str]:
    return [row.source for row in Chapter.everything.order_by("position")]


def test_two_files_of_one_work_do_not_take_turns_for_ever(session):
    one = with_chapters(2, "2020-01-01", "2/2")
    other = one.replace("word for word", "<i>word</i> for word")
    assert bring(session, one).outcome == "imported"
    assert bring(session, other, "other.html").outcome == "updated"
    before = (texts(), Work.everything.get().version)
    assert [bring(session, text).outcome for text in (one, other, one)] == ["unchanged"] * 3
    assert (texts(), Work.everything.get().version) == before


def test_a_newer_download_adds_chapters_and_an_older_one_changes_nothing(session):
    old, new = with_chapters(2, "2020-01-01", "2/?"), with_chapters(4, "2021-01-01", "4/4")
    assert bring(session, old).outcome == "imported"
    assert bring(session, new, "downloaded again.html").outcome == "updated"
    work = Work.everything.get()
    assert (work.chapter_count, work.is_complete) == (4, True)
    before = texts()
    assert bring(session, old).outcome == "unchanged"
    work.refresh_from_db()
    assert (work.chapter_count, work.is_complete) == (4, True)
    assert texts() == before


def test_a_page_with_one_chapter_touches_that_chapter_alone(session):
    bring(session, with_chapters(4, "2021-01-01", "4/4"))
    before = texts()
    bring(session, page_of(3))
    after = texts()
    assert [one == other for one, other in zip(before, after, strict=True)] == [
        *(True, True, False, True)
    ]
    assert "A page with chapter 3." in after[2]


def test_what_is_too_long_for_its_place_moves_and_nothing_is_lost():
    long = "<p>" + "word " * 400 + "</p>"
    work = ImportedWork(
        title="T",
        creators=["Ada", " ", "A name that is longer than any pen name could ever be here"],
        summary_html=long,
        notes_html="<p>" + "note " * 1_200 + "</p>",
        end_notes_html="<p>" + "end " * 1_500 + "</p>",
        chapters=[ImportedChapter(body_html="<p>Text.</p>", summary_html=long)],
    )
    fit = fitted(work)
    body = fit.chapters[0].body_html
    assert (fit.summary_html, fit.notes_html, fit.end_notes_html) == ("", "", "")
    assert fit.chapters[0].summary_html == ""
    order = [body.index(part) for part in ("note note", "<p>Text.</p>", "end end")]
    assert order == sorted(order)
    assert body.count("word " * 400) == 2
    assert fit.creators == ["Ada", "A name that is longer than any pen name"]
    assert len(fit.notices) == 5
    assert work.summary_html == long
    assert import_work(actor=SYSTEM, imported=work, filename="a.txt", options=GIVEN).work


def test_a_correction_goes_before_the_file_and_the_file_is_still_known(session):
    correction = Correction("Right", ["Ben"], TAGS, "en")
    options = ImportOptions(correction=correction)
    first = bring(session, with_chapters(2, "2020-01-01", "2/?"), options=options)
    work = Work.everything.get(pk=first.work)
    assert (work.title, work.creators.get().name) == ("Right", "Ben")
    assert set(work.tags.values_list("name", flat=True)) == {
        *("Hamlet", "General", "No Archive Warnings Apply")
    }
    again = bring(session, with_chapters(2, "2020-01-01", "2/?"))
    assert (again.outcome, again.work) == ("unchanged", first.work)
    newer = bring(session, with_chapters(3, "2022-01-01", "3/?"))
    assert (newer.outcome, newer.work) == ("updated", first.work)
    work.refresh_from_db()
    assert (work.title, work.chapter_count) == ("Right", 3)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="kills a process with its own database")
def test_a_batch_that_is_killed_goes_on_where_it_stopped_without_doubles(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(
            f"The Lamp of {chr(97 + number // 10)}{chr(97 + number % 10)}\nBy Ada\n\nFandom: Hamlet\n\n{'It was dark in the street. ' * 400}\n"
        )
    env = {**os.environ, "ARCHIVE_DATA_DIR": str(tmp_path / "data")}
    env["DJANGO_SETTINGS_MODULE"] = "archive.settings.dev"
    manage = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=env, check=True)  # noqa: S603
    command = [*manage, "import_works", str(folder), "--json"]
    killed = 0
    while True:
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE) as running:  # noqa: S603
            for _ in range(8):
                if not running.stdout.readline():
                    break
            else:
                killed += 1
                if killed < 3:
                    running.send_signal(signal.SIGKILL)
                    continue
            running.communicate()
            break
    with sqlite3.connect(tmp_path / "data" / "archive.sqlite3") as database:
        works = database.execute("select count(*), count(distinct title) from catalog_work")
        assert works.fetchone() == (40, 40)
        assert database.execute("select count(*) from catalog_chapter").fetchone() == (40,)
    assert killed == 3
