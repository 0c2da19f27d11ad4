"""Covers as readers fetch them: one for each entry, in a few sizes, for those who may see the work."""

import struct

import pytest

from tests.factories import make_user, make_work

pytestmark = pytest.mark.django_db


def width_of(answer):
    assert answer["Content-Type"] == "image/png"
    return struct.unpack(">I", answer.content[16:20])[0]


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [("1", 200), ("200", 200), ("201", 400), ("", 1000), ("99999", 1000), ("x", 1000)],
)
def test_a_few_widths_are_drawn(client, asked, drawn):
    work = make_work()
    answer = client.get(f"/opds/works/{work.pk}/cover.png?width={asked}")
    assert width_of(answer) == drawn
    again = client.get(
        f"/opds/works/{work.pk}/cover.png?width={asked}", HTTP_IF_NONE_MATCH=answer["ETag"]
    )
    assert again.status_code == 304


def test_covers_are_for_those_who_may_see_the_work_and_cost_no_request(client, basic, settings):
    settings.RATES = {**settings.RATES, "anon": (1, 60)}
    restricted, draft = make_work(is_restricted=True), make_work(status="draft")
    for _ in range(3):
        assert client.get(f"/opds/works/{restricted.pk}/cover.png").status_code == 401
        assert client.get(f"/opds/works/{draft.pk}/cover.png").status_code == 404
    keyed = client.get(f"/opds/works/{restricted.pk}/cover.png", **basic(make_user()))
    assert width_of(keyed) == 1000


def test_guests_searches_have_their_own_limit(client, settings):
    settings.RATES = {**settings.RATES, "search_anon": (1, 60)}
    asked = ["/opds/works/?q=a", "/opds/v2/search/?query=a", "/feeds/works.atom"]
    assert [client.get(address).status_code for address in asked] == [200, 429, 200]
