"""The filter panel: every value asked for, ruled out or neither; what it cannot show it keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from catalog.filter_params import Params
from catalog.finder import FacetValue, WorkPage
from catalog.models import Tag
from catalog.web.asked import Names
from catalog.workquery import WorkQuery

FACETS = {
    "rating": _("Ratings"),
    "warning": _("Warnings"),
    "category": _("Categories"),
    "fandom": _("Fandoms"),
    "relationship": _("Relationships"),
    "character": _("Characters"),
    "freeform": _("Other tags"),
    "language": _("Languages"),
}
SEARCHABLE = {
    "fandom": _("Another fandom"),
    "relationship": _("Another relationship"),
    "character": _("Another character"),
    "freeform": _("Another tag"),
}
ORDERINGS = (
    ("", _("Best match, or newest")),
    ("-updated", _("Newest chapter first")),
    ("-published", _("Newest work first")),
    ("published", _("Oldest work first")),
    ("title", _("Title")),
    ("creator", _("Creator")),
    ("-words", _("Longest first")),
    ("words", _("Shortest first")),
    ("-kudos", _("Most kudos")),
    ("-bookmarks", _("Most bookmarks")),
    ("-comments", _("Most comments")),
    ("-hits", _("Most hits")),
)
AGES = (
    ("", _("at any time")),
    ("<1week", _("in the last week")),
    ("<1month", _("in the last month")),
    ("<1year", _("in the last year")),
    (">1year", _("more than a year ago")),
)
MORE = 24
"""How many values of a facet are shown when more of it are asked for by ``?more=KIND``."""
_OPENED, _CLOSED = 6, 3
"""How many values stand in a facet that is open or closed at first, before more are asked for: the
panel would be half of the page otherwise. Beside a facet at length the others keep to the fewer."""
_OPEN = ("rating", "warning", "category", "fandom")
_FIELDS = frozenset({"q", "ordering", "complete", "crossover", "words", "words__gte", "words__lte"})
_DATE_FIELDS = ("updated", "updated__gte", "updated__lte")


@dataclass
class PanelValue:
    """One value of a facet; ``state`` is in, out or empty; ``count`` None where none is known."""

    value: str
    name: str
    count: int | None
    state: str = ""


@dataclass
class PanelFacet:
    """One facet: the names of its two parameters, its values, how to look for another one."""

    kind: str
    label: str
    values: list[PanelValue]
    is_open: bool
    search_label: str = ""
    more: str = ""

    @property
    def include(self) -> str:
        """The parameter that asks for a value."""
        return self.kind

    @property
    def exclude(self) -> str:
        """The parameter that rules a value out."""
        return f"{self.kind}__not"


@dataclass
class Panel:
    """What the panel draws; ``hidden`` are the parts of the query that it has no field for."""

    given: Mapping[str, str] = field(default_factory=dict)
    facets: list[PanelFacet] = field(default_factory=list)
    hidden: Params = field(default_factory=list)
    states: list[PanelValue] = field(default_factory=list)
    words: tuple[int | None, int | None] = (None, None)
    orderings: Iterable[tuple[str, object]] = ORDERINGS
    ages: list[tuple[str, object]] = field(default_factory=lambda: list(AGES))


def make_panel(
    query: WorkQuery, page: WorkPage, params: Params, names: Names, more: str = ""
) -> Panel:
    """The panel of a list whose address has ``params`` beyond what the page itself stands for.

    ``more`` is the kind of the facet that is shown at length.
    """
    asked = set(params)
    marks = _Marks(asked, names.tags)
    facets = [facet for kind in FACETS if (facet := _facet(kind, page, marks, params, names, more))]
    shown = {
        (name, value)
        for name, value in asked
        if name in _FIELDS or _is_plain_date(name, value) or name == "page"
    }
    shown |= marks.drawn
    given = dict(pair for pair in params if pair in shown)
    return Panel(
        given=given,
        facets=facets,
        hidden=[
            *(pair for pair in params if pair not in shown),
            *([("more", more)] if more else []),
        ],
        states=_states(page, given.get("complete", "")),
        words=_words_of(query),
        ages=_ages(given.get("updated", "")),
    )


class _Marks:
    """Which values of the facets are asked for or ruled out, and by which parts of the address."""

    def __init__(self, asked: set[tuple[str, str]], tags: Mapping[int, Tag]) -> None:
        self.tags = tags
        self.asked = asked
        self.drawn: set[tuple[str, str]] = set()

    def state(self, kind: str, value: str) -> str:
        """Whether a value is asked for (in) or ruled out (out); notes that a box stands for it."""
        for state, names in (("out", self._names(kind, "__not")), ("in", self._names(kind, ""))):
            found = {(name, value) for name in names} & self.asked
            if kind != "language" and not self._stands_for(value):
                found = {pair for pair in found if pair[0] != "exact_tag"}
            if found:
                self.drawn |= found
                return state
        return ""

    def others(self, kind: str, shown: set[str]) -> Iterable[PanelValue]:
        """Values that are asked for or ruled out and that the result does not count."""
        for pk, tag in self.tags.items():
            if tag.kind == kind and str(pk) not in shown:
                state = self.state(kind, str(pk))
                if state:
                    yield PanelValue(str(pk), tag.name, None, state)

    def _names(self, kind: str, suffix: str) -> tuple[str, ...]:
        if kind == "language":
            return (f"{kind}{suffix}",)
        return (f"tag{suffix}", f"{kind}{suffix}", *(() if suffix else ("exact_tag",)))

    def _stands_for(self, value: str) -> bool:
        """Whether the plain parameter means these very words, as it does for unsorted tags."""
        tag = self.tags.get(int(value))
        return tag is not None and not tag.is_canonical


def _facet(
    kind: str,
    page: WorkPage,
    marks: _Marks,
    params: Params,
    names: Names,
    more: str,
) -> PanelFacet | None:
    is_long, found = kind == more, page.facets.get(kind, [])
    values = [
        PanelValue(_value_of(f), f.name, f.count, marks.state(kind, _value_of(f))) for f in found
    ]
    if kind == "language":
        values += _languages_out(params, values, marks, names)
    else:
        values += marks.others(kind, {value.value for value in values})
    if not values and kind not in SEARCHABLE:
        return None
    is_open = is_long or kind in _OPEN or any(value.state for value in values)
    has_more = not is_long and len(found) >= page.query.facet_size
    most = _OPENED if is_open and not more else _CLOSED
    if not is_long and len(values) > most:
        chosen = [value for value in values[most:] if value.state]
        values, has_more = values[:most] + chosen, True
    rest = [pair for pair in params if pair[0] != "page"]
    return PanelFacet(
        kind=kind,
        label=str(FACETS[kind]),
        values=values,
        is_open=is_open,
        search_label=str(SEARCHABLE.get(kind, "")),
        more="?" + urlencode([*rest, ("more", kind)]) if has_more else "",
    )


def _value_of(value: FacetValue) -> str:
    return value.value if value.id is None else str(value.id)


def _languages_out(
    params: Params, shown: list[PanelValue], marks: _Marks, names: Names
) -> Iterable[PanelValue]:
    there = {value.value for value in shown}
    for name, code in params:
        if name == "language__not" and code not in there:
            marks.drawn.add((name, code))
            yield PanelValue(code, names.languages.get(code, code), None, "out")


def _states(page: WorkPage, chosen: str) -> list[PanelValue]:
    """Any, complete, in progress, with how many works of the result are so."""
    counts = {value.value: value.count for value in page.facets.get("complete", [])}
    rows = (("", _("Any")), ("true", _("Complete")), ("false", _("In progress")))
    return [
        PanelValue(value, str(name), counts.get(value), "in" if value == chosen else "")
        for value, name in rows
    ]


def _words_of(query: WorkQuery) -> tuple[int | None, int | None]:
    for name, low, high in query.ranges:
        if name == "words":
            return low, high
    return None, None


def _ages(chosen: str) -> list[tuple[str, object]]:
    known: list[tuple[str, object]] = list(AGES)
    if chosen and chosen not in dict(AGES):
        known.append((chosen, chosen))
    return known


def _is_plain_date(name: str, value: str) -> bool:
    """Whether the panel's fields can show this date: a day, or an age of the menu."""
    if name == "updated":
        return True
    return name in _DATE_FIELDS and len(value) == 10 and value.count("-") == 2
