"""Links from one text of a work into another, such as to a note kept in a later chapter, on pages."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from archive.core.html_anchors import AnchorPlaces, PlacedText, leads_out
from archive.core.viewer import Viewer
from catalog.models import Chapter, Work
from catalog.models.sanitised import SanitisedModel

_WORK = ("summary_html", "notes_html", "end_notes_html")
_CHAPTER = ("html", "notes_html", "end_notes_html", "summary_html")


def place_of(kind: type[SanitisedModel], pk: int, name: str) -> str:
    """The name of the place of a field of HTML, unique on any page."""
    place = f"{kind.__name__.lower()}-{pk}"
    part = name.removesuffix("html").strip("_").replace("_", "-")
    return f"{place}-{part}" if part else place


def lead_on(
    work: Work,
    shown: Sequence[Chapter],
    chapters: Sequence[Chapter],
    viewer: Viewer,
    *,
    has_head: bool,
) -> None:
    """Let links of the texts of a page lead to their anchors in other texts of the work.

    ``shown`` are the chapters whose text is on the page, ``chapters`` all that the viewer may read;
    with ``has_head`` the summary and the notes of the work are on it too.
    Texts of other chapters are looked at, in one statement, only where a link needs them. The rows
    are changed for this page alone and must not be saved.
    """
    texts = [*_of_work(work, shown, chapters, has_head=has_head)]
    texts += [text for row in shown for text in _of(row)]
    here = [text for text in texts if not text.page]
    if not any(leads_out(text.safe) for text in here):
        return
    places = AnchorPlaces(texts)
    if any(places.find(name, text.group) is None for text in here for name in leads_out(text.safe)):
        places = AnchorPlaces([*texts, *_elsewhere(work, shown, chapters, viewer)])
    for name in _WORK:
        setattr(work, name, places.lead_on(getattr(work, name), 0))
    for row in shown:
        for name in _CHAPTER:
            setattr(row, name, places.lead_on(getattr(row, name), row.pk))


def _of_work(
    work: Work, shown: Sequence[Chapter], chapters: Sequence[Chapter], *, has_head: bool
) -> Iterator[PlacedText]:
    """The work's own texts, where they stand: before the first chapter, behind the last."""
    has_first = bool(shown) and shown[0].pk == chapters[0].pk
    has_last = bool(shown) and shown[-1].pk == chapters[-1].pk
    address = work.get_absolute_url()
    last = chapters[-1].get_absolute_url() if chapters else address
    pages = {
        "summary_html": "" if has_head else address,
        "notes_html": "" if has_head or has_first else address,
        "end_notes_html": "" if has_last else last,
    }
    for name, page in pages.items():
        yield PlacedText(getattr(work, name), place_of(Work, work.pk, name), 0, page)


def _of(row: Chapter) -> Iterator[PlacedText]:
    for name in _CHAPTER:
        yield PlacedText(getattr(row, name), place_of(Chapter, row.pk, name), row.pk)


def _elsewhere(
    work: Work, shown: Sequence[Chapter], chapters: Sequence[Chapter], viewer: Viewer
) -> Iterator[PlacedText]:
    """The texts of the chapters that are not on the page, as far as they hold anchors."""
    addresses = {row.pk: row.get_absolute_url() for row in chapters}
    for row in shown:
        addresses.pop(row.pk, None)
    has_anchor = reduce(or_, (Q(**{f"{name}__contains": ' id="u-'}) for name in _CHAPTER))
    rows = Chapter.objects.visible_to(viewer).filter(has_anchor, work=work, pk__in=addresses)
    for pk, *texts in rows.order_by("position").values_list("pk", *_CHAPTER):
        for name, safe in zip(_CHAPTER, texts, strict=True):
            yield PlacedText(safe, place_of(Chapter, pk, name), pk, addresses[pk])
