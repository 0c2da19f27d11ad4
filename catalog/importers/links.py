"""Links from one part of a file into another, as to notes at its end: one name for each place."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, unquote, urldefrag

from catalog.importers.markup import Element

Part = tuple[str, Element]
"""The path of the document that a part is of, and the part."""

_Place = tuple[str, str]


def join_links(parts: Sequence[Part]) -> None:
    """Let links from part to part name their place alone, which no two of them then share.

    A link to ``notes.xhtml#n1`` becomes one to ``#n1``, or to ``#n1-2`` where the second document
    is not the only one with a place of that name. Links to whole documents, and to places that are
    not there, stay.
    """
    holders: dict[_Place, int] = {}
    for number, (path, part) in enumerate(parts):
        for name in _names_in(part):
            holders.setdefault((path, name), number)
    shared = Counter(name for _, name in holders)
    links = [link for link in _links(parts) if link[2] in holders]
    numbers = {path: number for number, path in enumerate(dict.fromkeys(p for p, _ in parts), 1)}
    renamed = {
        place: f"{place[1]}-{numbers[place[0]]}"
        for number, _, place in links
        if shared[place[1]] > 1 and holders[place] != number
    }
    for _, link, place in links:
        link.set("href", f"#{quote(renamed.get(place, place[1]), safe=':.')}")
    if renamed:
        for path, part in parts:
            _rename(path, part, renamed)


def linked_places(pieces: Iterable[Element]) -> frozenset[str]:
    """The names of the places of these pieces that links in any of them lead to."""
    wanted: set[str] = set()
    there: set[str] = set()
    for piece in pieces:
        there.update(_names_in(piece))
        for link in piece.iter("a"):
            address = link.get("href") or ""
            if address.startswith("#"):
                wanted.add(unquote(address[1:]))
    return frozenset(wanted & there)


def _names_in(part: Element) -> Iterator[str]:
    for element in part.iter():
        if isinstance(element.tag, str) and element.attrib:
            names = {element.get("id"), element.get("name") if element.tag == "a" else None}
            yield from filter(None, names)


def _links(parts: Sequence[Part]) -> Iterator[tuple[int, Element, _Place]]:
    """Each link to a place, with the number of its part."""
    for number, (path, part) in enumerate(parts):
        for link in part.iter("a"):
            place = _place(path, (link.get("href") or "").strip())
            if place:
                yield number, link, place


def _place(path: str, address: str) -> _Place | None:
    """The document and the name that an address in a document means; None for any other."""
    try:
        url, name = urldefrag(address)
    except ValueError:
        return None
    if not name or ":" in url or url.startswith("/"):
        return None
    if url:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(url)))
    return path, unquote(name)


def _rename(path: str, part: Element, renamed: dict[_Place, str]) -> None:
    for element in part.iter():
        if not isinstance(element.tag, str):
            continue
        for attribute in ("id", "name") if element.tag == "a" else ("id",):
            name = renamed.get((path, element.get(attribute) or ""))
            if name:
                element.set(attribute, name)
