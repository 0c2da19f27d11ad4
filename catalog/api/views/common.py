"""What the views of the catalogue share: lists of works, single works, their validators."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from rest_framework import serializers
from rest_framework.response import Response

from archive.core.api.fields import FieldsParameter
from archive.core.api.lists import page_links
from archive.core.api.views import ApiView
from archive.core.paging import check_within
from archive.core.parameters import ParameterForm
from catalog.api.serializers.works import PARTS, WorkBlurbOut
from catalog.filters import WorkFilterSet
from catalog.finder import FacetValue, WorkPage, find_works
from catalog.models import Work
from catalog.workquery import WorkQuery


class WorkListFilterSet(WorkFilterSet):
    """The parameters of the works list with ``fields``."""

    extra: ClassVar[Mapping[str, Any]] = {"fields": FieldsParameter(WorkBlurbOut)}


class FacetValueOut(serializers.Serializer):
    """One value of a facet and how many works of the result it has."""

    id = serializers.IntegerField(allow_null=True, help_text="Of tags; null for others.")
    value = serializers.CharField(help_text="What to filter by.")
    name = serializers.CharField()
    count = serializers.IntegerField()
    selected = serializers.BooleanField(help_text="Whether the request filters by it.")


class QueryOut(serializers.Serializer):
    """The request in its normal form."""

    normal = serializers.CharField(allow_blank=True, help_text="The text query.")
    url = serializers.URLField(help_text="The whole request, tags by id.")


class WorkPageOut(serializers.Serializer):
    """A page of works with what belongs to the whole result."""

    count = serializers.IntegerField(help_text="How many works there are on all pages.")
    next = serializers.URLField(allow_null=True, help_text="The next page, if any.")
    previous = serializers.URLField(allow_null=True, help_text="The page before, if any.")
    results = WorkBlurbOut(many=True)
    facets = serializers.DictField(
        child=FacetValueOut(many=True), help_text="By kind, as asked for with `facets`."
    )
    did_you_mean = serializers.ListField(
        child=serializers.CharField(), help_text="Other text queries that find more."
    )
    notices = serializers.ListField(child=serializers.CharField(), help_text="For people.")
    partial = serializers.BooleanField(  # type: ignore[assignment]  # taken out by the metaclass
        help_text="The search ran out of time: these are the results found by then."
    )
    degraded = serializers.BooleanField(
        help_text="The index is away: titles, creators and tags were searched, texts were not."
    )
    query = QueryOut()


class WorkListView(ApiView):
    """A list of works: the same machinery whatever address narrows it."""

    def read_parameters(self) -> dict[str, Any]:
        """The filter set reads them, where the address is known."""
        return {}

    def list_works(self, base: WorkQuery | None = None) -> Response:
        """The page asked for. Raises InvalidInput with every fault, NotFound past the end."""
        filters = self.filters(base)
        return self.answer(filters, self.query_of(filters))

    def answer(self, filters: WorkListFilterSet, query: WorkQuery) -> Response:
        """The page of a query. Raises NotFound past the end."""
        page = find_works(query, self.viewer)
        check_within(filters.page, page.total)
        return Response(self.page_of(filters, page))

    def filters(self, base: WorkQuery | None = None) -> WorkListFilterSet:
        """The filters of this request."""
        return WorkListFilterSet(self.request.query_params, viewer=self.viewer, base=base)

    def query_of(self, filters: WorkListFilterSet) -> WorkQuery:
        """What is asked, with only what the wanted fields need."""
        query = filters.to_query()
        if query.has_text:
            self.count_search()
        wanted: Collection[str] = filters.form.cleaned_data["fields"]
        if not wanted:
            return replace(query, parts=PARTS)
        parts = tuple(part for part in PARTS if part in wanted)
        wants_snippets = query.highlight and "highlights" in wanted
        return replace(query, parts=parts, highlight=wants_snippets)

    def present(self, works: list[Work], **context: Any) -> list[dict[str, Any]]:
        """Blurbs."""
        out = WorkBlurbOut(context={"viewer": self.viewer, "links": self.links, **context})
        return out.present_all(works)

    def page_of(self, filters: WorkListFilterSet, page: WorkPage) -> dict[str, Any]:
        """The whole answer of a list of works."""
        params = filters.to_params()
        return {
            "count": page.total,
            **page_links(self.http, self.links, filters.page, page.total),
            "results": self.present(
                page.works, only=filters.form.cleaned_data["fields"], snippets=page.snippets
            ),
            "facets": {kind: list(map(_facet, rows)) for kind, rows in page.facets.items()},
            "did_you_mean": page.did_you_mean,
            "notices": [*page.notices, *_notices(page)],
            "partial": page.partial,
            "degraded": page.degraded,
            "query": {
                "normal": page.normal,
                "url": f"{self.links.api('work-list')}?{urlencode(params)}".rstrip("?"),
            },
        }


def works_list_parameters(*hidden: str) -> type[ParameterForm]:
    """The parameters of a works list, for the description of the API."""
    return WorkListFilterSet.form_class(hidden=hidden)


def _facet(value: FacetValue) -> dict[str, Any]:
    return {
        "id": value.id,
        "value": value.value or str(value.id),
        "name": value.name,
        "count": value.count,
        "selected": value.selected,
    }


def _notices(page: WorkPage) -> list[str]:
    notices = []
    if page.left_out:
        notices.append(
            f"{page.left_out:,} works are left out because of tags you block; "
            f"include_blocked=true shows them."
        )
    if page.partial:
        notices.append("The search took too long; these are the results found in time.")
    return notices
