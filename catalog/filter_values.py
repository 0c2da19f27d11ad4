"""The values that filters of works take: tags by name or id, counts, dates, languages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from archive.core.errors import FieldError
from archive.core.parameters import (
    IdParameter,
    ListParameter,
    Parameter,
    Refusal,
    TextParameter,
    is_id,
    shown,
)
from archive.core.said import say
from archive.core.spelling import closest
from archive.core.text import TAG_NAME_MAX, fold_name
from catalog.querytext import (
    MAX_COUNT,
    QuerySyntaxError,
    UnusableValueError,
    parse,
    parse_count_range,
    parse_date_range,
)
from catalog.vocabulary import find_language, language_index
from catalog.workquery import FACET_KINDS, ORDERINGS

NAME_PREFIX = "name:"
_INSTANT = timedelta(microseconds=1)
FALLING = tuple(f"-{name}" for name in ORDERINGS if name != "relevance")
ALL_ORDERINGS = (*ORDERINGS, *FALLING)


@dataclass(frozen=True)
class TagName:
    """A tag as a request names it: by ``id``, or by the folded ``name``."""

    given: str
    id: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Bounds:
    """Inclusive bounds, None for open, and the normal spelling of what was given."""

    low: Any = None
    high: Any = None
    spelling: str = ""


class QueryTextParameter(Parameter[str]):
    """A line of the query language; ``strict`` refuses what cannot be parsed."""

    strict = True

    def read(self, text: str) -> str:
        """The text as it was given."""
        if self.strict:
            languages: Any = SimpleLazyObject(language_index)
            try:
                parse(text, languages=languages)
            except QuerySyntaxError as error:
                raise Refusal(error.code, error.detail, **error.extra) from error
        return text


class TagParameter(Parameter[TagName]):
    """Tags: digits only are an id, everything else is a name; ``name:1602`` is a name too."""

    repeated = True

    def read(self, text: str) -> TagName:
        """The tag as it was named; the database is asked later, for all names at once."""
        if is_id(text):
            return TagName(text, id=int(text))
        name = text.removeprefix(NAME_PREFIX).strip()
        if len(name) > TAG_NAME_MAX:
            raise Refusal(
                "tag.unknown",
                say(
                    "A tag name has at most {tag_name_max} characters; this one has {given}.",
                    tag_name_max=TAG_NAME_MAX,
                    given=len(name),
                ),
                suggestions=[],
            )
        folded = fold_name(name)
        if not folded:
            raise Refusal(
                "tag.unknown", say("{text} names no tag.", text=shown(text)), suggestions=[]
            )
        return TagName(text, name=folded)


class CountRangeParameter(Parameter[Bounds]):
    """A count: ``1000``, ``<1000``, ``>1000``, ``1000-5000``, with thousands separators."""

    def read(self, text: str) -> Bounds:
        """The inclusive bounds."""
        try:
            low, high = parse_count_range(text)
        except UnusableValueError as error:
            raise Refusal("range.invalid", error.reason) from error
        return Bounds(low, high, spell_range(low, high))


class CountBoundParameter(Parameter[Bounds]):
    """One bound of a count: ``bound`` is gte, gt, lte or lt."""

    schema = {"type": "string", "pattern": r"^\s*\d[\d.,]*\s*$"}

    def __init__(self, help_text: str, *, bound: str, **options: Any) -> None:
        super().__init__(help_text, **options)
        self.bound = bound

    def read(self, text: str) -> Bounds:
        """The bound it sets, inclusive."""
        try:
            low, high = parse_count_range(text)
        except UnusableValueError:
            low, high = None, None
        if low is None or low != high or not text[0].isdigit():
            raise Refusal(
                "range.invalid", say("{text} is not allowed; use a whole number.", text=shown(text))
            )
        if self.bound == "lt" and low == 0:
            raise Refusal("range.invalid", say("Nothing is less than 0."))
        if self.bound in ("gte", "gt"):
            return Bounds(low=min(low + (self.bound == "gt"), MAX_COUNT))
        return Bounds(high=low - (self.bound == "lt"))


class DateRangeParameter(Parameter[Bounds]):
    """Dates: ``< 7 days``, ``> 2 years ago``, ``2020-01-01..2020-12-31``, ``2020-05``."""

    def read(self, text: str) -> Bounds:
        """Inclusive bounds in UTC; ages count back from now."""
        low, high, spelling = _span(text)
        return Bounds(low, high - _INSTANT if high else None, spelling)


class DateBoundParameter(Parameter[Bounds]):
    """One bound of a date: a day, month, year or moment; ``bound`` is gte, gt, lte or lt."""

    def __init__(self, help_text: str, *, bound: str, **options: Any) -> None:
        super().__init__(help_text, **options)
        self.bound = bound

    def read(self, text: str) -> Bounds:
        """The bound it sets, inclusive: ``lte`` a day ends with that day."""
        low, high, spelling = _span(text)
        if low is None or high is None or ".." in spelling or not text[0].isalnum():
            raise Refusal(
                "date.invalid",
                say(
                    "{text} is not allowed; use a date such as 2020-01-31, 2020-01, 2020 or 2020-01-31T12:00:00Z.",
                    text=shown(text),
                ),
            )
        bounds = {
            "gte": Bounds(low=low, spelling=spelling),
            "gt": Bounds(low=high, spelling=spelling),
            "lte": Bounds(high=high - _INSTANT, spelling=spelling),
            "lt": Bounds(high=low - _INSTANT, spelling=spelling),
        }
        return bounds[self.bound]


class LanguageParameter(Parameter[str]):
    """Languages by BCP 47 code, or by their English or own name."""

    repeated = True

    def read(self, text: str) -> str:
        """The code of the language in the list of this archive."""
        code = find_language(text)
        if code is None:
            known = language_index()
            near = dict.fromkeys(known[name] for name in closest(fold_name(text), known))
            raise Refusal(
                "language.unknown",
                say(
                    "{text} is no language of this archive; /api/v1/languages/ lists them.",
                    text=shown(text),
                ),
                suggestions=list(near),
            )
        return code


class IdsParameter(IdParameter):
    """Ids of objects: works of any of them."""

    repeated = True


class AbsentParameter(Parameter[str]):
    """Ids of something that this archive does not have yet: every id is unknown."""

    repeated = True

    def read(self, text: str) -> str:
        """Nothing can be read. Raises Refusal."""
        raise Refusal(
            "collection.unknown",
            say("There is no collection {text} in this archive.", text=shown(text)),
        )


class OrderingParameter(Parameter[str]):
    """The order of results."""

    schema = {"type": "string", "enum": list(ALL_ORDERINGS)}

    def read(self, text: str) -> str:
        """The order itself."""
        if text not in ALL_ORDERINGS:
            raise Refusal(
                "ordering.invalid",
                say(
                    "{text} is no order; allowed are {orders}.",
                    text=shown(text),
                    orders=", ".join(ALL_ORDERINGS),
                ),
            )
        return text


class FacetsParameter(ListParameter):
    """The facets to count: ``all``, or a list."""

    def __init__(self, help_text: str, **options: Any) -> None:
        super().__init__(help_text, allowed=FACET_KINDS, all_of=FACET_KINDS, **options)


class WordsParameter(TextParameter):
    """Words to be looked for in one field."""


def spell_range(low: int | None, high: int | None) -> str:
    """Inclusive bounds in the shortest form that means them."""
    if low is not None and high is not None:
        return str(low) if low == high else f"{low}-{high}"
    return f">={low}" if low is not None else f"<={high}"


def intersect(name: str, given: list[Bounds], what: str) -> tuple[Any, Any, FieldError | None]:
    """The bounds that all of these leave, and the fault if they leave nothing."""
    lows = [bounds.low for bounds in given if bounds.low is not None]
    highs = [bounds.high for bounds in given if bounds.high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    fault = None
    if low is not None and high is not None and low > high:
        fault = FieldError(
            name, f"{what}.invalid", say("The bounds of {name} leave nothing between.", name=name)
        )
    return low, high, fault


def _span(text: str) -> tuple[datetime | None, datetime | None, str]:
    try:
        span = parse_date_range(text, now=timezone.now())
    except UnusableValueError as error:
        raise Refusal("date.invalid", error.reason) from error
    return span.low, span.high, span.expression
