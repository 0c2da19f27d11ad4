"""OPDS 1.2: what KOReader, Librera, Moon+, Thorium and Foliate look for."""

import pytest

from catalog.models import Kind
from tests.factories import make_creator, make_series, make_tag, make_user, make_work
from tests.web.feeds.strict import NS, read_atom, read_opds1

pytestmark = pytest.mark.django_db
NAVIGATION = ("", "fandoms/", "creators/", "series/", "languages/")


def links(root, rel):
    return root.xpath(f"a:link[@rel='{rel}']", namespaces=NS)


def titles(root):
    return [entry.findtext("a:title", "", NS) for entry in root.findall("a:entry", NS)]


@pytest.mark.parametrize("path", NAVIGATION)
@pytest.mark.parametrize("slash", ["/", ""])
def test_navigation_is_valid_with_and_without_the_slash(client, indexed, path, slash):
    work = make_work()
    make_series(work)
    indexed(work)
    address = f"/opds/{path}".rstrip("/") + slash
    answer = client.get(address)
    assert answer.status_code == 200
    assert "kind=navigation" in answer["Content-Type"]
    root = read_opds1(answer.content, kind="navigation")
    assert root.findall("a:entry", NS)
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == answer["ETag"]


def test_every_shelf_of_the_root_leads_to_a_feed_of_its_kind(client, indexed):
    work = make_work()
    make_series(work)
    indexed(work)
    root = read_opds1(client.get("/opds/").content, kind="navigation")
    shelves = root.xpath("a:entry/a:link", namespaces=NS)
    assert "http://opds-spec.org/sort/new" in [link.get("rel") for link in shelves]
    for link in shelves:
        if link.get("href").endswith("/shelf/"):
            continue
        answer = client.get(link.get("href"))
        assert answer["Content-Type"] == link.get("type")
        kind = "acquisition" if "kind=acquisition" in link.get("type") else "navigation"
        read_opds1(answer.content, kind=kind)


def test_search_is_told_in_both_ways_and_finds(client, indexed):
    lamp, other = make_work("The Lamp"), make_work("Another")
    indexed(lamp, other)
    root = read_opds1(client.get("/opds").content, kind="navigation")
    description, template = links(root, "search")
    assert description.get("type") == "application/opensearchdescription+xml"
    document = client.get(description.get("href"))
    assert document["Content-Type"] == "application/opensearchdescription+xml"
    assert b"{searchTerms}" in document.content
    assert template.get("type").startswith("application/atom+xml")
    found = client.get(template.get("href").replace("{searchTerms}", "lamp"))
    assert titles(read_opds1(found.content, kind="acquisition")) == ["The Lamp"]


def test_an_entry_says_everything_about_its_work(client, indexed):
    ada = make_creator("Ada")
    work = make_work(
        "The <Lamp> & the \x0bStairs",
        creators=[ada, make_creator("Öz")],
        summary_html="<p>About <em>a lamp</em>.</p>",
        tags={Kind.FREEFORM: ["Fluff & Angst"], Kind.RATING: ["Explicit"]},
        language="ar",
    )
    series = make_series(work, title="Towers")
    indexed(work)
    root = read_opds1(client.get("/opds/works/").content, kind="acquisition")
    (entry,) = root.findall("a:entry", NS)
    text = lambda path: [each.text for each in entry.findall(path, NS)]  # noqa: E731
    assert text("a:id") == [f"urn:uuid:{work.uuid}"]
    assert text("a:title") == ["The <Lamp> & the Stairs"]
    assert text("a:author/a:name") == ["Ada", "Öz"]
    assert text("a:author/a:uri")[0].endswith(f"/opds/works/?creator_id={ada.pk}")
    assert (text("dc:language"), text("a:summary")) == (["ar"], ["About a lamp."])
    categories = {
        (c.get("scheme").rpartition("/")[2], c.get("term")) for c in entry.findall("a:category", NS)
    }
    assert {("rating", "Explicit"), ("freeform", "Fluff & Angst")} <= categories
    got = {
        link.get("type"): link
        for link in links(entry, "http://opds-spec.org/acquisition/open-access")
    }
    assert list(got)[:2] == ["application/epub+zip", "text/html"]
    for media_type, link in got.items():
        file = client.get(link.get("href"))
        assert (file.status_code, file["Content-Type"].partition(";")[0]) == (200, media_type)
    assert [link.get("title") for link in links(entry, "related")] == ["Ada", "Öz", "Towers"]
    in_series = client.get(f"/opds/series/{series.pk}")
    assert len(titles(read_opds1(in_series.content, kind="acquisition"))) == 1


def test_the_complete_entry_is_a_document_of_its_own(client, indexed):
    work = make_work(summary_html="<p>One<br>two &nbsp;</p>")
    indexed(work)
    root = read_opds1(client.get("/opds/works/").content, kind="acquisition")
    link = root.xpath("a:entry/a:link[contains(@type, 'type=entry')]", namespaces=NS)[0]
    answer = client.get(link.get("href"))
    assert answer["Content-Type"] == link.get("type")
    entry = read_atom(answer.content)
    assert entry.find("a:content/x:div/x:p/x:br", NS) is not None


def test_pages_are_linked_and_counted(client, indexed):
    works = [make_work() for _ in range(5)]
    indexed(*works)
    first = read_opds1(client.get("/opds/works/?page_size=2").content, kind="acquisition")
    assert first.findtext("os:totalResults", None, NS) == "5"
    assert not links(first, "previous")
    (last,) = links(first, "last")
    final = read_opds1(client.get(last.get("href")).content, kind="acquisition")
    assert final.findtext("os:startIndex", None, NS) == "5"
    assert not links(final, "next")
    seen, page = [], first
    while True:
        seen += titles(page)
        following = links(page, "next")
        if not following:
            break
        page = read_opds1(client.get(following[0].get("href")).content, kind="acquisition")
    assert sorted(seen) == sorted(work.title for work in works)
    assert client.get("/opds/works/?page=9").status_code == 404


def test_facets_narrow_the_list_one_choice_in_a_group(client, indexed):
    tower = make_work("Tower", tags={Kind.FANDOM: ["Oz"], Kind.RATING: ["Teen"]})
    indexed(tower, make_work("Other"), make_work("Third"))
    root = read_opds1(client.get("/opds/works/").content, kind="acquisition")
    facets = links(root, "http://opds-spec.org/facet")
    (oz,) = [link for link in facets if link.get("title") == "Oz"]
    assert oz.get(f"{{{NS['thr']}}}count") == "1"
    narrowed = read_opds1(client.get(oz.get("href")).content, kind="acquisition")
    assert titles(narrowed) == ["Tower"]
    active = narrowed.xpath("a:link[@opds:activeFacet='true']/@title", namespaces=NS)
    assert "Oz" in active
    group = oz.get(f"{{{NS['opds']}}}facetGroup")
    back = next(
        link
        for link in links(narrowed, "http://opds-spec.org/facet")
        if link.get(f"{{{NS['opds']}}}facetGroup") == group
    )
    assert len(titles(read_opds1(client.get(back.get("href")).content, kind="acquisition"))) == 3


def test_a_key_as_password_opens_what_members_see(client, indexed, basic):
    restricted = make_work("For members", is_restricted=True)
    indexed(restricted)
    user = make_user("reader")
    refused = client.get(f"/opds/works/{restricted.pk}/download.epub")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith('Basic realm="')
    assert "http://opds-spec.org/auth/document" in refused["Link"]
    assert titles(read_opds1(client.get("/opds/works").content, kind="acquisition")) == []
    keyed = client.get("/opds/works", **basic(user))
    assert titles(read_opds1(keyed.content, kind="acquisition")) == ["For members"]
    assert keyed["Cache-Control"] == "private, no-cache"
    assert "Authorization" in keyed["Vary"]
    file = client.get(f"/opds/works/{restricted.pk}/download.epub", **basic(user))
    assert file.content.startswith(b"PK")
    bearer = basic(user)["HTTP_AUTHORIZATION"]
    assert bearer.startswith("Basic ")


@pytest.mark.parametrize(
    "header", ["Basic !!!", "Basic Zm9v", "Bearer uc_0_0", "Digest x", "Basic", "Basic dTp1Y194"]
)
def test_a_wrong_key_is_refused_and_never_a_guest(client, header):
    answer = client.get("/opds/", HTTP_AUTHORIZATION=header)
    assert answer.status_code == 401
    assert answer.json()["authentication"][0]["type"] == "http://opds-spec.org/auth/basic"


def test_saved_searches_are_shelves_of_their_owner(client, basic):
    user = make_user("reader")
    user.saved_searches.create(name="Long ones", query="words__gte=50000")
    assert client.get("/opds/shelf").status_code == 401
    root = read_opds1(client.get("/opds/shelf/", **basic(user)).content, kind="navigation")
    assert titles(root)[0] == "Long ones"
    href = root.xpath("a:entry/a:link/@href", namespaces=NS)[0]
    assert client.get(href, **basic(user)).status_code == 200


def test_readers_that_have_a_feed_are_told_so(client, indexed):
    indexed(make_work())
    first = client.get("/opds/works/")
    again = client.get("/opds/works/", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    since = client.get("/opds/works/", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert since.status_code == 304
    indexed(make_work())
    assert client.get("/opds/works/", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_unusable_parameters_and_methods_are_refused(client):
    assert client.get("/opds/works/?fandom=nobody+knows+it").status_code == 400
    assert client.get("/opds/works/?colour=red").status_code == 400
    assert client.post("/opds/").status_code == 405
    assert client.get("/opds/nothing/").status_code == 404


def test_blocked_tags_leave_the_feeds_of_their_reader(client, indexed, basic):
    user = make_user("reader")
    tag = make_tag(Kind.FREEFORM, "Spiders")
    user.blocked_tags.create(tag=tag)
    indexed(make_work("Web", tags={Kind.FREEFORM: ["Spiders"]}), make_work("Clean"))
    root = read_opds1(client.get("/opds/works/", **basic(user)).content, kind="acquisition")
    assert titles(root) == ["Clean"]


@pytest.mark.parametrize(
    "path", ["", "works/", "fandoms/", "creators/", "series/", "v2/", "v2/works/"]
)
def test_the_number_of_statements_does_not_grow(
    client, indexed, django_assert_max_num_queries, path
):
    works = [make_work(tags={Kind.FANDOM: [f"Fandom {n}"]}) for n in range(8)]
    for work in works:
        make_series(work)
    indexed(*works)
    client.get(f"/opds/{path}")
    with django_assert_max_num_queries(12):
        assert client.get(f"/opds/{path}").status_code == 200


def test_too_many_requests_are_told_when_to_come_back(client, settings):
    settings.RATES = {**settings.RATES, "anon": (2, 60)}
    answers = [client.get("/opds/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
