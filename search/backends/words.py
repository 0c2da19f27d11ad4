"""The words of documents and queries as the engines see them."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

ANALYSER = "words-1"
"""Name and version of the analysis; an index made by another must be rebuilt."""

_WORD = re.compile(r"\w+")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ＇")


class Token(NamedTuple):
    """One word at its place: as it was written but for case, and what it is found by."""

    position: int
    form: str
    keys: tuple[str, ...]


def tokens_of(text: str, language: str) -> list[Token]:
    """The words of a text in this language (BCP 47, may be empty), in order."""
    return [Token(place, form, keys_of(form, language)) for place, form in enumerate(_forms(text))]


def asked_tokens(text: str) -> list[Token]:
    """The words of a query, whose language is not known."""
    return [Token(place, form, keys_of(form, "en")) for place, form in enumerate(_forms(text))]


@lru_cache(maxsize=200_000)
def keys_of(form: str, language: str) -> tuple[str, ...]:
    """What a word is found by: itself without accents, and its stem."""
    plain = folded(form)
    if language[:2] != "en":
        return (plain,)
    stem = _english().stemWord(plain)
    return (plain,) if stem == plain else (plain, stem)


@lru_cache(maxsize=200_000)
def folded(form: str) -> str:
    """A form without accents: what prefixes and fuzzy words are compared with."""
    if form.isascii():
        return form
    parts = unicodedata.normalize("NFD", form)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


@lru_cache(maxsize=1)
def _english() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("english")


def _forms(text: str) -> list[str]:
    text = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    return _WORD.findall(text)
