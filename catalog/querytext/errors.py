"""What a text query can be refused for, and what a reader is told beside a result."""

from dataclasses import dataclass

from archive.core.errors import FieldError, InvalidInput


class QuerySyntaxError(InvalidInput):
    """A text query that cannot be used as it stands.

    ``position`` and ``length`` mark the place in the text as it was given, in characters from 0;
    ``reason`` is a full sentence; ``kind`` tells the reasons apart (``quote``, ``parenthesis``,
    ``operator``, ``value``, or ``cap.NAME``), while ``code`` is the same for all.
    """

    default_code = "query.syntax"

    def __init__(self, reason: str, *, kind: str, position: int, length: int = 1) -> None:
        place = {"position": position, "length": length}
        super().__init__(
            reason,
            errors=[FieldError("q", self.default_code, reason, dict(place))],
            extra=dict(place),
        )
        self.reason = reason
        self.kind = kind
        self.position = position
        self.length = length


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a query that was understood differently than it may have been meant."""

    code: str
    text: str
    position: int
    length: int
