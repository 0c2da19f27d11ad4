"""Named filters of tags."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from archive.core.viewer import Viewer
from catalog.visibility import listed_q

if TYPE_CHECKING:
    from catalog.models.tag import Tag  # noqa: F401  named in a string below


def unwrangled_q() -> Q:
    """Neither canonical, nor a synonym, nor marked unwrangleable."""
    return Q(is_canonical=False, synonym_of=None, is_unwrangleable=False)


class TagQuerySet(models.QuerySet["Tag"]):
    """Tags by kind and state."""

    def known_to(self, viewer: Viewer | None) -> Self:
        """Tags whose names this viewer may learn; None asks for nobody and gives all.

        A name that nobody has sorted yet may stand on a draft or a hidden work alone, and would
        tell of it. Wranglers and moderators see every name, creators those of their own works.
        """
        if viewer is None or viewer.is_wrangler or viewer.is_moderator:
            return self
        links: Any = self.model._meta.get_field("work_tags").related_model
        used = links.objects.filter(tag_id=OuterRef("pk"))
        told = listed_q(viewer, "work__")
        if not viewer.is_anonymous:
            told |= Q(work__creators__user_id=viewer.user_id, work__deleted_at=None)
        sorted_already = Q(is_canonical=True) | Q(synonym_of__isnull=False)
        return self.filter(sorted_already | ~Exists(used) | Exists(used.filter(told)))

    def of_kind(self, kind: str) -> Self:
        """Tags of one kind."""
        return self.filter(kind=kind)

    def canonical(self) -> Self:
        """Tags under which works are found."""
        return self.filter(is_canonical=True)

    def offered(self) -> Self:
        """Tags that completion offers: canonical ones and synonyms."""
        return self.filter(Q(is_canonical=True) | Q(synonym_of__isnull=False))

    def with_status(self, status: str) -> Self:
        """Tags in a state: canonical, synonym, unwrangleable or unwrangled."""
        conditions = {
            "canonical": Q(is_canonical=True),
            "synonym": Q(synonym_of__isnull=False),
            "unwrangleable": Q(is_unwrangleable=True),
            "unwrangled": unwrangled_q(),
        }
        return self.filter(conditions[status])

    def belonging_to(self, parent_id: int) -> Self:
        """Tags that have this tag among their parents."""
        return self.filter(parent_links__to_tag_id=parent_id)

    def in_bins_of(self, fandom_id: int) -> Self:
        """Tags that belong to a fandom, and unsorted ones that stand on its works and belong to
        nothing yet: what its wranglers look through.
        """
        used: Any = self.model._meta.get_field("work_tags").related_model
        found: Any = self.model._meta.get_field("filter_links").related_model
        of_fandom = found.objects.filter(
            work_id=OuterRef("work_id"), tag_id=fandom_id, is_direct=True
        )
        standing = used.objects.filter(Exists(of_fandom), tag_id=OuterRef("pk"))
        links: Any = self.model._meta.get_field("parent_links").related_model
        belonging = links.objects.filter(from_tag_id=OuterRef("pk"))
        return self.filter(
            Exists(belonging.filter(to_tag_id=fandom_id))
            | (unwrangled_q() & ~Exists(belonging) & Exists(standing))
        )

    def in_display_order(self) -> Self:
        """Most used first, then by name."""
        return self.order_by("-works_count", "name", "id")
