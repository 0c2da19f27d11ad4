"""Acts of moderators through the API: with a reason, logged, and at once for everybody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from archive.core.viewer import SYSTEM
from catalog.api.serializers.moderation import ACTIONS, OBJECT_KINDS
from catalog.models import ActionLog, Work
from catalog.services.log import log_action
from tests.api.conftest import APIClient, codes
from tests.factories import make_creator, make_user, make_work
from tests.viewers import user_with_roles

pytestmark = pytest.mark.django_db
ACTS = ["hide", "restore", "lock", "unlock", "approve", "correct", "undelete"]
WHY = {"reason": "Because."}
SERVICES = Path(__file__).parents[2] / "catalog" / "services"


@pytest.fixture
def moderator() -> APIClient:
    return APIClient(user_with_roles("mod", "moderators"))


def act(client: APIClient, work: Work, name: str, body=WHY, **headers):
    return client.post(f"moderation/works/{work.pk}/{name}/", body, **headers)


def test_a_work_is_hidden_and_restored(api, moderator, api_as):
    owner = make_user("owner")
    work = make_work("Taken", creators=[make_creator("Owner", user=owner)])
    hidden = act(moderator, work, "hide", {"reason": "Copied."})
    assert hidden.status_code == 200
    body = hidden.json()
    assert (body["id"], body["title"], body["hidden_reason"]) == (work.pk, "Taken", "Copied.")
    assert body["hidden_at"].endswith("Z")
    assert (body["locked_at"], body["held_at"]) == (None, None)
    assert api.get(f"works/{work.pk}/").status_code == 404
    assert api_as(owner).get(f"works/{work.pk}/").json()["hidden_reason"] == "Copied."
    refused = api_as(owner).patch(f"works/{work.pk}/", {"title": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (403, "work.hidden")
    again = act(moderator, work, "hide")
    assert (again.status_code, again.json()["code"]) == (409, "work.hidden")
    assert act(moderator, work, "restore").json()["hidden_at"] is None
    assert api.get(f"works/{work.pk}/").status_code == 200
    assert act(moderator, work, "restore").json()["code"] == "work.not_hidden"


def test_a_work_is_locked_and_unlocked(moderator):
    work = make_work()
    assert act(moderator, work, "lock").json()["locked_at"] is not None
    assert act(moderator, work, "lock").json()["code"] == "work.locked"
    assert act(moderator, work, "unlock").json()["locked_at"] is None
    assert act(moderator, work, "unlock").json()["code"] == "work.not_locked"


def test_a_held_import_is_approved(api, moderator):
    work = make_work(held_at=timezone.now())
    assert api.get(f"works/{work.pk}/").status_code == 404
    assert act(moderator, work, "approve").json()["held_at"] is None
    assert api.get(f"works/{work.pk}/").status_code == 200
    assert act(moderator, work, "approve").json()["code"] == "work.not_held"


def test_a_work_is_corrected_and_the_log_keeps_what_was_there(moderator):
    work = make_work(tags={"freeform": ["wrong"]})
    body = {
        "reason": "Chapter 2.",
        "rating": "Mature",
        "warnings": ["Major Character Death"],
        "language": "de",
    }
    found = act(moderator, work, "correct", body)
    assert found.status_code == 200, found.content
    now = found.json()
    assert (now["rating"]["name"], now["language"]) == ("Mature", "de")
    assert [tag["name"] for tag in now["warnings"]] == ["Major Character Death"]
    assert [tag["name"] for tag in now["freeforms"]] == ["wrong"]
    assert act(moderator, work, "correct", {**WHY, "freeforms": []}).json()["freeforms"] == []
    row = moderator.get("moderation/log/", {"action": "work.correct"}).json()["results"][1]
    assert row["before"]["warning"] == ["No Archive Warnings Apply"]
    assert row["after"]["language"] == "de"


def test_a_correction_tells_every_fault_and_changes_nothing(moderator):
    work = make_work()
    for body, expected in (
        (WHY, None),
        ({**WHY, "rating": "Nonsense", "freeform": ["x"]}, {"rating", "freeform"}),
        ({**WHY, "warnings": "Mature"}, {"warnings"}),
        ({**WHY, "rating": None}, {"rating"}),
        ({**WHY, "language": "zz-none"}, {"language"}),
    ):
        refused = act(moderator, work, "correct", body)
        assert refused.status_code == 400, refused.content
        if expected is not None:
            assert {field for field, _ in codes(refused)} == expected
    assert act(moderator, work, "correct", WHY).json()["code"] == "correction.empty"
    assert not ActionLog.objects.exists()


def test_a_work_is_deleted_and_brought_back_within_30_days(api, moderator):
    work = make_work()
    path = f"moderation/works/{work.pk}/"
    assert codes(moderator.delete(path)) == [("reason", "field.required")]
    assert moderator.send("DELETE", path, {"reason": "Spam."}).status_code == 204
    assert api.get(f"works/{work.pk}/").status_code == 404
    assert moderator.send("DELETE", path, WHY).status_code == 404
    assert act(moderator, work, "hide").status_code == 404
    assert act(moderator, work, "undelete").json()["id"] == work.pk
    assert api.get(f"works/{work.pk}/").status_code == 200
    assert act(moderator, work, "undelete").status_code == 404
    assert moderator.delete(f"{path}?reason=Spam+again.").status_code == 204
    assert ActionLog.objects.filter(verb="work.delete", reason="Spam again.").exists()
    Work.everything.filter(pk=work.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    late = act(moderator, work, "undelete")
    assert (late.status_code, late.json()["code"]) == (409, "work.gone")


@pytest.mark.parametrize("name", ACTS)
def test_every_act_needs_a_reason(moderator, name):
    work = make_work()
    missing, blank = act(moderator, work, name, {}), act(moderator, work, name, {"reason": "  "})
    assert (missing.status_code, codes(missing)) == (400, [("reason", "field.required")])
    assert (blank.status_code, codes(blank)) == (400, [("reason", "reason.missing")])
    unknown = act(moderator, work, name, {**WHY, "why": "x"})
    assert ("why", "field.unknown") in codes(unknown)
    assert act(moderator, work, name, []).status_code == 400
    assert not ActionLog.objects.exists()


@pytest.mark.parametrize("name", [*ACTS, ""])
def test_acts_are_for_moderators(api, api_as, name):
    work = make_work()
    path = f"moderation/works/{work.pk}/{name}{'/' if name else ''}"
    method = "POST" if name else "DELETE"
    assert api.send(method, path, WHY).status_code == 401
    for user in (make_user(), user_with_roles("w", "wranglers", "archivists")):
        refused = api_as(user).send(method, path, WHY)
        assert (refused.status_code, refused.json()["code"]) == (403, "role.missing")
    mod = user_with_roles("mod", "moderators")
    refused = api_as(mod, "read", "write").send(method, path, WHY)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope.missing")
    assert api_as(mod, "moderate").get(path).status_code == 405
    assert not ActionLog.objects.exists()


def test_drafts_are_unknown_to_moderators(moderator):
    draft = make_work(status="draft")
    for name in ACTS:
        body = {**WHY, "language": "de"} if name == "correct" else WHY
        assert act(moderator, draft, name, body).json()["code"] == "work.not_found"
    path = f"moderation/works/{draft.pk}/"
    assert moderator.send("DELETE", path, WHY).status_code == 404


def test_if_match_guards_works(moderator):
    work = make_work()
    etag = moderator.get(f"works/{work.pk}/")["ETag"]
    assert act(moderator, work, "lock", HTTP_IF_MATCH=etag).status_code == 200
    stale = act(moderator, work, "unlock", HTTP_IF_MATCH=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "work.changed")
    work.refresh_from_db()
    assert work.locked_at is not None


def test_the_log_is_filtered_by_actor_action_and_object(moderator):
    first, second = make_work("One"), make_work("Two")
    act(moderator, first, "hide", {"reason": "Copied."})
    act(moderator, second, "lock")
    log_action(actor=SYSTEM, verb="tag.load", object_kind="tag", object_id=first.pk)
    mod = ActionLog.objects.earliest("pk").actor

    def found(**params):
        answer = moderator.get("moderation/log/", params)
        assert answer.status_code == 200, answer.content
        return [row["action"] for row in answer.json()["results"]]

    assert found() == ["tag.load", "work.lock", "work.hide"]
    assert found(actor="mod") == found(actor=mod.pk) == ["work.lock", "work.hide"]
    assert found(actor="system") == ["tag.load"]
    assert found(actor=make_user("idle").username) == []
    assert found(action="work.hide") == found(action="hide") == ["work.hide"]
    assert found(object=f"work:{first.pk}") == ["work.hide"]
    assert found(object="work") == ["work.lock", "work.hide"]
    assert found(object=first.pk) == ["tag.load", "work.hide"]
    assert found(page_size=1, page=2) == ["work.lock"]
    row = moderator.get("moderation/log/", {"action": "hide"}).json()["results"][0]
    assert row["actor"] == {"id": mod.pk, "name": "mod"}
    assert row["object"] == {
        "kind": "work",
        "id": first.pk,
        "label": "One",
        "url": f"http://testserver/api/v1/works/{first.pk}/",
    }
    assert (row["reason"], row["before"]) == ("Copied.", {"state": ["posted"]})
    for name, value, code in (
        ("actor", "nobody", "user.unknown"),
        ("actor", 999_999, "user.unknown"),
        ("action", "work.eat", "parameter.invalid"),
        ("object", "planet:7", "parameter.invalid"),
        ("object", "work:", "parameter.invalid"),
        ("verb", "x", "parameter.unknown"),
    ):
        refused = moderator.get("moderation/log/", {name: value})
        assert (refused.status_code, codes(refused)) == (400, [(name, code)])


def test_the_log_is_for_moderators_and_keeps_titles_of_drafts_to_itself(api, api_as, moderator):
    draft = make_work("My secret", status="draft")
    log_action(
        actor=SYSTEM, verb="work.delete", object_kind="work", object_id=draft.pk, label="My secret"
    )
    assert api.get("moderation/log/").status_code == 401
    for user in (make_user(), user_with_roles("w", "wranglers")):
        assert api_as(user).get("moderation/log/").status_code == 403
    assert b"My secret" not in moderator.get("moderation/log/").content


def test_every_verb_that_services_log_can_be_asked_for():
    calls = (
        r'(?:verb=|_finish\(\s*actor, work, |_save\(actor, report, |Act\(\s*|_VERB = )"([a-z_.]+)"'
    )
    used = set()
    for path in SERVICES.glob("*.py"):
        used |= set(re.findall(calls, path.read_text(encoding="utf-8")))
    assert {"work.hide", "report.assign", "tag.metatags", "demo.load"} <= used <= set(ACTIONS)
    assert {verb.partition(".")[0] for verb in used} - {"demo"} <= set(OBJECT_KINDS)


def test_a_row_of_the_log_has_an_address_here_and_in_the_desk(moderator):
    act(moderator, make_work(), "hide", WHY)
    row = moderator.get("moderation/log/").json()["results"][0]
    assert row["web_url"].endswith(f"/admin/catalog/actionlog/{row['id']}/change/")
    assert row["url"].endswith(f"/api/v1/moderation/log/{row['id']}/")
    assert moderator.get(f"moderation/log/{row['id']}/").json() == row
    missing = moderator.get("moderation/log/999999/")
    assert (missing.status_code, missing.json()["code"]) == (404, "log.not_found")
    assert APIClient(make_user("reader")).get(f"moderation/log/{row['id']}/").status_code == 403


def test_a_report_has_an_address_in_the_desk(moderator):
    sent = {"target": {"kind": "work", "id": make_work().pk}, "reason": "spam", "text": "Look."}
    number = moderator.post("reports/", sent).json()["id"]
    shown = moderator.get(f"reports/{number}/").json()
    assert shown["web_url"].endswith(f"/admin/catalog/report/{number}/change/")
