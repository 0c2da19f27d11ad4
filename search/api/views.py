"""Completion of what somebody types into a search box."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import Out, envelope, sparse
from archive.core.api.lists import enveloped
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.paging import PageRequest
from archive.core.parameters import NumberParameter, ParameterForm, TextParameter
from catalog.models import Kind
from search.suggesting import Completion, completions

_MOST = 15
_VIEWS = {"work": "work-detail", "creator": "creator-detail", "tag": "tag-detail"}


class CompletionOut(Out):
    """Something that may be meant."""

    sparse = True

    type = serializers.ChoiceField(choices=("work", "creator", "tag"))
    id = serializers.IntegerField(source="row.pk")
    text = serializers.CharField(help_text="Title or name.")
    kind = serializers.ChoiceField(choices=Kind.choices, allow_null=True, help_text="Of tags.")
    works_count = serializers.IntegerField(allow_null=True)
    url = serializers.URLField(help_text="It in this API.")
    web_url = serializers.URLField(help_text="Its page.")

    def get_url(self, completion: Completion) -> str:
        """The object in this API."""
        return self.links.api(_VIEWS[completion.type], completion.row.pk)

    def get_web_url(self, completion: Completion) -> str:
        """The page of the object."""
        return self.links.page(completion.row)


@sparse(CompletionOut)
class SuggestParams(ParameterForm):
    """The parameters of the completion."""

    q = TextParameter("What was typed.", example="sher")
    page_size = NumberParameter("How many.", low=1, high=_MOST, example=10)


class Suggest(ApiView):
    """Completion over everything."""

    parameters: ClassVar[Any] = {"GET": SuggestParams}

    @operation(
        id="search_suggest",
        summary="Complete a search",
        description="Titles, creators and tags that begin with what was typed, in one list.",
        answer=envelope(CompletionOut),
        example={
            "count": 1,
            "next": None,
            "previous": None,
            "results": [
                {
                    "type": "tag",
                    "id": 12,
                    "text": "Sherlock Holmes",
                    "kind": "fandom",
                    "works_count": 20,
                    "url": "https://archive.example/api/v1/tags/12/",
                    "web_url": "https://archive.example/tags/12-sherlock-holmes/",
                }
            ],
        },
    )
    def get(self, request: Request) -> Response:
        """At most fifteen completions."""
        limit = self.params["page_size"] or _MOST
        found = completions(self.params["q"] or "", self.viewer, limit=limit)
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        results = CompletionOut(context=context).present_all(found)
        page = PageRequest(1, limit)
        return Response(enveloped(self.http, self.links, page, len(results), results))
