"""What every endpoint owes: problems, headers, methods, formats."""

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from archive.core.api.errors import server_error
from catalog.api.views import root
from tests.api.conftest import codes
from tests.factories import make_creator, make_user, make_work
from tests.viewers import bearer, user_with_roles


def assert_problem(response, status: int, code: str) -> None:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) >= {"type", "title", "status", "detail", "code", "errors"}
    assert (body["status"], body["code"]) == (status, code)


def test_the_entrance_lists_addresses_that_exist(api):
    body = api.get("").json()
    assert body["works"] == "http://testserver/api/v1/works/"
    for_moderators = {"reports": 401, "moderation_log": 401}
    expected = {"me": 401, "tag_resolve": 400, "random_work": 404, "imports": 405, **for_moderators}
    for name, url in body.items():
        path = url.removeprefix("http://testserver/api/v1/")
        status = api.get(path).status_code
        assert status == expected.get(name, 200), name


def test_unknown_addresses_are_problems_for_every_method(api):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        assert_problem(api.send(method, "nothing/here/"), 404, "not_found")
    assert_problem(Client().get("/api/v2/works/"), 404, "not_found")
    assert_problem(api.get("works/99999999999999999999999/"), 404, "not_found")


def test_a_missing_slash_leads_to_the_address(api):
    response = api.get("works?language=en&page=2")
    assert response.status_code == 308
    assert response.headers["Location"] == "/api/v1/works/?language=en&page=2"
    assert api.get("nothing").status_code == 404
    assert api.send("POST", "works", {"title": "x"}).status_code == 308
    assert_problem(api.send("POST", "nothing"), 404, "not_found")


def test_wrong_methods_bodies_and_media_types_are_problems(api, api_as):
    assert_problem(api.put("works/", {}), 405, "method.not_allowed")
    assert_problem(api.get("works/", HTTP_ACCEPT="image/png"), 406, "format.not_acceptable")
    client = api_as(make_user("writer"))
    wrong = client.client.post("/api/v1/works/", "a,b", content_type="text/csv", **client.headers)
    assert_problem(wrong, 415, "format.unsupported")
    for body in (b"{", b"[1,", b"\xff\xfe", b'{"a": NaN}', b"[" * 30 + b"]" * 30, b"[" * 200_000):
        broken = client.client.post(
            "/api/v1/works/", body, content_type="application/json", **client.headers
        )
        assert_problem(broken, 400, "request.malformed")
    for body in ([], "text", 5):
        assert_problem(client.send("POST", "works/", body), 400, "request.malformed")


def test_a_body_that_is_too_large_is_refused(api_as, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client = api_as(make_user("writer"))
    assert_problem(client.post("works/", {"title": "x" * 200}), 413, "request.too_large")


def test_an_unforeseen_error_is_a_problem_without_details(api, monkeypatch):
    def fail(*_):
        raise RuntimeError("secret thing")

    monkeypatch.setattr(root, "archive_numbers", fail)
    api.client.raise_request_exception = False
    response = api.get("stats/")
    assert_problem(response, 500, "server.error")
    assert "secret" not in response.content.decode()


def test_a_locked_database_is_unavailable_for_a_while(api, monkeypatch):
    def fail(*_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(root, "archive_numbers", fail)
    response = api.get("stats/")
    assert_problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "5"


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
@pytest.mark.parametrize("body", [[], None, 3, "text"])
def test_a_body_that_is_no_object_is_one_plain_fault(api_as, method, body):
    paths = {"POST": "works/", "PATCH": f"works/{make_work().pk}/", "PUT": "me/blocked-tags/"}
    client = api_as(user_with_roles("boss", "wranglers", superuser=True))
    for path in {paths[method], *(["tags/", "series/"] if method == "POST" else [])}:
        response = client.client.generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body),
            content_type="application/json",
            **client.headers,
        )
        assert_problem(response, 400, "request.malformed")
        assert response.json()["detail"] == "The body has to be a JSON object."


@pytest.mark.parametrize("path", ["works/", "tags/", "creators/", "series/", "search/suggest/"])
def test_nul_is_refused_in_every_search(api, path):
    assert codes(api.get(path, {"q": "a\0b"})) == [("q", "parameter.invalid")]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "works/1/",
        "chapters/1/",
        "tags/",
        "tags/1/",
        "tags/autocomplete/",
        "tags/resolve/",
        "fandoms/",
        "creators/",
        "series/",
        "languages/",
        "stats/",
        "search/suggest/",
        "schema/",
        "works/1/similar/",
        "works/random/",
        "tags/1/works/",
        "tags/1/related/",
    ],
)
def test_unknown_parameters_are_refused_everywhere(api, path):
    response = api.get(path, {"name": "x", "nonsense": "1"})
    assert response.status_code == 400
    assert ("nonsense", "parameter.unknown") in codes(response)


def test_the_format_is_chosen_by_accept_or_parameter(api):
    work = make_work()
    path = f"works/{work.pk}/"
    assert api.get(path, HTTP_ACCEPT="text/html").headers["Content-Type"].startswith("text/html")
    forced = api.get(path, {"format": "json"}, HTTP_ACCEPT="text/html")
    assert forced.headers["Content-Type"] == "application/json"
    assert codes(api.get(path, {"format": "xml"})) == [("format", "parameter.invalid")]


def test_the_browsable_pages_show_answers_and_problems(api, api_as):
    work = make_work("The Borrowed Violin")
    page = api.get(f"works/{work.pk}/", HTTP_ACCEPT="text/html").content.decode()
    assert "The Borrowed Violin" in page
    missing = api.get("works/999999/", HTTP_ACCEPT="text/html")
    assert (missing.status_code, missing.headers["Content-Type"][:9]) == (404, "text/html")
    assert "<style" not in page
    assert (
        "<form"
        in api_as(make_user("writer")).get("works/", HTTP_ACCEPT="text/html").content.decode()
    )
    assert "Content:" not in api.get("works/", HTTP_ACCEPT="text/html").content.decode()


def test_head_and_options_are_answered(api):
    work = make_work()
    head = api.send("HEAD", f"works/{work.pk}/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"]
    options = api.send("OPTIONS", "works/")
    assert options.status_code == 200
    assert "POST" in options.headers["Allow"]


def test_guests_of_other_sites_may_read_and_nothing_more(api, api_as):
    answer = api.get("works/")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    preflight = api.send("OPTIONS", "works/", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST")
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" not in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in api.post("works/").headers
    signed_in = api_as(make_user("reader")).get("works/")
    assert "Access-Control-Allow-Origin" not in signed_in.headers


def test_caches_keep_callers_apart(api, api_as):
    guest = api.get("works/")
    assert guest.headers["Cache-Control"] == "public, no-cache"
    assert {"Accept", "Authorization", "Cookie"} <= set(guest.headers["Vary"].split(", "))
    assert api_as(make_user("reader")).get("works/").headers["Cache-Control"] == "private, no-cache"


def test_an_invalid_key_is_refused_even_where_guests_may_read(api):
    response = api.get("works/", HTTP_AUTHORIZATION="Bearer uc_nothing_here")
    assert_problem(response, 401, "auth.invalid")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_session_writes_with_its_csrf_token_alone(db):
    user = make_user("writer")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    body = json.dumps({"title": "Mine"})
    refused = client.post("/api/v1/works/", body, content_type="application/json")
    assert_problem(refused, 403, "permission.denied")
    client.cookies["csrftoken"] = "a" * 32
    accepted = client.post(
        "/api/v1/works/", body, content_type="application/json", HTTP_X_CSRFTOKEN="a" * 32
    )
    assert accepted.status_code == 201


def test_a_foreign_host_is_a_problem_too(api):
    assert_problem(api.get("works/", HTTP_HOST="evil.example"), 400, "request.malformed")


def test_an_error_outside_of_any_view_is_a_problem(rf):
    response = server_error(rf.get("/api/v1/works/"))
    assert (response.status_code, json.loads(response.content)["code"]) == (500, "server.error")
    assert b"<html" in server_error(rf.get("/works/")).content.lower()


def test_compressed_answers_keep_strong_tags(api):
    work = make_work(text="word " * 200)
    path = f"works/{work.pk}/?include=text"
    plain = api.get(path).headers["ETag"]
    packed = api.get(path, HTTP_ACCEPT_ENCODING="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    tag = packed.headers["ETag"]
    assert tag == plain[:-1] + '-gzip"'
    again = api.get(path, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    assert api.get(path, HTTP_IF_NONE_MATCH=plain).status_code == 304


def test_the_tag_of_a_compressed_form_guards_a_change(api_as):
    user = make_user("writer")
    work = make_work(creators=[make_creator("Pen", user)])
    client = api_as(user)
    path = f"works/{work.pk}/"
    tag = client.get(path, HTTP_ACCEPT_ENCODING="gzip").headers["ETag"]
    assert tag.endswith('-gzip"')
    assert client.patch(path, {"title": "One"}, HTTP_IF_MATCH=tag).status_code == 200
    assert client.patch(path, {"title": "Two"}, HTTP_IF_MATCH=tag).status_code == 412


def test_too_many_parameters_are_a_problem(api, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    response = api.get("works/", {f"p{number}": "1" for number in range(20)})
    assert_problem(response, 400, "request.malformed")


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ["/", "/works/", "/api/v1/works/", "/account/login/"])
def test_a_database_that_is_away_is_503_on_pages_and_in_the_api(path, error, monkeypatch):
    def away(*args, **kwargs):
        raise error("the connection is lost")

    monkeypatch.setattr("archive.accounts.middleware.ViewerMiddleware.__call__", away)
    client = Client(raise_request_exception=False)
    response = client.get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert ("json" in response.headers["Content-Type"]) == path.startswith("/api/")
    assert b"connection is lost" not in response.content


@pytest.mark.parametrize("name", ["live", "ready"])
def test_health_answers_head_and_options_and_other_sites(client, db, name):
    options = client.options(f"/health/{name}")
    assert (options.status_code, options.headers["Allow"]) == (200, "GET, HEAD, OPTIONS")
    head = client.head(f"/health/{name}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post(f"/health/{name}").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["de", "de-AT,de;q=0.9,en;q=0.5", "fr"])
def test_answers_are_in_english_whatever_the_browser_speaks(client, asked):
    user = user_with_roles("archivist", "archivists")
    key = bearer(user)
    for method, address, body in (
        ("put", "/api/v1/works/", {}),
        ("post", "/api/v1/works/", {"title": 5, "chapters": "x"}),
        ("post", "/api/v1/works/", {"title": ""}),
        ("get", "/api/v1/works/?words=many", None),
        ("get", "/api/v1/works/?q=tag:(lamp", None),
        ("get", "/api/v1/works/99999/", None),
        ("get", "/api/v1/nowhere/", None),
    ):
        ask = getattr(client, method)
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        plain = ask(address, **sent, **key)
        answer = ask(address, **sent, **key, headers={"accept-language": asked})
        assert plain.status_code >= 400, address
        assert answer.content == plain.content, address
        assert answer["Content-Language"] == "en", address
