"""Blocks of plain text as HTML: escaped, with paragraphs, line breaks, rules and emphasis only."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from catalog.importers.text_layout import join_lines
from catalog.importers.text_model import Block

# Marks around whole words within one paragraph. What is between them holds no such mark, so each
# pattern reads a text once; the limit keeps one stray mark from setting half a page in italics.
_LIMIT = 1_500
_BEFORE = r"(?<![^\W_])(?<![_*/<])"
_AFTER = r"(?![^\W_])(?![_*/])"
_EMPHASIS = re.compile(
    rf"{_BEFORE}(?:"
    rf"\*\*(?P<strong2>(?=[^\s*])[^*]{{1,{_LIMIT}}}(?<=[^\s*]))\*\*"
    rf"|__(?P<strong3>(?=[^\s_])[^_]{{1,{_LIMIT}}}(?<=[^\s_]))__"
    rf"|\*(?P<strong>(?=[^\s*])[^*]{{1,{_LIMIT}}}(?<=[^\s*]))\*"
    rf"|_(?P<em>(?=[^\s_])[^_]{{1,{_LIMIT}}}(?<=[^\s_]))_"
    r"|/(?P<em2>[^\W\d_](?:[^/<>|\\\n]{0,200}[\w.!?…,'’])?)/"
    rf"){_AFTER}"
    r"|<(?P<tag>[bi]|em|strong)>(?P<inner>[^<>]{1,3000})</(?P=tag)>",
    re.IGNORECASE,
)
_INNER_DEPTH = 2


def inline(text: str, depth: int = 0) -> str:
    """The text escaped, with ``_italic_``, ``*bold*``, ``/italic/`` and ``<i>`` as emphasis."""
    if depth > _INNER_DEPTH:
        return escape(text, quote=False)
    parts: list[str] = []
    end = 0
    for match in _EMPHASIS.finditer(text):
        parts.append(escape(text[end : match.start()], quote=False))
        element, inner = _emphasis(match)
        if any(char.isalnum() for char in inner):
            parts.append(f"<{element}>{inline(inner, depth + 1)}</{element}>")
        else:
            parts.append(escape(match.group(), quote=False))
        end = match.end()
    parts.append(escape(text[end:], quote=False))
    return "".join(parts)


def _emphasis(match: re.Match[str]) -> tuple[str, str]:
    if tag := match["tag"]:
        return ("strong" if tag.lower() in {"b", "strong"} else "em"), match["inner"]
    for name, element in (("em", "em"), ("em2", "em")):
        if match[name] is not None:
            return element, match[name]
    return "strong", match["strong"] or match["strong2"] or match["strong3"] or ""


def plain(text: str) -> str:
    """The text without the marks of emphasis around parts of it: for titles and names."""
    return " ".join(_EMPHASIS.sub(lambda match: _emphasis(match)[1], text).split())


def block_html(block: Block) -> str:
    """One block as an element."""
    if block.is_break:
        return "<hr>"
    if block.keep_lines:
        # Emphasis may span lines: it is set before the line ends become breaks.
        text = "\n".join(line.strip() for line in block.lines)
        body = inline(text).replace("\n", "<br>\n")
    else:
        body = inline(join_lines(block.lines))
    paragraph = f"<p>{body}</p>"
    return f"<blockquote>{paragraph}</blockquote>" if block.quoted else paragraph


def blocks_html(blocks: Sequence[Block], inner: Iterable[Block] = ()) -> str:
    """Blocks in order; breaks at the edges and doubled breaks fall away, ``inner`` are headings."""
    headings = {id(block) for block in inner}
    parts: list[str] = []
    pending_break = False
    for block in blocks:
        if block.is_break:
            pending_break = bool(parts)
            continue
        if pending_break:
            parts.append("<hr>")
            pending_break = False
        if id(block) in headings:
            parts.append(heading_html(block.text, 3))
        else:
            parts.append(block_html(block))
    return "\n".join(parts)


def heading_html(text: str, level: int) -> str:
    """A heading inside a chapter."""
    return f"<h{level}>{inline(text)}</h{level}>"


def paragraphs_html(paragraphs: Iterable[str]) -> str:
    """Given paragraphs as HTML; single line ends stay line breaks."""
    return "\n".join(
        "<p>" + inline(text.strip()).replace("\n", "<br>\n") + "</p>"
        for text in paragraphs
        if text.strip()
    )
