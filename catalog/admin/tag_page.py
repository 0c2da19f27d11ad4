"""The page of one tag on the desk: what it is about, what it may mean, and what can be done."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from archive.core.viewer import Viewer
from catalog.admin.base import ServiceForm
from catalog.admin.tag_acts import ACTS, TagAct
from catalog.models import ActionLog, Kind, Tag, Work, WorkFilterTag, WorkTag
from catalog.services.wrangling import create_tag
from catalog.services.wrangling_undo import undone_acts_of
from catalog.tag_relations import TagRelations, relations_of
from catalog.tagbeside import tags_beside
from catalog.tagmatch import likely_matches

_WORKS = 10
_LOOKED_AT = 40
_ACTS_SHOWN = 8


class NewTagForm(ServiceForm):
    """A tag made by hand: its name, and whether works shall be found under it at once."""

    name = forms.CharField(max_length=150, label=_("Name"), strip=False)
    is_canonical = forms.BooleanField(label=_("Canonical"), required=False, initial=True)
    kind: ClassVar[str] = ""

    class Meta:
        model = Tag
        fields: ClassVar[list[str]] = ["name", "is_canonical"]

    def perform(self, values: dict[str, Any]) -> None:
        """Make the tag. Raises DomainError."""
        plan = create_tag(
            actor=self.viewer,
            kind=self.kind,
            name=values["name"],
            is_canonical=values["is_canonical"],
        )
        if plan.tag is not None:
            self.instance = plan.tag

    def validate_unique(self) -> None:
        """The service has looked, under folding."""

    def _post_clean(self) -> None:
        """Nothing: the tag has been made by now."""


@dataclass
class TagAround:
    """A tag's page: ``relations`` only of a canonical tag, ``matches`` only of another one."""

    tag: Tag
    acts: list[TagAct]
    works: list[Work]
    beside: Any
    log: list[ActionLog]
    undone: dict[int, int]
    relations: TagRelations | None = None
    matches: Any = None


def look_at(tag: Tag, viewer: Viewer, *, with_matches: bool) -> TagAround:
    """Everything the page shows, in ten statements at most."""
    page = TagAround(
        tag=tag,
        acts=[act for act in ACTS.values() if act.applies(tag)],
        works=_works(tag, viewer),
        beside=tags_beside(tag),
        log=list(ActionLog.objects.filter(object_kind="tag", object_id=tag.pk)[:_ACTS_SHOWN]),
        undone=undone_acts_of(tag.pk),
    )
    if with_matches:
        page.matches = [m for m in likely_matches(tag) if m.tag.pk != tag.synonym_of_id]
    else:
        page.relations = relations_of(tag)
    return page


def fandoms_to_offer(page: TagAround) -> list[Tag]:
    """Fandoms on whose works the tag stands and to which it does not belong yet."""
    if page.tag.kind == Kind.FANDOM:
        return []
    known = {parent.pk for parent in page.beside.parents}
    beside = dict(page.beside.by_kind).get(Kind.FANDOM.label, [])
    return [tag for tag, _ in beside if tag.pk not in known][:5]


def _works(tag: Tag, viewer: Viewer) -> list[Work]:
    """The newest works with the tag that the viewer may see."""
    links: QuerySet = (
        WorkFilterTag.objects.filter(tag=tag)
        if tag.is_canonical
        else WorkTag.objects.filter(tag=tag)
    )
    newest = links.order_by("-work_id").values("work_id")[:_LOOKED_AT]
    works = Work.objects.listed_to(viewer).filter(pk__in=newest).order_by("-pk")
    return list(works.only("pk", "title", "updated_at", "word_count")[:_WORKS])
