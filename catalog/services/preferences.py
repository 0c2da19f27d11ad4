"""What readers keep: tags they block, searches they save."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict

from archive.core.errors import Conflict, FieldError, InvalidInput, NotFound, SignInRequired
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.filter_params import without
from catalog.filters import WorkFilterSet
from catalog.models import WORK_KINDS, BlockedTag, SavedSearch, Tag
from catalog.services.access import require_writer
from catalog.services.tag_refs import find_tags

BLOCKED_MAX = 200
SEARCHES_MAX = 200
SEARCH_NAME_CHARS = 100
SEARCH_CHARS = 8_000


@transaction.atomic
def set_blocked_tags(*, actor: Viewer, tags: Sequence[int | str]) -> list[Tag]:
    """Block exactly these tags, ids or names.

    Raises SignInRequired, NotAllowed; InvalidInput ``tag.unknown``, ``tag.ambiguous``.
    """
    user_id = _account(actor)
    if len(tags) > BLOCKED_MAX:
        detail = say(
            "{given} tags were given; at most {blocked_max} can be blocked.",
            given=len(tags),
            blocked_max=BLOCKED_MAX,
        )
        raise InvalidInput(
            detail, code="tags.too_many", errors=[FieldError("tags", "tags.too_many", detail)]
        )
    found = find_tags(tags, field="tags", kinds=[kind.value for kind in WORK_KINDS])
    rows = BlockedTag.objects.filter(user_id=user_id)
    rows.exclude(tag__in=found).delete()
    BlockedTag.objects.bulk_create(
        [BlockedTag(user_id=user_id, tag=tag) for tag in found], ignore_conflicts=True
    )
    return found


@transaction.atomic
def save_search(*, actor: Viewer, name: str, query: str) -> SavedSearch:
    """Keep a query string of the works list under a name, in its normal form without the page.

    Raises SignInRequired, NotAllowed; InvalidInput for a name or query that cannot be; Conflict
    ``search.name_taken``.
    """
    user_id = _account(actor)
    name = " ".join(name.split())
    if not 1 <= len(name) <= SEARCH_NAME_CHARS:
        detail = say(
            "A name has 1 to {search_name_chars} characters; {given} were given.",
            search_name_chars=SEARCH_NAME_CHARS,
            given=len(name),
        )
        raise InvalidInput(
            detail, code="name.invalid", errors=[FieldError("name", "name.invalid", detail)]
        )
    mine = SavedSearch.objects.filter(user_id=user_id)
    if mine.filter(name=name).exists():
        raise Conflict(
            say("You have a search named {name!r} already.", name=name), code="search.name_taken"
        )
    if mine.count() >= SEARCHES_MAX:
        raise Conflict(
            say("At most {searches_max} searches can be saved.", searches_max=SEARCHES_MAX),
            code="search.too_many",
        )
    normal = normal_query(actor=actor, query=query)
    return SavedSearch.objects.create(user_id=user_id, name=name, query=normal)


@transaction.atomic
def delete_search(*, actor: Viewer, search_id: int) -> None:
    """Forget a saved search of the actor. Raises SignInRequired, NotAllowed, NotFound."""
    user_id = _account(actor)
    deleted, _ = SavedSearch.objects.filter(user_id=user_id, pk=search_id).delete()
    if not deleted:
        raise NotFound(
            say("You have no saved search {search_id}.", search_id=search_id),
            code="search.not_found",
        )


def normal_query(*, actor: Viewer, query: str) -> str:
    """The normal form of a query string or address of the works list. Raises InvalidInput.

    Words that are neither are a text query: what stands in ``q``.
    """
    text = query.rpartition("?")[2] if "?" in query else query
    if text == query and text.startswith(("/", "http://", "https://")):
        text = ""
    elif text == query and text and "=" not in text:
        text = urlencode({"q": text})
    if len(text) > SEARCH_CHARS:
        detail = say(
            "The query has {given} characters; at most {search_chars} are allowed.",
            given=len(text),
            search_chars=SEARCH_CHARS,
        )
        raise InvalidInput(
            detail, code="query.too_long", errors=[FieldError("query", "query.too_long", detail)]
        )
    filters = WorkFilterSet(QueryDict(text), viewer=actor, tolerated=["fields"])
    params = QueryDict(mutable=True)
    for key, value in without(filters.to_params(), "page", "page_size"):
        params.appendlist(key, value)
    return params.urlencode()


def _account(actor: Viewer) -> int:
    """The account of somebody who may write. Raises SignInRequired, NotAllowed."""
    require_writer(actor)
    if actor.user_id is None:
        raise SignInRequired(say("Preferences belong to an account."))
    return actor.user_id
