"""What the style sheet of an imported file says about its classes, as far as it carries meaning.

Word processors and converters write italics as ``<span class="c4">``; without their style sheet
the emphasis of a whole novel would be lost.
"""

import re
from collections.abc import Iterable, Iterator

from archive.core.html_policy import classes_of_presentation, known_classes

_MAX_CHARS = 400_000
_MAX_RULES = 5_000
_MAX_SELECTOR = 2_000
_MAX_BODY = 4_000
_CLASS_SELECTOR = re.compile(r"\s*[A-Za-z0-9]*\.([A-Za-z_][\w-]*)\s*")
# Names that say what they mean wherever they come from; the style sheet is not always there.
_KNOWN_NAMES = {
    **dict.fromkeys(("center", "centered", "centre", "centred", "text-center"), "u-center"),
    **dict.fromkeys(("align-center", "aligncenter", "ql-align-center"), "u-center"),
    **dict.fromkeys(("right", "text-right", "align-right", "alignright"), "u-right"),
    **dict.fromkeys(("italic", "italics", "em", "calibre-italic"), "u-italic"),
    **dict.fromkeys(("bold", "strong"), "u-bold"),
    **dict.fromkeys(("underline", "underlined"), "u-underline"),
    **dict.fromkeys(("smallcaps", "small-caps", "smcap", "smallcap", "sc"), "u-smallcaps"),
    **dict.fromkeys(("strike", "strikethrough", "line-through"), "u-strike"),
    **dict.fromkeys(("poem", "poetry", "verse", "stanza"), "u-verse"),
    **dict.fromkeys(("letter",), "u-letter"),
    **dict.fromkeys(("i1", "i2", "i3", "i4", "i5", "indent"), "u-indent"),
}


def meaning_of_classes(sheets: Iterable[str]) -> dict[str, list[str]]:
    """Class names of the file and the classes of our closed set that say the same."""
    found: dict[str, list[str]] = {}
    for selectors, body in _rules("\n".join(sheets)[:_MAX_CHARS]):
        meaning = classes_of_presentation("", body)
        for selector in selectors.split(","):
            name = _CLASS_SELECTOR.fullmatch(selector)
            if name and meaning:
                found.setdefault(name[1], []).extend(meaning)
    return found


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule; by cutting at marks, as that is linear."""
    first, *others = text.split("/*")
    text = first + " ".join(part.partition("*/")[2] for part in others)
    for rule in text.split("}")[:_MAX_RULES]:
        selectors, _, body = rule.rpartition("{")
        if len(selectors) <= _MAX_SELECTOR and len(body) <= _MAX_BODY:
            yield selectors.rpartition("{")[2], body


def translated(names: Iterable[str], meanings: dict[str, list[str]]) -> list[str]:
    """The classes of our closed set for the class names of an element."""
    result: list[str] = []
    for name in names:
        result += [name] if name.startswith("u-") else meanings.get(name, [])
        if name not in meanings and name.lower() in _KNOWN_NAMES:
            result.append(_KNOWN_NAMES[name.lower()])
    # Justified text is how most books are set; it says nothing about one paragraph.
    return [name for name in known_classes(result) if name not in {"u-justify", "u-left"}]
