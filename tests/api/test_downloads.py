"""Downloads through the API: to whom the work may be shown, exact, never stale, never run."""

import pytest

from catalog.models import Creator, Series, Work
from tests.factories import make_creator, make_series, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
EXTENSIONS = ["epub", "html", "txt", "md"]


def path_of(work: Work, extension: str = "txt") -> str:
    return f"works/{work.pk}/download.{extension}"


@pytest.mark.parametrize(
    ("extension", "media_type"),
    [
        ("epub", "application/epub+zip"),
        ("html", "text/html; charset=utf-8"),
        ("txt", "text/plain; charset=utf-8"),
        ("md", "text/markdown; charset=utf-8"),
    ],
)
def test_each_format_is_sent_as_a_file_that_runs_nothing(api, extension, media_type):
    work = make_work("The Lamp in the Tower", text="Washcloth.")
    answer = api.get(path_of(work, extension), HTTP_ACCEPT_ENCODING="identity")
    assert answer.status_code == 200
    assert answer["Content-Type"] == media_type
    assert f'filename="The_Lamp_in_the_Tower.{extension}"' in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Last-Modified"]
    assert (
        answer.content.startswith(b"PK") if extension == "epub" else b"Washcloth" in answer.content
    )


def test_works_name_their_downloads_and_each_of_them_is_there(api):
    work = make_work()
    links = api.get(f"works/{work.pk}/").json()["downloads"]
    assert list(links) == EXTENSIONS
    for extension, url in links.items():
        assert url == f"http://testserver/api/v1/works/{work.pk}/download.{extension}"
        assert api.client.get(url).status_code == 200


def test_head_answers_the_headers_alone(api):
    work = make_work()
    get, head = (api.send(method, path_of(work)) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Disposition", "Content-Length"):
        assert head[name] == get[name]


def test_unknown_formats_and_missing_engines(api):
    work = make_work()
    unknown = api.get(path_of(work, "exe"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "download.format_unknown")
    missing = api.get(path_of(work, "pdf"), HTTP_ACCEPT="application/pdf")
    assert (missing.status_code, missing.json()["code"]) == (501, "download.engine_missing")
    assert missing["Content-Type"] == "application/problem+json"
    assert api.get(path_of(work, "tar.gz")).status_code == 404
    assert api.get(path_of(work), {"page": 1}).json()["code"] == "parameter.unknown"
    assert api.post(path_of(work)).status_code == 405


@pytest.mark.parametrize("accept", ["application/epub+zip", "text/html", "image/png", "*/*"])
def test_the_address_names_the_format_whatever_is_accepted(api, accept):
    work = make_work()
    assert api.get(path_of(work, "epub"), HTTP_ACCEPT=accept).status_code == 200


def test_only_who_may_see_the_work_may_download_it(api, api_as):
    owner = user_with_roles("owner")
    pen = make_creator("Owner", user=owner)
    restricted = make_work(is_restricted=True)
    draft = make_work(status="draft", creators=[pen], text="Only mine.")
    hidden = make_work(hidden_at=draft.created_at, creators=[pen])
    held = make_work(held_at=draft.created_at)
    deleted = make_work(deleted_at=draft.created_at, creators=[pen])
    guest, member, mine = api, api_as(make_user()), api_as(owner)
    refused = guest.get(path_of(restricted))
    assert (refused.status_code, refused.json()["code"]) == (401, "auth.required")
    assert member.get(path_of(restricted)).status_code == 200
    for work in (draft, hidden, held, deleted):
        for caller in (guest, member):
            answer = caller.get(path_of(work))
            assert (answer.status_code, answer.json()["code"]) == (404, "work.not_found")
    for work in (draft, hidden):
        assert mine.get(path_of(work)).status_code == 200
    assert b"Only mine." in mine.get(path_of(draft)).content
    assert mine.get(path_of(deleted)).status_code == 404
    assert guest.get("works/987654/download.txt").status_code == 404


def test_names_behind_an_anonymous_work_are_in_no_file_but_its_creators(api, api_as):
    owner = make_user()
    work = make_work(is_anonymous=True, creators=[make_creator("Secret Name", user=owner)])
    theirs, own = api.get(path_of(work)), api_as(owner).get(path_of(work))
    assert b"Secret" not in theirs.content
    assert theirs["ETag"] != own["ETag"]


def test_who_has_the_file_is_told_so(api):
    work = make_work()
    first = api.get(path_of(work))
    tag = first["ETag"]
    assert tag.startswith('"')
    again = api.get(path_of(work), HTTP_IF_NONE_MATCH=f'"other", {tag}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    since = api.get(path_of(work), HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert since.status_code == 304
    assert api.get(path_of(work, "md"), HTTP_IF_NONE_MATCH=tag).status_code == 200
    Work.everything.filter(pk=work.pk).update(version=2)
    assert api.get(path_of(work), HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_what_the_file_takes_from_elsewhere_changes_its_tag(api):
    work = make_work(creators=[make_creator("First Name")])
    series = make_series(work)
    tags = [api.get(path_of(work))["ETag"]]
    Series.objects.filter(pk=series.pk).update(title="Another title")
    tags.append(api.get(path_of(work))["ETag"])
    Creator.objects.update(name="Second Name")
    tags.append(api.get(path_of(work))["ETag"])
    assert len(set(tags)) == 3


def test_downloads_have_a_limit_of_their_own(api, settings):
    settings.RATES = {**settings.RATES, "download": (2, 60)}
    work = make_work()
    assert [api.get(path_of(work)).status_code for _ in range(3)] == [200, 200, 429]
    assert int(api.get(path_of(work))["Retry-After"]) > 0
    assert api.get(f"works/{work.pk}/").status_code == 200
