"""Works: the list with search and facets, one work, works like it, a work by chance."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import envelope, sparse
from archive.core.api.lists import enveloped
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.errors import NotAllowed, NotFound, SignInRequired
from archive.core.paging import PageRequest
from archive.core.parameters import ListParameter, NumberParameter, ParameterForm
from archive.core.viewer import Viewer
from catalog.api import examples
from catalog.api.serializers.works import PARTS, WorkBlurbOut, WorkDetailOut
from catalog.api.serializers.writing import WorkIn
from catalog.api.stamps import stamp_of
from catalog.api.views.common import WorkListView, WorkPageOut, works_list_parameters
from catalog.api.writing import expect, read_work, save_new_work, save_work
from catalog.blocking import without_blocked
from catalog.finder import get_finder
from catalog.models import Work
from catalog.querysets.work import give_parts
from catalog.reading import chapters_of, get_work, may_edit
from catalog.services.works import delete_work, post_work

SIMILAR_MAX = 50
TEXTS = ("body_html", "summary_html", "notes_html", "end_notes_html")
SOURCES = ("summary", "notes", "end_notes", "body")


def include_parameter() -> ListParameter:
    """``include``: what is sent besides the usual fields."""
    return ListParameter(
        "What is sent besides: text (every chapter's text), source (what the creators wrote, for "
        "themselves alone).",
        allowed=("text", "source"),
        example="text",
    )


@sparse(WorkDetailOut)
class WorkDetailParams(ParameterForm):
    """The parameters of one work."""

    include = include_parameter()


@sparse(WorkBlurbOut)
class SimilarParams(ParameterForm):
    """The parameters of works like one."""

    page_size = NumberParameter("How many works.", low=1, high=SIMILAR_MAX, example=10)


class WorkList(WorkListView):
    """All works: listing, filtering and searching in one."""

    parameters: ClassVar[Any] = {"GET": works_list_parameters()}
    scopes: ClassVar[Any] = {"POST": "write"}

    @operation(
        id="works_list",
        summary="List, filter and search works",
        description="One endpoint for lists, filters, full-text search, facets and snippets. "
        "Counts are exact and follow what the caller may see.",
        answer=WorkPageOut,
        example=examples.WORK_PAGE,
        problems=(503,),
        tag="works",
    )
    def get(self, request: Request) -> Response:
        """A page of works."""
        return self.list_works()

    @operation(
        id="works_create",
        summary="Add a work",
        description="A whole work with its chapters; a draft unless `status` is posted. Nothing "
        "is kept unless all of it is right; every fault of every field is told.",
        request=WorkIn,
        request_example=examples.WORK_IN,
        answer=WorkDetailOut,
        status=201,
        example=examples.WORK_DETAIL,
        tag="works",
    )
    def post(self, request: Request) -> Response:
        """A new work."""
        work = save_new_work(self.viewer, read_work(request.data))
        response = Response(present_work(self, work.pk), status=201)
        response.headers["Location"] = self.links.api("work-detail", work.pk)
        return response

    def read_parameters(self) -> dict[str, Any]:
        """A list has those of the filter set, a new work none."""
        return {} if self.is_read else super(WorkListView, self).read_parameters()


class WorkDetail(ApiView):
    """One work."""

    parameters: ClassVar[Any] = {"GET": WorkDetailParams}
    scopes: ClassVar[Any] = {"PATCH": "write", "DELETE": "write"}

    @operation(
        id="works_retrieve",
        summary="One work",
        description="Everything about a work; with `include=text` all of its text in one request.",
        answer=WorkDetailOut,
        example=examples.WORK_DETAIL,
        conditional=True,
        problems=(403,),
        tag="works",
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The work as the caller may see it."""
        stamp = stamp_of(pk, self.viewer)
        if stamp is not None:
            etag = self.etag("work", pk, stamp.version, *stamp.parts)
            unchanged = self.conditional(etag, stamp.modified_at)
            if unchanged is not None:
                return unchanged
        work = get_work(pk, self.viewer, for_blurb=False)
        give_parts([work], PARTS)
        include, only = self.params["include"], self.params["fields"]
        return Response(detail(self, work, include=include, only=only))

    @operation(
        id="works_update",
        summary="Change a work",
        description="Only what is sent changes. Chapters have addresses of their own. "
        "`status: posted` posts a draft.",
        request=WorkIn,
        request_example={"summary": "Now with an epilogue.", "expected_chapters": 4},
        answer=WorkDetailOut,
        example=examples.WORK_DETAIL,
        conditional=True,
        tag="works",
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The changed work."""
        save_work(self.viewer, pk, read_work(request.data, is_new=False), expect(self, pk))
        return Response(present_work(self, pk))

    @operation(
        id="works_delete",
        summary="Delete a work",
        description="Takes a work away from everybody at once.",
        status=204,
        conditional=True,
        tag="works",
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        delete_work(actor=self.viewer, work_id=pk, version=expect(self, pk))
        return Response(status=204)


class WorkPost(ApiView):
    """Posting a draft."""

    scopes: ClassVar[Any] = {"POST": "write"}

    @operation(
        id="works_post",
        summary="Post a draft",
        description="Lets readers see a work and, where none is posted yet, its first chapter. "
        "What is missing is 400 `work.not_postable`.",
        answer=WorkDetailOut,
        example=examples.WORK_DETAIL,
        tag="works",
    )
    def post(self, request: Request, pk: int) -> Response:
        """The posted work."""
        post_work(actor=self.viewer, work_id=pk)
        return Response(present_work(self, pk))


class WorkSimilar(ApiView):
    """Works like one."""

    parameters: ClassVar[Any] = {"GET": SimilarParams}

    @operation(
        id="works_similar",
        summary="Works like this one",
        description="By shared tags and words, the likest first.",
        answer=envelope(WorkBlurbOut),
        example=examples.work_list(),
        problems=(503,),
        tag="works",
    )
    def get(self, request: Request, pk: int) -> Response:
        """Some works, the likest first."""
        limit = self.params["page_size"] or 10
        work = get_work(pk, self.viewer, for_blurb=False)
        works = get_finder().similar(work, self.viewer, limit)
        works = without_blocked(works, self.viewer)
        context = {"viewer": self.viewer, "links": self.links, "only": self.params["fields"]}
        results = WorkBlurbOut(context=context).present_all(works)
        page = PageRequest(1, limit)
        return Response(enveloped(self.http, self.links, page, len(results), results))


class WorkRandom(WorkListView):
    """A work by chance."""

    parameters: ClassVar[Any] = {"GET": works_list_parameters()}

    @operation(
        id="works_random",
        summary="A work by chance",
        description="One work out of those that the filters leave; 404 when they leave none.",
        answer=WorkBlurbOut,
        example=examples.WORK_BLURB,
        problems=(503,),
        tag="works",
    )
    def get(self, request: Request) -> Response:
        """One work."""
        filters = self.filters()
        works = get_finder().random(self.query_of(filters), self.viewer, 1)
        if not works:
            raise NotFound("No work is left by these filters.", code="work.none_found")
        response = Response(self.present(works, only=filters.form.cleaned_data["fields"])[0])
        response.headers["Cache-Control"] = "no-store"
        return response


def present_work(view: ApiView, pk: int) -> dict[str, Any]:
    """A work after a change, with what its creators wrote; its validators go on the answer."""
    work = get_work(pk, view.viewer, for_blurb=False)
    stamp = stamp_of(pk, view.viewer)
    if stamp is not None:
        etag = view.etag("work", pk, stamp.version, *stamp.parts)
        view.validators = (etag, stamp.modified_at)
    give_parts([work], PARTS)
    return detail(view, work, include=(), only=())


def detail(
    view: ApiView, work: Work, *, include: Collection[str], only: Collection[str]
) -> dict[str, Any]:
    """The whole work. Raises SignInRequired, NotAllowed for sources that are not the caller's."""
    is_own = may_edit(work, view.viewer)
    if "source" in include:
        require_own(view.viewer, is_own=is_own)
    fields: list[str] = []
    if is_own and not only:
        fields.append("external_id")
    if work.hidden_at is not None and not only:
        fields.append("hidden_reason")
    fields += TEXTS if "text" in include else ()
    fields += SOURCES if "source" in include else ()
    chapters = []
    if not only or "chapters" in only:
        chapters = chapters_of(work, view.viewer, with_text=bool(include))
    context = {
        "viewer": view.viewer,
        "links": view.links,
        "only": only,
        "include": fields,
        "chapters": chapters,
    }
    return WorkDetailOut(context=context).present(work)


def require_own(viewer: Viewer, *, is_own: bool) -> None:
    """Raise unless the viewer acts as a creator of the work whose source is asked for."""
    if viewer.is_anonymous:
        raise SignInRequired("Only its creators see the source of a work; sign in.")
    if not is_own:
        raise NotAllowed("Only its creators see the source of a work.", code="work.not_yours")
