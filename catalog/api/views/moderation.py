"""Acts of moderators on works, each with a reason, and the log of them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from archive.accounts.models import User
from archive.core.api.conditional import PreconditionUnmet
from archive.core.api.fields import In, envelope, iso_time
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.errors import FieldError, InvalidInput, NotFound
from archive.core.parameters import (
    ChoiceParameter,
    PageForm,
    Parameter,
    ParameterForm,
    Refusal,
    TextParameter,
    is_id,
    raise_faults,
    shown,
)
from archive.core.viewer import SYSTEM
from catalog.api import examples
from catalog.api.serializers.moderation import (
    ACTIONS,
    OBJECT_KINDS,
    REASON_CHARS,
    CorrectIn,
    LogEntryOut,
    ModeratedWorkOut,
    ReasonedIn,
)
from catalog.api.views.works import present_work
from catalog.api.writing import Sent, expect, save
from catalog.models import ActionLog, Work
from catalog.services import moderation
from catalog.services.tagging import FIELDS

Values = dict[str, Any]
Run = Callable[..., Work | None]
_REASON = {"reason": "Copied from a published book."}
_EXAMPLE = {
    **examples.WORK_DETAIL,
    "hidden_at": "2024-05-01T10:00:00Z",
    "locked_at": None,
    "held_at": None,
}
_EXAMPLE_ENTRY = {
    "id": 31,
    "url": "https://archive.example/api/v1/moderation/log/31/",
    "web_url": "https://archive.example/admin/catalog/actionlog/31/change/",
    "action": "work.hide",
    "actor": {"id": 5, "name": "ozfan"},
    "object": {
        "kind": "work",
        "id": 7,
        "label": "The Borrowed Violin",
        "url": "https://archive.example/api/v1/works/7/",
    },
    "reason": "Copied from a published book.",
    "before": {},
    "after": {},
    "created_at": "2024-05-01T10:00:00Z",
}


class ReasonParams(ParameterForm):
    """The parameters of a deletion."""

    reason = TextParameter(
        "Why, for clients that cannot send a body with DELETE.",
        most=REASON_CHARS,
        example="Spam.",
    )


class ModeratedWork(ApiView):
    """A work as moderators act on it."""

    parameters: ClassVar[Any] = {"DELETE": ReasonParams}
    scopes: ClassVar[Any] = {"DELETE": "moderate"}

    @operation(
        id="moderation_works_delete",
        summary="Delete somebody's work",
        description="Takes a work away from everybody; for 30 days it can be brought back. The "
        "reason is needed, as `reason` in a JSON body or in the address.",
        status=204,
        conditional=True,
        tag="moderation",
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        body: Any = request.data or {}
        reason = self.params["reason"]
        if isinstance(body, dict) and reason is not None:
            body = {"reason": reason, **body}
        run_act(self, pk, ReasonedIn, body, moderation.delete_work)
        return Response(status=204)


def run_act(view: ApiView, pk: int, body: type[In], data: Any, run: Run) -> Work | None:
    """What an act returns. Raises InvalidInput with every fault, PreconditionUnmet, and its own."""
    moderation.require_moderator(view.viewer)
    faults: list[FieldError] = []
    values = {"reason": "", **body().read(data, faults)}
    if body is ReasonedIn:
        raise_faults(faults)

    def act() -> Work | None:
        return run(actor=view.viewer, work_id=pk, **values)

    with transaction.atomic():
        _insist_on_version(view, pk)
        return save(Sent(values, faults=faults), act)


def _insist_on_version(view: ApiView, pk: int) -> None:
    expected = expect(view, pk)
    if expected is None:
        return
    rows = Work.everything.select_for_update().filter(pk=pk).values_list("version", flat=True)
    if rows.first() not in (expected, None):
        raise PreconditionUnmet(
            f"The work has changed since version {expected}; read it again.", code="work.changed"
        )


def _correct(*, rating: Any = (), language: str | None = None, **values: Any) -> Work:
    common = {name: values.pop(name) for name in ("actor", "work_id", "reason")}
    kinds = {field: kind for kind, field in FIELDS.items()}
    tags = {kinds[name]: chosen for name, chosen in values.items()}
    if rating != ():
        tags["rating"] = [] if rating is None else [rating]
    return moderation.correct_work(**common, tags=tags, language=language)


def _act(
    name: str,
    summary: str,
    description: str,
    run: Run,
    body: type[In] = ReasonedIn,
    example: Any = None,
) -> type[ApiView]:
    """The view of one act."""

    class ModerationAct(ApiView):
        """One act of a moderator on a work."""

        scopes: ClassVar[Any] = {"POST": "moderate"}

        @operation(
            id=f"moderation_works_{name}",
            summary=summary,
            description=f"{description} A work in the wrong state is 409; drafts are their "
            "creators' own and 404.",
            request=body,
            request_example=example or _REASON,
            answer=ModeratedWorkOut,
            example=_EXAMPLE,
            conditional=True,
            tag="moderation",
        )
        def post(self, request: Request, pk: int) -> Response:
            """The work as it is now."""
            work = run_act(self, pk, body, request.data, run)
            return Response(
                {
                    **present_work(self, pk),
                    "hidden_at": iso_time(getattr(work, "hidden_at", None)),
                    "locked_at": iso_time(getattr(work, "locked_at", None)),
                    "held_at": iso_time(getattr(work, "held_at", None)),
                }
            )

    ModerationAct.__name__ = f"Work{name.title()}"
    return ModerationAct


Hide = _act(
    "hide",
    "Hide a work",
    "Takes a posted work from readers; its creators still read it, with the reason.",
    moderation.hide_work,
)
Restore = _act(
    "restore", "Show a hidden work", "Gives it back to its readers.", moderation.restore_work
)
Lock = _act("lock", "Lock a work", "Keeps its creators from changing it.", moderation.lock_work)
Unlock = _act(
    "unlock", "Unlock a work", "Lets its creators change it again.", moderation.unlock_work
)
Approve = _act(
    "approve",
    "Approve a held import",
    "Lets readers see an import that was held for review.",
    moderation.approve_work,
)
Undelete = _act(
    "undelete",
    "Bring a deleted work back",
    "Within 30 days of its deletion; later it is 409 `work.gone`.",
    moderation.undelete_work,
)
Correct = _act(
    "correct",
    "Correct the tags or the language of a work",
    "Replaces the tags of the kinds that are sent; the creators' own words go into the log.",
    _correct,
    CorrectIn,
    {"reason": "Chapter 2 shows it.", "warnings": ["Graphic Depictions Of Violence"]},
)


ACTS = {
    "hide": Hide,
    "restore": Restore,
    "lock": Lock,
    "unlock": Unlock,
    "approve": Approve,
    "correct": Correct,
    "undelete": Undelete,
}


class ObjectParameter(Parameter[tuple[str, int | None]]):
    """What was acted on: ``work:7``, or all of one kind."""

    def read(self, text: str) -> tuple[str, int | None]:
        """The kind, empty for any, and the id, None for any."""
        kind, colon, pk = text.partition(":")
        if is_id(text):
            return "", int(text)
        if kind not in OBJECT_KINDS or (colon and not is_id(pk)):
            raise Refusal(
                "parameter.invalid",
                f"{shown(text)} is not allowed; use a kind ({', '.join(OBJECT_KINDS)}), an id, or "
                "both as in work:7.",
            )
        return kind, int(pk) if pk else None


class LogParams(PageForm):
    """The parameters of the log."""

    actor = TextParameter("Who acted: user name or id (a name of digits is name:1602).", example=5)
    action = ChoiceParameter(
        "What was done.",
        allowed=(*ACTIONS, *dict.fromkeys(verb.partition(".")[2] for verb in ACTIONS)),
        schema={"type": "string"},
        example="work.hide",
    )
    object = ObjectParameter("What was acted on: a kind, an id, or both.", example="work:7")


class Log(ApiView):
    """The log of acts on other people's things."""

    parameters: ClassVar[Any] = {"GET": LogParams}
    scopes: ClassVar[Any] = {"GET": "moderate", "HEAD": "moderate"}

    @operation(
        id="moderation_log",
        summary="Who did what, and why",
        description="Every act of moderators and wranglers, the newest first; for moderators. "
        "`action` is one of "
        + ", ".join(ACTIONS)
        + ", or such a word without what stands before its point. Nobody can change the log.",
        answer=envelope(LogEntryOut),
        example={"count": 1, "next": None, "previous": None, "results": [_EXAMPLE_ENTRY]},
        tag="moderation",
    )
    def get(self, request: Request) -> Response:
        """A page of the log."""
        moderation.require_moderator(self.viewer)
        page = self.params["page"]
        entries, total = fetch_page(_filtered(self.params), page)
        results = LogEntryOut(context=_log_context(self, entries)).present_all(entries)
        return Response(enveloped(self.http, self.links, page, total, results))


class LogEntry(ApiView):
    """One row of the log."""

    parameters: ClassVar[Any] = {}
    scopes: ClassVar[Any] = {"GET": "moderate", "HEAD": "moderate"}

    @operation(
        id="moderation_log_entry",
        summary="One act",
        description="A row of the log of acts; for moderators.",
        answer=LogEntryOut,
        example=_EXAMPLE_ENTRY,
        tag="moderation",
    )
    def get(self, request: Request, pk: int) -> Response:
        """The row."""
        moderation.require_moderator(self.viewer)
        row = ActionLog.objects.filter(pk=pk).first()
        if row is None:
            raise NotFound(f"There is no row {pk} in the log.", code="log.not_found")
        return Response(LogEntryOut(context=_log_context(self, [row])).present(row))


def _log_context(view: ApiView, entries: list[ActionLog]) -> dict[str, Any]:
    return {"viewer": view.viewer, "links": view.links, "private_ids": _drafts_among(entries)}


def _filtered(params: Values) -> QuerySet[ActionLog]:
    rows = ActionLog.objects.order_by("-id")
    if params["actor"]:
        rows = rows.filter(_by(params["actor"]))
    action = params["action"]
    if action:
        rows = rows.filter(
            verb__in=[verb for verb in ACTIONS if action in (verb, verb.partition(".")[2])]
        )
    if params["object"]:
        kind, pk = params["object"]
        rows = rows.filter(object_kind=kind) if kind else rows
        rows = rows.filter(object_id=pk) if pk is not None else rows
    return rows


def _by(actor: str) -> Q:
    """The rows of somebody, by the name of now or then. Raises InvalidInput."""
    if is_id(actor):
        users = User.objects.filter(pk=int(actor))
        mine = Q(actor_id=int(actor))
    else:
        name = actor.removeprefix("name:")
        users = User.objects.filter(username=name)
        mine = Q(actor__username=name) | Q(actor_name=name)
        if name == SYSTEM.username:
            return mine
    if not users.exists() and not ActionLog.objects.filter(mine).exists():
        detail = f"There is nobody {shown(actor)}."
        raise InvalidInput(
            f"actor: {detail}",
            code="user.unknown",
            errors=[FieldError("actor", "user.unknown", detail)],
        )
    return mine


def _drafts_among(entries: list[ActionLog]) -> set[int]:
    """Works whose very titles are their creators' own."""
    ids = {row.object_id for row in entries if row.object_kind == "work"}
    drafts = Work.everything.filter(pk__in=ids, status=Work.Status.DRAFT)
    return set(drafts.values_list("pk", flat=True)) if ids else set()
