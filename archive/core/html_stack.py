"""Follows which elements a browser's tree builder has open, never counting fewer than it has."""

from archive.core.errors import InvalidInput
from archive.core.html_policy import ALLOWED_TAGS, FORMATTING_TAGS, VOID_TAGS
from archive.core.said import say

MAX_DEPTH = 100

_IDENTICAL_FORMATS = 3
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARTS = frozenset(
    {"caption", "colgroup", "col", "tbody", "thead", "tfoot", "tr", "td", "th"}
)
_ROW_GROUPS = frozenset({"tbody", "thead", "tfoot"})
_CELLS = frozenset({"td", "th"})
# Elements without a rule of their own; their end tags reach no further than the next block.
_ORDINARY = frozenset(
    {"abbr", "bdi", "bdo", "cite", "del", "dfn", "ins", "kbd", "mark", "q", "rp", "rt", "ruby"}
    | {"samp", "span", "sub", "sup", "time", "var"}
)
_SPECIAL = ALLOWED_TAGS - FORMATTING_TAGS - _ORDINARY
_BARRIERS = frozenset({"table", "td", "th", "caption"})
_TABLE = frozenset({"table"})
_LIST_BARRIERS = _BARRIERS | {"ol", "ul"}
_ENDS_PARAGRAPH = frozenset(
    {"address", "article", "aside", "blockquote", "details", "div", "dl", "figcaption", "figure"}
    | {"footer", "header", "hr", "ol", "p", "pre", "section", "summary", "table", "ul"}
    | {"li", "dd", "dt", *_HEADINGS}
)
_LOOSE_BLOCKS = frozenset({"address", "div", "p"})
# What a start tag ends by itself: (elements it ends, elements behind which it does not look).
_IMPLIED_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "a": (frozenset({"a"}), _BARRIERS),
    "li": (frozenset({"li"}), _SPECIAL - _LOOSE_BLOCKS),
    "dd": (frozenset({"dd", "dt"}), _SPECIAL - _LOOSE_BLOCKS),
    "dt": (frozenset({"dd", "dt"}), _SPECIAL - _LOOSE_BLOCKS),
    "td": (_CELLS | {"caption"}, _TABLE),
    "th": (_CELLS | {"caption"}, _TABLE),
    "tr": (frozenset({"tr", "caption"}), _TABLE),
    **dict.fromkeys(_ROW_GROUPS | {"caption", "colgroup"}, (_ROW_GROUPS | {"caption"}, _TABLE)),
}
# What must be on top of the stack for a start tag to end it.
_IMPLIED_ON_TOP = {
    "rt": frozenset({"rt", "rp"}),
    "rp": frozenset({"rt", "rp"}),
    **dict.fromkeys(_HEADINGS, _HEADINGS),
}


class OpenElements:
    """The stack of open elements, formatting that a block end cut off included."""

    def __init__(self) -> None:
        self._stack: list[tuple[str, str]] = []

    def open(self, name: str, written: str) -> str | None:
        """Take in a start tag; hands back the end tags to write before it, None to leave it out.

        Raises InvalidInput ``html.too_deep``.
        """
        if name in _TABLE_PARTS and not self._has("table"):
            return None
        ends = ""
        if name in _ENDS_PARAGRAPH:
            ends += self._end(frozenset({"p"}), _BARRIERS) or ""
        if name in _IMPLIED_ENDS:
            ends += self._end(*_IMPLIED_ENDS[name]) or ""
        if self._ends_top(name):
            self._stack.pop()
        if name not in VOID_TAGS:
            self._push_implied(name)
            self._stack.append((name, written))
            self._check_depth()
        return ends

    def close(self, name: str) -> str | None:
        """Take in an end tag; hands back the end tags to write before it, None to leave it out."""
        if name in _HEADINGS:
            return self._end(_HEADINGS, _BARRIERS)
        if name in _ORDINARY:
            return self._end(frozenset({name}), _SPECIAL)
        if name == "li":
            return self._end(frozenset({name}), _LIST_BARRIERS)
        barriers = _TABLE if name in _TABLE_PARTS or name == "table" else _BARRIERS
        return self._end(frozenset({name}), barriers)

    def _ends_top(self, name: str) -> bool:
        if not self._stack or self._stack[-1][0] not in _IMPLIED_ON_TOP.get(name, ()):
            return False
        if name in _HEADINGS:
            return True
        around = (item[0] for item in reversed(self._stack))
        return next((tag for tag in around if tag == "ruby" or tag in _BARRIERS), "") == "ruby"

    def _has(self, name: str) -> bool:
        return any(item[0] == name for item in self._stack)

    def _check_depth(self) -> None:
        depth = len(self._stack)
        if depth > MAX_DEPTH:
            raise InvalidInput(
                say(
                    "The text nests tags {depth} deep; at most {max_depth} are allowed.",
                    depth=depth,
                    max_depth=MAX_DEPTH,
                ),
                code="html.too_deep",
                extra={"limit": MAX_DEPTH, "given": depth},
            )

    def _push_implied(self, name: str) -> None:
        """Count the row and the row group that a cell or row opens where none is open."""
        if name not in _CELLS and name != "tr":
            return
        around = next(
            item[0]
            for item in reversed(self._stack)
            if item[0] in _TABLE_PARTS or item[0] == "table"
        )
        if around not in _ROW_GROUPS and around != "tr":
            self._stack.append(("tbody", ""))
        if name in _CELLS and around != "tr":
            self._stack.append(("tr", ""))

    def _end(self, names: frozenset[str], barriers: frozenset[str]) -> str | None:
        """Take the innermost of these off the stack, unless a barrier stands before it.

        Formatting inside it lives on, as the tree builder opens it again in the next block; what
        would pile up that way, an <i> never closed in each of many paragraphs, is ended here.
        """
        for at in range(len(self._stack) - 1, -1, -1):
            name = self._stack[at][0]
            if name in names:
                return self._take(at)
            if name in barriers:
                return None
        return None

    def _take(self, at: int) -> str:
        formatting = self._stack[at][0] in FORMATTING_TAGS
        inner = self._stack[at + 1 :]
        del self._stack[at:]
        if formatting:
            self._stack.extend(inner)
            return ""
        ends = ""
        for item in inner:
            if item[0] not in FORMATTING_TAGS:
                continue
            if self._stack.count(item) < _IDENTICAL_FORMATS:
                self._stack.append(item)
            else:
                ends = f"</{item[0]}>{ends}"
        return ends
