"""Checks what was submitted and collects every fault before anything is written."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from archive.core.errors import FieldError, InvalidInput
from archive.core.html import paragraphs_from_text, sanitise, text_of
from archive.core.said import say
from archive.core.text import clean_name
from catalog.services import limits
from catalog.vocabulary import find_language

Result = TypeVar("Result")
_MARKUP = re.compile(r"<(?:[a-zA-Z][^<>]*|/[a-zA-Z][^<>]*|!--)>?")
_LATEST_ZONE = timedelta(hours=14)


class Faults:
    """Collects what is wrong with each field; ``raise_if_any`` tells all of it at once."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.errors: list[FieldError] = []

    def add(self, field: str, code: str, detail: str, **extra: object) -> None:
        """Note one fault."""
        self.errors.append(FieldError(f"{self.prefix}{field}", code, detail, extra))

    def within(self, prefix: str) -> "Faults":
        """A collector for a part, such as ``chapters[2].``, that writes into this one."""
        part = Faults(f"{self.prefix}{prefix}")
        part.errors = self.errors
        return part

    def attempt(self, field: str, act: Callable[[], Result], default: Result) -> Result:
        """The result of ``act``; an InvalidInput becomes a fault of the field."""
        try:
            return act()
        except InvalidInput as error:
            if error.errors:
                self.errors.extend(
                    FieldError(f"{self.prefix}{e.field or field}", e.code, e.detail, e.extra)
                    for e in error.errors
                )
            else:
                self.add(field, error.code, error.detail, **error.extra)
            return default

    def raise_if_any(self) -> None:
        """Raise InvalidInput with every fault; its own code is the first fault's."""
        if self.errors:
            first = self.errors[0]
            more = len(self.errors) - 1
            detail = (
                say("{detail} (and {more} more)", detail=first.detail, more=more)
                if more
                else first.detail
            )
            raise InvalidInput(detail, code=first.code, errors=self.errors)


def as_html(source: str) -> str:
    """Submitted text as HTML: what holds no markup is plain text and becomes paragraphs."""
    return source if _MARKUP.search(source) else paragraphs_from_text(source)


def clean_title(faults: Faults, title: str, *, required: bool = True) -> str:
    """A title of 1 (or 0) to 255 characters on one line."""
    if not title.strip():
        if required:
            faults.add("title", "title.empty", say("A title is missing; 1 to 255 characters."))
        return ""
    return faults.attempt(
        "title",
        lambda: clean_name(title, max_length=limits.TITLE_CHARS, what="title"),
        "",
    )


def clean_html(faults: Faults, field: str, source: str, max_chars: int) -> str:
    """Sanitised HTML whose text has at most ``max_chars`` characters."""
    html = faults.attempt(field, lambda: sanitise(as_html(source)), "") if source.strip() else ""
    length = len(text_of(html))
    if length > max_chars:
        faults.add(
            field,
            f"{field}.too_long",
            say(
                "{field} has {length:,} characters of text; at most {max_chars:,} are allowed.",
                field=field,
                length=length,
                max_chars=max_chars,
            ),
        )
    return html


def clean_body(faults: Faults, source: str) -> str:
    """The sanitised text of a chapter: 10 to 500,000 characters with some text in them."""
    length = len(source)
    if length > limits.BODY_MAX_CHARS:
        faults.add(
            "body",
            "body.too_long",
            say(
                "A chapter has {length:,} characters; at most {allowed:,} are allowed.",
                length=length,
                allowed=limits.BODY_MAX_CHARS,
            ),
        )
        return ""
    html = faults.attempt("body", lambda: sanitise(as_html(source)), "")
    if not text_of(html).strip():
        faults.add(
            "body", "chapter.empty", say("A chapter needs text; nothing readable was given.")
        )
    elif length < limits.BODY_MIN_CHARS:
        faults.add(
            "body",
            "body.too_short",
            say(
                "A chapter has {length} characters; at least {least} are needed.",
                length=length,
                least=limits.BODY_MIN_CHARS,
            ),
        )
    return html


def clean_language(faults: Faults, given: str) -> str | None:
    """The code of a known language, None for none."""
    if not given.strip():
        return None
    code = find_language(given)
    if code is None:
        faults.add(
            "language",
            "language.unknown",
            say(
                "The language {given!r} is not known; give a BCP 47 code or a name from "
                "/api/v1/languages/, such as en or German.",
                given=given[:60],
            ),
        )
    return code


def clean_url(faults: Faults, field: str, url: str) -> str:
    """An http or https address, or ""."""
    if not url:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        faults.add(
            field,
            "url.invalid",
            say(
                "{field} is {url!r}; an http or https address is allowed.",
                field=field,
                url=url[:100],
            ),
        )
        return ""
    if len(url) > 500:
        faults.add(
            field,
            "url.too_long",
            say(
                "{field} has {length} characters; at most 500 are allowed.",
                field=field,
                length=len(url),
            ),
        )
        return ""
    return url


def clean_past(faults: Faults, field: str, moment: datetime | None) -> datetime | None:
    """A time that is not in the future."""
    if moment is not None and moment > timezone.now():
        faults.add(
            field,
            "date.future",
            say(
                "{field} is {given}; a time in the future is not allowed.",
                field=field,
                given=moment.isoformat(),
            ),
        )
        return None
    return moment


def clean_past_date(faults: Faults, field: str, day: date | None) -> date | None:
    """A date that is not in the future anywhere on Earth."""
    today = (datetime.now(UTC) + _LATEST_ZONE).date()
    if day is not None and day > today:
        faults.add(
            field,
            "date.future",
            say(
                "{field} is {given}; today is {today}.",
                field=field,
                given=day.isoformat(),
                today=today.isoformat(),
            ),
        )
        return None
    return day


def clean_expected(faults: Faults, count: int | None) -> int | None:
    """How many chapters a work will have; None when unknown."""
    if count is not None and not 1 <= count <= limits.EXPECTED_CHAPTERS_MAX:
        faults.add(
            "expected_chapters",
            "expected_chapters.invalid",
            say(
                "expected_chapters is {count}; 1 to {most:,}, or null when unknown.",
                count=count,
                most=limits.EXPECTED_CHAPTERS_MAX,
            ),
        )
        return None
    return count
