"""Named filters of chapters."""

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q

from archive.core.guard import GuardedQuerySet
from archive.core.viewer import Viewer
from catalog.visibility import live_q, owned_by, public_q

if TYPE_CHECKING:
    from catalog.models.chapter import Chapter  # noqa: F401  named in a string below


class ChapterQuerySet(GuardedQuerySet["Chapter"]):
    """Chapters by who is looking."""

    def visible_to(self, viewer: Viewer) -> Self:
        """Chapters that this viewer may read: drafts are for the work's creators alone."""
        posted = Q(status="posted")
        if viewer.is_anonymous:
            return self.filter(posted & public_q("work__")).as_scoped()
        work: Any = self.model._meta.get_field("work").related_model
        made = work._meta.get_field("creatorships").related_model.objects.all()
        mine = Q(work__deleted_at=None) & owned_by(viewer, made, outer="work_id")
        readable = posted & live_q("work__")
        if viewer.is_moderator:
            readable |= posted & Q(work__status="posted", work__deleted_at=None)
        return self.filter(readable | mine).as_scoped()

    def posted(self) -> Self:
        """Chapters that are not drafts."""
        return self.filter(status="posted")
