"""Tags of all kinds, and each kind under its own name."""

import json
from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import envelope, sparse
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.paging import PageRequest
from archive.core.parameters import (
    ChoiceParameter,
    NumberParameter,
    PageForm,
    ParameterForm,
    TextParameter,
    raise_faults,
)
from archive.core.viewer import Viewer
from catalog.api import examples
from catalog.api.serializers.tags import (
    STATUSES,
    PlanOut,
    RelatedTagOut,
    TagChangeIn,
    TagChoiceOut,
    TagCompletionOut,
    TagDetailOut,
    TagIn,
    TagOut,
)
from catalog.api.views.common import WorkListView, WorkPageOut, works_list_parameters
from catalog.api.wrangling import (
    DRY_RUN,
    DryRunParams,
    answer_act,
    change_tag,
    common,
    is_dry_run,
    new_tag,
)
from catalog.filter_tags import ask, meant_by, resolve
from catalog.filter_values import TagName, TagParameter
from catalog.models import Kind, Tag
from catalog.services.wrangling import delete_unused_tag
from catalog.tagaround import around, find_tag
from catalog.tagrelated import related
from catalog.tagsearch import COMPLETIONS, ORDERINGS, autocomplete, browse
from catalog.tagsearch import resolve as resolve_name
from catalog.workquery import WorkQuery

KINDS = tuple(kind.value for kind in Kind)
KIND_PATHS = {
    "fandoms": "fandom",
    "characters": "character",
    "relationships": "relationship",
    "freeforms": "freeform",
    "warnings": "warning",
    "ratings": "rating",
    "categories": "category",
    "media": "media",
}


def kind_parameter() -> ChoiceParameter:
    """``kind``: one kind of tags."""
    return ChoiceParameter("Tags of this kind.", allowed=KINDS, example="fandom")


@sparse(TagOut)
class KindListParams(PageForm):
    """The parameters of the tags of one kind."""

    q = TextParameter("What the name has: each word begins a word of it.", example="sher hol")
    fandom = TagParameter(
        "Tags that belong to this fandom, by id or name.", repeated=False, example=12
    )
    status = ChoiceParameter("The state of the tags.", allowed=STATUSES, example="canonical")
    ordering = ChoiceParameter(
        "The order; without it the very name first, then the most used, then by name.",
        allowed=ORDERINGS,
        example="-works",
    )


class TagListParams(KindListParams):
    """The parameters of the list of tags."""

    kind = kind_parameter()


@sparse(TagDetailOut)
class TagParams(ParameterForm):
    """The parameters of one tag."""


@sparse(TagCompletionOut)
class AutocompleteParams(ParameterForm):
    """The parameters of the completion of tags."""

    q = TextParameter("What was typed; each word begins a word of the name.", example="sher hol")
    fandom = TagParameter("Tags that belong to one of these fandoms, by id or name.", example=[12])
    kind = kind_parameter()
    page_size = NumberParameter("How many.", low=1, high=COMPLETIONS, example=10)


@sparse(TagChoiceOut)
class ResolveParams(ParameterForm):
    """The parameters of the meaning of a name."""

    name = TextParameter("The name.", most=300, required=True, example="slow burn")
    kind = kind_parameter()


@sparse(RelatedTagOut)
class RelatedParams(ParameterForm):
    """The parameters of tags that go together."""

    page_size = NumberParameter("How many.", low=1, high=50, example=20)


class TagList(ApiView):
    """Tags; ``kind`` narrows the address to one kind."""

    kind = ""
    parameters: ClassVar[Any] = {"GET": TagListParams, "POST": DryRunParams}
    scopes: ClassVar[Any] = {"POST": "wrangle"}

    @operation(
        id="tags_list",
        summary="List and search tags",
        answer=envelope(TagOut),
        example=examples.page_of(examples.TAG),
    )
    def get(self, request: Request) -> Response:
        """A page of tags."""
        given = self.params
        fandoms = fandom_ids([given["fandom"]] if given["fandom"] else [], self.viewer)
        rows = browse(
            text=given["q"] or "",
            kind=self.kind or given.get("kind") or "",
            status=given["status"] or "",
            fandom=fandoms[0] if fandoms else None,
            ordering=given["ordering"] or "",
            viewer=self.viewer,
        )
        tags, total = fetch_page(rows, given["page"])
        context = {"viewer": self.viewer, "links": self.links, "only": given["fields"]}
        results = TagOut(context=context).present_all(tags)
        return Response(enveloped(self.http, self.links, given["page"], total, results))

    @operation(
        id="tags_create",
        summary="Make a tag",
        description=f"Wranglers; closed kinds are for moderators. {DRY_RUN}",
        request=TagIn,
        request_example={"kind": "freeform", "name": "Slow Burn", "canonical": True},
        answer=TagDetailOut,
        status=201,
        example=examples.TAG_DETAIL,
        others={200: PlanOut},
        tag="wrangling",
    )
    def post(self, request: Request) -> Response:
        """The new tag, or the plan."""
        values = TagIn.values_of(request.data)
        plan = new_tag(self, values)
        return answer_act(self, plan, present_tag, values=values, status=201)


class KindList(TagList):
    """The tags of one kind under its own name."""

    parameters: ClassVar[Any] = {"GET": KindListParams}
    http_method_names = ["get", "head", "options"]


class TagDetail(ApiView):
    """One tag."""

    kind = ""
    parameters: ClassVar[Any] = {
        "GET": TagParams,
        "PATCH": DryRunParams,
        "DELETE": DryRunParams,
    }
    scopes: ClassVar[Any] = {"PATCH": "wrangle", "DELETE": "wrangle"}

    @operation(
        id="tags_retrieve",
        summary="One tag",
        description="With what stands around it. For a tag that was merged into another this is "
        "the other, and `redirected_from` says so.",
        answer=TagDetailOut,
        example=examples.TAG_DETAIL,
        conditional=True,
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The tag, or the one it was merged into."""
        asked = find_tag(pk, kind=self.kind, viewer=self.viewer)
        tag = asked.synonym_of or asked
        redirected_from = pk if tag.pk != pk else None
        only = self.params["fields"]
        body = present_tag(self, tag, redirected_from=redirected_from, only=only)
        etag = self.etag("tag", tag.pk, tag.version, json.dumps(body))
        return self.conditional_as_seen(etag) or Response(body)

    @operation(
        id="tags_update",
        summary="Rename a tag or mark it unwrangleable",
        description="Another spelling is for wranglers, another name for moderators. " + DRY_RUN,
        request=TagChangeIn,
        request_example={"unwrangleable": True},
        answer=TagDetailOut,
        example=examples.TAG_DETAIL,
        conditional=True,
        tag="wrangling",
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The changed tag, or the plan."""
        values = TagChangeIn.values_of(request.data)
        return answer_act(self, change_tag(self, pk, values), present_tag, values=values)

    @operation(
        id="tags_delete",
        summary="Delete a tag that nothing uses",
        description=f"409 `tag.in_use` for any other. {DRY_RUN}",
        status=204,
        tag="wrangling",
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say; the plan in a dry run."""
        plan = delete_unused_tag(tag_id=pk, **common(self, {}))
        if is_dry_run(self, {}):
            return Response(plan.as_dict())
        return Response(status=204)


class KindDetail(TagDetail):
    """One tag of one kind under the kind's own name."""

    parameters: ClassVar[Any] = {"GET": TagParams}
    http_method_names = ["get", "head", "options"]


class TagWorks(WorkListView):
    """The works of a tag, with all the machinery of the works list."""

    kind = ""
    parameters: ClassVar[Any] = {"GET": works_list_parameters()}

    @operation(
        id="tags_works",
        summary="The works of a tag",
        description="Works found under the tag, with every parameter of /works/.",
        answer=WorkPageOut,
        example=examples.WORK_PAGE,
        problems=(503,),
    )
    def get(self, request: Request, pk: int) -> Response:
        """A page of works."""
        tag = find_tag(pk, kind=self.kind, viewer=self.viewer)
        return self.list_works(WorkQuery(tags=(meant_by(tag),)))


class TagRelated(ApiView):
    """Tags that go together with one."""

    parameters: ClassVar[Any] = {"GET": RelatedParams}

    @operation(
        id="tags_related",
        summary="Tags that go together with this one",
        description="That stand on the same works more often than by chance, the most telling "
        "first.",
        answer=envelope(RelatedTagOut),
        example=examples.page_of(
            {
                "id": 31,
                "name": "John Watson",
                "kind": "character",
                "url": "https://archive.example/api/v1/tags/31/",
                "web_url": "https://archive.example/tags/31-john-watson/",
                "together": 17,
                "strength": 42.5,
            }
        ),
        tag="tags",
    )
    def get(self, request: Request, pk: int) -> Response:
        """Some tags."""
        limit = self.params["page_size"] or 20
        found = related(find_tag(pk, viewer=self.viewer), limit=limit)
        return _all_at_once(self, RelatedTagOut, found, limit)


class TagAutocomplete(ApiView):
    """Completion of tags."""

    parameters: ClassVar[Any] = {"GET": AutocompleteParams}

    @operation(
        id="tags_autocomplete",
        summary="Complete a tag",
        description="Canonical tags and synonyms whose words begin with what was typed; accents "
        "do not matter, slips are forgiven when nothing matches.",
        answer=envelope(TagCompletionOut),
        example=examples.page_of(examples.TAG_CHOICE),
        tag="tags",
    )
    def get(self, request: Request) -> Response:
        """At most fifteen tags."""
        given = self.params
        limit = given["page_size"] or COMPLETIONS
        fandoms = fandom_ids(given["fandom"] or (), self.viewer)
        found = autocomplete(
            given["q"] or "", kind=given["kind"] or "", fandoms=fandoms, limit=limit
        )
        return _all_at_once(self, TagCompletionOut, found, limit)


class TagResolve(ApiView):
    """The meaning of a name."""

    parameters: ClassVar[Any] = {"GET": ResolveParams}

    @operation(
        id="tags_resolve",
        summary="The tag that a name means",
        description="Folded and through aliases; 404 `tag.unknown` with suggestions, 400 "
        "`tag.ambiguous` for a name of several kinds.",
        answer=TagChoiceOut,
        example=examples.TAG_RESOLVED,
        problems=(404,),
        tag="tags",
    )
    def get(self, request: Request) -> Response:
        """The tag as it is; its canonical tag beside it."""
        tag = resolve_name(self.params["name"], kind=self.params["kind"] or "", viewer=self.viewer)
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        return Response(TagChoiceOut(context=context).present(tag))


def present_tag(
    view: ApiView, tag: Tag, *, redirected_from: int | None = None, only: Collection[str] = ()
) -> dict[str, Any]:
    """A tag with what stands around it."""
    context = {
        "viewer": view.viewer,
        "links": view.links,
        "only": only,
        "around": around(tag),
        "redirected_from": redirected_from,
    }
    return TagDetailOut(context=context).present(tag)


def fandom_ids(names: Sequence[TagName], viewer: Viewer) -> list[int]:
    """The ids of fandoms given by id or name. Raises InvalidInput ``tag.unknown``."""
    questions = ask("fandom", names)
    answers = resolve(questions, viewer)
    raise_faults(answers.faults)
    return [answers.refs[question].id for question in questions]


def _all_at_once(view: ApiView, out: type[Any], rows: Sequence[Any], limit: int) -> Response:
    """A short list that has no further pages."""
    context = {"viewer": view.viewer, "links": view.links, "only": view.params["fields"]}
    results = out(context=context).present_all(rows)
    page = PageRequest(1, max(limit, 1))
    return Response(enveloped(view.http, view.links, page, len(results), results))
