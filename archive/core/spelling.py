"""What a mistyped word of a small closed set may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Up to ``limit`` known words that look like this one, the likest first."""
    return get_close_matches(word[:80], list(known), n=limit, cutoff=0.6)
