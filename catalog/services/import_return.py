"""Downloads of this archive that come back to it: whose work it is, and what in it is new."""

import re
from itertools import zip_longest
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

from archive.core.html import text_of
from archive.core.text import fold_name
from archive.core.viewer import SYSTEM, Viewer
from catalog.importers.base import ImportedWork
from catalog.models import Chapter, Work
from catalog.services.chapters import add_chapter, edit_chapter
from catalog.services.import_mapping import chapter_data

_PAGE = re.compile(r"/works/(\d{1,18})/?")


def returned_work(actor: Viewer, imported: ImportedWork) -> Work | None:
    """The work of this archive that the file is a download of, where the actor may know of it.

    By the identifier that the file carries; where it carries none, by the address of the work's
    page and the title.
    """
    rows = Work.everything.all() if actor is SYSTEM else Work.objects.visible_to(actor)
    rows = rows.filter(deleted_at=None)
    if imported.identifier:
        return rows.filter(uuid=UUID(imported.identifier)).first()
    page = _own_page(imported.source_url)
    found = rows.filter(pk=page).first() if page else None
    # Another archive may stand, or have stood, at this address: the number alone proves nothing.
    is_it = found is not None and fold_name(found.title) == fold_name(imported.title)
    return found if is_it else None


def may_change(actor: Viewer, work: Work) -> bool:
    """Whether the actor acts for its creators."""
    return actor is SYSTEM or Work.objects.owned_by(actor).filter(pk=work.pk).exists()


def take_back(actor: Viewer, work: Work, imported: ImportedWork) -> bool:
    """Take over what was written in the file since it left; answers whether there was anything.

    A chapter follows where nobody edited it here; none is added that is there already, and none is
    lost. What the file says besides is what the archive said itself, maybe long ago.
    """
    everything = Chapter.everything.filter(work=work).order_by("position")
    is_posted = work.status == Work.Status.POSTED
    present = list(everything.filter(status="posted") if is_posted else everything)
    known = {_words(chapter.html) for chapter in present}
    is_changed = False
    for old, data in zip_longest(present, chapter_data(imported)):
        if data is None or _words(str(data.body)) in known:
            continue
        if old is None:
            data.status = "posted" if is_posted else "draft"
            add_chapter(actor=actor, work_id=work.pk, data=data)
        elif old.version == 1:
            edit_chapter(actor=actor, chapter_id=old.pk, data=data)
        else:
            continue
        is_changed = True
    return is_changed


def _own_page(address: str) -> int | None:
    """The id of the work whose page of this archive has the address."""
    try:
        given, own = urlsplit(address), urlsplit(settings.BASE_URL)
    except ValueError:
        return None
    found = _PAGE.fullmatch(given.path.removeprefix(own.path.rstrip("/")))
    return int(found[1]) if found and given.netloc == own.netloc else None


def _words(html: str) -> str:
    return " ".join(text_of(html).split())
