"""Stemming by the language of a work; languages without a stemmer are left as they are."""

import threading
from collections.abc import Callable
from functools import lru_cache

import snowballstemmer

ALGORITHMS = {
    "ar": "arabic",
    "bs": "serbian",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hr": "serbian",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_SAME = {"nb": "no", "nn": "no", "fil": "tl", "gsw": "de", "sh": "sr"}
_LONGEST = 40
_REMEMBERED = 5_000
"""Stems of a language that are kept; whoever analyses whole texts keeps what came of them."""


def base_language(code: str) -> str:
    """The language of a BCP 47 tag as far as analysis cares: ``pt-BR`` is ``pt``, ``nb`` is ``no``."""
    base = code.partition("-")[0].lower()
    return _SAME.get(base, base)


def has_stemmer(code: str) -> bool:
    """Whether words of this language are stemmed."""
    return base_language(code) in ALGORITHMS


@lru_cache(maxsize=64)
def stemmer(code: str) -> Callable[[str], str]:
    """The stemming function of a language, by BCP 47 tag; the identity where there is none."""
    algorithm = ALGORITHMS.get(base_language(code))
    if algorithm is None:
        return str
    stem_word: Callable[[str], str] = snowballstemmer.stemmer(algorithm).stemWord

    lock = threading.Lock()

    @lru_cache(maxsize=_REMEMBERED)
    def stem(word: str) -> str:
        # Nothing that long is a word, and the time of some steps grows with its square.
        if len(word) > _LONGEST:
            return word
        # A Snowball stemmer keeps the word it works on in itself.
        with lock:
            return stem_word(word) or word

    return stem
