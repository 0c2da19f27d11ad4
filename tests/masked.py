"""Masks the letters of translations, so that what is left on a page was never translated."""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.utils import translation
from django.utils.translation import trans_real
from lxml import html

from archive.core.errors import DomainError

_KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^{}]*\}|<[^<>]*>|&#?\w+;|\n")
_LETTERS = re.compile(r"\w")
_WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
_UNSEEN = ("script", "style", "code", "pre", "template", "q", "bdi")
_READ_OUT = ("title", "alt", "placeholder", "aria-label", "label")
_OF = "\x04"
_CACHED = type(lru_cache(int))


class Masked:
    """The German catalogue with every letter outside of its places for values masked."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.plural = real.plural

    def gettext(self, message: str) -> str:
        """The masked translation; a text that the catalogue does not know stays as it is."""
        if self._lookup(message) is None:
            return message
        return mask(self.real.gettext(message).rpartition(_OF)[2])

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The same for a text that depends on a number."""
        if self._lookup(one, number) is None:
            return one if number == 1 else many
        return mask(self.real.ngettext(one, many, number).rpartition(_OF)[2])

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def _lookup(self, message: str, number: int = 1) -> Any:
        catalogue = self.real._catalog
        plural = (message, self.real.plural(number))
        return catalogue.get(message) or catalogue.get(plural)


def mask(text: str) -> str:
    """The text with its letters masked, but for places for values and marks of HTML."""
    parts, start = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_LETTERS.sub("·", text[start : kept.start()]), kept.group()]
        start = kept.end()
    return "".join([*parts, _LETTERS.sub("·", text[start:])])


@contextmanager
def masked_german() -> Iterator[None]:
    """Within it German pages show masked letters where a text of the catalogue stands."""
    real = trans_real.translation("de")
    forget_words()
    try:
        with patch.dict(trans_real._translations, {"de": Masked(real)}), translation.override("de"):
            yield
    finally:
        forget_words()


def forget_words() -> None:
    """Clear what the process remembers of texts in a language: masked words are for one test."""
    cache.clear()
    for name, module in list(sys.modules.items()):
        if name.startswith(("archive.", "catalog.", "search.")):
            for value in vars(module).values():
                if isinstance(value, _CACHED):
                    value.cache_clear()


@contextmanager
def refusals_seen() -> Iterator[set[tuple[type, str]]]:
    """Class and code of every DomainError that is made within it."""
    seen: set[tuple[type, str]] = set()
    make = DomainError.__init__

    def remember(self: DomainError, *args: Any, **values: Any) -> None:
        make(self, *args, **values)
        seen.add((type(self), self.code))

    with patch.object(DomainError, "__init__", remember):
        yield seen


def left_over(source: str, known: Iterable[str]) -> set[str]:
    """Texts that people see or hear on the page with a word that nobody translated.

    ``known`` are texts of which all words may stand there: those of the data.
    """
    tree = html.fromstring(source or "<p></p>")
    for element in tree.xpath(f"//*[{' or '.join(f'self::{name}' for name in _UNSEEN)}]"):
        element.drop_tree()
    texts = [text for text in tree.itertext() if isinstance(text, str)]
    texts += [str(value) for name in _READ_OUT for value in tree.xpath(f"//@{name}")]
    texts += [str(value) for value in tree.xpath("//input[@type='submit']/@value")]
    words = {word for text in known for word in _WORD.findall(text)}
    return {" ".join(text.split()) for text in texts if set(_WORD.findall(text)) - words}
