"""Anchors inside a text, such as those of footnotes, and the links to them from any text of a work.

Every name of an anchor begins with ``u-``, so none can be that of a part of the page. Two texts on
one page (a chapter and its notes, all chapters of a work) are told apart by ``anchors_at``. A link
whose anchor stands in another text of the work is stored as it was written; ``AnchorPlaces`` knows
where it leads when the texts are shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

PREFIX = "u-"
_NAME = re.compile(r"[\w.:-]{1,100}")
# The tree builder writes tags in this one form, with quotes inside of values as references.
_TAG = re.compile(r"<[a-z][a-z0-9]*+(?: [a-z]++=\"[^\"]*+\")++>")
_ANCHOR = re.compile(r' id="([^"]*+)"')
_LINK = re.compile(r' href="#([^"]*+)"')


def clean_name(value: str) -> str | None:
    """The name of an anchor as it may stand, or None when it is none: white space, odd signs."""
    name = value.strip()
    return name if _NAME.fullmatch(name) else None


def settle_anchors(safe: str) -> str:
    """Tree-built HTML with each anchor once, its name prefixed, and the links to them likewise.

    A link to no anchor of this text stays as it is: another text of the work may hold it.
    """
    if ' id="' not in safe:
        return safe
    tags = _TAG.findall(safe)
    there = {_own(name) for tag in tags for name in _ANCHOR.findall(tag)}
    given: set[str] = set()

    def anchor(match: re.Match[str]) -> str:
        name = _own(match[1])
        if name in given:
            return ""
        given.add(name)
        return f' id="{name}"'

    def link(match: re.Match[str]) -> str:
        name = _own(unquote(match[1]))
        return f' href="#{_quoted(name)}"' if name in there else match[0]

    return _TAG.sub(lambda tag: _LINK.sub(link, _ANCHOR.sub(anchor, tag[0])), safe)


def anchors_at(safe: str, place: str) -> str:
    """Sanitised HTML whose anchors and links to them bear the name of a place of the page.

    ``place`` is of letters, digits and ``-``, such as ``12`` or ``12-notes``; "" changes nothing.
    """
    if not place or f' id="{PREFIX}' not in safe:
        return safe
    there = _anchors(safe)

    def link(match: re.Match[str]) -> str:
        name = unquote(match[1])
        return f' href="#{_quoted(_placed(name, place))}"' if name in there else match[0]

    def tag(match: re.Match[str]) -> str:
        whole = _ANCHOR.sub(lambda found: f' id="{_placed(found[1], place)}"', match[0])
        return _LINK.sub(link, whole)

    return _TAG.sub(tag, safe)


@dataclass(frozen=True)
class PlacedText:
    """A text of a work: its HTML, the name of its place, and the address it can be read at.

    ``page`` is what stands before the ``#``: "" on the page that is being written. Texts of one
    chapter are of one ``group``, those of the work itself of the group 0.
    """

    safe: str
    place: str
    group: int = 0
    page: str = ""


class AnchorPlaces:
    """Where the anchors of the texts of one work are, for links from one text into another."""

    def __init__(self, texts: Iterable[PlacedText]) -> None:
        self._addresses: dict[str, list[tuple[int, str]]] = {}
        for text in texts:
            for name in sorted(_anchors(text.safe)):
                address = f"{text.page}#{_quoted(_placed(name, text.place))}"
                self._addresses.setdefault(name, []).append((text.group, address))

    def find(self, name: str, group: int) -> str | None:
        """The address of an anchor for a link of a text of this group, None where there is none.

        Notes of the same chapter come first, then those of the work, then an anchor that one
        other chapter alone has: of several it cannot be known which is meant.
        """
        found = self._addresses.get(name, [])
        near = [at for of, at in found if of == group] or [at for of, at in found if not of]
        if near:
            return near[0]
        return found[0][1] if len(found) == 1 else None

    def lead_on(self, safe: str, group: int) -> str:
        """The HTML with each link that leaves the text leading there; one to nowhere is text."""
        if not leads_out(safe):
            return safe
        there = _anchors(safe)

        def link(match: re.Match[str]) -> str:
            name = _own(unquote(match[1]))
            if name in there:
                return match[0]
            address = self.find(name, group)
            return f' href="{address}"' if address else ""

        return _TAG.sub(lambda tag: _LINK.sub(link, tag[0]), safe)


def leads_out(safe: str) -> frozenset[str]:
    """The names of anchors that links of this sanitised HTML lead to and that it has not itself."""
    if ' href="#' not in safe:
        return frozenset()
    linked = (name for tag in _TAG.findall(safe) for name in _LINK.findall(tag))
    return frozenset(_own(unquote(name)) for name in linked) - _anchors(safe)


def _anchors(safe: str) -> frozenset[str]:
    if f' id="{PREFIX}' not in safe:
        return frozenset()
    return frozenset(name for tag in _TAG.findall(safe) for name in _ANCHOR.findall(tag))


def _placed(name: str, place: str) -> str:
    return f"{PREFIX}{place}-{name.removeprefix(PREFIX)}" if place else name


def _own(name: str) -> str:
    return name if name.startswith(PREFIX) else f"{PREFIX}{name}"


def _quoted(name: str) -> str:
    return quote(name, safe=":.")
