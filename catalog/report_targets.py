"""What can be reported: found for a viewer, or by an address of this site."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from archive.core.errors import FieldError, InvalidInput, NotFound
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Chapter, Creator, Kind, Report, Tag, Work
from catalog.people import find_creator

_ROUTES = {
    "work": ("work", "work_id"),
    "chapter": ("chapter", "chapter_id"),
    "creator": ("creator", "creator_id"),
    "tag": ("tag", "tag_id"),
    "tag-by-id": ("tag", "tag_id"),
    **{f"{kind}-detail": (kind, "pk") for kind in ("work", "chapter", "creator", "tag")},
    **{f"{kind}-detail": ("tag", "pk") for kind in Kind.values},
}


@dataclass(frozen=True)
class Target:
    """What a report is about."""

    kind: str
    id: int


def target_of_url(url: str) -> Target:
    """The object at an address of this site, page or API. Raises InvalidInput."""
    try:
        parts = urlsplit(url)
        match = resolve(parts.path)
    except (Resolver404, ValueError):
        match = None
    ours = (None, urlsplit(settings.BASE_URL).hostname, *settings.ALLOWED_HOSTS)
    if match is None or parts.hostname not in ours or match.url_name not in _ROUTES:
        detail = say(
            "{url!r} is not the address of a work, chapter, creator or tag here.", url=url[:200]
        )
        raise InvalidInput(
            detail,
            code="report.target",
            errors=[FieldError("target", "report.target", detail)],
        )
    kind, argument = _ROUTES[match.url_name]
    return Target(kind, int(match.kwargs[argument]))


@dataclass(frozen=True)
class TargetPage:
    """What is reported, as its reporter sees it."""

    kind_label: str
    label: str
    address: str


def target_page(viewer: Viewer, target: Target) -> TargetPage:
    """Name and page of an object that the viewer can see. Raises NotFound for any other."""
    row = _find(viewer, target)
    if row is None:
        raise NotFound(
            say("There is no {kind} {id}.", kind=target.kind, id=target.id),
            code=f"{target.kind}.not_found",
        )
    kind = gettext(Report.Target(target.kind).label)
    return TargetPage(kind, str(row), row.get_absolute_url())


def _find(viewer: Viewer, target: Target) -> Work | Chapter | Creator | Tag | None:
    if target.kind == Report.Target.WORK:
        return Work.objects.visible_to(viewer).filter(pk=target.id).first()
    if target.kind == Report.Target.CHAPTER:
        rows = Chapter.objects.visible_to(viewer).select_related("work")
        return rows.filter(pk=target.id).first()
    if target.kind == Report.Target.TAG:
        return Tag.objects.known_to(viewer).filter(pk=target.id).first()
    if viewer.is_moderator:
        return Creator.objects.filter(pk=target.id).first()
    return find_creator(target.id, viewer)
