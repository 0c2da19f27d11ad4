"""Readers' download tool FanFicFare, by its adapter for archives of this kind, over loopback."""

from pathlib import Path
from urllib.parse import urlsplit

import fanficfare
import pytest
import requests
from fanficfare import configurable
from fanficfare.adapters.base_otw_adapter import BaseOTWAdapter
from fanficfare.fetchers.fetcher_requests import RequestsFetcher

from catalog.models import Chapter, Kind
from tests.factories import make_chapter, make_creator, make_series, make_work, refresh_work

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # The tool calls old names of Beautiful Soup.
    pytest.mark.filterwarnings("ignore:(Call|Access) to deprecated:DeprecationWarning"),
]

DEFAULTS = Path(fanficfare.__file__).parent / "defaults.ini"


class OurAdapter(BaseOTWAdapter):
    """The base adapter at the address of the test's server, which speaks plain HTTP."""

    domain = ""

    @classmethod
    def getSiteDomain(cls) -> str:  # noqa: N802  the adapter's own name
        return cls.domain

    @classmethod
    def getAcceptDomains(cls) -> list[str]:  # noqa: N802
        return [cls.domain]

    def mod_url_request(self, url: str) -> str:
        return url.replace("https://", "http://")


@pytest.fixture
def story(live_server, monkeypatch):
    """Call it to fetch a work; answers the story with its chapters."""
    sessions: list[requests.Session] = []

    def opened(fetcher: RequestsFetcher) -> requests.Session:
        # Connections that stay open keep threads of the server alive beyond the end of all tests.
        session = requests.Session()
        session.headers["Connection"] = "close"
        sessions.append(session)
        return session

    monkeypatch.setattr(RequestsFetcher, "make_sesssion", opened)

    def fetch(work, **options: str):
        OurAdapter.domain = urlsplit(live_server.url).netloc
        address = f"http://{OurAdapter.domain}/works/{work.pk}"
        config = configurable.Configuration(
            ["base_otw", "archiveofourown.org", OurAdapter.domain], "epub"
        )
        config.read([str(DEFAULTS)])
        config.set("overrides", "slow_down_sleep_time", "0")
        for name, value in options.items():
            config.set("overrides", name, value)
        adapter = OurAdapter(config, address)
        adapter.getStoryMetadataOnly()
        return adapter.getStory()

    yield fetch
    assert sessions
    for session in sessions:
        session.close()


@pytest.fixture
def work():
    work = make_work(
        "The Lamp & the Stairs",
        text="<p>It was the <em>first</em> night.</p>",
        creators=[make_creator("Marginalia"), make_creator("月見草")],
        tags={
            Kind.FANDOM: ["Dracula - Bram Stoker", "Sherlock Holmes"],
            Kind.CHARACTER: ["Mina Harker"],
            Kind.RELATIONSHIP: ["Mina Harker/Lucy Westenra"],
            Kind.FREEFORM: ["Slow Burn", "naïve lamps"],
            Kind.CATEGORY: ["F/F"],
            Kind.WARNING: ["Major Character Death"],
        },
        summary_html="<p>A lamp goes <b>out</b>.</p>",
        notes_html="<p>For M.</p>",
        end_notes_html="<p>The end of it.</p>",
        expected_chapters=2,
    )
    make_chapter(
        work,
        "<p>It was the second night.</p>",
        title="Downstairs",
        summary_html="<p>They go down.</p>",
        notes_html="<p>Mind the step.</p>",
        end_notes_html="<p>More to come.</p>",
    )
    refresh_work(work)
    make_series(make_work("Before"), work, title="Stairs")
    return work


def test_a_work_is_fetched_completely(story, work):
    got = story(work)
    said = got.getMetadata
    assert said("title") == "The Lamp &amp; the Stairs"
    assert got.getList("author") == ["Marginalia", "月見草"]
    assert got.getList("fandoms") == ["Dracula - Bram Stoker", "Sherlock Holmes"]
    assert got.getList("characters") == ["Mina Harker"]
    assert got.getList("ships") == ["Mina Harker/Lucy Westenra"]
    assert sorted(got.getList("freeformtags")) == ["Slow Burn", "naïve lamps"]
    assert got.getList("warnings") == ["Major Character Death"]
    assert got.getList("ao3categories") == ["F/F"]
    assert (said("rating"), said("language")) == ("General", "English")
    assert (said("status"), said("numWords"), said("numChapters")) == ("Completed", "10", "2")
    assert said("series") == "Stairs [2]"
    assert said("datePublished")[:4] == str(work.published_at.year)
    assert "A lamp goes" in said("description")
    texts = [chapter["html"] for chapter in got.getChapters()]
    assert "It was the <em>first</em> night." in texts[0]
    assert "It was the second night." in texts[1]


def test_notes_and_summaries_come_along(story, work):
    first, second = (chapter["html"] for chapter in story(work).getChapters())
    assert "For M." in first
    for words in ("They go down.", "Mind the step.", "More to come.", "The end of it."):
        assert words in second


def test_an_adult_work_of_one_chapter_is_fetched_when_asked_for(story):
    work = make_work("Late", text="<p>After dark.</p>", tags={Kind.RATING: ["Mature"]})
    tag = work.work_tags.get(tag__kind=Kind.RATING).tag
    tag.is_adult = True
    tag.save()
    (only,) = story(work, is_adult="true").getChapters()
    assert "After dark." in only["html"]
    assert Chapter.objects.unscoped("test").filter(work=work).count() == 1
