"""Page numbers for web and API: one set of limits, one set of errors."""

from dataclasses import dataclass

from archive.core.errors import FieldError, InvalidInput, NotFound
from archive.core.said import say

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
MAX_DEPTH = 100_000


@dataclass(frozen=True)
class PageRequest:
    """A page of a list: ``number`` from 1, ``size`` rows."""

    number: int = 1
    size: int = DEFAULT_PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size


def parse_page(number: str, size: str) -> PageRequest:
    """The page asked for; empty strings mean the defaults. Raises InvalidInput naming each fault."""
    errors: list[FieldError] = []
    # However large the number, the answer is that it is too deep, and where to go instead.
    is_deep = number.isascii() and number.isdecimal() and int(number[:40]) > MAX_DEPTH
    page = MAX_DEPTH + 1 if is_deep else _integer("page", number, 1, MAX_DEPTH, 1, errors)
    rows = _integer("page_size", size, 1, MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE, errors)
    if not errors and page * rows > MAX_DEPTH:
        errors.append(
            FieldError(
                "page",
                "page.too_deep",
                say(
                    "page {number} of {rows} is deeper than {max_depth:,} results; for whole collections use /api/v1/sync/works/ or /api/v1/dumps/.",
                    number=number[:40],
                    rows=rows,
                    max_depth=MAX_DEPTH,
                ),
            )
        )
    if errors:
        raise InvalidInput(errors[0].detail, code=errors[0].code, errors=errors)
    return PageRequest(page, rows)


def check_within(page: PageRequest, total: int) -> None:
    """Raise NotFound when the page lies past the last one; page 1 of nothing is fine."""
    if page.number > 1 and page.offset >= total:
        last = max(1, -(-total // page.size))
        raise NotFound(
            say(
                "Page {number} does not exist; the last page is {last}.",
                number=page.number,
                last=last,
            ),
            code="page.not_found",
        )


def _integer(
    name: str, value: str, low: int, high: int, default: int, errors: list[FieldError]
) -> int:
    if value == "":
        return default
    if value.isascii() and value.isdecimal() and len(value) <= 9 and low <= int(value) <= high:
        return int(value)
    errors.append(
        FieldError(
            name,
            f"{name}.invalid",
            say(
                "{name} is {value!r}; a whole number from {low} to {high:,} is allowed.",
                name=name,
                value=value[:40],
                low=low,
                high=high,
            ),
        )
    )
    return default
