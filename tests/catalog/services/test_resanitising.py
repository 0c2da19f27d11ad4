"""A stricter sanitiser reaches every stored text, however often the run is killed."""

import pytest
from django.core.management import call_command

from archive.core import html
from catalog.models import Chapter, Creator, Series, Tag, Work
from catalog.services import resanitising
from catalog.services.resanitising import Resanitised, outdated_counts, resanitise_some
from search.models import IndexEvent
from tests.factories import make_creator, make_series, make_tag, make_work

pytestmark = pytest.mark.django_db
OLD = "<p>kept <mark>gone</mark></p>"
NEW = "<p>kept gone</p>"
NEXT = html.SANITISER_VERSION + 1


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def stricter(monkeypatch):
    """The next version: marked text is no longer allowed."""

    def sanitise(source: str, **options) -> str:
        return html_sanitise(source, **options).replace("<mark>", "").replace("</mark>", "")

    html_sanitise = html.sanitise
    monkeypatch.setattr(html, "SANITISER_VERSION", NEXT)
    monkeypatch.setattr(html, "SAFE_SINCE", NEXT)
    monkeypatch.setattr(html, "sanitise", sanitise)


@pytest.fixture
def shelf():
    """Every field that holds HTML, as today's version wrote it."""
    works = []
    for number in range(7):
        work = make_work(
            f"Work {number}",
            text=OLD,
            creators=[make_creator(f"Pen {number}")],
            **dict.fromkeys(("summary_html", "notes_html", "end_notes_html"), OLD),
        )
        Chapter.everything.filter(work=work).update(
            html=OLD, source=OLD, summary_html=OLD, notes_html=OLD, end_notes_html=OLD
        )
        works.append(work)
    make_series(*works)
    Series.objects.update(summary_html=OLD, notes_html=OLD)
    Creator.objects.update(profile_html=OLD)
    make_tag("freeform")
    Tag.objects.update(description_html=OLD)
    return works


def stored() -> set[str]:
    """Every piece of HTML in the tables, past all models."""
    found: set[str] = set()
    for model in resanitising.MODELS:
        for row in model._base_manager.values_list(*model.HTML_FIELDS):
            found |= set(row)
    return found


def test_nothing_is_done_while_the_version_is_the_same(shelf, capsys):
    call_command("resanitise")
    assert f"0 rows brought to version {html.SANITISER_VERSION}" in capsys.readouterr().out
    assert stored() == {OLD}


def test_every_field_is_brought_to_the_new_version_though_killed_twice(
    shelf, stricter, monkeypatch, capsys
):
    monkeypatch.setattr(resanitising, "ROWS_AT_ONCE", 2)
    before = outdated_counts()
    assert before["Work"] == before["Chapter"] == 7
    calls = []

    def fresh(*values):
        calls.append(1)
        if len(calls) in (11, 40):
            raise Killed
        return original(*values)

    original = resanitising._fresh
    monkeypatch.setattr(resanitising, "_fresh", fresh)
    for _ in range(2):
        with pytest.raises(Killed):
            call_command("resanitise")
        assert {OLD, NEW} >= stored()
    call_command("resanitise")
    assert stored() == {NEW}
    assert set(outdated_counts().values()) == {0}
    for model in resanitising.MODELS:
        versions = set(model._base_manager.values_list("sanitiser_version", flat=True))
        assert versions == {NEXT}
    assert f"rows brought to version {NEXT}" in capsys.readouterr().out


def test_changed_works_are_indexed_again_and_get_a_new_version(shelf, stricter):
    IndexEvent.objects.all().delete()
    versions = dict(Work.everything.values_list("pk", "version"))
    call_command("resanitise")
    assert all(work.version > versions[work.pk] for work in Work.everything.all())
    assert set(IndexEvent.objects.values_list("object_id", flat=True)) == set(versions)


def test_old_html_is_never_shown_meanwhile(shelf, stricter, client):
    work = shelf[0]
    chapter = Chapter.everything.get(work=work)
    assert (chapter.html, chapter.summary_html) == (NEW, NEW)
    assert Work.everything.get(pk=work.pk).summary_html == NEW
    creator = work.creatorships.get().creator
    pages = [
        work.get_absolute_url(),
        chapter.get_absolute_url(),
        f"/works/{work.pk}/?view_full_work=true",
        f"/works/{work.pk}/download/html/",
        f"/api/v1/works/{work.pk}/?include=text",
        f"/api/v1/chapters/{chapter.pk}/",
        f"/creators/{creator.pk}/",
        f"/series/{Series.objects.get().pk}/",
        "/works/",
    ]
    for path in pages:
        shown = client.get(path, follow=True)
        assert shown.status_code == 200, path
        body = b"".join(shown) if shown.streaming else shown.content
        assert b"<mark>" not in body, path


def test_a_text_that_is_refused_now_is_emptied_and_not_shown(shelf, monkeypatch):
    def refuse(source: str, **options) -> str:
        raise html.InvalidInput("too deep", code="html.too_deep")

    monkeypatch.setattr(html, "SANITISER_VERSION", NEXT)
    monkeypatch.setattr(html, "SAFE_SINCE", NEXT)
    monkeypatch.setattr(html, "sanitise", refuse)
    assert Chapter.everything.first().html == ""
    report = Resanitised()
    while resanitise_some(Chapter, report):
        continue
    assert (report.rows, report.changed) == (7, 7)


def test_the_source_is_what_is_sanitised_where_it_was_kept(stricter):
    work = make_work(text="<p>old</p>")
    Chapter.everything.filter(work=work).update(
        source="plain words\n\nof the author", html="<p>old</p>", sanitiser_version=1
    )
    call_command("resanitise")
    chapter = Chapter.everything.get()
    assert chapter.html == "<p>plain words</p>\n<p>of the author</p>"
    assert (chapter.word_count, Work.everything.get().word_count) == (5, 5)
