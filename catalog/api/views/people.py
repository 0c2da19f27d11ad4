"""Creators, series and languages."""

import json
from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import envelope, pick, sparse
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.paging import check_within
from archive.core.parameters import ChoiceParameter, PageForm, ParameterForm, TextParameter
from catalog.api import examples
from catalog.api.serializers.people import (
    CreatorDetailOut,
    CreatorOut,
    LanguageOut,
    SeriesDetailOut,
    SeriesOut,
)
from catalog.api.serializers.writing import SeriesIn
from catalog.api.views.common import WorkListView, WorkPageOut, works_list_parameters
from catalog.api.writing import expect_series, read_series, save
from catalog.finder import WorkPage
from catalog.models import Language, Series
from catalog.people import (
    CREATOR_ORDERINGS,
    SERIES_ORDERINGS,
    creators_listed,
    find_creator,
    numbers_of,
    series_listed,
    works_in_order,
)
from catalog.reading import get_series
from catalog.services.series import create_series, delete_series, edit_series
from catalog.visibility import listed_q
from catalog.workquery import WorkQuery

NUMBERS = ("creators", "works_count", "word_count")


@sparse(CreatorOut)
class CreatorListParams(PageForm):
    """The parameters of the list of creators."""

    q = TextParameter("Words, or parts of words, of the name.", example="ozf")
    ordering = ChoiceParameter(
        "The order; name by default.", allowed=CREATOR_ORDERINGS, example="-created"
    )


@sparse(CreatorDetailOut)
class CreatorParams(ParameterForm):
    """The parameters of one creator."""


@sparse(SeriesDetailOut)
class SeriesParams(ParameterForm):
    """The parameters of one series."""


@sparse(LanguageOut)
class LanguageListParams(PageForm):
    """The parameters of the list of languages."""


@sparse(SeriesOut)
class SeriesListParams(PageForm):
    """The parameters of the list of series."""

    q = TextParameter("Words of the title.", example="baker street")
    ordering = ChoiceParameter(
        "The order; title by default.", allowed=SERIES_ORDERINGS, example="-updated"
    )


class CreatorList(ApiView):
    """Creators."""

    parameters: ClassVar[Any] = {"GET": CreatorListParams}

    @operation(
        id="creators_list",
        summary="List creators",
        description="Pen names with works that the caller may see under them.",
        answer=envelope(CreatorOut),
        example=examples.page_of(examples.CREATOR),
    )
    def get(self, request: Request) -> Response:
        """A page of creators."""
        given = self.params
        rows = creators_listed(self.viewer, text=given["q"] or "", ordering=given["ordering"] or "")
        creators, total = fetch_page(rows, given["page"])
        context = {"viewer": self.viewer, "links": self.links, "only": given["fields"]}
        results = CreatorOut(context=context).present_all(creators)
        return Response(enveloped(self.http, self.links, given["page"], total, results))


class CreatorDetail(ApiView):
    """One creator."""

    parameters: ClassVar[Any] = {"GET": CreatorParams}

    @operation(
        id="creators_retrieve",
        summary="One creator",
        answer=CreatorDetailOut,
        example={**examples.CREATOR, "profile_html": "", "claimed": True},
        conditional=True,
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The creator."""
        creator = find_creator(pk, self.viewer)
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        body = CreatorDetailOut(context=context).present(creator)
        etag = self.etag("creator", pk, 1, json.dumps(body))
        return self.conditional_as_seen(etag) or Response(body)


class CreatorWorks(WorkListView):
    """The works of a creator."""

    parameters: ClassVar[Any] = {"GET": works_list_parameters("creator_id")}

    @operation(
        id="creators_works",
        summary="The works of a creator",
        description="With every parameter of /works/. Anonymous works are not among them.",
        answer=WorkPageOut,
        example=examples.WORK_PAGE,
        problems=(503,),
    )
    def get(self, request: Request, pk: int) -> Response:
        """A page of works."""
        find_creator(pk, self.viewer)
        return self.list_works(WorkQuery(creators=(pk,)))


class SeriesList(ApiView):
    """Series."""

    parameters: ClassVar[Any] = {"GET": SeriesListParams}
    scopes: ClassVar[Any] = {"POST": "write"}

    @operation(
        id="series_list",
        summary="List series",
        answer=envelope(SeriesOut),
        example=examples.page_of(examples.SERIES),
    )
    def get(self, request: Request) -> Response:
        """A page of series."""
        given = self.params
        rows = series_listed(self.viewer, text=given["q"] or "", ordering=given["ordering"] or "")
        series, total = fetch_page(rows, given["page"])
        context: dict[str, Any] = {
            "viewer": self.viewer,
            "links": self.links,
            "only": given["fields"],
        }
        if pick(NUMBERS, given["fields"]):
            context["numbers"] = numbers_of([row.pk for row in series], self.viewer)
        results = SeriesOut(context=context).present_all(series)
        return Response(enveloped(self.http, self.links, given["page"], total, results))

    @operation(
        id="series_create",
        summary="Make a series",
        description="`works` are ids of the caller's own works in their order.",
        request=SeriesIn,
        request_example={"title": "Baker Street Lent and Borrowed", "works": [7]},
        answer=SeriesDetailOut,
        status=201,
        example=examples.SERIES_DETAIL,
    )
    def post(self, request: Request) -> Response:
        """The new series."""
        sent = read_series(request.data)
        series = save(sent, lambda: create_series(actor=self.viewer, data=sent.data))
        response = Response(_present(self, series), status=201)
        response.headers["Location"] = self.links.api("series-detail", series.pk)
        return response


class SeriesDetail(ApiView):
    """One series."""

    parameters: ClassVar[Any] = {"GET": SeriesParams}
    scopes: ClassVar[Any] = {"PATCH": "write", "DELETE": "write"}

    @operation(
        id="series_retrieve",
        summary="One series",
        description="With its works in order. Where all of them are for members, guests get 401.",
        answer=SeriesDetailOut,
        example=examples.SERIES_DETAIL,
        conditional=True,
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The series as the caller may see it."""
        series = get_series(pk, self.viewer)
        body = _present(self, series, self.params["fields"])
        etag = self.etag("series", pk, series.version, json.dumps(body))
        return self.conditional(etag, series.updated_at) or Response(body)

    @operation(
        id="series_update",
        summary="Change a series",
        description="Only what is sent changes; `works` replaces the whole order.",
        request=SeriesIn,
        request_example={"complete": True},
        answer=SeriesDetailOut,
        example=examples.SERIES_DETAIL,
        conditional=True,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The changed series."""
        sent = read_series(request.data)
        version = expect_series(self, pk)
        series = save(
            sent,
            lambda: edit_series(actor=self.viewer, series_id=pk, data=sent.data, version=version),
        )
        return Response(_present(self, series))

    @operation(
        id="series_delete",
        summary="Remove a series",
        description="Its works stay.",
        status=204,
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        delete_series(actor=self.viewer, series_id=pk)
        return Response(status=204)


class SeriesWorks(WorkListView):
    """The works of a series."""

    parameters: ClassVar[Any] = {"GET": works_list_parameters("series")}

    @operation(
        id="series_works",
        summary="The works of a series",
        description="In the order of the series, unless a text query, `ordering` or `facets` are "
        "given; with every parameter of /works/.",
        answer=WorkPageOut,
        example=examples.WORK_PAGE,
        problems=(503,),
    )
    def get(self, request: Request, pk: int) -> Response:
        """A page of works."""
        series = get_series(pk, self.viewer)
        filters = self.filters(WorkQuery(series=(pk,)))
        query = self.query_of(filters)
        if query.has_text or query.ordering or query.facets:
            return self.answer(filters, query)
        rows = works_in_order(series, self.viewer).matching(query)
        total = rows.count()
        check_within(filters.page, total)
        end = query.offset + query.page_size
        works = list(rows.for_blurb(query.parts)[query.offset : end])
        return Response(self.page_of(filters, WorkPage(query, works, total)))


class LanguageList(ApiView):
    """Languages."""

    parameters: ClassVar[Any] = {"GET": LanguageListParams}

    @operation(
        id="languages_list",
        summary="List languages",
        description="Every language that a work may be in, by name.",
        answer=envelope(LanguageOut),
        example=examples.page_of(
            {
                "id": 241_702_046_338_448,
                "code": "en",
                "name": "English",
                "native_name": "English",
                "direction": "ltr",
                "works_count": 20,
                "url": "https://archive.example/api/v1/works/?language=en",
                "web_url": "https://archive.example/works/?language=en",
            }
        ),
    )
    def get(self, request: Request) -> Response:
        """A page of languages."""
        page, only = self.params["page"], self.params["fields"]
        rows: QuerySet[Language] = Language.objects.order_by("name", "code")
        if pick(["works_count"], only):
            listed = listed_q(self.viewer, "works__")
            rows = rows.annotate(works_count=Count("works", filter=listed))
        languages, total = fetch_page(rows, page)
        context = {"viewer": self.viewer, "links": self.links, "only": only}
        results = LanguageOut(context=context).present_all(languages)
        return Response(enveloped(self.http, self.links, page, total, results))


def _present(view: ApiView, series: Series, only: Collection[str] = ()) -> dict[str, Any]:
    context: dict[str, Any] = {"viewer": view.viewer, "links": view.links, "only": only}
    if pick(NUMBERS, only):
        context["numbers"] = numbers_of([series.pk], view.viewer)
    if pick(["works"], only):
        works = works_in_order(series, view.viewer)
        context["works"] = list(works.values_list("pk", "title", "series_entries__position"))
    return SeriesDetailOut(context=context).present(series)
