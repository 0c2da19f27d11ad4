"""Whether a text has words or links that are watched for."""

import html
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.core.errors import InvalidInput
from archive.core.said import say
from archive.core.text import fold_name

WORDS, LINK = "words", "link"
_NO_WORD = re.compile(r"[\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Exact on sanitised HTML, where attributes stand in double quotes.
_ADDRESS = re.compile(r"(?:href|src|cite)=\"([^\"]+)\"|\b(https?://[^\s<>\"]+)", re.IGNORECASE)


def folded_term(kind: str, text: str) -> str:
    """The form in which a term is compared. Raises InvalidInput for one that would fit anything."""
    folded = _link(text) if kind == LINK else _words(text)
    least = 4 if kind == LINK else 2
    if len(folded) < least or (kind == LINK and "." not in folded):
        raise InvalidInput(
            say(
                "{text!r} cannot be watched for: give at least {least} letters, of a link a "
                "host such as shop.example.",
                text=text[:60],
                least=least,
            ),
            code="watch.invalid",
        )
    return folded


class WatchedText:
    """A work's text made ready for many comparisons."""

    def __init__(self, plain: Iterable[str], safe_html: Iterable[str]) -> None:
        folded = _words(" ".join(plain))
        self.words = f" {folded} "
        self.packed = folded.replace(" ", "")
        self.links = {_link(address) for part in safe_html for address in _addresses(part)}

    def has(self, kind: str, folded: str) -> bool:
        """Whether a term, folded, is in it."""
        if kind == LINK:
            return any(_fits(link, folded) for link in self.links)
        if _UNSPACED.search(folded):
            return folded.replace(" ", "") in self.packed
        return f" {folded} " in self.words


def _words(text: str) -> str:
    return " ".join(_NO_WORD.sub(" ", fold_name(text)).split())


def _addresses(part: str) -> Iterable[str]:
    for quoted, bare in _ADDRESS.findall(part):
        yield html.unescape(quoted or bare)


def _link(address: str) -> str:
    """Host and path of an address, without what makes no difference."""
    bare = address.strip().lower()
    try:
        parts = urlsplit(bare if "//" in bare else f"//{bare}")
        host = parts.hostname or ""
    except ValueError:
        return ""
    return f"{host.removeprefix('www.')}{parts.path}".rstrip("/")


def _fits(link: str, term: str) -> bool:
    """The same host or one below it, and the same path or one below it."""
    host, slash, path = link.partition("/")
    wanted, _, below = term.partition("/")
    if host != wanted and not host.endswith(f".{wanted}"):
        return False
    return not below or f"{slash}{path}/".startswith(f"/{below}/")
