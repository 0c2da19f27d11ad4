"""Dates and ages in queries: ``2020-01-01..2020-12-31``, ``< 2 weeks``, ``> 2 years ago``."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.core.said import say
from catalog.querytext.values import COMPARISON, DASH, LONGEST_VALUE, UnusableValueError

_UNIT = r"(?:hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mon?|years?|yrs?|y)"
_STAMP = (
    r"\d{4}(?:-\d{1,2}(?:-\d{1,2}"
    r"(?:T\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[-+]\d{2}:?\d{2})?)?)?)?"
)
DATE_PATTERN = re.compile(
    rf"\s*(?P<day>today|yesterday)\b"
    rf"|\s*(?:(?P<acmp>{COMPARISON})\s*)?(?P<n>\d{{1,6}})(?:{DASH}(?P<n2>\d{{1,6}}))?"
    rf"\s*(?P<unit>{_UNIT})\b(?P<ago>\s+ago\b)?"
    rf"|\s*(?P<y1>\d{{4}})[-–—](?P<y2>\d{{4}})(?![-\d])"
    rf"|\s*(?:(?P<cmp>{COMPARISON})\s*)?(?P<low>{_STAMP})"
    rf"(?:(?:\s*\.\.\s*|\s+(?:to|-|–|—)\s+)(?P<high>{_STAMP})|(?P<open>\.\.))?"
    rf"|\s*\.\.\s*(?P<upto>{_STAMP})",
    re.ASCII | re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})(?:T(?P<time>.+))?)?)?",
    re.IGNORECASE,
)
_UNITS = {"h": "hour", "d": "day", "w": "week", "m": "month", "y": "year"}
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A span of time, ``low`` inclusive and ``high`` exclusive, in UTC, and its normal spelling."""

    low: datetime | None
    high: datetime | None
    expression: str


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A year, month, day or moment: where it begins, where it ends, how it is spelt."""

    low: datetime
    high: datetime
    spelling: str


def parse_date_range(text: str, *, now: datetime) -> DateSpan:
    """Read a date, a range of dates or an age.

    ``now`` is aware; ages count back from it. Whole days, months and years are those of UTC.
    ``<2weeks`` is younger than two weeks, ``>2 years ago`` older than two years, a bare age is
    ``<``, and a bare age with "ago" the unit of time that long ago. Raises UnusableValueError.
    """
    match = DATE_PATTERN.fullmatch(text.strip()) if len(text) <= LONGEST_VALUE else None
    if match is None:
        raise _unusable(text)
    now = now.astimezone(UTC)
    if match["day"]:
        return _named_day(match["day"].lower(), now)
    if match["n"]:
        return _age(match, now)
    try:
        return _dates(match, text)
    except (ValueError, OverflowError) as error:
        if isinstance(error, UnusableValueError):
            raise
        raise _unusable(text) from error


def _unusable(text: str) -> UnusableValueError:
    return UnusableValueError(
        say(
            "“{text}” is no date; write 2020-01-31, 2020, 2020-01-01..2020-12-31, <2weeks or >2 years ago.",
            text=text.strip()[:40],
        )
    )


def _named_day(name: str, now: datetime) -> DateSpan:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "today":
        return DateSpan(midnight, midnight + timedelta(days=1), name)
    return DateSpan(midnight - timedelta(days=1), midnight, name)


def _age(match: re.Match[str], now: datetime) -> DateSpan:
    unit = _UNITS[match["unit"][0].lower()]
    count, sign = int(match["n"]), match["acmp"] or ""
    last = int(match["n2"]) if match["n2"] else None
    if last is None and not sign.strip("=") and match["ago"]:
        last = count + 1
    if last is not None:
        if sign or last <= count:
            raise UnusableValueError(
                say(
                    "“{text}” is no range of ages; write the smaller number first.",
                    text=match[0].strip(),
                )
            )
        return DateSpan(
            _before(now, last, unit), _before(now, count, unit), f"{count}-{last}{unit}s"
        )
    spelling = f"{count}{unit}" if count == 1 else f"{count}{unit}s"
    if sign[:1] in {">", "≥"} or sign == "=>":
        return DateSpan(None, _before(now, count, unit), f">{spelling}")
    return DateSpan(_before(now, count, unit), None, f"<{spelling}")


def _before(now: datetime, count: int, unit: str) -> datetime:
    """The moment ``count`` units before now, not before the first day there is."""
    if unit in {"month", "year"}:
        months = now.year * 12 + now.month - 1 - count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        if year < 1:
            return _FIRST
        day = min(now.day, monthrange(year, month + 1)[1])
        return now.replace(year=year, month=month + 1, day=day)
    step = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}[unit]
    if count > (now - _FIRST) // step:
        return _FIRST
    return now - count * step


def _dates(match: re.Match[str], text: str) -> DateSpan:
    if match["upto"]:
        last = _stamp(match["upto"])
        return DateSpan(None, last.high, f"..{last.spelling}")
    first = _stamp(match["y1"] or match["low"])
    end, sign = match["y2"] or match["high"], match["cmp"]
    if sign and (end or match["open"]):
        raise UnusableValueError(
            say(
                "“{text}” is both a comparison and a range; write one of the two.",
                text=text.strip(),
            )
        )
    if end:
        last = _stamp(end)
        if last.high <= first.low:
            raise UnusableValueError(
                say("The range “{text}” ends before it begins.", text=text.strip())
            )
        return DateSpan(first.low, last.high, f"{first.spelling}..{last.spelling}")
    if match["open"]:
        return DateSpan(first.low, None, f"{first.spelling}..")
    return _compared(first, sign or "=")


def _compared(stamp: _Stamp, sign: str) -> DateSpan:
    if sign == ">":
        return DateSpan(stamp.high, None, f">{stamp.spelling}")
    if sign in {">=", "=>", "≥"}:
        return DateSpan(stamp.low, None, f">={stamp.spelling}")
    if sign == "<":
        return DateSpan(None, stamp.low, f"<{stamp.spelling}")
    if sign in {"<=", "=<", "≤"}:
        return DateSpan(None, stamp.high, f"<={stamp.spelling}")
    return DateSpan(stamp.low, stamp.high, stamp.spelling)


def _stamp(text: str) -> _Stamp:
    """Read a year, month, day or moment; ValueError or OverflowError when there is no such."""
    match = _PARTS.fullmatch(text)
    if match is None:
        raise _unusable(text)
    if match["time"]:
        moment = _moment(match)
        return _Stamp(moment, moment + timedelta(microseconds=1), _spelt(moment))
    year, month, day = (int(match[name] or 1) for name in ("year", "month", "day"))
    low = datetime(year, month, day, tzinfo=UTC)
    if match["day"]:
        high = low + timedelta(days=1) if low.date() < _LAST.date() else _LAST
        return _Stamp(low, high, f"{year:04}-{month:02}-{day:02}")
    if match["month"]:
        following = year * 12 + month
        return _Stamp(low, _month_start(following), f"{year:04}-{month:02}")
    return _Stamp(low, _month_start((year + 1) * 12), f"{year:04}")


def _month_start(months: int) -> datetime:
    year, month = divmod(months, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC) if year <= 9999 else _LAST


def _moment(match: re.Match[str]) -> datetime:
    date = f"{match['year']}-{int(match['month']):02}-{int(match['day']):02}"
    clock = match["time"].upper().replace("Z", "+00:00")
    if clock[1] == ":":
        clock = f"0{clock}"
    moment = datetime.fromisoformat(f"{date}T{clock}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _spelt(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
