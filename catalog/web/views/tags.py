"""Tags: a tag with its works, and the browse pages of each kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.text import tag_slug
from catalog.browsing import (
    PER_PAGE,
    get_tag,
    letters_of,
    media_shelves,
    popular_tags,
    tags_by_name,
)
from catalog.models import Kind, Tag
from catalog.tag_numbers import TagNumbers, kept_numbers, numbers_of_tag
from catalog.tag_relations import TagRelations, relations_of
from catalog.web.charts import Chart, Row, upright
from catalog.web.listing import make_listing, render_listing
from catalog.web.pages import page_links, page_of
from catalog.web.panel import FACETS
from catalog.web.tables import csv_of, months, months_or_years
from catalog.workquery import TagRef, WorkQuery

SECTIONS = {
    "fandoms": Kind.FANDOM,
    "characters": Kind.CHARACTER,
    "relationships": Kind.RELATIONSHIP,
    "tags": Kind.FREEFORM,
}
_SHELF = 30
_WEIGHTS = 5
_CHART = 90
_MONTHS = 24
_CHILDREN = 8


def tag(request: HttpRequest, tag_id: int, slug: str = "") -> HttpResponse:
    """A tag, what stands around it, and its works with the filter panel.

    A merged tag and a wrong slug redirect for good and keep the query.
    """
    found = get_tag(tag_id, viewer_in(request))
    if found.kind == Kind.MEDIA:
        return redirect(f"{reverse('fandoms')}?media={found.pk}")
    shown = found.synonym_of or found
    if shown.pk != tag_id or slug != tag_slug(shown.name):
        query = request.META.get("QUERY_STRING", "")
        address = shown.get_absolute_url() + (f"?{query}" if query else "")
        return redirect(address, permanent=True)
    base = WorkQuery(tags=(TagRef(found.pk, exact=not found.is_canonical),))
    listing = make_listing(request, base)
    # What a list is narrowed to says nothing of the tag; what is told of it is on the bare page.
    around, numbers = (None, None) if request.GET else _told_of(found)
    context: dict[str, object] = {
        "beside": numbers.beside if numbers else [],
        "chart": _chart_of(months_or_years(numbers.by_month, _MONTHS)) if numbers else None,
        "tag": found,
        "kind_label": gettext(str(Kind(found.kind).label)),
        "around": around,
        "children": [(FACETS[kind], rows) for kind, rows in around.children] if around else [],
        "section": "fandoms" if found.kind == Kind.FANDOM else "tags",
    }
    return render_listing(request, "catalog/tag.html", listing, context)


def _told_of(tag: Tag) -> tuple[TagRelations, TagNumbers]:
    """What stands around a tag and its numbers: two statements, one where they are kept."""
    kept = kept_numbers(tag)
    around = relations_of(tag, _CHILDREN, with_months=kept is None)
    return around, kept or numbers_of_tag(tag, around.by_month)


def tag_csv(request: HttpRequest, tag_id: int) -> HttpResponse:
    """The works of a tag by month as CSV."""
    found = get_tag(tag_id, viewer_in(request))
    numbers = numbers_of_tag(found.synonym_of or found)
    return csv_of(_chart_of(months(numbers.by_month)))


def browse(request: HttpRequest, section: str) -> HttpResponse:
    """The tags of a kind: by medium or popular ones first, A to Z, or by a part of the name."""
    kind = SECTIONS[section]
    letter, text = request.GET.get("letter", "")[:4], request.GET.get("q", "")[:100]
    media = request.GET.get("media", "")
    asked = [("letter", letter), ("q", text), ("media", media)]
    context: dict[str, object] = {
        "kind": kind.value,
        "section": section,
        "letters": letters_of(kind),
        "letter": letter,
        "text": text,
        "media": media,
    }
    if any(value for _, value in asked):
        found = tags_by_name(
            kind, letter=letter, text=text, media_id=int(media) if is_id(media) else None
        )
        rows = page_of(request, found, PER_PAGE)
        paginator = rows.paginator
        context["rows"] = rows
        context["heading"] = (
            Tag.objects.filter(pk=media, kind=Kind.MEDIA).first() if is_id(media) else None
        )
        context["pages"] = page_links(rows.number, paginator.count, paginator.per_page, asked)
    elif kind == Kind.FANDOM:
        context["shelves"] = media_shelves(_SHELF)
    else:
        popular = popular_tags(kind)
        context |= {"popular": popular, "cloud": _weighted(popular)}
    return render(request, "catalog/tag_browse.html", context)


def _chart_of(rows: list[Row]) -> Chart:
    return upright(
        "works-by-month",
        gettext("Works by month"),
        gettext("Month"),
        gettext("Works"),
        rows,
        height=_CHART,
    )


def _weighted(tags: list[Tag]) -> list[tuple[Tag, int]]:
    """Tags by name with a weight from 1 to 5 by their rank in use."""
    step = max(1, -(-len(tags) // _WEIGHTS))
    ranked = [(tag, _WEIGHTS - place // step) for place, tag in enumerate(tags)]
    return sorted(ranked, key=lambda pair: pair[0].folded)
