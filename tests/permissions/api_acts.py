"""How each row of the matrix is tried on the API."""

from collections.abc import Callable
from typing import Any

from catalog.models import Work
from tests.api.conftest import APIClient
from tests.factories import make_chapter, make_creator
from tests.permissions.cast import Cast

Act = Callable[[Cast, APIClient], Any]
"""Tries something; a response, or whether it was there."""
REASON = {"reason": "Tried by a test."}


def _listed(state: str) -> Act:
    def act(cast: Cast, client: APIClient) -> bool:
        title = cast.works[state].title
        found = client.get("works/", {"title": title}).json()
        return title in [work["title"] for work in found["results"]]

    return act


def _get(path: str) -> Act:
    return lambda cast, client: client.get(path.format(**_ids(cast)))


def _send(method: str, path: str, body: Any = None) -> Act:
    def act(cast: Cast, client: APIClient) -> Any:
        return client.send(method, path.format(**_ids(cast)), {} if body is None else body)

    return act


def _either(first: Act, staff: Act) -> Act:
    """Creators go one way, staff another; whoever is neither is refused on both."""

    def act(cast: Cast, client: APIClient) -> Any:
        mine = first(cast, client)
        theirs = staff(cast, client)
        return mine if mine.status_code < 300 else theirs

    return act


def _ids(cast: Cast) -> dict[str, int]:
    return {**{name: work.pk for name, work in cast.works.items()}, **_tags(cast)}


def _tags(cast: Cast) -> dict[str, int]:
    return {f"tag_{name}": tag.pk for name, tag in cast.tags.items()}


def _chapter(cast: Cast) -> int:
    return cast.works["public"].chapters.unscoped("test").order_by("position").first().pk


def _names(cast: Cast, client: APIClient) -> bool:
    body = client.get(f"works/{cast.works['anonymous'].pk}/").json()
    return "author pen" in str(body["creators"])


def _draft_chapter(method: str, ending: str = "") -> Act:
    def act(cast: Cast, client: APIClient) -> Any:
        return client.send(method, f"chapters/{cast.draft_chapter().pk}/{ending}")

    return act


def _edit_chapter(cast: Cast, client: APIClient) -> Any:
    return client.patch(f"chapters/{_chapter(cast)}/", {"title": "Renamed"})


def _reorder(cast: Cast, client: APIClient) -> Any:
    work = cast.works["public"]
    make_chapter(work, "Another one.")
    order = work.chapters.unscoped("test").order_by("-position").values_list("pk", flat=True)
    return client.post(f"works/{work.pk}/chapters/reorder/", {"order": list(order)})


def _delete_chapter(cast: Cast, client: APIClient) -> Any:
    return client.delete(f"chapters/{make_chapter(cast.works['public'], 'Another.').pk}/")


def _hide(cast: Cast, client: APIClient) -> Any:
    return client.post(f"moderation/works/{cast.works['public'].pk}/hide/", REASON)


def _new_tag(cast: Cast, client: APIClient) -> Any:
    """Everybody on a work of their own."""
    return client.post("works/", {"title": "Mine", "freeforms": ["Never seen before"]})


def _import(cast: Cast, client: APIClient) -> Any:
    """The gate alone: who is let in is told that nothing was sent."""
    response = client.post("imports/", {})
    if response.status_code == 400:
        assert response.json()["code"] == "import.nothing"
        response.status_code = 200
    return response


def _report(cast: Cast, client: APIClient) -> Any:
    target = {"kind": "work", "id": cast.works["public"].pk}
    return client.post("reports/", {"target": target, "reason": "spam", "text": "Look."})


def _a_report(cast: Cast) -> int:
    return _report(cast, APIClient()).json()["id"]


def _open_report(cast: Cast, client: APIClient) -> Any:
    return client.get(f"reports/{_a_report(cast)}/")


def _resolve_report(cast: Cast, client: APIClient) -> Any:
    pk = _a_report(cast)
    return client.post(f"reports/{pk}/resolve/", {"outcome": "done", "note": "Done."})


def _delete_unused(cast: Cast, client: APIClient) -> Any:
    return client.delete(f"tags/{cast.tags['unused'].pk}/")


def _remove_coauthor(cast: Cast, client: APIClient) -> Any:
    """Leaves the name of whoever asks, or else the author's."""
    work = Work.everything.get(pk=cast.works["public"].pk)
    mine = {"coauthor": "coauthor pen"}.get(getattr(client, "person", ""), "author pen")
    return client.patch(f"works/{work.pk}/", {"creators": [make_creator(mine).name]})


_correct = _send("POST", "moderation/works/{public}/correct/", {**REASON, "freeforms": ["Fluff"]})
ACTS: dict[str, Act] = {
    "public work: list": _listed("public"),
    "public work: read": _get("works/{public}/"),
    "registered-only work: list": _listed("restricted"),
    "registered-only work: read": _get("works/{restricted}/"),
    "hidden work: list": _listed("hidden"),
    "hidden work: read": _get("works/{hidden}/"),
    "draft work: list": _listed("draft"),
    "draft work: read": _get("works/{draft}/"),
    "deleted work: read": _get("works/{deleted}/"),
    "names behind an anonymous work": _names,
    "create work": _send("POST", "works/", {"title": "Mine"}),
    "import file": _import,
    "edit text and notes": _send("PATCH", "works/{public}/", {"notes": "New notes."}),
    "set access rules": _send("PATCH", "works/{public}/", {"restricted": True}),
    "edit tags of a work": _either(
        _send("PATCH", "works/{public}/", {"freeforms": ["Fluff"]}), _correct
    ),
    "publish a draft": _send("POST", "works/{draft}/post/"),
    "delete work": _either(
        _send("DELETE", "works/{public}/"), _send("DELETE", "moderation/works/{public}/", REASON)
    ),
    "restore work within 30 days": _send("POST", "moderation/works/{deleted}/undelete/", REASON),
    "hide work": _hide,
    "unhide work": _send("POST", "moderation/works/{hidden}/restore/", REASON),
    "remove another co-author": _remove_coauthor,
    "read a chapter": _get("works/{public}/chapters/1/"),
    "read a draft chapter": _draft_chapter("GET"),
    "add a chapter": _send("POST", "works/{public}/chapters/", {"body": "<p>A new chapter.</p>"}),
    "edit a chapter": _edit_chapter,
    "reorder chapters": _reorder,
    "delete a chapter": _delete_chapter,
    "publish a draft chapter": _draft_chapter("POST", "post/"),
    "tag page": _get("tags/{tag_canonical}/"),
    "tag suggestions": _get("tags/autocomplete/?q=slow"),
    "new free tag through a work": _new_tag,
    "rename a tag": _send("PATCH", "tags/{tag_canonical}/", {"name": "SLOW burn"}),
    "merge a tag": _send("POST", "tags/{tag_unsorted}/make-synonym/", {"of": "Slow Burn"}),
    "make a tag canonical": _send("POST", "tags/{tag_unsorted}/make-canonical/"),
    "parent link of a tag": _send(
        "POST", "tags/{tag_canonical}/parents/", {"add": ["Sherlock Holmes"]}
    ),
    "delete an unused tag": _delete_unused,
    "wrangling history": _get("moderation/log/?object=tag:{tag_canonical}"),
    "file a report": _report,
    "list reports": _get("reports/"),
    "open a report": _open_report,
    "resolve a report": _resolve_report,
}
ELSEWHERE = {
    "leave the work": "nobody takes their own names off a work before there are invitations",
    "give the work to another": "the same",
    "ban a tag": "tags are marked unwrangleable instead, by wranglers",
    "status of another's report": "reporters follow their reports on pages",
    "who reported": "a field of the report, tests/api/test_reports.py",
    "another's mail address": "in no answer; tests/api/test_leaks.py",
    "suspend a user": "admin site",
    "grant or take roles": "admin site and command",
    "admin site": "no part of the API",
    "change the audit log": "append-only; no address writes it",
}
"""Rows that the API has no address for."""
