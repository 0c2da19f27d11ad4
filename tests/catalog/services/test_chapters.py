"""Chapters: added, edited, moved, posted, deleted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.accounts.models import User
from archive.core.errors import Conflict, InvalidInput, NotFound
from catalog.models import Chapter, Work
from catalog.services import chapters
from catalog.services.access import PreconditionFailed
from catalog.services.data import ChapterData
from search.models import IndexEvent
from tests.factories import make_chapter, make_creator, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def owned(member):
    """A posted work of the member with three chapters."""
    creator = make_creator("Owl", user=User.objects.get(pk=member.user_id))
    work = make_work(creators=[creator], text="<p>one one</p>", expected_chapters=3)
    make_chapter(work, "<p>two two</p>")
    make_chapter(work, "<p>three three</p>")
    return work


def order(work):
    rows = Chapter.everything.filter(work=work).order_by("position")
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    return [row.html.split()[0].removeprefix("<p>") for row in rows]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (1, ["new", "one", "two", "three"]),
        (3, ["one", "two", "new", "three"]),
        (17, ["one", "two", "three", "new"]),
        (0, ["new", "one", "two", "three"]),
        (-5, ["new", "one", "two", "three"]),
    ],
)
def test_position_is_clamped(member, owned, position, expected):
    data = ChapterData(body="<p>new words here</p>", position=position)
    chapters.add_chapter(actor=member, work_id=owned.pk, data=data)
    assert order(owned) == expected


def test_new_chapter_beyond_the_expected_number_raises_it(member, owned):
    data = ChapterData(body="<p>four four</p>", status="posted")
    chapters.add_chapter(actor=member, work_id=owned.pk, data=data)
    owned.refresh_from_db()
    assert (owned.expected_chapters, owned.chapter_count, owned.is_complete) == (4, 4, True)


def test_draft_chapter_counts_only_when_posted(member, owned):
    before = owned.updated_at
    draft = chapters.add_chapter(
        actor=member, work_id=owned.pk, data=ChapterData(body="<p>four four</p>")
    )
    owned.refresh_from_db()
    assert (owned.word_count, owned.updated_at) == (6, before)
    chapters.post_chapter(actor=member, chapter_id=draft.pk)
    owned.refresh_from_db()
    assert owned.word_count == 8
    assert owned.updated_at > before


def test_edit_changes_words_and_versions_but_not_updated_at(member, owned):
    first = Chapter.everything.get(work=owned, position=1)
    edited = chapters.edit_chapter(
        actor=member, chapter_id=first.pk, data=ChapterData(body="<p>only one two</p>")
    )
    after = Work.everything.get(pk=owned.pk)
    assert (edited.version, after.word_count) == (2, 7)
    assert after.version == owned.version + 1
    assert after.updated_at == owned.updated_at
    with pytest.raises(PreconditionFailed):
        chapters.edit_chapter(actor=member, chapter_id=first.pk, data=ChapterData(), version=1)


def test_deletion_closes_the_gap(member, owned):
    second = Chapter.everything.get(work=owned, position=2)
    chapters.delete_chapter(actor=member, chapter_id=second.pk)
    assert order(owned) == ["one", "three"]
    assert IndexEvent.objects.filter(object_id=owned.pk, is_withdrawal=True).exists()


def test_only_posted_chapter_stays(member, owned):
    for _ in range(2):
        last = Chapter.everything.filter(work=owned).order_by("position").last()
        chapters.delete_chapter(actor=member, chapter_id=last.pk)
    make_chapter(owned, "<p>draft draft</p>", status="draft")
    with pytest.raises(Conflict) as error:
        chapters.delete_chapter(
            actor=member, chapter_id=Chapter.everything.get(work=owned, position=1).pk
        )
    assert error.value.code == "chapter.last"


def test_order_must_be_a_full_permutation(member, owned):
    ids = list(
        Chapter.everything.filter(work=owned).order_by("position").values_list("pk", flat=True)
    )
    for wrong in (ids[:2], [*ids, ids[0]], [*ids[:2], 999_999], []):
        with pytest.raises(InvalidInput):
            chapters.reorder_chapters(actor=member, work_id=owned.pk, order=wrong)
    chapters.reorder_chapters(actor=member, work_id=owned.pk, order=ids[::-1])
    assert order(owned) == ["three", "two", "one"]


@settings(max_examples=20, deadline=None)
@given(order_of=st.permutations(range(6)))
def test_any_order_ends_with_positions_from_one(order_of):
    viewer = viewer_with_roles(f"archivist{Work.everything.count()}", "archivists")
    work = make_work(text=None)
    made = [make_chapter(work, f"<p>c{n} text</p>") for n in range(6)]
    wanted = [made[place].pk for place in order_of]
    chapters.reorder_chapters(actor=viewer, work_id=work.pk, order=wanted)
    rows = Chapter.everything.filter(work=work).order_by("position")
    assert [row.pk for row in rows] == wanted
    assert [row.position for row in rows] == list(range(1, 7))


def test_chapters_of_a_draft_work_are_posted_with_the_work(member):
    creator = make_creator("Owl", user=User.objects.get(pk=member.user_id))
    work = make_work(creators=[creator], status="draft")
    first = Chapter.everything.get(work=work)
    with pytest.raises(Conflict):
        chapters.post_chapter(actor=member, chapter_id=first.pk)


def test_unknown_chapter_is_not_found(member):
    with pytest.raises(NotFound):
        chapters.delete_chapter(actor=member, chapter_id=4242)
