"""After a merge every face says the same: addresses, filters, facets, counts, feeds, completion."""

import pytest

from archive.core.viewer import SYSTEM
from catalog.models import Kind, Tag
from catalog.services.wrangling import make_synonym
from catalog.services.wrangling_undo import undo_wrangling
from tests.factories import make_tag, make_work
from tests.web.conftest import indexed

__all__ = ["indexed"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def merged(indexed):
    """Two works of each of two tags, one of both; the second is merged into the first."""
    target, tag = make_tag(Kind.FREEFORM, "Tea"), make_tag(Kind.FREEFORM, "Hot Tea")
    names = (["Tea"], ["Tea"], ["Hot Tea"], ["Hot Tea"], ["Tea", "Hot Tea"])
    works = [make_work(f"W{n}", tags={Kind.FREEFORM: each}) for n, each in enumerate(names)]
    make_work("Secret", tags={Kind.FREEFORM: ["Hot Tea"]}, status="draft")
    indexed(*works)
    plan = make_synonym(actor=SYSTEM, tag_id=tag.pk, of=target.pk)
    return target, tag, plan


def test_the_old_address_redirects_for_good(client, merged):
    target, tag, _ = merged
    page = client.get(f"/tags/{tag.pk}-hot-tea/")
    assert (page.status_code, page.url) == (301, target.get_absolute_url())
    answer = client.get(f"/api/v1/tags/{tag.pk}/")
    followed = client.get(answer.url).json() if answer.status_code in (301, 308) else answer.json()
    assert (followed["id"], followed["redirected_from"]) == (target.pk, tag.pk)


def test_all_faces_agree_once_the_index_has_caught_up(client, merged, drained):
    target, tag, plan = merged
    drained()

    def numbers(asked: str) -> tuple[int, list[tuple[str, int]]]:
        body = client.get(f"/api/v1/works/?{asked}&facets=freeform").json()
        return body["count"], [(row["name"], row["count"]) for row in body["facets"]["freeform"]]

    for asked in ("freeform=tea", "freeform=hot+tea", f"freeform={tag.pk}", "tag=HOT+TEA"):
        assert numbers(asked) == (5, [("Tea", 5)]), asked
    assert numbers(f"exact_tag={tag.pk}")[0] == 3
    assert Tag.objects.get(pk=target.pk).works_count == 5
    assert Tag.objects.get(pk=tag.pk).works_count == 0
    assert client.get(f"/api/v1/tags/{target.pk}/works/").json()["count"] == 5
    feed = client.get(f"/feeds/tags/{target.pk}.atom").content.decode()
    assert [f">W{n}<" in feed for n in range(5)] == [True] * 5
    assert "Secret" not in feed
    offered = client.get("/api/v1/tags/autocomplete/?q=hot&kind=freeform").json()["results"]
    assert [(row["name"], row["canonical"]["name"]) for row in offered] == [("Hot Tea", "Tea")]
    undo_wrangling(actor=SYSTEM, log_id=plan.log_id)
    drained()
    assert numbers("freeform=tea") == (3, [("Tea", 3), ("Hot Tea", 1)])
    assert numbers("freeform=hot+tea") == (3, [("Hot Tea", 3), ("Tea", 1)])
