"""Tags: a tag with its works, and the browse pages of each kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from archive.core.text import tag_slug
from catalog.browsing import (
    get_tag,
    letters_of,
    media_shelves,
    popular_tags,
    relations_of,
    tags_by_name,
)
from catalog.models import Kind
from catalog.web.listing import make_listing, render_listing
from catalog.workquery import TagRef, WorkQuery

TITLES = {
    "fandoms": (Kind.FANDOM, "Fandoms"),
    "characters": (Kind.CHARACTER, "Characters"),
    "relationships": (Kind.RELATIONSHIP, "Relationships"),
    "tags": (Kind.FREEFORM, "Tags"),
}


def tag(request: HttpRequest, tag_id: int, slug: str = "") -> HttpResponse:
    """A tag, what stands around it, and its works with the filter panel."""
    found = get_tag(tag_id)
    if found.synonym_of is not None:
        return redirect(found.synonym_of, permanent=True)
    if slug != tag_slug(found.name):
        query = request.GET.urlencode()
        address = found.get_absolute_url() + (f"?{query}" if query else "")
        return redirect(address, permanent=True)
    base = WorkQuery(tags=(TagRef(found.pk, exact=not found.is_canonical),))
    listing = make_listing(request, base)
    context = {
        "tag": found,
        "kind_label": Kind(found.kind).label,
        "around": relations_of(found),
        "section": "fandoms" if found.kind == Kind.FANDOM else "tags",
    }
    return render_listing(request, "catalog/tag.html", listing, context)


def browse(request: HttpRequest, section: str) -> HttpResponse:
    """The tags of a kind: by medium or popular ones first, and A to Z."""
    kind, title = TITLES[section]
    letter, text = request.GET.get("letter", "")[:4], request.GET.get("q", "")[:100]
    media = request.GET.get("media", "")
    number = request.GET.get("page", "1")
    is_searching = bool(letter or text or media)
    page = None
    if is_searching:
        page = tags_by_name(
            kind,
            letter=letter,
            text=text,
            media_id=int(media) if media.isdecimal() and len(media) < 18 else None,
            page=int(number) if number.isdecimal() and len(number) < 9 else 1,
        )
    context = {
        "title": title,
        "kind": kind.value,
        "section": section,
        "letters": letters_of(kind),
        "letter": letter,
        "text": text,
        "page": page,
        "shelves": media_shelves(30) if kind == Kind.FANDOM and not is_searching else [],
        "popular": _weighted(popular_tags(kind)) if not is_searching else [],
    }
    return render(request, "catalog/tag_browse.html", context)


def _weighted(tags: list) -> list[tuple[object, int]]:
    """Tags by name with a weight from 1 to 5 by their rank in use."""
    step = max(1, -(-len(tags) // 5))
    ranked = [(tag, 5 - place // step) for place, tag in enumerate(tags)]
    return sorted(ranked, key=lambda pair: pair[0].folded)
