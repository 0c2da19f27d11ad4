"""Reports through the API: anybody files them, moderators alone read and close them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ActionLog, Report
from tests.api.conftest import APIClient, codes
from tests.factories import make_creator, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> APIClient:
    return APIClient(user_with_roles("mod", "moderators"))


def filed(**values) -> Report:
    values = {"target_kind": "work", "target_id": 7, "target_label": "W", **values}
    return Report.objects.create(**{"reason": "spam", **values})


def test_anybody_reports_by_kind_and_id_or_by_address(api, api_as):
    creator = make_creator()
    work = make_work("Bad one", creators=[creator])
    sent = {"reason": "wrong_tags", "text": " It is. ", "email": "a@example.org"}
    targets = (
        {"kind": "work", "id": work.pk},
        f"http://testserver/works/{work.pk}/",
        f"http://testserver/api/v1/works/{work.pk}/",
        f"/creators/{creator.pk}/",
    )
    for target in targets:
        answer = api.post("reports/", {"target": target, **sent})
        assert answer.status_code == 201, answer.content
        assert set(answer.json()) == {"id"}
    first, last = Report.objects.order_by("pk")[0], Report.objects.latest("pk")
    assert (first.target_label, first.text, first.reporter) == ("Bad one", "It is.", None)
    assert (first.reason, first.email, first.state) == ("wrong_tags", "a@example.org", "open")
    assert (last.target_kind, last.target_id) == ("creator", creator.pk)
    user = make_user("reader")
    mine = api_as(user).post("reports/", {"target": targets[0], "reason": "spam"}).json()
    assert Report.objects.get(pk=mine["id"]).reporter == user


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {("target", "field.required"), ("reason", "field.required")}),
        (
            {"target": "https://elsewhere.example/works/1/", "reason": "dull", "x": 1},
            {
                ("target", "report.target"),
                ("reason", "field.invalid_choice"),
                ("x", "field.unknown"),
            },
        ),
        (
            {"target": "http://[/works/1/", "reason": "spam", "email": "nobody"},
            {("target", "report.target"), ("email", "email.invalid")},
        ),
        ({"target": {"kind": "planet", "id": 1}, "reason": "spam"}, {("target", "report.target")}),
        ({"target": 7, "reason": "spam"}, {("target", "field.invalid")}),
        (
            {"target": {"kind": 1, "no": 1}, "reason": "spam"},
            {
                ("target.kind", "field.invalid"),
                ("target.no", "field.unknown"),
                ("target.id", "field.required"),
            },
        ),
        (
            {"target": {"kind": "work", "id": 10**30}, "reason": "spam", "text": "x" * 5_001},
            {("target.id", "field.max_value"), ("text", "text.too_long")},
        ),
        ([], {("", "request.malformed")}),
    ],
)
def test_every_fault_is_told_and_nothing_is_kept(api, body, expected):
    answer = api.post("reports/", body)
    assert answer.status_code == 400
    assert expected <= set(codes(answer))
    assert not Report.objects.exists()


def test_what_a_caller_cannot_see_he_cannot_report(api, api_as):
    restricted, draft = make_work(is_restricted=True), make_work(status="draft")

    def status(caller, work):
        body = {"target": {"kind": "work", "id": work.pk}, "reason": "spam"}
        return caller.post("reports/", body).status_code

    member = api_as(make_user())
    assert [status(api, restricted), status(member, restricted)] == [404, 201]
    assert [status(api, draft), status(member, draft)] == [404, 404]


def test_floods_are_429_and_say_when_to_come_back(api, api_as):
    work = make_work()
    body = {"target": {"kind": "work", "id": work.pk}, "reason": "spam"}
    assert [api.post("reports/", body).status_code for _ in range(5)] == [201] * 5
    enough = api_as(make_user()).post("reports/", body)
    assert (enough.status_code, enough.json()["code"]) == (429, "report.enough")
    assert int(enough["Retry-After"]) > 0
    for _ in range(5):
        other = {**body, "target": f"/works/{make_work().pk}/"}
        assert api.post("reports/", other).status_code == 201
    last = {**body, "target": f"/works/{make_work().pk}/"}
    refused = api.post("reports/", last)
    assert (refused.status_code, refused.json()["code"]) == (429, "throttled")
    assert api.post("reports/", last, REMOTE_ADDR="192.0.2.9").status_code == 201


def test_moderators_read_reports_by_state(moderator):
    reporter = make_user("reader")
    first, second = filed(reporter=reporter, text="Look."), filed(state="dismissed")
    page = moderator.get("reports/").json()
    assert (page["count"], [row["id"] for row in page["results"]]) == (2, [second.pk, first.pk])
    rows = moderator.get("reports/", {"state": "open"}).json()["results"]
    assert [row["id"] for row in rows] == [first.pk]
    row = moderator.get(f"reports/{first.pk}/").json()
    assert row == rows[0]
    assert row["target"] == {
        "kind": "work",
        "id": 7,
        "label": "W",
        "url": "http://testserver/api/v1/works/7/",
    }
    assert row["reporter"] == {"id": reporter.pk, "name": "reader"}
    assert row["url"] == f"http://testserver/api/v1/reports/{first.pk}/"
    wrong = moderator.get("reports/", {"state": "lost"})
    assert (wrong.status_code, codes(wrong)) == (400, [("state", "parameter.invalid")])
    assert moderator.get("reports/99999/").json()["code"] == "report.not_found"


def test_a_page_of_reports_costs_the_same_however_long(moderator, django_assert_num_queries):
    reporter = make_user()
    filed(reporter=reporter)

    moderator.get("reports/")  # the first use of a key is noted
    with CaptureQueriesContext(connection) as few:
        moderator.get("reports/")
    for _ in range(5):
        filed(reporter=reporter)
    with django_assert_num_queries(len(few)):
        moderator.get("reports/")


def test_a_report_is_assigned_closed_and_opened_again(moderator):
    path = f"reports/{filed().pk}"
    assigned = moderator.post(f"{path}/assign/", {"to": "mod"}).json()
    assert (assigned["state"], assigned["assignee"]["name"]) == ("in_progress", "mod")
    closed = moderator.post(f"{path}/resolve/", {"outcome": "hidden", "note": "Spam."}).json()
    assert (closed["state"], closed["outcome"], closed["note"]) == ("resolved", "hidden", "Spam.")
    assert closed["closed_at"].endswith("Z")
    again = moderator.post(f"{path}/dismiss/", {})
    assert (again.status_code, again.json()["code"]) == (409, "report.closed")
    assert moderator.post(f"{path}/reopen/").json()["closed_at"] is None
    assert moderator.post(f"{path}/reopen/").json()["code"] == "report.open"
    assert moderator.post(f"{path}/dismiss/", {"note": "No."}).json()["state"] == "dismissed"
    assert ActionLog.objects.filter(object_kind="report").count() == 4


def test_acts_refuse_what_is_wrong(moderator):
    path = f"reports/{filed().pk}"
    make_user("reader")
    for name in ("reader", "nobody"):
        refused = moderator.post(f"{path}/assign/", {"to": name})
        assert (refused.status_code, codes(refused)) == (400, [("to", "user.unknown")])
    assert codes(moderator.post(f"{path}/resolve/")) == [("outcome", "field.required")]
    assert codes(moderator.post(f"{path}/dismiss/", {"nte": ""})) == [("nte", "field.unknown")]
    assert moderator.post("reports/99999/dismiss/").status_code == 404


@pytest.mark.parametrize("act", ["assign", "resolve", "dismiss", "reopen"])
def test_acts_are_for_moderators(api, api_as, act):
    report = filed()
    path = f"reports/{report.pk}/{act}/"
    mod = user_with_roles("mod", "moderators")
    assert api.post(path).status_code == 401
    refusals = [
        api_as(make_user()).post(path),
        api_as(user_with_roles("w", "wranglers")).post(path),
    ]
    assert [(r.status_code, r.json()["code"]) for r in refusals] == [(403, "role.missing")] * 2
    no_scope = api_as(mod, "read", "write").post(path)
    assert (no_scope.status_code, no_scope.json()["code"]) == (403, "scope.missing")
    report.refresh_from_db()
    assert report.state == "open"


def test_reading_is_for_moderators(api, api_as):
    report = filed()
    for path in ("reports/", f"reports/{report.pk}/", "reports/99999/"):
        assert api.get(path).status_code == 401
        assert api_as(make_user()).get(path).status_code == 403
        assert api.send("HEAD", path).status_code == 401
    assert api_as(user_with_roles("root", superuser=True)).get("reports/").status_code == 200
