"""Reading of small texts, and the words in texts and HTML, for the tests of plain text."""

import html
import re

from catalog.importers.base import ImportedWork, ImportRefused
from catalog.importers.text import read_text

WALK = "He walked down the long road and thought about the sea, and what it had said."
TURN = "Then he turned round. “Nothing,” he said, and the road agreed with him at once."
PROSE = f"{WALK}\n\n{TURN}\n"


def read(text: str, filename: str = "my_story.txt") -> ImportedWork:
    """The work in the text."""
    return read_text(text, filename)


def refusal_code(text: str) -> str:
    """The code of the refusal, "" when the text is read."""
    try:
        read_text(text)
    except ImportRefused as error:
        return error.code
    return ""


def words_of(text: str) -> list[str]:
    """The words of a plain text; hyphens, apostrophes and underscores separate."""
    return re.findall(r"[^\W_]+", text)


def words_of_html(body: str) -> list[str]:
    """The words of the text nodes of HTML."""
    return words_of(html.unescape(re.sub(r"<[^<>]*>", " ", body)))


def bodies(work: ImportedWork) -> str:
    """The HTML of all chapters."""
    return "\n".join(chapter.body_html for chapter in work.chapters)


def titles(work: ImportedWork) -> list[str]:
    """The titles of the chapters."""
    return [chapter.title for chapter in work.chapters]
