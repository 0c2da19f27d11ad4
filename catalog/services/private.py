"""The logged exception by which an admin may open what is private to its creators."""

from django.db import transaction

from archive.core.errors import NotAllowed
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Work
from catalog.services.log import log_action


@transaction.atomic
def open_private_work(*, actor: Viewer, work_id: int) -> Work | None:
    """A work that only its creators see, for an admin; the log says who opened it.

    None when there is no such work. Raises NotAllowed for anybody else.
    """
    if not actor.is_admin:
        raise NotAllowed(say("Only admins may open what is private to its creators."))
    work = Work.objects.unscoped("an admin opens a private work, logged").filter(pk=work_id).first()
    if work is not None:
        log_action(
            actor=actor,
            verb="work.open_private",
            object_kind="work",
            object_id=work.pk,
            label=work.title,
        )
    return work
