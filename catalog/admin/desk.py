"""What the desk of one reported object shows, and what its forms mean."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_noop

from archive.core.errors import InvalidInput
from archive.core.said import say, translated
from archive.core.viewer import Viewer
from catalog.admin.correction_form import CorrectionForm
from catalog.models import Creator, Report, Tag, Work
from catalog.moderation_queue import chapters_to_read, log_of, look_alikes, reports_about
from catalog.report_reasons import reason_labels
from catalog.report_targets import Target
from catalog.services.desk import WORK_ACTS, Correction, Decision, work_of

_FLAGS = {
    "hide": ("hidden_at", False),
    "restore": ("hidden_at", True),
    "lock": ("locked_at", False),
    "unlock": ("locked_at", True),
    "approve": ("held_at", True),
    "refuse": ("held_at", True),
}
_STATES = (
    ("hidden_at", gettext_noop("hidden")),
    ("held_at", gettext_noop("held for review")),
    ("locked_at", gettext_noop("locked")),
    ("deleted_at", gettext_noop("deleted")),
)
_CORRECTED = frozenset({"missing_warning", "wrong_rating", "wrong_tags"})
"""Reasons of reports that a correction settles."""


def desk_context(viewer: Viewer, target: Target, sent: QueryDict | None) -> dict[str, Any]:
    """Everything about one object that a moderator decides by."""
    reports = reports_about(target)
    waiting = [row for row in reports if row.is_open]
    work = work_of(target)
    context: dict[str, Any] = {
        "target": target,
        "kind_label": gettext(Report.Target(target.kind).label),
        "open": waiting,
        "may_take": any(row.assignee_id != viewer.user_id for row in waiting),
        "may_leave": any(row.assignee_id is not None for row in waiting),
        "closes": sent is None or "closes" in sent or sent.get("act") in ("take", "leave"),
        "closed": [row for row in reports if not row.is_open],
        "labels": reason_labels(),
        "acts": work_acts(work) if work else [],
        "log": log_of([target, *([Target("work", work.pk)] if work else [])]),
        "label": reports[0].target_label if reports else "",
    }
    if work is not None:
        context |= _work_context(viewer, target, work, sent)
        context["is_correcting"] |= any(row.reason in _CORRECTED for row in waiting)
    elif target.kind == Report.Target.CREATOR:
        context |= _creator_context(target)
    elif target.kind == Report.Target.TAG:
        context |= _tag_context(viewer, target)
    context["title"] = f"{context['kind_label']}: {context['label'] or target.id}"
    return context


def name_of(target: Target) -> str:
    """What people call the object; its kind and id where it is gone."""
    work = work_of(target)
    if work is not None:
        return work.title
    told = reports_about(target)
    return (
        told[0].target_label if told else f"{gettext(Report.Target(target.kind).label)} {target.id}"
    )


def work_acts(work: Work) -> list[tuple[str, str]]:
    """The acts that fit how the work stands, each with its button."""
    if work.deleted_at is not None:
        return [("undelete", str(WORK_ACTS["undelete"][0]))]
    names = [
        name for name, (field, is_set) in _FLAGS.items() if bool(getattr(work, field)) == is_set
    ]
    return [(name, str(WORK_ACTS[name][0])) for name in [*names, "delete"]]


def read_decision(target: Target, sent: QueryDict) -> Decision:
    """What was pressed. Raises InvalidInput for a correction that is none."""
    decision = Decision(
        act=sent.get("act", ""),
        # PostgreSQL keeps no NUL.
        reason=sent.get("reason", "").replace("\0", ""),
        closes=sent.get("closes") == "1",
    )
    if decision.act == "correct":
        decision.correction = _read_correction(target, sent)
    return decision


def _read_correction(target: Target, sent: QueryDict) -> Correction:
    work = work_of(target)
    if work is None:
        raise InvalidInput(say("There is no work to correct."), code="act.unknown")
    form = CorrectionForm(work, sent)
    if not form.is_valid():
        problems = [str(error) for errors in form.errors.values() for error in errors]
        raise InvalidInput(" ".join(problems), code="correction.invalid")
    return form.correction()


def _work_context(
    viewer: Viewer, target: Target, work: Work, sent: QueryDict | None
) -> dict[str, Any]:
    only = target.id if target.kind == Report.Target.CHAPTER else None
    tags: dict[str, list[str]] = {}
    for row in work.work_tags.select_related("tag").order_by("position"):
        tags.setdefault(str(row.tag.get_kind_display()), []).append(row.name)
    pairs = look_alikes(work)
    others = {pair.first_id if pair.second_id == work.pk else pair.second_id for pair in pairs}
    titles = dict(Work.objects.visible_to(viewer).filter(pk__in=others).values_list("pk", "title"))
    made = work.creatorships.select_related("creator").order_by("position")
    is_correcting = sent is not None and sent.get("act") == "correct"
    chapters = chapters_to_read(work, viewer, only=only)
    label, address = work.title, work.get_absolute_url()
    if only is not None and chapters:
        heading = translated(str(chapters[0]))
        label, address = f"{heading} – {work.title}", chapters[0].get_absolute_url()
    return {
        "work": work,
        "label": label,
        "states": [gettext(name) for field, name in _STATES if getattr(work, field)],
        "byline": [row.creator for row in made],
        "tags": list(tags.items()),
        "chapters": chapters,
        "form": CorrectionForm(work, sent if is_correcting else None),
        "is_correcting": is_correcting,
        "alike": [
            (pk, titles[pk], pair.likeness)
            for pair in pairs
            if (pk := pair.first_id if pair.second_id == work.pk else pair.second_id) in titles
        ],
        "address": address,
    }


def _creator_context(target: Target) -> dict[str, Any]:
    creator = Creator.objects.select_related("user").filter(pk=target.id).first()
    if creator is None:
        return {}
    acts = []
    if creator.user is not None:
        is_open = creator.user.is_active
        acts = [
            ("suspend", gettext("Suspend the account"))
            if is_open
            else ("reinstate", gettext("Open the account again"))
        ]
    return {
        "creator": creator,
        "label": creator.name,
        "acts": acts,
        "address": creator.get_absolute_url(),
    }


def _tag_context(viewer: Viewer, target: Target) -> dict[str, Any]:
    tag = Tag.objects.filter(pk=target.id).first()
    if tag is None:
        return {}
    context: dict[str, Any] = {
        "tag": tag,
        "label": tag.name,
        "address": tag.get_absolute_url(),
    }
    if viewer.is_wrangler:
        context["tag_page"] = _tag_page(tag)
    return context


def _tag_page(tag: Tag) -> str:
    """Its page in the admin, below its own kind."""
    names: Mapping[str, str] = {"warning": "contentwarning"}
    try:
        return reverse(f"admin:catalog_{names.get(tag.kind, tag.kind)}_change", args=[tag.pk])
    except NoReverseMatch:
        return ""
