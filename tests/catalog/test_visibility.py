"""Who sees what: the table of the domain document, in SQL and in index terms."""

import pytest
from django.utils import timezone

from archive.accounts.viewers import viewer_of
from archive.core.viewer import ANONYMOUS, Viewer
from catalog.filters import WorkFilterSet
from catalog.models import Chapter, Tag, Work, WorkTag
from catalog.reading import byline_of, get_work
from catalog.tagwords import index_words
from catalog.visibility import acts_as_creator, audience_of, terms_of
from catalog.workquery import TagRef
from tests.factories import make_chapter, make_creator, make_tag, make_user, make_work
from tests.viewers import viewer_with_roles

pytestmark = pytest.mark.django_db

NOW = timezone.now()
STATES = {
    "posted": {},
    "restricted": {"is_restricted": True},
    "draft": {"status": "draft"},
    "hidden": {"hidden_at": NOW},
    "held": {"held_at": NOW},
    "deleted": {"deleted_at": NOW},
}
OPENED = {
    "posted": {"anonymous", "member", "author", "wrangler", "moderator", "archivist", "admin"},
    "restricted": {"member", "author", "wrangler", "moderator", "archivist", "admin"},
    "draft": {"author"},
    "hidden": {"author", "moderator", "admin"},
    "held": {"author", "moderator", "admin"},
    "deleted": set(),
}
LISTED = {**OPENED, "draft": set(), "hidden": set(), "held": set()}


@pytest.fixture
def viewers():
    author = make_user("author")
    return {
        "anonymous": ANONYMOUS,
        "member": viewer_with_roles("member"),
        "author": viewer_of(author),
        "wrangler": viewer_with_roles("wrangler", "wranglers"),
        "moderator": viewer_with_roles("moderator", "moderators"),
        "archivist": viewer_with_roles("archivist", "archivists"),
        "admin": viewer_with_roles("admin", superuser=True),
    }, make_creator("Author", user=author)


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_seen_by_whom_it_should(state, viewers):
    named, creator = viewers
    work = make_work(creators=[creator], **STATES[state])
    opened = {name for name, viewer in named.items() if work in Work.objects.visible_to(viewer)}
    listed = {name for name, viewer in named.items() if work in Work.objects.listed_to(viewer)}
    assert opened == OPENED[state]
    assert listed == LISTED[state]


@pytest.mark.parametrize("state", STATES)
def test_index_terms_say_the_same_as_sql(state, viewers):
    named, creator = viewers
    work = make_work(creators=[creator], **STATES[state])
    is_live = state in ("posted", "restricted")
    audience = audience_of(is_live=is_live, is_restricted=work.is_restricted)
    for name, viewer in named.items():
        assert bool(audience & terms_of(viewer)) == (name in LISTED[state]), name


@pytest.mark.parametrize("state", STATES)
def test_chapters_follow_their_work_and_drafts_are_for_creators(state, viewers):
    named, creator = viewers
    work = make_work(creators=[creator], **STATES[state])
    draft = make_chapter(work, "Not ready.", status="draft")
    for name, viewer in named.items():
        seen = set(Chapter.objects.visible_to(viewer).values_list("pk", flat=True))
        posted = work.chapters.model.everything.filter(work=work, status="posted")
        wanted = name in OPENED[state]
        assert (
            {row.pk for row in posted} <= seen
            if wanted
            else not ({row.pk for row in posted} & seen)
        )
        assert (draft.pk in seen) == (name == "author" and state != "deleted")


def test_archivists_stand_in_for_creators_without_account(viewers):
    named, _ = viewers
    draft = make_work(creators=[make_creator("Nobody's account")], status="draft")
    opened = {name for name, viewer in named.items() if draft in Work.objects.visible_to(viewer)}
    assert opened == {"archivist", "admin"}


def test_names_behind_an_anonymous_work_are_kept(viewers):
    named, creator = viewers
    work = make_work(creators=[creator], is_anonymous=True)
    for name, viewer in named.items():
        shown = [line.name for line in byline_of(get_work(work.pk, viewer), viewer)]
        open_to = ("author", "moderator", "admin")
        assert shown == (["Author"] if name in open_to else ["Anonymous"]), name


def test_unsorted_names_of_works_nobody_may_see_are_kept(viewers, client):
    named, creator = viewers
    secret = make_work(creators=[creator], status="draft")
    tag = make_tag("freeform", "Secret thing", is_canonical=False)
    WorkTag.objects.create(work=secret, tag=tag, name=tag.name, position=0)
    index_words([tag])
    knowing = {n for n, v in named.items() if Tag.objects.known_to(v).filter(pk=tag.pk).exists()}
    assert knowing == {"author", "wrangler", "moderator", "admin"}
    for path in (
        "/api/v1/tags/?q=secret",
        "/api/v1/tags/?ordering=-created",
        f"/api/v1/tags/{tag.pk}/",
        "/api/v1/tags/resolve/?name=Secret+thing",
        f"/tags/{tag.pk}-secret-thing/",
    ):
        assert "Secret thing" not in client.get(path).content.decode().replace("'Secret thing'", "")
    for asked in (f"freeform={tag.pk}", f"exact_tag={tag.pk}", "tag=Secret+thing"):
        unknown = asked.replace(str(tag.pk), "987654").replace("Secret", "Unheard")
        told, missing = (client.get(f"/api/v1/works/?{each}") for each in (asked, unknown))
        assert (told.status_code, missing.status_code) == (400, 400)
        assert told.json()["errors"][0]["code"] == "tag.unknown"
        said = told.json()["errors"][0]["detail"]
        for old, new in ((str(tag.pk), "987654"), ("Secret", "Unheard")):
            said = said.replace(old, new)
        assert said == missing.json()["errors"][0]["detail"]
    by_kind = client.get("/api/v1/stats/").json()["by_kind"]
    assert {"kind": "freeform", "tags": 0, "canonical": 0} in by_kind
    author = Viewer(user_id=named["author"].user_id)
    tags = WorkFilterSet({"freeform": "secret thing"}, viewer=author).to_query().tags
    assert tags == (TagRef(tag.pk, exact=True),)
    Work.everything.filter(pk=secret.pk).update(status="posted", published_at=NOW, updated_at=NOW)
    assert Tag.objects.known_to(ANONYMOUS).filter(pk=tag.pk).exists()


def test_only_stewards_stand_in_for_creators_without_an_account():
    ada = viewer_with_roles("ada")
    archivist = viewer_with_roles("archie", "archivists")
    admin = viewer_with_roles("root", superuser=True)
    stewards = [
        viewer for viewer in (ANONYMOUS, ada, archivist, admin) if acts_as_creator(viewer, [None])
    ]
    assert stewards == [archivist, admin]
    owners = [
        viewer
        for viewer in (ANONYMOUS, ada, archivist, admin)
        if acts_as_creator(viewer, [None, ada.user_id])
    ]
    assert owners == [ada]
