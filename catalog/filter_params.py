"""A WorkQuery written as query parameters, in one normal form."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from catalog.filter_values import spell_range
from catalog.workquery import TagRef, WorkQuery

Params = list[tuple[str, str]]
_DEFAULTS = WorkQuery()


def to_params(
    query: WorkQuery, *, kinds: Mapping[int, str] | None = None, dates: Params | None = None
) -> Params:
    """The parameters that mean this query, in a fixed order, defaults left out.

    Reading them again gives an equal query. Tags are ids. ``kinds`` names the kinds of the tags in
    ``tags_any``, which is needed where there is more than one such group. ``dates`` replaces the
    moments of the query by parameters that move on with the calendar, such as ``updated=<7days``.
    What a viewer blocks is no part of it.
    """
    params: Params = [
        ("q", query.text),
        ("q_in", query.text_scope if query.text_scope != _DEFAULTS.text_scope else ""),
        ("title", query.title),
        ("creator", query.creator),
        ("tag_text", query.tag_text),
        *_tag_params(query, kinds or {}),
        *(("language", code) for code in query.languages),
        *(("language__not", code) for code in query.languages_not),
        *((name, spell_range(low, high)) for name, low, high in query.ranges),
        *(_date_params(query) if dates is None else dates),
        *((name, _word(wanted)) for name, wanted in query.flags),
        *(("series", str(pk)) for pk in query.series),
        *(("creator_id", str(pk)) for pk in query.creators),
        ("ordering", query.ordering),
        ("facets", ",".join(query.facets)),
        ("facet_size", _unless(query.facet_size, _DEFAULTS.facet_size)),
        ("highlight", "true" if query.highlight else ""),
        ("page", _unless(query.page, _DEFAULTS.page)),
        ("page_size", _unless(query.page_size, _DEFAULTS.page_size)),
    ]
    return [(name, value) for name, value in params if value]


def to_url(query: WorkQuery, *, kinds: Mapping[int, str] | None = None) -> str:
    """The query string of ``to_params``."""
    return urlencode(to_params(query, kinds=kinds))


def without(params: Params, *names: str) -> Params:
    """The parameters but for these names."""
    return [(name, value) for name, value in params if name not in names]


def _tag_params(query: WorkQuery, kinds: Mapping[int, str]) -> Iterable[tuple[str, str]]:
    for tag in query.tags:
        yield "exact_tag" if tag.exact else "tag", str(tag.id)
    taken: set[str] = set()
    for group in query.tags_any:
        name = _group_name(query, group, kinds, taken)
        taken.add(name)
        yield from ((name, str(tag.id)) for tag in group)
    yield from (("tag__not", str(tag.id)) for tag in query.tags_not)


def _group_name(
    query: WorkQuery, group: tuple[TagRef, ...], kinds: Mapping[int, str], taken: set[str]
) -> str:
    """A parameter for the group: of its kind, or of any kind; two groups never share one."""
    of_group = {kinds.get(tag.id, "tag") for tag in group}
    names = [f"{of_group.pop()}__any"] if len(query.tags_any) > 1 and len(of_group) == 1 else []
    free = [name for name in (*names, "tag__any") if name not in taken]
    if not free:
        raise ValueError("More groups of alternatives than there are parameters for them.")
    return free[0]


def _date_params(query: WorkQuery) -> Iterable[tuple[str, str]]:
    for name, low, high in query.dates:
        if low is not None:
            yield f"{name}__gte", _moment(low)
        if high is not None:
            yield f"{name}__lte", _moment(high)


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _word(wanted: bool) -> str:  # noqa: FBT001  the value of a parameter, not a switch
    return "true" if wanted else "false"


def _unless(value: int, default: int) -> str:
    return "" if value == default else str(value)
