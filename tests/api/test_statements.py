"""The number of SQL statements of a list never depends on its length: every list, 1 and 100 rows."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from archive.accounts import services
from archive.accounts.services import create_api_key
from archive.accounts.viewers import viewer_of
from archive.core.api.docs import schema_document
from catalog.events import announce_works_changed
from catalog.models import ActionLog, BlockedTag, Chapter, Kind, Report, SavedSearch, Work
from catalog.services.changes import settle
from tests.api.conftest import APIClient
from tests.factories import make_chapter, make_creator, make_series, make_tag, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db

MOST = 12
FOR_KEYS = 3
"""Statements that find out who asks: the key, the roles, the note of its use."""


class Archive:
    """One object of everything, and on demand a hundred."""

    def __init__(self) -> None:
        self.boss = user_with_roles("boss", "wranglers", "moderators", superuser=True)
        self.client = APIClient(self.boss)
        self.pen = make_creator("Shared Pen")
        self.fandom = make_tag(Kind.FANDOM, "Shared Fandom")
        self.character = make_tag(Kind.CHARACTER, "Shared Character")
        self.works: list[Work] = []
        # Of the second one each list of works like the first has one.
        self.grow(2)
        self.series = make_series(*self.works, title="Shared Series")

    def grow(self, number: int) -> None:
        """So many more of everything."""
        new = [self._work(len(self.works) + place) for place in range(number)]
        self.works += new
        with transaction.atomic():
            announce_works_changed([work.pk for work in new])

    def fill(self) -> None:
        """A hundred of everything."""
        self.grow(98)
        make_series(*self.works[1:], title="Other Series")
        for work in self.works[2:]:
            self.series.entries.create(work=work, position=work.pk + 1)
        for _ in range(99):
            make_chapter(self.works[0], "Another chapter.")
        assert Chapter.objects.visible_to(viewer_of(self.boss)).count() > 190

    def _work(self, number: int) -> Work:
        tags = {
            Kind.FANDOM: ["Shared Fandom", f"Fandom {number}"],
            Kind.CHARACTER: ["Shared Character", f"Character {number}"],
            Kind.FREEFORM: [f"Freeform {number}"],
        }
        pens = [self.pen, make_creator(f"Pen {number}")]
        work = make_work(f"Shared title {number}", creators=pens, tags=tags)
        make_series(work, title=f"Series {number}")
        create_api_key(user=self.boss, name=f"key {number}", scopes=["read"])
        SavedSearch.objects.create(user=self.boss, name=f"Search {number}", query="q=lamp")
        blocked = make_tag(Kind.FREEFORM, f"Blocked {number}")
        BlockedTag.objects.create(user=self.boss, tag=blocked)
        Report.objects.create(
            target_kind="work", target_id=work.pk, target_label=work.title, reason="spam"
        )
        ActionLog.objects.create(
            actor=self.boss,
            actor_name="boss",
            verb="work.hide",
            object_kind="work",
            object_id=work.pk,
            object_label=work.title,
        )
        return work

    def lists(self) -> dict[str, str]:
        """The lists by their operations, as long as they get."""
        first, fandom = self.works[0].pk, self.fandom.pk
        kinds = ("fandoms", "characters", "relationships", "freeforms", "warnings", "ratings")
        of_kinds = {
            **{f"{kind}_list": f"{kind}/" for kind in (*kinds, "categories", "media")},
            **{f"{kind}_works": f"fandoms/{fandom}/works/" for kind in (*kinds, "categories")},
        }
        return {
            **of_kinds,
            "media_works": f"fandoms/{fandom}/works/",
            "works_list": "works/?facets=all",
            "works_similar": f"works/{first}/similar/?page_size=50",
            "works_chapters_list": f"works/{first}/chapters/?include=text",
            "tags_list": "tags/?ordering=name",
            "tags_works": f"tags/{fandom}/works/?facets=all",
            "tags_related": f"tags/{self.character.pk}/related/?page_size=50",
            "tags_autocomplete": "tags/autocomplete/?q=fand",
            "creators_list": "creators/",
            "creators_works": f"creators/{self.pen.pk}/works/",
            "series_list": "series/",
            "series_works": f"series/{self.series.pk}/works/",
            "languages_list": "languages/",
            "search_suggest": "search/suggest/?q=shar",
            "sync_works": "sync/works/",
            "dumps_list": "dumps/",
            "me_keys_list": "me/keys/",
            "me_blocked_tags_list": "me/blocked-tags/",
            "me_saved_searches_list": "me/saved-searches/",
            "reports_list": "reports/",
            "moderation_log": "moderation/log/",
        }


def statements(archive: Archive, path: str) -> int:
    """How many statements a page of a hundred takes, once the caches are warm."""
    if "page_size" not in path and not path.startswith(("tags/auto", "search/", "me/blocked")):
        path += f"{'&' if '?' in path else '?'}page_size=100"
    answer = archive.client.get(path)
    assert answer.status_code == 200, (path, answer.content)
    with CaptureQueriesContext(connection) as found:
        archive.client.get(path)
    return len(found)


def test_no_list_takes_more_statements_for_more_rows(drained, settings, tmp_path, monkeypatch):
    """Takes some seconds: it makes a hundred of everything."""
    settings.DATA_DIR = tmp_path
    # The note of a key's use is one statement more, once a minute, beside whatever is asked then.
    monkeypatch.setattr(services, "_TOUCH_EVERY", timedelta(days=1))
    archive = Archive()
    drained()
    settle(rounds=None)
    few = {name: statements(archive, path) for name, path in archive.lists().items()}
    archive.fill()
    drained()
    settle(rounds=None)
    cache.clear()
    many = {name: statements(archive, path) for name, path in archive.lists().items()}
    # Where little is found, a completion looks for slips of the pen besides.
    assert many.pop("search_suggest") <= few.pop("search_suggest")
    assert many == few
    assert {name: n for name, n in many.items() if n > MOST + FOR_KEYS} == {}


def test_every_list_of_the_description_is_among_them(db):
    schema = json.loads(schema_document("json"))
    lists = {
        operation["operationId"]
        for methods in schema["paths"].values()
        for method, operation in methods.items()
        if method == "get"
        and "page" in str(operation.get("parameters"))
        and "download" not in operation["operationId"]
    }
    assert lists - set(Archive().lists()) - {"works_random"} == set()
