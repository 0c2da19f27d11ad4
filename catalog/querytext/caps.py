"""How large and how deep a text query may be."""

from dataclasses import dataclass

MAX_COUNT = 2_147_483_647
"""Counts in ranges are clamped to this: the largest integer every executor can hold."""


@dataclass(frozen=True, slots=True)
class Caps:
    """The limits of one query; each refusal names the limit and what was given."""

    length: int = 512
    """Characters of the text, as given and after Unicode normalisation."""
    tokens: int = 32
    """Words, phrases, conditions and the operators OR and NOT together."""
    words: int = 16
    """Single words, those inside phrases and compounds included."""
    phrase_words: int = 12
    """Words in one phrase or one compound such as ``a-b-c``."""
    depth: int = 8
    """Parentheses inside parentheses."""
    prefixes: int = 2
    """Words with ``*`` behind them."""
    prefix_letters: int = 3
    """Letters needed before a ``*``."""
    fuzzies: int = 2
    """Words with ``~`` behind them."""
    marks: int = 4
    """Combining marks on one base character."""


DEFAULT_CAPS = Caps()
