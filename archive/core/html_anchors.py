"""Anchors inside a text, such as those of footnotes: kept where a link of the text leads to them.

Every name of an anchor begins with ``u-``, so none can be that of a part of the page. Two texts on
one page (a chapter and its notes, all chapters of a work) are told apart by ``anchors_at``.
"""

import re
from urllib.parse import quote, unquote

PREFIX = "u-"
_NAME = re.compile(r"[\w.:-]{1,100}")
_LINKED = re.compile(r"href\s*+=\s*+[\"']?\s*+#", re.IGNORECASE)
# The tree builder writes tags in this one form, with quotes inside of values as references.
_TAG = re.compile(r"<[a-z][a-z0-9]*+(?: [a-z]++=\"[^\"]*+\")++>")
_ANCHOR = re.compile(r' id="([^"]*+)"')
_LINK = re.compile(r' href="#([^"]*+)"')


def has_links_within(source: str) -> bool:
    """Whether any link of this HTML may lead to a place of the same text."""
    return "#" in source and _LINKED.search(source) is not None


def clean_name(value: str) -> str | None:
    """The name of an anchor as it may stand, or None when it is none: white space, odd signs."""
    name = value.strip()
    return name if _NAME.fullmatch(name) else None


def settle_anchors(safe: str) -> str:
    """Tree-built HTML with the anchors alone that its own links name, each name once and prefixed.

    A link to no anchor of this text stays as it is.
    """
    if ' id="' not in safe:
        return safe
    tags = _TAG.findall(safe)
    there = {_own(name) for tag in tags for name in _ANCHOR.findall(tag)}
    wanted = {_own(unquote(name)) for tag in tags for name in _LINK.findall(tag)} & there
    given: set[str] = set()

    def anchor(match: re.Match[str]) -> str:
        name = _own(match[1])
        if name not in wanted or name in given:
            return ""
        given.add(name)
        return f' id="{name}"'

    def link(match: re.Match[str]) -> str:
        name = _own(unquote(match[1]))
        return f' href="#{_quoted(name)}"' if name in wanted else match[0]

    return _TAG.sub(lambda tag: _LINK.sub(link, _ANCHOR.sub(anchor, tag[0])), safe)


def anchors_at(safe: str, place: str) -> str:
    """Sanitised HTML whose anchors and links to them bear the name of a place of the page.

    ``place`` is of letters, digits and ``-``, such as ``12`` or ``12-notes``.
    """
    if f' id="{PREFIX}' not in safe:
        return safe
    there = {name for tag in _TAG.findall(safe) for name in _ANCHOR.findall(tag)}

    def placed(name: str) -> str:
        return f"{PREFIX}{place}-{name.removeprefix(PREFIX)}"

    def link(match: re.Match[str]) -> str:
        name = unquote(match[1])
        return f' href="#{_quoted(placed(name))}"' if name in there else match[0]

    def tag(match: re.Match[str]) -> str:
        whole = _ANCHOR.sub(lambda found: f' id="{placed(found[1])}"', match[0])
        return _LINK.sub(link, whole)

    return _TAG.sub(tag, safe)


def _own(name: str) -> str:
    return name if name.startswith(PREFIX) else f"{PREFIX}{name}"


def _quoted(name: str) -> str:
    return quote(name, safe=":.")
