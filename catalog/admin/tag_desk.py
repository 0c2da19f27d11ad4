"""The wranglers' desk: bins by fandom and kind, whose fandoms they are, what was done in a day."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from archive.core.errors import DomainError, NotAllowed
from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.said import say, translated
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.models import PROXIES, Fandom, Kind, Tag, WranglerFandom
from catalog.services.wrangling_assignments import assign_fandom, release_fandom
from catalog.tagbins import IN_FANDOMS, KINDS, STATE_LABELS, Bin, Bins, count_bins
from catalog.tagday import DayRow, day_of

_FANDOMS_A_PAGE = 25
_CSV_COLUMNS = ("day", "wrangler", "kind", "act", "times")


@dataclass
class DeskRow:
    """A fandom with its bins, each beside the address of its list."""

    fandom: Tag
    address: str
    bins: list[tuple[Bin, str]]
    waiting: int
    wranglers: list[str]
    is_mine: bool = False


def desk_urls() -> list[URLPattern]:
    """The addresses of the desk, below those of fandoms."""
    view = admin.site.admin_view
    return [
        path("desk/", view(desk_view), name="catalog_tag_desk"),
        path("desk/assign/", view(require_POST(assign_view)), name="catalog_tag_assign"),
        path("day/", view(day_view), name="catalog_tag_day"),
    ]


def desk_view(request: HttpRequest) -> HttpResponse:
    """Bins of the whole archive and of fandoms: one's own, those found, or those that wait most."""
    viewer = _wrangler(request)
    bins = count_bins()
    text = request.GET.get("q", "").strip()[:150]
    is_mine = request.GET.get("mine") == "1"
    ids = _fandom_ids(bins, viewer, text, is_mine=is_mine)
    page = Paginator(ids, _FANDOMS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Wrangling desk"),
        "opts": Fandom._meta,
        "bins": bins,
        "kinds": [gettext(str(kind.label)) for kind in IN_FANDOMS],
        "states": [gettext(label) for label in STATE_LABELS.values()],
        "totals": [
            (
                gettext(str(kind.label)),
                [(each, _list_address(each)) for each in bins.row(bins.totals, [kind])],
            )
            for kind in KINDS
        ],
        "rows": _rows(bins, list(page.object_list), viewer),
        "page": page,
        "text": text,
        "is_mine": is_mine,
        "may_assign": viewer.is_admin,
    }
    return TemplateResponse(request, "admin/catalog/tag_desk.html", context)


def assign_view(request: HttpRequest) -> HttpResponse:
    """Take a fandom or leave it; admins give it to others by name."""
    viewer = _wrangler(request)
    fandom, name = request.POST.get("fandom", ""), request.POST.get("wrangler", "").strip()
    act = release_fandom if request.POST.get("act") == "release" else assign_fandom
    try:
        act(actor=viewer, fandom_id=int(fandom) if is_id(fandom) else 0, username=name)
    except DomainError as error:
        messages.error(request, translated(error.detail))
    back = request.POST.get("back", "")
    address = reverse("admin:catalog_tag_desk")
    return redirect(f"{address}?{back}" if back else address)


def day_view(request: HttpRequest) -> HttpResponse:
    """What wranglers did on a day, by person and kind; ``format=csv`` as a table."""
    _wrangler(request)
    day = _day(request.GET.get("day", ""))
    rows = day_of(day)
    if request.GET.get("format") == "csv":
        return _csv(day.isoformat(), rows)
    context = {
        **admin.site.each_context(request),
        "title": gettext("A day of wrangling"),
        "opts": Fandom._meta,
        "day": day,
        "today": timezone.now().date(),
        "people": _by_person(rows),
        "total": sum(row.times for row in rows),
    }
    return TemplateResponse(request, "admin/catalog/tag_day.html", context)


def _wrangler(request: HttpRequest) -> Viewer:
    viewer = viewer_in(request)
    if not viewer.is_wrangler:
        raise NotAllowed(say("Only wranglers come to the desk."), code="role.missing")
    return viewer


def _fandom_ids(bins: Bins, viewer: Viewer, text: str, *, is_mine: bool) -> list[int]:
    """The fandoms to show: those that have most unsorted tags first."""
    if is_mine:
        mine = WranglerFandom.objects.filter(user_id=viewer.user_id or 0)
        ids = list(mine.values_list("fandom_id", flat=True))
    elif text:
        found = Tag.objects.of_kind(Kind.FANDOM).canonical().in_display_order()
        for word in fold_name(text).split():
            found = found.filter(folded__contains=word)
        ids = list(found.values_list("pk", flat=True)[:500])
    else:
        ids = list(bins.fandoms)
    return sorted(ids, key=lambda pk: (-bins.waiting(pk), pk))


def _rows(bins: Bins, ids: Sequence[int], viewer: Viewer) -> list[DeskRow]:
    fandoms = Tag.objects.in_bulk(ids)
    wranglers: dict[int, list[str]] = {}
    assigned = WranglerFandom.objects.filter(fandom__in=ids).select_related("user")
    for row in assigned:
        wranglers.setdefault(row.fandom_id, []).append(row.user.get_username())
    return [
        DeskRow(
            fandom=fandoms[pk],
            address=reverse("admin:catalog_fandom_change", args=[pk]),
            bins=[
                (each, _list_address(each, pk))
                for each in bins.row(bins.fandoms.get(pk, {}), IN_FANDOMS)
            ],
            waiting=bins.waiting(pk),
            wranglers=wranglers.get(pk, []),
            is_mine=viewer.username in wranglers.get(pk, []),
        )
        for pk in ids
        if pk in fandoms
    ]


def _list_address(found: Bin, fandom_id: int = 0) -> str:
    """The list of the tags in a bin."""
    model = PROXIES[Kind(found.kind)]._meta.model_name
    order = "o=6" if found.state == "unwrangled" else ""
    parts = [f"state={found.state}", f"parent={fandom_id}" if fandom_id else "", order]
    address = reverse(f"admin:catalog_{model}_changelist")
    return f"{address}?{'&'.join(part for part in parts if part)}"


def _day(text: str) -> Any:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day or timezone.now().date()


def _by_person(rows: Sequence[DayRow]) -> list[tuple[str, int, list[DayRow]]]:
    people: dict[str, list[DayRow]] = {}
    for row in rows:
        people.setdefault(row.wrangler, []).append(row)
    sums = [(name, sum(row.times for row in mine), mine) for name, mine in people.items()]
    return sorted(sums, key=lambda person: (-person[1], person[0]))


def _csv(day: str, rows: Sequence[DayRow]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="wrangling-{day}.csv"'
    writer = csv.writer(response)
    writer.writerow(_CSV_COLUMNS)
    writer.writerows((day, row.wrangler, row.kind, row.act, row.times) for row in rows)
    return response
