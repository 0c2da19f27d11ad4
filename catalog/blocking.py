"""What a viewer's blocked tags take out of a list: which works, and for which reasons."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models.functions import Coalesce

from archive.core.blocked import MOST
from archive.core.errors import FieldError, InvalidInput
from archive.core.parameters import is_id, raise_faults
from archive.core.said import say
from archive.core.text import fold_name
from archive.core.viewer import Viewer
from catalog.filter_tags import ask, blocked_tags, meant_by, resolve
from catalog.filter_values import TagName
from catalog.finder import WorkPage, find_works
from catalog.models import BlockedTag, Tag, Work, WorkFilterTag, WorkTag

COUNTED = 100
"""Of so many works left out the reasons are counted; of more only named."""


@dataclass(frozen=True)
class Reason:
    """A blocked tag, and how many works of the list carry it; None where they were not counted."""

    tag: Tag
    works: int | None = None


def also_blocked(viewer: Viewer, name: str) -> list[int]:
    """The ids that a guest blocks with one more tag, given by name or id.

    Raises InvalidInput ``tag.unknown``, ``tag.ambiguous``, ``tags.too_many``.
    """
    name = name.strip()
    given = TagName(name, id=int(name)) if is_id(name) else TagName(name, name=fold_name(name))
    answers = resolve(ask("tag", [given]), viewer)
    raise_faults(answers.faults)
    ids = list(dict.fromkeys([*viewer.blocked, *answers.tags]))
    if len(ids) > MOST:
        detail = say(
            "{given} tags were given; at most {most} can be blocked.", given=len(ids), most=MOST
        )
        raise InvalidInput(
            detail, code="tags.too_many", errors=[FieldError("tag", "tags.too_many", detail)]
        )
    return ids


def reasons_of(page: WorkPage, viewer: Viewer) -> list[Reason]:
    """Why works were left out of a page's list, the most frequent reason first.

    The works are found by the same query with the blocked tags as what is asked for, so they are
    just those that the list would have.
    """
    if not page.left_out:
        return []
    blocked = blocked_tags(viewer)
    if page.left_out > COUNTED:
        return [Reason(tag) for tag in blocked]
    refs = tuple(sorted({meant_by(tag) for tag in blocked}))
    query = replace(
        page.query,
        tags_blocked=(),
        tags_any=(*page.query.tags_any, refs),
        page=1,
        page_size=COUNTED,
        facets=(),
        highlight=False,
        parts=(),
    )
    counts = _counts([work.pk for work in find_works(query, viewer).works], blocked)
    found = [Reason(tag, counts[tag.pk]) for tag in blocked if counts.get(tag.pk)]
    return sorted(found, key=lambda reason: (-(reason.works or 0), reason.tag.name))


def without_blocked(works: list[Work], viewer: Viewer) -> list[Work]:
    """The works that the viewer's lists may show, in their order: one statement at most."""
    if not works or (viewer.is_anonymous and not viewer.blocked):
        return works
    tags = Tag.objects.filter(pk__in=viewer.blocked)
    if viewer.user_id is not None:
        blocked = BlockedTag.objects.filter(user_id=viewer.user_id)
        tags = Tag.objects.filter(pk__in=blocked.values("tag_id"))
    # A synonym stands for its canonical tag, an unsorted tag for its very words.
    meant = tags.annotate(meant=Coalesce("synonym_of_id", "pk")).values("meant")
    typed = tags.filter(is_canonical=False, synonym_of=None).values("pk")
    ids = [work.pk for work in works]
    found = WorkFilterTag.objects.filter(work_id__in=ids, tag_id__in=meant).values_list("work_id")
    words = WorkTag.objects.filter(work_id__in=ids, tag_id__in=typed).values_list("work_id")
    out = {pk for (pk,) in found.order_by().union(words.order_by())}
    return [work for work in works if work.pk not in out]


def _counts(works: list[int], blocked: Iterable[Tag]) -> dict[int, int]:
    """How many of the works each blocked tag covers: two statements."""
    meant = {tag.pk: meant_by(tag) for tag in blocked}
    carriers: dict[tuple[int, bool], set[int]] = defaultdict(set)
    for rows, exact in ((WorkFilterTag.objects, False), (WorkTag.objects, True)):
        ids = [ref.id for ref in meant.values() if ref.exact == exact]
        links = rows.filter(work_id__in=works, tag_id__in=ids) if ids else rows.none()
        for tag_id, work_id in links.values_list("tag_id", "work_id"):
            carriers[tag_id, exact].add(work_id)
    return {pk: len(carriers[ref.id, ref.exact]) for pk, ref in meant.items()}
