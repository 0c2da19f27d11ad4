"""How each row of the matrix is tried on pages and in the admin."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from archive.core.viewer import ANONYMOUS
from catalog.models import ActionLog, Report
from catalog.report_targets import Target
from catalog.services.log import log_action
from catalog.services.reports import file_report
from tests.permissions.cast import Cast
from tests.web.pages import get

Act = Callable[[Cast, Client], Any]
"""Tries something; an answer, or whether it was there."""
REASON = "Tried by a test."
PASSWORD = "plum-lantern-41"


def _page(path: str) -> Act:
    return lambda cast, client: client.get(_address(cast, path))


def _listed(state: str) -> Act:
    def act(cast: Cast, client: Client) -> bool:
        work = cast.works[state]
        listed = get(client, "/works/", {"title": work.title})
        return bool(listed.all(f"//ol//a[@href='{work.get_absolute_url()}']"))

    return act


def _decide(state: str, act: str, **values: Any) -> Act:
    """An act at the desk of a work."""

    def run(cast: Cast, client: Client) -> Any:
        path = reverse("admin:catalog_report_desk", args=["work", cast.works[state].pk])
        return client.post(path, {"act": act, "reason": REASON, **values})

    return run


def _tag_act(act: str, tag: str, **values: Any) -> Act:
    """An act of the tags' list, as the page that shows its plan sends it."""

    def run(cast: Cast, client: Client) -> Any:
        sent = {"action": act, "_selected_action": [cast.tags[tag].pk], "confirmed": "1"}
        return client.post("/admin/catalog/freeform/", {**sent, **values})

    return run


def _address(cast: Cast, path: str) -> str:
    ids = {name: work.pk for name, work in cast.works.items()}
    return path.format(**ids, **{f"tag_{name}": tag.pk for name, tag in cast.tags.items()})


def _names(cast: Cast, client: Client) -> bool:
    page = get(client, cast.works["anonymous"].get_absolute_url())
    return "author pen" in page.texts("//*[contains(@class, 'byline')]")[0]


def _correct(cast: Cast, client: Client) -> Any:
    """The form of the desk as it is shown, with one tag more."""
    work = cast.works["public"]
    ids = dict(work.work_tags.values_list("tag__kind", "tag_id"))
    sent = {"rating": ids["rating"], "warnings": [ids["warning"]], "language": "en"}
    sent |= {"fandoms": "Sherlock Holmes", "freeforms": "Fluff"}
    return _decide("public", "correct", **sent)(cast, client)


def _chapter(cast: Cast, client: Client) -> Any:
    chapter = cast.works["public"].chapters.unscoped("test").get()
    return client.get(chapter.get_absolute_url())


def _draft_chapter(cast: Cast, client: Client) -> Any:
    return client.get(cast.draft_chapter().get_absolute_url())


def _file_report(cast: Cast, client: Client) -> Any:
    path = reverse("report", args=["work", cast.works["public"].pk])
    return client.post(path, {"reason": "spam", "text": "Look."})


def _a_report(cast: Cast) -> Report:
    target = Target("work", cast.works["public"].pk)
    return file_report(actor=ANONYMOUS, target=target, reason="spam", text="It is spam.")


def _open_report(cast: Cast, client: Client) -> Any:
    return client.get(f"/admin/catalog/report/{_a_report(cast).pk}/change/")


def _resolve_report(cast: Cast, client: Client) -> Any:
    _a_report(cast)
    return _decide("public", "resolve")(cast, client)


def _list_reports(cast: Cast, client: Client) -> Any:
    return client.get(reverse("admin:catalog_report_queue"))


def _suspend(cast: Cast, client: Client) -> Any:
    path = reverse("admin:accounts_user_acts", args=[cast.people["reader"].pk])
    return client.post(path, {"act": "suspend", "reason": REASON})


def _grant(cast: Cast, client: Client) -> Any:
    """Of the one who asks the password is known."""
    person = cast.people.get(getattr(client, "person", ""))
    if person is not None:
        person.set_password(PASSWORD)
        person.save()
        client.force_login(person)
    path = reverse("admin:accounts_user_acts", args=[cast.people["coauthor"].pk])
    sent = {"act": "roles", "role": ["wranglers"], "reason": REASON, "your_password": PASSWORD}
    return client.post(path, sent)


def _change_log(cast: Cast, client: Client) -> Any:
    row = log_action(
        actor=ANONYMOUS, verb="tag.rename", object_kind="tag", object_id=1, label="a tag"
    )
    path = f"/admin/catalog/actionlog/{row.pk}/"
    for end in ("change/", "delete/"):
        answer = client.post(f"{path}{end}", {"reason": "another", "post": "yes"})
        kept = ActionLog.objects.filter(pk=row.pk, reason="").exists()
        assert kept
        if answer.status_code < 300:
            return answer
    return answer


ACTS: dict[str, Act] = {
    "public work: list": _listed("public"),
    "public work: read": _page("/works/{public}/"),
    "registered-only work: list": _listed("restricted"),
    "registered-only work: read": _page("/works/{restricted}/"),
    "hidden work: list": _listed("hidden"),
    "hidden work: read": _page("/works/{hidden}/"),
    "draft work: list": _listed("draft"),
    "draft work: read": _page("/works/{draft}/"),
    "deleted work: read": _page("/works/{deleted}/"),
    "names behind an anonymous work": _names,
    "import file": _page("/import/"),
    "edit tags of a work": _correct,
    "delete work": _decide("public", "delete"),
    "restore work within 30 days": _decide("deleted", "undelete"),
    "hide work": _decide("public", "hide"),
    "unhide work": _decide("hidden", "restore"),
    "read a chapter": _chapter,
    "read a draft chapter": _draft_chapter,
    "tag page": _page("/tags/{tag_canonical}-slow-burn/"),
    "make a tag canonical": _tag_act("canonical", "unsorted"),
    "wrangling history": _page("/admin/catalog/actionlog/?object_kind=tag"),
    "file a report": _file_report,
    "list reports": _list_reports,
    "open a report": _open_report,
    "resolve a report": _resolve_report,
    "suspend a user": _suspend,
    "grant or take roles": _grant,
    "admin site": _page("/admin/"),
    "change the audit log": _change_log,
}
ELSEWHERE = {
    **dict.fromkeys(
        (
            *("create work", "edit text and notes", "set access rules", "remove another co-author"),
            *("add a chapter", "edit a chapter", "reorder chapters", "delete a chapter"),
            *("publish a draft chapter", "new free tag through a work"),
        ),
        "works are written through the API and imports; tests/permissions/test_api.py",
    ),
    "publish a draft": "tests/web/test_drafts.py",
    "leave the work": "nobody takes their own names off a work before there are invitations",
    "give the work to another": "the same",
    "tag suggestions": "pages ask the API for them; tests/permissions/test_api.py",
    "ban a tag": "tags are marked unwrangleable instead, by wranglers",
    **dict.fromkeys(
        ("rename a tag", "merge a tag", "parent link of a tag", "delete an unused tag"),
        "acts of the tags' pages in the admin; tests/admin/test_tags.py",
    ),
    "status of another's report": "no page tells a reporter more than the mail",
    "who reported": "a field of the report in the admin, which is for moderators",
    "another's mail address": "a field of the account in the admin",
}
"""Rows that have no page, or are tested where their page is."""
