"""Rows of guarded models stay in the database until somebody said who is looking."""

import pytest
from django.db.models import Max, Prefetch
from django.template import Context, Template

from archive.core.guard import UnscopedQueryError
from archive.core.viewer import ANONYMOUS
from catalog.models import Creator, Work
from tests.factories import make_creator, make_work

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "act",
    [
        list,
        lambda rows: rows.first(),
        lambda rows: rows.get(pk=1),
        lambda rows: rows.count(),
        len,
        lambda rows: rows.aggregate(),
        lambda rows: list(rows.iterator()),
        lambda rows: list(rows.values("pk")),
        lambda rows: list(rows.values_list("pk", flat=True)),
        lambda rows: rows.in_bulk([1]),
        lambda rows: rows[0],
        bool,
        lambda rows: rows.delete(),
        lambda rows: list(rows.union(rows)),
        lambda rows: rows.order_by("pk").last(),
        lambda rows: rows.filter(title="x").distinct().count(),
    ],
)
def test_unscoped_rows_are_refused(act):
    with pytest.raises(UnscopedQueryError):
        act(Work.objects.all())


def test_related_managers_and_templates_are_guarded():
    creator = make_creator("Ada")
    make_work(creators=[creator])
    with pytest.raises(UnscopedQueryError):
        list(creator.works.all())
    with pytest.raises(UnscopedQueryError):
        list(Creator.objects.prefetch_related("works"))
    with pytest.raises(UnscopedQueryError):
        Template("{% for work in creator.works.all %}{{ work }}{% endfor %}").render(
            Context({"creator": creator})
        )


def test_scoped_rows_are_given_in_any_order_of_calls():
    work = make_work(title="Found")
    assert list(Work.objects.filter(title="Found").visible_to(ANONYMOUS)) == [work]
    assert list(Work.objects.visible_to(ANONYMOUS).filter(title="Found").order_by("pk")) == [work]
    assert Work.objects.visible_to(ANONYMOUS).values_list("title", flat=True).first() == "Found"
    scoped = Prefetch("works", queryset=Work.objects.visible_to(ANONYMOUS))
    assert Creator.objects.prefetch_related(scoped).get().works.all()[0] == work
    assert list(Work.objects.none()) == []


def test_scoped_rows_are_counted_walked_and_deleted_as_in_django():
    make_work(title="Found")
    rows = Work.objects.visible_to(ANONYMOUS)
    assert rows.count() == 1
    assert [work.title for work in rows.iterator()] == ["Found"]
    assert rows.aggregate(most=Max("word_count"))["most"] > 0
    deleted, by_kind = rows.delete()
    assert (by_kind[Work._meta.label], Work.everything.count()) == (1, 0)
    assert deleted >= 1


@pytest.mark.parametrize(
    ("act", "name"),
    [
        (lambda rows: rows.count(), "count"),
        (lambda rows: rows.aggregate(Max("pk")), "aggregate"),
        (lambda rows: rows.iterator(), "iterator"),
        (lambda rows: rows.delete(), "delete"),
        (list, "fetch"),
    ],
)
def test_a_refusal_names_what_was_tried(act, name):
    with pytest.raises(UnscopedQueryError, match=f"Work rows: {name} without a scope"):
        act(Work.objects.all())


def test_unscoped_gives_everything_for_a_reason():
    work = make_work(title="A draft", status="draft")
    assert list(Work.objects.unscoped("a test looks at all")) == [work]


def test_unscoped_wants_a_reason():
    with pytest.raises(ValueError, match="reason"):
        Work.objects.unscoped("  ")
