"""The wrangling desk: tags by kind and state, and acts on them with their plan shown first."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString

from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link, links, viewer_of
from catalog.admin.tag_acts import ACTS, MOST_TAGS, ON_LISTS, TagAct, plan_act, run_act
from catalog.models import CLOSED_KINDS, PROXIES, Kind, Tag, TagParent

_SHOWN = 60
Action = Callable[[Any, HttpRequest, QuerySet], HttpResponse | None]


class StatusFilter(admin.SimpleListFilter):
    """The bins of wrangling."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The bins."""
        return [
            ("unwrangled", "Unsorted"),
            ("canonical", "Canonical"),
            ("synonym", "Synonym"),
            ("unwrangleable", "Unwrangleable"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Tags in the bin."""
        value = self.value()
        known = {name for name, _ in self.lookup_choices}
        return queryset.with_status(value) if value in known else queryset


class ParentFilter(admin.SimpleListFilter):
    """By what tags belong to: the busiest fandoms, media for fandoms."""

    title = "belongs to"
    parameter_name = "parent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The headings, and none at all."""
        kind = Kind.MEDIA if model_admin.kind == Kind.FANDOM else Kind.FANDOM
        rows = Tag.objects.of_kind(kind).canonical().in_display_order()[:30]
        return [("none", "Nothing yet"), *((str(tag.pk), tag.name) for tag in rows)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Tags that belong there."""
        value = self.value()
        if value == "none":
            return queryset.filter(parent_links=None)
        return queryset.belonging_to(int(value)) if value and value.isdecimal() else queryset


class TagAdmin(ArchiveModelAdmin):
    """Tags of one kind."""

    kind: ClassVar[Kind]
    list_display = ("name", "state", "works_count", "meant", "created_at", "on_site")
    list_filter: ClassVar[Any] = (StatusFilter, ParentFilter)
    list_select_related = ("synonym_of",)
    date_hierarchy = "created_at"
    ordering = ("-works_count", "folded")
    search_fields = ("folded",)
    search_help_text = "parts of the name; accents and case do not matter"
    change_form_template = "admin/catalog/tag_change.html"
    fields = (
        *("name", "state", "meant", "works_count", "synonyms_shown", "parents_shown"),
        *("broader", "narrower", "children_shown", "created_at"),
    )
    readonly_fields = fields

    def may_come(self, viewer: Viewer) -> bool:
        """Wranglers and admins."""
        return viewer.is_wrangler or viewer.is_admin

    def rows(self, viewer: Viewer) -> QuerySet:
        """The tags of the kind."""
        return Tag.objects.of_kind(self.kind) if self.model is Tag else _of(self.model)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Parts of the folded name, in any order; an id finds its tag."""
        wanted = Q()
        for word in fold_name(search_term).split():
            wanted &= Q(folded__contains=word)
        if search_term.isdecimal() and len(search_term) < 19:
            wanted |= Q(pk=int(search_term))
        return queryset.filter(wanted), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The acts for many tags at once."""
        if not self.may_come(viewer_of(request)):
            return {}
        names = [*ON_LISTS] if self.kind not in CLOSED_KINDS else ["parent"]
        if request.method == "POST" and request.POST.get("single"):
            names = [*ACTS]
        return {name: (_action(ACTS[name]), name, ACTS[name].label) for name in names}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The tag with the acts that apply to it."""
        tag = self.get_object(request, object_id)
        acts = [act for act in ACTS.values() if tag is not None and act.applies(tag)]
        address = reverse(f"admin:catalog_{self.model._meta.model_name}_changelist")
        context = {**(extra_context or {}), "acts": acts, "list_address": address}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description="state")
    def state(self, tag: Tag) -> str:
        """Its bin."""
        return tag.status

    @admin.display(description="synonym of")
    def meant(self, tag: Tag) -> SafeString | str:
        """The canonical tag that a synonym means."""
        return _tag_link(tag.synonym_of) if tag.synonym_of else "–"

    @admin.display(description="on the site")
    def on_site(self, tag: Tag) -> SafeString:
        """Its page."""
        return link(tag.get_absolute_url(), "open")

    @admin.display(description="synonyms")
    def synonyms_shown(self, tag: Tag) -> SafeString | str:
        """Other names of it."""
        return _tags(tag.synonyms.order_by("name"))

    @admin.display(description="belongs to")
    def parents_shown(self, tag: Tag) -> SafeString | str:
        """Media, fandoms and characters above it."""
        return _tags(tag.parents.order_by("kind", "name"))

    @admin.display(description="broader")
    def broader(self, tag: Tag) -> SafeString | str:
        """Its metatags."""
        return _tags(tag.metatags.order_by("name"))

    @admin.display(description="narrower")
    def narrower(self, tag: Tag) -> SafeString | str:
        """Its subtags."""
        return _tags(tag.subtags.order_by("name"))

    @admin.display(description="what belongs to it")
    def children_shown(self, tag: Tag) -> SafeString | str:
        """The most used tags under it."""
        below = TagParent.objects.filter(to_tag=tag).values("from_tag_id")
        return _tags(Tag.objects.filter(pk__in=below).in_display_order())


def act_on_tags(
    model_admin: TagAdmin, request: HttpRequest, queryset: QuerySet, act: TagAct
) -> HttpResponse | None:
    """Ask what else is needed, show the plan, and once that is confirmed do it."""
    tags = list(queryset.select_related("synonym_of").order_by("pk")[: MOST_TAGS + 1])
    if len(tags) > MOST_TAGS:
        model_admin.message_user(
            request, f"At most {MOST_TAGS} tags at once; choose fewer.", messages.ERROR
        )
        return None
    target = request.POST.get("target", "").strip()
    viewer = viewer_of(request)
    if request.POST.get("confirmed") and (target or not act.asks):
        reason = request.POST.get("reason", "")[:500]
        done = run_act(act, tags, actor=viewer, target=target, reason=reason)
        _report(model_admin, request, act, done.rows)
        return None
    plan = plan_act(act, tags, actor=viewer, target=target) if target or not act.asks else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": act.label,
        "opts": model_admin.model._meta,
        "act": act,
        "tags": tags,
        "target": target,
        "suggests": act.suggests(tags[0]) if act.suggests and tags else "",
        "plan": plan,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "single": request.POST.get("single", ""),
    }
    return TemplateResponse(request, "admin/catalog/tag_act.html", context)


def _report(model_admin: TagAdmin, request: HttpRequest, act: TagAct, rows: list[Any]) -> None:
    done = [row for row in rows if row.is_possible]
    if done:
        works = sum(row.plan.works_affected for row in done)
        text = f"{act.label}: {len(done)} done, {works:,} works touched."
        model_admin.message_user(request, text, messages.SUCCESS)
    for row in rows:
        if not row.is_possible:
            model_admin.message_user(request, f"{row.tag}: {row.refusal}", messages.ERROR)


def _action(act: TagAct) -> Action:
    def action(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return act_on_tags(model_admin, request, queryset, act)

    return action


def _of(model: type[Tag]) -> QuerySet:
    rows: QuerySet = model.objects.get_queryset()
    return rows


def tag_address(tag: Tag) -> str:
    """The page of a tag in the admin of its kind."""
    model = PROXIES[Kind(tag.kind)]._meta.model_name
    return reverse(f"admin:catalog_{model}_change", args=[tag.pk])


def _tag_link(tag: Tag) -> SafeString:
    return link(tag_address(tag), tag.name)


def _tags(rows: QuerySet) -> SafeString | str:
    return links((tag_address(tag), f"{tag.name} ({tag.works_count:,})") for tag in rows[:_SHOWN])


for _kind, _model in PROXIES.items():
    admin.site.register(
        _model,
        type(f"{_model.__name__}Admin", (TagAdmin,), {"kind": _kind, "__module__": __name__}),
    )
