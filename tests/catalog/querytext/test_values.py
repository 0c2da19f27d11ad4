"""Values of conditions, which query text and API parameters share."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from catalog.querytext import (
    And,
    DateRange,
    UnusableValueError,
    parse,
    parse_count_range,
    parse_date_range,
    parse_flag,
    parse_language,
    parse_sort,
)
from tests.timing import least_seconds

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def day(year, month=1, date=1):
    return datetime(year, month, date, tzinfo=UTC)


DATES = [
    ("2020", day(2020), day(2021), "2020"),
    ("2020-02", day(2020, 2), day(2020, 3), "2020-02"),
    ("2020-12", day(2020, 12), day(2021), "2020-12"),
    ("2020-2-9", day(2020, 2, 9), day(2020, 2, 10), "2020-02-09"),
    ("=2020", day(2020), day(2021), "2020"),
    (">2020", day(2021), None, ">2020"),
    (">=2020", day(2020), None, ">=2020"),
    ("<2020", None, day(2020), "<2020"),
    ("<= 2020-01", None, day(2020, 2), "<=2020-01"),
    ("2020-01-01..2020-12-31", day(2020), day(2021), "2020-01-01..2020-12-31"),
    ("2020-01-01 to 2020-12-31", day(2020), day(2021), "2020-01-01..2020-12-31"),
    ("2019-2021", day(2019), day(2022), "2019..2021"),
    ("2020..", day(2020), None, "2020.."),
    ("..2020-05-01", None, day(2020, 5, 2), "..2020-05-01"),
    ("<2weeks", NOW - timedelta(weeks=2), None, "<2weeks"),
    ("< 2 weeks", NOW - timedelta(weeks=2), None, "<2weeks"),
    ("<1w", NOW - timedelta(weeks=1), None, "<1week"),
    ("7 days", NOW - timedelta(days=7), None, "<7days"),
    ("> 2 years ago", None, day(2024, 11, 22).replace(hour=8), ">2years"),
    ("<6mo", day(2026, 5, 22).replace(hour=8), None, "<6months"),
    (">36h", None, NOW - timedelta(hours=36), ">36hours"),
    ("3 days ago", NOW - timedelta(days=4), NOW - timedelta(days=3), "3-4days"),
    ("1-2 weeks ago", NOW - timedelta(weeks=2), NOW - timedelta(weeks=1), "1-2weeks"),
    (">99999 years", None, day(1), ">99999years"),
    (">999999 days", None, day(1), ">999999days"),
    ("today", day(2026, 11, 22), day(2026, 11, 23), "today"),
    ("Yesterday", day(2026, 11, 21), day(2026, 11, 22), "yesterday"),
    (">=2020-05-01T10:00:00Z", day(2020, 5).replace(hour=10), None, ">=2020-05-01T10:00:00Z"),
    (">=2020-05-01T12:00+02:00", day(2020, 5).replace(hour=10), None, ">=2020-05-01T10:00:00Z"),
]


@pytest.mark.parametrize(("text", "low", "high", "expression"), DATES)
def test_date_range(text, low, high, expression):
    span = parse_date_range(text, now=NOW)
    assert (span.low, span.high, span.expression) == (low, high, expression)


@pytest.mark.parametrize("text", [case[0] for case in DATES])
def test_date_range_in_running_text(text):
    span = parse_date_range(text, now=NOW)
    query = parse(f"updated:{text} dragons", now=NOW)
    assert isinstance(query.root, And)
    assert query.root.children[0] == DateRange("updated", span.low, span.high, span.expression)
    assert parse(query.normal, now=NOW).root == query.root


def test_months_back_end_on_the_last_day_there_is():
    end_of_may = day(2026, 5, 31)
    assert parse_date_range("<3months", now=end_of_may).low == day(2026, 2, 28)


def test_now_may_be_in_any_zone():
    somewhere = NOW.astimezone(timezone(timedelta(hours=9)))
    assert parse_date_range("<1day", now=somewhere).low == NOW - timedelta(days=1)


def test_age_moves_on_with_the_clock():
    normal = parse("updated:<2weeks", now=NOW).normal
    later = parse(normal, now=NOW + timedelta(days=30)).root
    assert isinstance(later, DateRange)
    assert later.low == NOW + timedelta(days=16)


@pytest.mark.parametrize(
    "text",
    ["", "x", "20", "20201", "2020-00", "2020-02-30", "2weeks-1week", "2-1weeks", ">1-2weeks",
     "2020..2019", ">2019..2020", "<", "-1", "2020-01-01T25:00", "10000", "9999-99", "1e3",
     "2020-01-01T", "١٩٩٩"],
)  # fmt: skip
def test_unusable_date(text):
    with pytest.raises(UnusableValueError) as caught:
        parse_date_range(text, now=NOW)
    assert caught.value.reason.endswith(".")


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", ">9999", "<=9999-12-31"])
def test_last_dates_there_are(text):
    assert parse_date_range(text, now=NOW).expression == text


COUNTS = [
    ("1000", (1000, 1000)),
    (" = 1,000 ", (1000, 1000)),
    ("1 000", (1000, 1000)),
    ("1'000", (1000, 1000)),
    ("1_000", (1000, 1000)),
    ("1,000,000-2,000,000", (1_000_000, 2_000_000)),
    (">0", (1, None)),
    (">=0", (0, None)),
    ("<1", (None, 0)),
    ("=> 5", (5, None)),
    ("=< 5", (None, 5)),
    ("5+", (5, None)),
    ("2m", (2_000_000, 2_000_000)),
    ("1.25k", (1250, 1250)),
    ("1K-2K", (1000, 2000)),
    ("0", (0, 0)),
    ("007", (7, 7)),
    (">2147483647", (2_147_483_647, None)),
    ("9" * 100, (2_147_483_647, 2_147_483_647)),
]


@pytest.mark.parametrize(("text", "bounds"), COUNTS)
def test_count_range(text, bounds):
    assert parse_count_range(text) == bounds


@pytest.mark.parametrize(
    "text",
    ["", "x", "-5", "5-", "5000-1000", ">", "<0", "1,00", "1.5", "1..2..3", ">1-2", "１x", "5-x",
     "--", "1e5", "²", ">>5", "5 6"],
)  # fmt: skip
def test_unusable_count(text):
    with pytest.raises(UnusableValueError) as caught:
        parse_count_range(text)
    assert caught.value.reason.endswith(".")


def test_flags():
    assert [parse_flag(text) for text in ("true", "YES", " 1 ", "on")] == [True] * 4
    assert [parse_flag(text) for text in ("false", "No", "0", "off")] == [False] * 4
    with pytest.raises(UnusableValueError):
        parse_flag("maybe")


def test_languages_are_put_into_their_usual_case():
    assert parse_language(" EN ") == "en"
    assert parse_language("sr-latn-rs") == "sr-Latn-RS"
    assert parse_language("es-419") == "es-419"
    assert parse_language("deutsch", {"deutsch": "de"}) == "de"
    for wrong in ("", "e", "deutsch", "en-", "日本", "en us"):
        with pytest.raises(UnusableValueError):
            parse_language(wrong)


def test_unknown_order_names_those_there_are():
    with pytest.raises(UnusableValueError, match="there are relevance, updated"):
        parse_sort("colour")


@pytest.mark.parametrize("text", ["9" * 100_000, " 1" * 50_000, "a" * 100_000, "1,111" * 20_000])
def test_endless_values_are_refused_at_once(text):
    def read_all() -> None:
        for read in (parse_count_range, parse_flag, parse_language, parse_sort):
            with pytest.raises(UnusableValueError) as caught:
                read(text)
            assert len(caught.value.reason) < 300
        with pytest.raises(UnusableValueError):
            parse_date_range(text, now=NOW)

    assert least_seconds(read_all, enough=0.5) < 0.5
