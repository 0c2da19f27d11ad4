"""The errors of the domain, each with a stable code that clients may rely on."""

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

from archive.core.said import Said


@dataclasses.dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field of a request.

    ``field`` is a path such as ``chapters[2].body`` or a parameter name such as ``fandom__any``.
    """

    field: str
    code: str
    detail: str
    extra: dict[str, object] = dataclasses.field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The form it has in ``errors[]`` of a problem document."""
        return {"field": self.field, "code": self.code, "detail": self.detail, **self.extra}


class DomainError(Exception):
    """Something the caller asked for cannot be done; says what was given and what is allowed.

    ``status`` is the HTTP status a face answers with, ``code`` the contract, ``detail`` a full
    sentence for people (English, and of the reader's language on pages: ``archive.core.said``),
    ``errors`` what is wrong with which field.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "request.invalid"

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        errors: Sequence[FieldError] = (),
        extra: dict[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail: str = detail if isinstance(detail, Said) else Said(detail)
        self.code = code or self.default_code
        self.errors = tuple(errors)
        self.extra = extra or {}


class InvalidInput(DomainError):
    """What was given is wrong in itself (400)."""

    default_code = "request.invalid"


class NotAllowed(DomainError):
    """Who is asking may not do this (403)."""

    status = 403
    default_code = "permission.denied"


class SignInRequired(DomainError):
    """Only signed-in people may do or see this (401, on pages the sign-in form)."""

    status = 401
    default_code = "auth.required"


class NotFound(DomainError):
    """There is no such object, or the viewer may not know of it (404)."""

    status = 404
    default_code = "not_found"


class Conflict(DomainError):
    """What was asked conflicts with the state of the object (409)."""

    status = 409
    default_code = "conflict"


class TryLater(DomainError):
    """The same may be asked again in ``retry_after`` seconds."""

    default_wait: ClassVar[int] = 5

    def __init__(self, detail: str, *, code: str = "", retry_after: int | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = self.default_wait if retry_after is None else retry_after


class TooMany(TryLater):
    """The caller asked too often (429)."""

    status = 429
    default_code = "throttled"
    default_wait = 3600


class Unavailable(TryLater):
    """The archive cannot do this right now (503)."""

    status = 503
    default_code = "unavailable"
