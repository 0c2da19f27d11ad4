"""Several works as one file: a series, or any list of works, as one viewer may see them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from archive.core.errors import InvalidInput, NotFound
from archive.core.parameters import TextParameter
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.exporters.content import ExportBook
from catalog.filter_params import without
from catalog.filter_values import IdsParameter
from catalog.filters import WorkFilterSet
from catalog.finder import find_works
from catalog.models import Work
from catalog.people import works_in_order
from catalog.reading import get_series
from catalog.services.export_cache import cached
from catalog.services.exporting import (
    Download,
    check_format,
    check_length,
    contents_of,
    file_stem,
    fingerprint,
)
from catalog.workquery import WorkQuery

MOST_WORKS = 50
MOST_WORDS = 3_000_000
_TITLE_CHARS = 200


class BookFilterSet(WorkFilterSet):
    """The parameters of the works list, with those of a book."""

    extra: ClassVar[Mapping[str, Any]] = {
        "work": IdsParameter(
            f"These works in this order, up to {MOST_WORKS}, instead of a search.", example=[1]
        ),
        "book_title": TextParameter("What the book is called.", example="Lamps and stairs"),
    }


@dataclass(frozen=True)
class BookPlan:
    """A book that may be made: its works in order, fetched for blurbs and for this viewer.

    ``path`` is the list that it was made from; the identifier of the book follows from it.
    """

    title: str
    path: str
    works: Sequence[Work]
    viewer: Viewer
    summary_html: str = ""
    is_series: bool = False

    @property
    def words(self) -> int:
        """The words of all works."""
        return sum(work.word_count for work in self.works)

    @property
    def modified_at(self) -> datetime:
        """When the newest of the works changed."""
        return max(work.modified_at for work in self.works)

    def etag(self, extension: str) -> str:
        """A strong validator: changes with every work, their order, and what the viewer sees."""
        parts: list[object] = [self.title, self.path, self.summary_html]
        for work in self.works:
            parts += [work.pk, work.version, *fingerprint(work, self.viewer)]
        digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
        return f"book.{digest[:40]}.{extension}"


def plan_series(series_id: int, viewer: Viewer) -> BookPlan:
    """The works of a series that lists show this viewer.

    Raises NotFound, SignInRequired, InvalidInput where they are too many.
    """
    series = get_series(series_id, viewer)
    rows = works_in_order(series, viewer)
    total = rows.count()
    _check_number(total)
    return _checked(
        BookPlan(
            title=series.title,
            path=series.get_absolute_url(),
            works=list(rows.for_blurb()),
            viewer=viewer,
            summary_html=series.summary_html,
            is_series=True,
        )
    )


def plan_asked(data: QueryDict | Mapping[str, Any], viewer: Viewer, *, strict: bool) -> BookPlan:
    """The book that an address asks for: all works that it finds, or those of the page it names.

    Raises InvalidInput with every fault, NotFound where there is no work.
    """
    filters = BookFilterSet(data, viewer=viewer, strict=strict)
    query = filters.to_query()
    given = filters.form.cleaned_data
    title = given["book_title"] or ""
    if given["work"]:
        ids = given["work"]
        params = [("work", str(pk)) for pk in ids]
        path = f"{reverse('works')}?{urlencode(params)}"
        return plan_works(ids, viewer, title=title, path=path)
    path = f"{reverse('works')}?{urlencode(without(filters.to_params(), 'page', 'page_size'))}"
    is_paged = any(data.get(name) for name in ("page", "page_size"))
    return plan_list(query, viewer, title=title or query.text, path=path, paged=is_paged)


def plan_list(query: WorkQuery, viewer: Viewer, *, title: str, path: str, paged: bool) -> BookPlan:
    """The works that a query finds, all of them, or those of its page where one was asked for.

    Raises NotFound where there is none, InvalidInput where they are too many.
    """
    if paged:
        _check_number(query.page_size)
    whole = query if paged else replace(query, page=1, page_size=MOST_WORKS)
    page = find_works(replace(whole, facets=(), highlight=False), viewer)
    if not paged:
        _check_number(page.total)
    return _checked(BookPlan(_book_title(title), path, page.works, viewer))


def plan_works(ids: Sequence[int], viewer: Viewer, *, title: str, path: str) -> BookPlan:
    """These works in this order; whichever lists do not show this viewer is missing.

    Raises NotFound where none is left, InvalidInput where they are too many.
    """
    unique = list(dict.fromkeys(ids))
    _check_number(len(unique))
    found = Work.objects.listed_to(viewer).filter(pk__in=unique).for_blurb().in_bulk()
    works = [found[pk] for pk in unique if pk in found]
    return _checked(BookPlan(_book_title(title), path, works, viewer))


def download_book(plan: BookPlan, extension: str) -> Download:
    """The book as a file. Raises NotFound, EngineMissing, InvalidInput."""
    chosen = check_format(extension)
    check_length(extension, plan.words)
    etag = plan.etag(extension)
    return Download(
        filename=f"{file_stem(plan.title) or 'Works'}.{extension}",
        media_type=chosen.media_type,
        body=cached(etag, lambda: chosen.write_book(content_of_book(plan))),
        etag=etag,
    )


def content_of_book(plan: BookPlan) -> ExportBook:
    """What the book holds."""
    url = f"{settings.BASE_URL}{plan.path}"
    return ExportBook(
        identifier=str(uuid5(NAMESPACE_URL, f"{url}#{_ids(plan.works, plan)}")),
        title=plan.title,
        url=url,
        base_url=settings.BASE_URL,
        publisher=settings.SITE_NAME,
        works=tuple(contents_of(plan.works, plan.viewer)),
        summary_html=plan.summary_html,
        is_series=plan.is_series,
    )


def _ids(works: Iterable[Work], plan: BookPlan) -> str:
    """A series keeps its identifier when it grows; a list is the works in it."""
    return "" if plan.is_series else ",".join(str(work.pk) for work in works)


def _book_title(title: str) -> str:
    return title[:_TITLE_CHARS].strip() or gettext("Works from {site}").format(
        site=settings.SITE_NAME
    )


def _check_number(number: int) -> None:
    if number > MOST_WORKS:
        raise InvalidInput(
            say(
                "The list has {number:,} works; at most {most_works} go into one file. Narrow the list, or ask for a part of it with page and page_size={most_works}.",
                number=number,
                most_works=MOST_WORKS,
            ),
            code="download.too_many_works",
            extra={"given": number, "allowed": MOST_WORKS},
        )


def _checked(plan: BookPlan) -> BookPlan:
    if not plan.works:
        raise NotFound(say("There is no work in this list."), code="download.no_works")
    if plan.words > MOST_WORDS:
        raise InvalidInput(
            say(
                "The works have {words:,} words together; at most {most_words:,} go into one file. Narrow the list.",
                words=plan.words,
                most_words=MOST_WORDS,
            ),
            code="download.too_long",
            extra={"given": plan.words, "allowed": MOST_WORDS},
        )
    return plan
