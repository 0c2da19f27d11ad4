"""Works in the admin: found in the site's own query language, edited by the service of works."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.core.errors import DomainError
from archive.core.html import text_of
from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.said import translated
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link, links
from catalog.admin.work_form import WorkForm
from catalog.finder import find_works
from catalog.models import Chapter, Creatorship, Work
from catalog.reading import chapters_of
from catalog.services.access import is_creator
from catalog.services.moderation import approve_work, refuse_work
from catalog.services.private import open_private_work
from catalog.services.works import post_work
from catalog.visibility import owned_by
from catalog.workquery import WorkQuery

_FOUND = 100
_TEXTS_SHOWN = ("summary_shown", "notes_shown", "end_notes_shown")


class StateFilter(admin.SimpleListFilter):
    """Draft, posted, and what keeps a posted work from readers."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The states."""
        return [
            ("readable", gettext("Readers see it")),
            ("draft", gettext("Draft")),
            ("members", gettext("For members")),
            ("hidden", gettext("Hidden")),
            ("locked", gettext("Locked")),
            ("held", gettext("Held for review")),
            ("anonymous", gettext("Anonymous")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Works in the state."""
        conditions = {
            "readable": Q(status="posted", hidden_at=None, held_at=None),
            "draft": Q(status="draft"),
            "members": Q(is_restricted=True),
            "hidden": Q(hidden_at__isnull=False),
            "locked": Q(locked_at__isnull=False),
            "held": Q(held_at__isnull=False),
            "anonymous": Q(is_anonymous=True),
        }
        value = self.value()
        return queryset.filter(conditions[value]) if value in conditions else queryset


@admin.register(Work)
class WorkAdmin(ArchiveModelAdmin):
    """For moderators to look at, for archivists to complete works of creators without account."""

    form = WorkForm
    list_display = (
        *("title", "byline", "state", "word_count", "chapters", "language"),
        *("updated_at", "on_site"),
    )
    list_filter = (StateFilter, "is_complete", ("language", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("language",)
    date_hierarchy = "published_at"
    ordering = ("-modified_at", "-id")
    search_fields = ("title",)
    search_help_text = _(
        "words, or the site's query language: creator:ozfan words:>1000 -tag:fluff"
    )
    autocomplete_fields = ("language",)
    actions = ["post_selected", "approve_selected", "refuse_selected"]
    change_form_template = "admin/catalog/work_change.html"
    readonly_fields = (
        *("byline", "state", "word_count", "chapters", "published_at", "updated_at"),
        *("created_at", "modified_at", "hidden_reason", "continues_in", "version"),
        *("chapter_links", "series_links"),
    )
    fieldsets = (
        (None, {"fields": ("title", "byline", "state", "language", "expected_chapters")}),
        (_("Texts"), {"fields": ("summary", "notes", "end_notes")}),
        (
            _("Tags"),
            {
                "fields": (
                    *("rating", "warnings", "categories", "fandoms"),
                    *("relationships", "characters", "freeforms"),
                )
            },
        ),
        (_("Who sees it"), {"fields": ("is_restricted", "is_anonymous", "hidden_reason")}),
        (
            _("What it consists of"),
            {"fields": ("chapter_links", "series_links", "word_count", "chapters")},
        ),
        (
            _("Where it is from"),
            {
                "fields": (
                    *("source_url", "continues_in", "published_at", "updated_at"),
                    *("created_at", "modified_at", "version"),
                )
            },
        ),
    )

    def may_come(self, viewer: Viewer) -> bool:
        """Moderators, archivists, admins."""
        return viewer.is_moderator or viewer.is_archivist

    def get_fieldsets(self, request: HttpRequest, obj: Work | None = None) -> Any:
        """Who only looks is shown the texts and tags, which the form would know."""
        own = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            return own
        shown: dict[Any, Any] = {
            _("Texts"): {"fields": _TEXTS_SHOWN},
            _("Tags"): {"fields": ("tags_shown",)},
        }
        return [(title, shown.get(title or "", options)) for title, options in own]

    def get_readonly_fields(self, request: HttpRequest, obj: Work | None = None) -> Any:
        """With what is shown in place of the form's own fields."""
        return (*super().get_readonly_fields(request, obj), *_TEXTS_SHOWN, "tags_shown")

    def rows(self, viewer: Viewer) -> QuerySet:
        """What the viewer may open on the site too."""
        made = Creatorship.objects.all()
        named = Q(is_anonymous=False) | owned_by(viewer, made)
        if viewer.is_moderator:
            named = Q(pk__isnull=False)
        rows: QuerySet = Work.objects.visible_to(viewer).annotate(
            is_named=Case(When(named, then=True), default=False)
        )
        return rows.prefetch_related(
            Prefetch("creatorships", queryset=made.select_related("creator"))
        )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Work | None:
        """The work; admins may open the drafts of others, which is written to the log."""
        found: Work | None = super().get_object(request, object_id, from_field)
        viewer = viewer_in(request)
        if found is None and viewer.is_admin and is_id(object_id):
            found = open_private_work(actor=viewer, work_id=int(object_id))
        if found is not None:
            found.seen_chapters = chapters_of(found, viewer)  # type: ignore[attr-defined]
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Works that the site finds for the text, the best hundred, and words of titles."""
        text = search_term.strip()
        if not text:
            return queryset, False
        query = WorkQuery(text=text, lenient=True, page_size=_FOUND, parts=())
        page = find_works(query, viewer_in(request))
        if page.error is not None:
            self.message_user(request, translated(page.error.reason), messages.WARNING)
        wanted = Q(pk__in=[work.pk for work in page.works]) | Q(title__icontains=text)
        if is_id(text):
            wanted |= Q(pk=int(text))
        return queryset.filter(wanted), False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Works that the viewer acts for as a creator; drafts and posted ones alike."""
        viewer = viewer_in(request)
        if not viewer.is_archivist:
            return False
        return obj is None or (obj.hidden_at is None and is_creator(viewer, obj))

    @admin.action(description=_("Post the selected drafts"))
    def post_selected(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Let readers see drafts; what one lacks is said."""
        for work in queryset[:_FOUND]:
            try:
                post_work(actor=viewer_in(request), work_id=work.pk)
            except DomainError as error:
                self.message_user(
                    request, f"{work.title}: {translated(error.detail)}", messages.ERROR
                )
            else:
                told = gettext("{} is posted.").format(work.title)
                self.message_user(request, told, messages.SUCCESS)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Those of the viewer's role."""
        actions = super().get_actions(request)
        viewer = viewer_in(request)
        for name in ("approve_selected", "refuse_selected"):
            if not viewer.is_moderator:
                actions.pop(name, None)
        return actions

    @admin.action(description=_("Take the selected held imports in"))
    def approve_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Let readers see imports that were held for review."""
        return self._review(request, queryset, approve_work)

    @admin.action(description=_("Refuse the selected held imports"))
    def refuse_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Not take them in; within 30 days they can be brought back."""
        return self._review(request, queryset, refuse_work)

    def _review(
        self, request: HttpRequest, queryset: QuerySet, run: Callable[..., Work]
    ) -> HttpResponse | None:
        """Ask for the reason, then act on each; what does not fit is said."""
        works = list(queryset[:_FOUND])
        reason = request.POST.get("reason", "").replace("\0", "")
        if not reason.strip():
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Why?"),
                "opts": self.model._meta,
                "works": works,
                "action": request.POST.get("action", ""),
                "is_asked_again": "reason" in request.POST,
            }
            return TemplateResponse(request, "admin/catalog/work_review.html", context)
        for work in works:
            try:
                run(actor=viewer_in(request), work_id=work.pk, reason=reason)
            except DomainError as error:
                self.message_user(
                    request, f"{work.title}: {translated(error.detail)}", messages.ERROR
                )
            else:
                told = gettext("Done: {}.").format(work.title)
                self.message_user(request, told, messages.SUCCESS)
        return None

    @admin.display(description=_("by"))
    def byline(self, work: Work) -> SafeString | str:
        """Its creators; an anonymous work's are for moderators and themselves."""
        if not getattr(work, "is_named", True):
            return gettext("Anonymous")
        made = work.creatorships.all()
        return links(
            (reverse("admin:catalog_creator_change", args=[row.creator_id]), row.creator.name)
            for row in made
        )

    @admin.display(description=_("state"))
    def state(self, work: Work) -> str:
        """What keeps it from readers, or that nothing does."""
        marks = [
            (work.status == Work.Status.DRAFT, gettext("draft")),
            (work.hidden_at is not None, gettext("hidden")),
            (work.held_at is not None, gettext("held for review")),
            (work.locked_at is not None, gettext("locked")),
            (work.is_restricted, gettext("for members")),
            (work.is_anonymous, gettext("anonymous")),
        ]
        return ", ".join(name for is_so, name in marks if is_so) or gettext("posted")

    @admin.display(description=_("chapters"), ordering="chapter_count")
    def chapters(self, work: Work) -> str:
        """Posted of expected."""
        return work.chapters_shown

    @admin.display(description=_("on the site"))
    def on_site(self, work: Work) -> SafeString:
        """Its page."""
        return link(work.get_absolute_url(), gettext("open"))

    @admin.display(description=_("chapters"))
    def chapter_links(self, work: Work) -> SafeString | str:
        """Its chapters in the admin, as far as the viewer may read them."""
        rows: list[Chapter] = getattr(work, "seen_chapters", [])
        return links(
            (
                reverse("admin:catalog_chapter_change", args=[row.pk]),
                f"{row.position}. {translated(str(row))}",
            )
            for row in rows
        )

    @admin.display(description=_("summary"))
    def summary_shown(self, work: Work) -> str:
        """As plain text."""
        return text_of(work.summary_html)

    @admin.display(description=_("notes"))
    def notes_shown(self, work: Work) -> str:
        """As plain text."""
        return text_of(work.notes_html)

    @admin.display(description=_("end notes"))
    def end_notes_shown(self, work: Work) -> str:
        """As plain text."""
        return text_of(work.end_notes_html)

    @admin.display(description=_("tags"))
    def tags_shown(self, work: Work) -> SafeString | str:
        """By kind, as its creators typed them."""
        names: dict[str, list[str]] = {}
        for row in work.work_tags.select_related("tag").order_by("position"):
            names.setdefault(str(row.tag.get_kind_display()), []).append(row.name)
        return format_html_join(
            "", "<p>{}: {}</p>", ((kind, ", ".join(given)) for kind, given in names.items())
        )

    @admin.display(description=_("series"))
    def series_links(self, work: Work) -> SafeString | str:
        """Its series in the admin."""
        return links(
            (reverse("admin:catalog_series_change", args=[row.series_id]), row.series)
            for row in work.series_entries.select_related("series")
        )
