"""The wrangling desk: tags by kind and state, and acts on them with their plan shown first."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.core.parameters import is_id
from archive.core.requests import viewer_in
from archive.core.said import translated
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.admin.base import ArchiveModelAdmin, link
from catalog.admin.tag_acts import ACTS, MOST_TAGS, ON_LISTS, TagAct, plan_act, run_act
from catalog.admin.tag_desk import desk_urls
from catalog.admin.tag_page import NewTagForm, fandoms_to_offer, look_at
from catalog.models import CLOSED_KINDS, PROXIES, Kind, Tag, WorkTag
from catalog.tagbins import IN_FANDOMS, forget_bins
from catalog.templatetags.wrangling_desk import state_word

Action = Callable[[Any, HttpRequest, QuerySet], HttpResponse | None]


class StatusFilter(admin.SimpleListFilter):
    """The bins of wrangling."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The bins."""
        return [
            ("unwrangled", gettext("Unsorted")),
            ("canonical", gettext("Canonical")),
            ("synonym", gettext("Synonym")),
            ("unwrangleable", gettext("Unwrangleable")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Tags in the bin."""
        value = self.value()
        known = {name for name, _ in self.lookup_choices}
        return queryset.with_status(value) if value in known else queryset


class ParentFilter(admin.SimpleListFilter):
    """By what tags belong to: the busiest fandoms, media for fandoms."""

    title = _("fandom or medium")
    parameter_name = "parent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The headings, and none at all."""
        self.of_kind = model_admin.kind
        kind = Kind.MEDIA if model_admin.kind == Kind.FANDOM else Kind.FANDOM
        rows = Tag.objects.of_kind(kind).canonical().in_display_order()[:30]
        found = [("none", gettext("Nothing yet")), *((str(tag.pk), tag.name) for tag in rows)]
        value = self.value()
        if value and is_id(value) and value not in dict(found):
            # Come by way of the desk: a fandom that is not among the busiest.
            found += [(str(pk), name) for pk, name in _name_of(int(value))]
        return found

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Tags that belong there."""
        value = self.value()
        if value == "none":
            return queryset.filter(parent_links=None)
        if not (value and is_id(value)):
            return queryset
        if self.of_kind in IN_FANDOMS:
            return queryset.in_bins_of(int(value))
        return queryset.belonging_to(int(value))


class TagChangeList(ChangeList):
    """Counts the uses of the tags of the page alone: one statement, whatever the order."""

    def get_results(self, request: HttpRequest) -> None:
        """The page, with ``used_count`` at each tag."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        used = WorkTag.objects.filter(tag__in=[tag.pk for tag in self.result_list])
        counts = dict(used.order_by().values_list("tag").annotate(uses=Count("pk")))
        for tag in self.result_list:
            tag.used_count = counts.get(tag.pk, 0)


class TagAdmin(ArchiveModelAdmin):
    """Tags of one kind."""

    kind: ClassVar[Kind]
    list_display = ("name", "state", "works_count", "used", "meant", "came")
    change_list_template = "admin/catalog/tag_list.html"
    list_filter: ClassVar[Any] = (StatusFilter, ParentFilter)
    list_select_related = ("synonym_of",)
    date_hierarchy = "created_at"
    ordering = ("-works_count", "folded")
    search_fields = ("folded",)
    search_help_text = _("parts of the name; accents and case do not matter")
    fields = ("name", "is_canonical")

    def may_come(self, viewer: Viewer) -> bool:
        """Wranglers and admins."""
        return viewer.is_wrangler

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
        if not self.may_come(viewer_in(request)):
            return {}
        names = [*ON_LISTS] if self.kind not in CLOSED_KINDS else ["parent"]
        if request.method == "POST" and request.POST.get("single"):
            names = [*ACTS]
        return {name: (_action(ACTS[name]), name, gettext(ACTS[name].label)) for name in names}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """A list that knows on how many works each of its tags was typed."""
        return TagChangeList

    def get_urls(self) -> list[URLPattern]:
        """The next unsorted tag; with fandoms stand the pages of the desk."""
        view = self.admin_site.admin_view
        name = f"catalog_{self.model._meta.model_name}_next"
        own = [path("next/", view(self.next_view), name=name)]
        return [*own, *(desk_urls() if self.kind == Kind.FANDOM else ()), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Wranglers make tags by hand; those of closed kinds only if moderators too."""
        viewer = viewer_in(request)
        return viewer.is_wrangler and (viewer.is_moderator or self.kind not in CLOSED_KINDS)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm]:
        """The form of a new tag of this kind."""
        base = type("NewTagOfKind", (NewTagForm,), {"kind": self.kind})
        form: type[forms.ModelForm] = super().get_form(request, *args, **{**kwargs, "form": base})
        return form

    def save_form(self, request: HttpRequest, form: Any, change: Any) -> Tag:
        """The tag that the service made."""
        made: Tag = form.instance
        return made

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Nothing: the service has made everything."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Straight to the page of the new tag."""
        self.message_user(request, gettext("{} is made.").format(obj), messages.SUCCESS)
        forget_bins()
        return redirect(tag_address(obj))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The tag with what stands around it, what it may mean, and the acts that apply to it."""
        viewer = viewer_in(request)
        if not self.may_come(viewer):
            raise PermissionDenied
        rows = self.rows(viewer).select_related("synonym_of")
        tag = rows.filter(pk=int(object_id)).first() if is_id(object_id) else None
        if tag is None:
            return super().change_view(request, object_id, form_url, extra_context)
        with_matches = not tag.is_canonical or request.GET.get("matches") == "1"
        around = look_at(tag, viewer, with_matches=with_matches)
        context = {
            **self.admin_site.each_context(request),
            "title": tag.name,
            "opts": self.model._meta,
            "tag": tag,
            "around": around,
            "offered": fandoms_to_offer(around),
            "list_address": self._list_address(),
        }
        return TemplateResponse(request, "admin/catalog/tag_change.html", context)

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """The oldest unsorted tag after the one in ``after``, else the oldest of all."""
        viewer = viewer_in(request)
        if not self.may_come(viewer):
            raise PermissionDenied
        after = request.GET.get("after", "")
        waiting = (
            Tag.objects.of_kind(self.kind).with_status("unwrangled").order_by("created_at", "pk")
        )
        here = self.rows(viewer).filter(pk=int(after)).first() if is_id(after) else None
        if here is not None:
            later = Q(created_at__gt=here.created_at)
            following = waiting.filter(later | Q(created_at=here.created_at, pk__gt=here.pk))
            tag = following.first() or waiting.first()
        else:
            tag = waiting.first()
        if tag is None:
            self.message_user(request, gettext("Nothing is unsorted here."), messages.SUCCESS)
            return redirect(self._list_address())
        return redirect(tag_address(tag))

    def _list_address(self) -> str:
        return reverse(f"admin:catalog_{self.model._meta.model_name}_changelist")

    @admin.display(description=_("state"))
    def state(self, tag: Tag) -> str:
        """Its bin."""
        return state_word(tag)

    @admin.display(description=_("typed on"))
    def used(self, tag: Tag) -> int:
        """On how many works its very words stand."""
        return getattr(tag, "used_count", 0)

    @admin.display(description=_("synonym of"))
    def meant(self, tag: Tag) -> SafeString | str:
        """The canonical tag that a synonym means."""
        return _tag_link(tag.synonym_of) if tag.synonym_of else "–"

    @admin.display(description=_("created at"), ordering="created_at")
    def came(self, tag: Tag) -> str:
        """The day it was made; the time would leave no room for its name."""
        return date_format(localtime(tag.created_at), "DATE_FORMAT")


def act_on_tags(
    model_admin: TagAdmin, request: HttpRequest, queryset: QuerySet, act: TagAct
) -> HttpResponse | None:
    """Ask what else is needed, show the plan, and once that is confirmed do it."""
    tags = list(queryset.select_related("synonym_of").order_by("pk")[: MOST_TAGS + 1])
    if not tags:
        gone = gettext("The tags you chose are gone; somebody else may have deleted them.")
        model_admin.message_user(request, gone, messages.WARNING)
        return None
    if len(tags) > MOST_TAGS:
        text = gettext("At most %(most)d tags at once; choose fewer.") % {"most": MOST_TAGS}
        model_admin.message_user(request, text, messages.ERROR)
        return None
    target = request.POST.get("target", "").strip()
    viewer = viewer_in(request)
    if request.POST.get("confirmed") and (target or not act.asks):
        reason = request.POST.get("reason", "")[:500]
        done = run_act(act, tags, actor=viewer, target=target, reason=reason)
        forget_bins()
        _report(model_admin, request, act, done.rows)
        return redirect(tag_address(tags[0])) if request.POST.get("single") else None
    plan = plan_act(act, tags, actor=viewer, target=target) if target or not act.asks else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _title(act, target) if plan is not None else gettext(act.label),
        "opts": model_admin.model._meta,
        "act": act,
        "tags": tags,
        "target": target,
        "suggests": act.suggests(tags[0]) if act.suggests else "",
        "plan": plan,
        "checkbox": helpers.ACTION_CHECKBOX_NAME,
        "single": request.POST.get("single", ""),
        "back": tag_address(tags[0]) if request.POST.get("single") else request.get_full_path(),
    }
    return TemplateResponse(request, "admin/catalog/tag_act.html", context)


def _title(act: TagAct, target: str) -> str:
    """The act with all that was asked for: Make a synonym of: Tea."""
    label = gettext(act.label)
    return f"{label.removesuffix('…').strip()}: {target}" if act.asks else label


def _report(model_admin: TagAdmin, request: HttpRequest, act: TagAct, rows: list[Any]) -> None:
    done = [row for row in rows if row.is_possible]
    if done:
        works = sum(row.plan.works_affected for row in done)
        text = ngettext(
            "%(act)s: %(done)d done, %(works)d work touched.",
            "%(act)s: %(done)d done, %(works)d works touched.",
            works,
        ) % {
            "act": _title(act, request.POST.get("target", "").strip()),
            "done": len(done),
            "works": works,
        }
        model_admin.message_user(request, text, messages.SUCCESS)
    for row in rows:
        if not row.is_possible:
            model_admin.message_user(
                request, f"{row.tag}: {translated(row.refusal)}", messages.ERROR
            )


def _action(act: TagAct) -> Action:
    def action(model_admin: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        return act_on_tags(model_admin, request, queryset, act)

    return action


def _name_of(tag_id: int) -> QuerySet:
    return Tag.objects.filter(pk=tag_id).values_list("pk", "name")


def _of(model: type[Tag]) -> QuerySet:
    rows: QuerySet = model.objects.get_queryset()
    return rows


def tag_address(tag: Tag) -> str:
    """The page of a tag in the admin of its kind."""
    model = PROXIES[Kind(tag.kind)]._meta.model_name
    return reverse(f"admin:catalog_{model}_change", args=[tag.pk])


def _tag_link(tag: Tag) -> SafeString:
    return link(tag_address(tag), tag.name)


for _kind, _model in PROXIES.items():
    admin.site.register(
        _model,
        type(f"{_model.__name__}Admin", (TagAdmin,), {"kind": _kind, "__module__": __name__}),
    )
