"""Reads HTML once, in linear time, and writes it anew with nothing but known tags in it.

The tree builder behind it takes seconds for some hundred kilobytes of nested tags, so depth and
number of tags are bounded here. Because the tags are written anew, the builder sees exactly what
was counted: no comment, no raw text and no odd quoting can make the two disagree.
"""

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import entities

from archive.core.errors import InvalidInput
from archive.core.html_policy import (
    ALLOWED_TAGS,
    ATTRIBUTES,
    DROPPED_TAGS,
    RAW_TAGS,
    REPLACED_TAGS,
    classes_of_presentation,
    clean_attribute,
    known_classes,
)
from archive.core.html_stack import OpenElements
from archive.core.said import say

MAX_TAGS = 50_000
# Tags that never end; each costs a look at the rest of the text, so only so many are looked at.
_MAX_UNENDED = 5
_REMEMBERED_CHARS = 300

_ATTRIBUTE = (
    r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+"  # name=value
)
_TOKEN = re.compile(
    r"<(?:(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:[\s/]++|"
    + _ATTRIBUTE
    + r")*+)>"
    r"|(?P<other>!--|!doctype\b|!\[|\?))",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"<(?:/?[a-zA-Z]|!--|!doctype\b|!\[|\?)", re.IGNORECASE)
_PAIR = re.compile(
    r"(?P<name>[^\s/>][^\s/>=]*+)"
    r"(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s>\"'][^\s>]*+))?+)?+"
)
_REFERENCE = r"#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};"
# Browsers read the references of old HTML without a semicolon too: "caf&eacute au lait".
_LEGACY = "|".join(sorted(name for name in entities.html5 if not name.endswith(";")))
_LOOSE_IN_TEXT = re.compile(rf"&(?!{_REFERENCE}|{_LEGACY})")
_LOOSE_IN_VALUE = re.compile(rf"&(?!{_REFERENCE})")


def normalise_markup(text: str) -> str:
    """The same document with known tags only, still to be put through a tree builder.

    Raises InvalidInput ``html.too_deep`` and ``html.too_many_tags``.
    """
    return _Scanner(text).run()


@dataclass
class _Scanner:
    """One walk over one text."""

    text: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    elements: OpenElements = field(default_factory=OpenElements)
    tags: int = 0
    unended: int = 0

    def run(self) -> str:
        """Walk to the end and hand out what was written."""
        text = self.text
        while True:
            start = _CANDIDATE.search(text, self.at) if self.unended < _MAX_UNENDED else None
            if start is None:
                self.out.append(escape_text(text[self.at :]))
                return "".join(self.out)
            self.out.append(escape_text(text[self.at : start.start()]))
            self.at = start.start()
            self._step()

    def _step(self) -> None:
        token = _TOKEN.match(self.text, self.at)
        if token is None:
            # Not a tag after all, or one that never ends: its first character is text.
            self.unended += 1
            self.out.append("&lt;")
            self.at += 1
        elif token["other"]:
            self._skip_declaration(token["other"])
        else:
            self.at = token.end()
            self._count()
            self._tag(token["name"].lower(), token["close"] == "/", token["attributes"])

    def _count(self) -> None:
        self.tags += 1
        if self.tags > MAX_TAGS:
            raise InvalidInput(
                say(
                    "The text holds more than {max_tags:,} tags; {max_tags:,} are allowed.",
                    max_tags=MAX_TAGS,
                ),
                code="html.too_many_tags",
                extra={"limit": MAX_TAGS, "given": self.text.count("<")},
            )

    def _skip_declaration(self, kind: str) -> None:
        end_mark = "-->" if kind == "!--" else ">"
        end = self.text.find(end_mark, self.at)
        if end == -1:
            self.out.append("&lt;")
            self.at += 1
            self.unended += 1
        else:
            self.at = end + len(end_mark)

    def _tag(self, name: str, closing: bool, attributes: str) -> None:  # noqa: FBT001
        if name in DROPPED_TAGS:
            if not closing:
                self._skip_element(name)
            return
        name, extra_class = REPLACED_TAGS.get(name, (name, ""))
        if name not in ALLOWED_TAGS:
            return
        if closing:
            self._close(name)
        else:
            self._open(name, written_attributes(name, attributes, extra_class))

    def _skip_element(self, name: str) -> None:
        """Move behind the element with everything in it; to the end when it is never closed."""
        if name in RAW_TAGS:
            end = re.compile(rf"</{name}(?=[\s/>])[^>]*+>", re.IGNORECASE).search(
                self.text, self.at
            )
            self.at = end.end() if end else len(self.text)
            return
        depth = 1
        for token in re.compile(rf"<(/?){name}(?=[\s/>])[^>]*+>", re.IGNORECASE).finditer(
            self.text, self.at
        ):
            depth += -1 if token[1] else 1
            if not depth:
                self.at = token.end()
                return
        self.at = len(self.text)

    def _open(self, name: str, written: str | None) -> None:
        if name == "img":
            self.out.append(written or "")
        elif written is not None:
            ends = self.elements.open(name, written)
            if ends is not None:
                self.out.append(f"{ends}<{name}{written}>")

    def _close(self, name: str) -> None:
        if name == "br":
            self.out.append("<br>")
            return
        ends = self.elements.close(name)
        if ends is not None:
            self.out.append(f"{ends}</{name}>")


def escape_text(text: str) -> str:
    """Text with "<" and every "&" escaped that begins no character reference."""
    if "&" in text:
        text = _LOOSE_IN_TEXT.sub("&amp;", text)
    return text.replace("<", "&lt;") if "<" in text else text


def written_attributes(tag: str, source: str, extra_class: str = "") -> str | None:
    """The allowed attributes of a tag, remembered while they are short, as most come often."""
    if len(source) > _REMEMBERED_CHARS:
        return _read_attributes(tag, source, extra_class)
    return _remembered_attributes(tag, source, extra_class)


def _read_attributes(tag: str, source: str, extra_class: str) -> str | None:
    """The allowed attributes written in one form, with a leading space.

    None when the tag is nothing without them: a link without address or name. An image without an allowed
    address becomes its description, so for ``img`` the whole replacement is handed back.
    """
    if not source.strip() and tag not in {"a", "img"}:
        return f' class="{extra_class}"' if extra_class else ""
    given = _pairs(source)
    classes = given.pop("class", "").split() + classes_of_presentation(
        given.pop("align", ""), given.pop("style", "")
    )
    kept = {}
    if tag == "a" and "name" in given:
        given.setdefault("id", given["name"])
    names = known_classes([extra_class, *classes])
    if names:
        kept["class"] = " ".join(names)
    for name, value in given.items():
        clean = clean_attribute(tag, name, value) if name in ATTRIBUTES[tag] else None
        if clean is not None:
            kept[name] = clean
    if tag == "img":
        return _written_image(kept)
    if tag == "a" and not kept.keys() & {"href", "id"}:
        return None
    return _written(kept)


_remembered_attributes = lru_cache(maxsize=4_096)(_read_attributes)


def _written_image(kept: dict[str, str]) -> str:
    if "src" not in kept:
        return html.escape(kept.get("alt", ""), quote=False)
    kept.setdefault("alt", "")
    return f"<img{_written(kept)}>"


def _written(pairs: dict[str, str]) -> str:
    return "".join(f' {name}="{html.escape(value)}"' for name, value in pairs.items())


def _pairs(source: str) -> dict[str, str]:
    """Attribute names in lower case with their values, character references resolved."""
    found: dict[str, str] = {}
    for match in _PAIR.finditer(source):
        value = match["double"] or match["single"] or match["bare"] or ""
        name = match["name"].lower()
        found.setdefault("lang" if name == "xml:lang" else name, _unescape_value(value))
    return found


def _unescape_value(value: str) -> str:
    # In a value only complete references count: the address "?a=1&copy=2" holds none.
    return html.unescape(_LOOSE_IN_VALUE.sub("&amp;", value)) if "&" in value else value
