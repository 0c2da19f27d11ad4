"""Chapters: of a work, by their place, by their id; added, changed, moved, posted, deleted."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from archive.core.api.fields import envelope, sparse
from archive.core.api.lists import enveloped, fetch_page
from archive.core.api.schema import operation
from archive.core.api.views import ApiView
from archive.core.parameters import PageForm, ParameterForm
from catalog.api import examples
from catalog.api.serializers.chapters import ChapterOut, ChapterPartOut
from catalog.api.serializers.works import WorkDetailOut
from catalog.api.serializers.writing import ChapterIn, ReorderIn
from catalog.api.views.works import SOURCES, TEXTS, include_parameter, present_work, require_own
from catalog.api.writing import expect_chapter, read_chapter, save
from catalog.models import Chapter, Creatorship, Work
from catalog.reading import TEXT_FIELDS, get_chapter, get_chapter_at, get_work
from catalog.services.chapters import (
    add_chapter,
    delete_chapter,
    edit_chapter,
    post_chapter,
    reorder_chapters,
)
from catalog.visibility import acts_as_creator


@sparse(ChapterPartOut)
class ChapterListParams(PageForm):
    """The parameters of the chapters of a work."""

    include = include_parameter()


@sparse(ChapterOut)
class ChapterParams(ParameterForm):
    """The parameters of one chapter."""

    include = include_parameter()


class WorkChapters(ApiView):
    """The chapters of a work."""

    parameters: ClassVar[Any] = {"GET": ChapterListParams}
    scopes: ClassVar[Any] = {"POST": "write"}

    @operation(
        id="works_chapters_list",
        summary="The chapters of a work",
        description="In their order; `include=text` brings the texts.",
        answer=envelope(ChapterPartOut),
        example=examples.chapter_list(),
        conditional=True,
        problems=(403,),
        tag="chapters",
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """A page of chapters."""
        work = get_work(pk, self.viewer, for_blurb=False)
        etag = self.etag("work", pk, work.version, self.viewer)
        unchanged = self.conditional(etag, work.modified_at)
        if unchanged is not None:
            return unchanged
        include = self.params["include"]
        _refuse_source(self, work, include)
        rows = _chapters(self, work)
        rows = rows if include else rows.defer(*TEXT_FIELDS)
        page = self.params["page"]
        chapters, total = fetch_page(rows, page)
        out = ChapterPartOut(context=_context(self, include))
        results = out.present_all(chapters)
        return Response(enveloped(self.http, self.links, page, total, results))

    @operation(
        id="works_chapters_create",
        summary="Add a chapter",
        description="At the end, or at `position`; a draft unless `status` is posted.",
        request=ChapterIn,
        request_example=examples.CHAPTER_IN,
        answer=ChapterOut,
        status=201,
        example=examples.CHAPTER,
        tag="chapters",
    )
    def post(self, request: Request, pk: int) -> Response:
        """The new chapter."""
        sent = read_chapter(request.data)
        chapter = save(sent, lambda: add_chapter(actor=self.viewer, work_id=pk, data=sent.data))
        response = Response(_present(self, chapter.pk), status=201)
        response.headers["Location"] = self.links.api("chapter-detail", chapter.pk)
        return response


class WorkChapterAt(ApiView):
    """A chapter by its place in a work."""

    parameters: ClassVar[Any] = {"GET": ChapterParams}

    @operation(
        id="works_chapters_at",
        summary="The chapter at a place",
        answer=ChapterOut,
        example=examples.CHAPTER,
        conditional=True,
        problems=(403,),
        tag="chapters",
    )
    def get(self, request: Request, pk: int, position: int) -> HttpResponse:
        """The chapter with its text."""
        work = get_work(pk, self.viewer, for_blurb=False)
        chapter = get_chapter_at(work, position, self.viewer)
        chapter.work = work
        return _answer(self, chapter)


class WorkReorder(ApiView):
    """The order of the chapters of a work."""

    scopes: ClassVar[Any] = {"POST": "write"}

    @operation(
        id="works_chapters_reorder",
        summary="Put the chapters into another order",
        description="`order` names every chapter of the work, drafts too, once.",
        request=ReorderIn,
        request_example={"order": [5, 3, 4]},
        answer=WorkDetailOut,
        example=examples.WORK_DETAIL,
        tag="chapters",
    )
    def post(self, request: Request, pk: int) -> Response:
        """The work with its chapters in the new order."""
        values = ReorderIn.values_of(request.data)
        reorder_chapters(actor=self.viewer, work_id=pk, order=values["order"])
        return Response(present_work(self, pk))


class ChapterDetail(ApiView):
    """One chapter."""

    parameters: ClassVar[Any] = {"GET": ChapterParams}
    scopes: ClassVar[Any] = {"PATCH": "write", "DELETE": "write"}

    @operation(
        id="chapters_retrieve",
        summary="One chapter",
        description="With its text and its neighbours.",
        answer=ChapterOut,
        example=examples.CHAPTER,
        conditional=True,
        problems=(403,),
        tag="chapters",
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The chapter with its text."""
        return _answer(self, get_chapter(pk, self.viewer))

    @operation(
        id="chapters_update",
        summary="Change a chapter",
        description="Only what is sent changes; `position` moves it.",
        request=ChapterIn,
        request_example={"title": "A Visitor", "position": 2},
        answer=ChapterOut,
        example=examples.CHAPTER,
        conditional=True,
        tag="chapters",
    )
    def patch(self, request: Request, pk: int) -> Response:
        """The changed chapter."""
        sent = read_chapter(request.data)
        version = expect_chapter(self, pk)
        save(
            sent,
            lambda: edit_chapter(actor=self.viewer, chapter_id=pk, data=sent.data, version=version),
        )
        return Response(_present(self, pk))

    @operation(
        id="chapters_delete",
        summary="Delete a chapter",
        description="Closes the gap. The only posted chapter of a posted work stays: 409.",
        status=204,
        conditional=True,
        tag="chapters",
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Nothing is left to say."""
        delete_chapter(actor=self.viewer, chapter_id=pk, version=expect_chapter(self, pk))
        return Response(status=204)


class ChapterPost(ApiView):
    """Posting a draft chapter."""

    scopes: ClassVar[Any] = {"POST": "write"}

    @operation(
        id="chapters_post",
        summary="Post a draft chapter",
        answer=ChapterOut,
        example=examples.CHAPTER,
        tag="chapters",
    )
    def post(self, request: Request, pk: int) -> Response:
        """The posted chapter."""
        post_chapter(actor=self.viewer, chapter_id=pk)
        return Response(_present(self, pk))


def _answer(view: ApiView, chapter: Chapter) -> HttpResponse:
    work = chapter.work
    etag = view.etag("chapter", chapter.pk, chapter.version, work.version, view.viewer)
    unchanged = view.conditional(etag, max(chapter.modified_at, work.modified_at))
    if unchanged is not None:
        return unchanged
    include = view.params["include"]
    _refuse_source(view, work, include)
    context = _context(view, include)
    context["order"] = list(_chapters(view, work).values_list("pk", flat=True))
    return Response(ChapterOut(context=context).present(chapter))


def _present(view: ApiView, pk: int) -> dict[str, Any]:
    """A chapter after a change; its validators go on the answer."""
    chapter = get_chapter(pk, view.viewer)
    work = chapter.work
    etag = view.etag("chapter", pk, chapter.version, work.version, view.viewer)
    view.validators = (etag, max(chapter.modified_at, work.modified_at))
    context = _context(view, ())
    context["order"] = list(_chapters(view, work).values_list("pk", flat=True))
    return ChapterOut(context=context).present(chapter)


def _chapters(view: ApiView, work: Work) -> QuerySet[Chapter]:
    return Chapter.objects.visible_to(view.viewer).filter(work=work).order_by("position")


def _context(view: ApiView, include: Collection[str]) -> dict[str, Any]:
    fields = [*(TEXTS if "text" in include else ()), *(SOURCES if "source" in include else ())]
    return {
        "viewer": view.viewer,
        "links": view.links,
        "only": view.params.get("fields"),
        "include": fields,
    }


def _refuse_source(view: ApiView, work: Work, include: Collection[str]) -> None:
    if "source" in include:
        rows = Creatorship.objects.filter(work=work)
        owners = rows.values_list("creator__user_id", flat=True)
        require_own(view.viewer, is_own=acts_as_creator(view.viewer, owners))
