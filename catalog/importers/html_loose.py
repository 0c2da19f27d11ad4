"""Gives text that stands loose between tags its paragraphs, as pages of the nineties need it."""

from lxml import etree

from catalog.importers.markup import Element

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "details", "dir", "div", "dl"}
    | {"dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"}
    | {"tfoot", "th", "thead", "tr", "ul", "script", "style", "hgroup"}
)
_CONTAINERS = ("body", "div", "center", "section", "article", "main", "td", "font", "span", "form")


def wrap_loose_text(body: Element) -> None:
    """Put runs of text and inline tags beside blocks into paragraphs; two ``br`` begin a new one.

    Containers of inline content alone are left as they are, unless two ``br`` divide it.
    """
    for element in list(body.iter(*_CONTAINERS)):
        if element.getparent() is not None and _needs_paragraphs(element):
            _wrap(element)


def _needs_paragraphs(element: Element) -> bool:
    has_block = any(child.tag in _BLOCKS for child in element)
    if has_block:
        return element.tag not in {"span", "font"} and _has_loose_content(element)
    return element.tag in {"body", "div", "td", "article", "section", "main"} and any(
        _is_double_break(child) for child in element
    )


def _has_loose_content(element: Element) -> bool:
    if (element.text or "").strip():
        return True
    return any((child.tail or "").strip() or _is_inline(child) for child in element)


def _is_inline(child: Element) -> bool:
    return child.tag not in _BLOCKS and child.tag != "br"


def _is_double_break(child: Element) -> bool:
    if child.tag != "br" or (child.tail or "").strip():
        return False
    after = child.getnext()
    return after is not None and after.tag == "br"


def _wrap(element: Element) -> None:
    children = list(element)
    paragraph = _Paragraphs(element, element.text)
    element.text = None
    for child in children:
        tail, child.tail = child.tail, None
        element.remove(child)
        if child.tag in _BLOCKS:
            paragraph.end()
            element.append(child)
        elif child.tag == "br":
            paragraph.line_break()
        else:
            paragraph.add(child)
        paragraph.text(tail)
    paragraph.end()


class _Paragraphs:
    """Collects inline content and writes it into the element as paragraphs."""

    def __init__(self, parent: Element, text: str | None) -> None:
        self.parent = parent
        self.current = etree.Element("p")
        self.breaks = 0
        self.text(text)

    def text(self, text: str | None) -> None:
        """Append text; white space alone does not begin anything."""
        if not text:
            return
        if text.strip():
            self._settle_breaks()
        if len(self.current):
            self.current[-1].tail = (self.current[-1].tail or "") + text
        else:
            self.current.text = (self.current.text or "") + text

    def add(self, child: Element) -> None:
        """Append an inline element."""
        self._settle_breaks()
        self.current.append(child)

    def line_break(self) -> None:
        """Remember a line end; what it means shows in what follows."""
        self.breaks += 1

    def _settle_breaks(self) -> None:
        if self.breaks > 1:
            self.end()
        elif self.breaks == 1 and not self._is_empty():
            self.current.append(etree.Element("br"))
        self.breaks = 0

    def _is_empty(self) -> bool:
        return not len(self.current) and not (self.current.text or "").strip()

    def end(self) -> None:
        """Write what was collected as one paragraph and begin the next."""
        if not self._is_empty():
            self.parent.append(self.current)
        self.current = etree.Element("p")
        self.breaks = 0
