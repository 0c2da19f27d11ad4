"""The Whoosh schema over the arrays, so that Whoosh's own queries run on an index of ours."""

from typing import Any

import numpy as np
from whoosh import fields, formats


class _Places(formats.Positions):  # type: ignore[misc]
    """Positions as raw 32-bit numbers."""

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """The places of one posting."""
        places: list[int] = np.frombuffer(valuestring, np.uint32).tolist()
        return places

    def decode_frequency(self, valuestring: bytes) -> int:
        """How many places there are."""
        return len(valuestring) // 4


class TermField(fields.FieldType):  # type: ignore[misc]
    """Terms over all fields; the weight is the impact."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def to_bytes(self, value: str | bytes) -> bytes:
        """The dictionary entry."""
        return value if isinstance(value, bytes) else str(value).encode()

    def from_bytes(self, bs: bytes) -> str:
        """The term."""
        return bs.decode()


class PlacedField(TermField):
    """Terms with their places."""

    def __init__(self) -> None:
        super().__init__()
        self.format = _Places()


def make_schema() -> Any:
    """The fields of an index; ``id`` and ``tag`` hold decimal numbers."""
    return fields.Schema(
        id=TermField(), tag=TermField(), all=TermField(), meta=PlacedField(), text=PlacedField()
    )
