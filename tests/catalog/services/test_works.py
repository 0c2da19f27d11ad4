"""Works: created, edited, posted, deleted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from archive.core.errors import InvalidInput, NotAllowed, NotFound, SignInRequired
from archive.core.viewer import ANONYMOUS, SYSTEM
from catalog.models import ActionLog, Chapter, Creator, Tag, Work, WorkFilterTag, WorkTag
from catalog.services import works
from catalog.services.access import PreconditionFailed
from catalog.services.data import ChapterData, SeriesPlace, WorkData
from search.models import IndexEvent
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db
TAGS = {
    "fandom": ["Dracula"],
    "rating": ["Teen"],
    "warning": ["No Archive Warnings Apply"],
}


def whole(**changes):
    """A work that can be posted."""
    values = {
        "title": "The Lamp",
        "language": "en",
        "tags": dict(TAGS),
        "chapters": [ChapterData(title="One", body="<p>There was a lamp in the tower.</p>")],
    }
    return WorkData(**{**values, **changes})


def codes(error):
    return {(e.field, e.code) for e in error.value.errors}


def test_posted_work_has_dates_counts_and_filter_rows(member):
    work = works.create_work(actor=member, data=whole(), post=True)
    work.refresh_from_db()
    assert (work.status, work.word_count, work.chapter_count) == ("posted", 7, 1)
    assert abs(work.published_at - timezone.now()) < timedelta(minutes=1)
    assert abs(work.updated_at - timezone.now()) < timedelta(minutes=1)
    assert WorkFilterTag.objects.filter(work=work, is_direct=True).count() == 2
    assert [c.creator.name for c in work.creatorships.all()] == ["member"]
    assert work.creatorships.get().creator.user_id == member.user_id
    assert IndexEvent.objects.filter(kind="work", object_id=work.pk).exists()


def test_every_fault_is_told_at_once_and_nothing_is_kept(member):
    data = whole(
        title="x" * 300,
        language="klingonese",
        summary="word " * 400,
        source_url="javascript:alert(1)",
        expected_chapters=0,
        published_at=timezone.now() + timedelta(days=2),
        tags={**TAGS, "freeform": ["a, b"], "rating": ["Racy"]},
        chapters=[
            ChapterData(body="<p>Good enough text.</p>"),
            ChapterData(body="<script>1</script>"),
            ChapterData(body="<p>fine fine fine</p>", published_on=date(2999, 1, 1)),
        ],
    )
    with pytest.raises(InvalidInput) as error:
        works.create_work(actor=member, data=data, post=True)
    fields = {field for field, _ in codes(error)}
    assert {
        "title",
        "language",
        "summary",
        "source_url",
        "expected_chapters",
        "published_at",
        "freeforms",
        "rating",
        "chapters[1].body",
        "chapters[2].published_on",
    } <= fields
    assert ("chapters[1].body", "chapter.empty") in codes(error)
    assert not Work.everything.exists()
    assert not Tag.objects.filter(kind="fandom").exists()
    assert not IndexEvent.objects.exists()


def test_what_is_missing_is_named(member):
    with pytest.raises(InvalidInput) as error:
        works.create_work(actor=member, data=WorkData(title="Bare"), post=True)
    assert error.value.code == "work.not_postable"
    assert {field for field, _ in codes(error)} == {
        "language",
        "fandoms",
        "rating",
        "warnings",
        "chapters",
    }


def test_draft_is_counted_and_posted_with_its_first_chapter(member):
    data = whole(chapters=[ChapterData(body="One two three four"), ChapterData(body="five " * 5)])
    work = works.create_work(actor=member, data=data)
    assert (work.status, work.word_count, work.chapter_count) == ("draft", 9, 2)
    work = works.post_work(actor=member, work_id=work.pk)
    states = Chapter.everything.filter(work=work).order_by("position").values_list("status")
    assert [state for (state,) in states] == ["posted", "draft"]
    assert (work.word_count, work.chapter_count) == (4, 1)
    assert works.post_work(actor=member, work_id=work.pk).version == work.version


def test_completeness_follows_the_expected_chapters(member):
    two = [ChapterData(body="First chapter."), ChapterData(body="Second chapter.")]
    assert not works.create_work(actor=member, data=whole(chapters=two), post=True).is_complete
    done = works.create_work(actor=member, data=whole(chapters=two, expected_chapters=2), post=True)
    assert done.is_complete
    raised = works.create_work(
        actor=member, data=whole(chapters=two, expected_chapters=1), post=True
    )
    assert (raised.expected_chapters, raised.is_complete) == (2, True)


def test_updated_at_is_the_newest_chapters_date_not_the_imports(archivist):
    data = whole(
        creators=["Ozfan"],
        published_at=datetime(2003, 5, 1, 8, tzinfo=UTC),
        chapters=[
            ChapterData(body="An old chapter.", published_on=date(2003, 5, 1)),
            ChapterData(body="A newer chapter.", published_on=date(2004, 6, 2)),
        ],
    )
    work = works.create_work(actor=archivist, data=data, post=True)
    assert work.updated_at == datetime(2004, 6, 2, 12, tzinfo=UTC)
    assert work.published_at == datetime(2003, 5, 1, 8, tzinfo=UTC)
    assert Creator.objects.get(name="Ozfan").user_id is None


def test_edit_raises_version_and_keeps_updated_at(member):
    work = works.create_work(actor=member, data=whole(), post=True)
    edited = works.edit_work(
        actor=member, work_id=work.pk, data=WorkData(title="The Lantern"), version=work.version
    )
    assert (edited.title, edited.version) == ("The Lantern", work.version + 1)
    assert edited.updated_at == work.updated_at
    with pytest.raises(PreconditionFailed):
        works.edit_work(actor=member, work_id=work.pk, data=WorkData(), version=work.version)


def test_edit_of_a_posted_work_cannot_take_away_what_it_needs(member):
    work = works.create_work(actor=member, data=whole(), post=True)
    with pytest.raises(InvalidInput) as error:
        works.edit_work(actor=member, work_id=work.pk, data=WorkData(tags={"warning": []}))
    assert error.value.code == "work.not_postable"
    assert WorkTag.objects.filter(work=work, tag__kind="warning").count() == 1


def test_restricting_and_anonymity_are_withdrawals(member):
    work = works.create_work(actor=member, data=whole(), post=True)
    IndexEvent.objects.all().delete()
    works.edit_work(actor=member, work_id=work.pk, data=WorkData(title="Other"))
    assert not IndexEvent.objects.filter(is_withdrawal=True).exists()
    works.edit_work(actor=member, work_id=work.pk, data=WorkData(restricted=True))
    works.edit_work(actor=member, work_id=work.pk, data=WorkData(anonymous=True))
    assert IndexEvent.objects.filter(object_id=work.pk, is_withdrawal=True).count() == 2


def test_deletion_takes_the_work_from_everybody_and_is_logged(member, moderator):
    work = works.create_work(actor=member, data=whole(), post=True)
    works.delete_work(actor=member, work_id=work.pk)
    for viewer in (ANONYMOUS, member, moderator):
        assert not Work.objects.visible_to(viewer).filter(pk=work.pk).exists()
    assert ActionLog.objects.get(verb="work.delete").object_id == work.pk
    assert IndexEvent.objects.filter(object_id=work.pk, is_withdrawal=True).exists()
    assert Tag.objects.get(kind="fandom", name="Dracula").works_count == 0
    with pytest.raises(NotFound):
        works.delete_work(actor=member, work_id=work.pk)


def test_strangers_cannot_write_and_learn_nothing_of_drafts(member):
    other = viewer_with_roles("other")
    posted = works.create_work(actor=member, data=whole(), post=True)
    draft = works.create_work(actor=member, data=whole())
    with pytest.raises(SignInRequired):
        works.create_work(actor=ANONYMOUS, data=whole())
    with pytest.raises(NotAllowed):
        works.edit_work(actor=other, work_id=posted.pk, data=WorkData(title="Mine"))
    with pytest.raises(NotFound):
        works.edit_work(actor=other, work_id=draft.pk, data=WorkData(title="Mine"))
    with pytest.raises(NotFound):
        works.post_work(actor=other, work_id=draft.pk)


def test_hidden_and_locked_works_cannot_be_changed(member):
    work = works.create_work(actor=member, data=whole(), post=True)
    for column, code in (("hidden_at", "work.hidden"), ("locked_at", "work.locked")):
        Work.everything.filter(pk=work.pk).update(
            **{"hidden_at": None, "locked_at": None, column: timezone.now()}
        )
        with pytest.raises(NotAllowed) as error:
            works.edit_work(actor=member, work_id=work.pk, data=WorkData(title="New"))
        assert error.value.code == code


def test_pen_names_of_others_are_refused(member, archivist):
    works.create_work(actor=member, data=whole(creators=["Night Owl"]), post=True)
    for actor in (viewer_with_roles("other"), archivist):
        with pytest.raises(InvalidInput) as error:
            works.create_work(actor=actor, data=whole(creators=["NIGHT OWL"]), post=True)
        assert codes(error) == {("creators[0]", "creator.not_yours")}


def test_own_works_cannot_be_given_away_by_leaving(member, archivist):
    works.create_work(actor=archivist, data=whole(creators=["Ozfan"]), post=True)
    work = works.create_work(actor=member, data=whole(), post=True)
    with pytest.raises(InvalidInput):
        works.edit_work(actor=member, work_id=work.pk, data=WorkData(creators=["Ozfan"]))


def test_tags_keep_what_was_typed_in_its_order(member):
    Tag.objects.create(kind="freeform", name="Fluff", folded="fluff", is_canonical=True)
    data = whole(tags={**TAGS, "freeform": ["zebra crossing", "FLUFF", "fluff", "Angst"]})
    work = works.create_work(actor=member, data=data, post=True)
    names = WorkTag.objects.filter(work=work, tag__kind="freeform").values_list("name", flat=True)
    assert list(names.order_by("position")) == ["zebra crossing", "FLUFF", "Angst"]


def test_no_more_than_75_tags(member):
    many = [f"theme {number}" for number in range(75)]
    with pytest.raises(InvalidInput, match="76"):
        works.create_work(actor=member, data=whole(tags={**TAGS, "freeform": many}))
    assert not Work.everything.exists()


def test_series_by_title_is_found_again_for_the_same_creator(member):
    for position in (1, None):
        works.create_work(
            actor=member,
            data=whole(series=[SeriesPlace(title="The Tower", position=position)]),
            post=True,
        )
    entries = [
        (entry.series.title, entry.position)
        for work in Work.everything.order_by("pk")
        for entry in work.series_entries.all()
    ]
    assert entries == [("The Tower", 1), ("The Tower", 2)]
    assert len({w.series_entries.get().series_id for w in Work.everything.all()}) == 1


def test_system_may_leave_a_draft_without_creators():
    work = works.create_work(actor=SYSTEM, data=whole(creators=[]))
    assert work.creatorships.count() == 0


def test_plain_text_becomes_paragraphs(member):
    chapters = [ChapterData(body="First line\nsecond line.\n\nAnother <3 paragraph & more.")]
    work = works.create_work(actor=member, data=whole(chapters=chapters), post=True)
    html = Chapter.everything.get(work=work).html
    assert html.count("<p>") == 2
    assert "<br>" in html
    assert "&lt;3 paragraph &amp; more" in html
