"""Names of a foreign file as this archive can keep them: titles, creators, tags."""

import unicodedata

from archive.core.errors import InvalidInput
from archive.core.said import say
from archive.core.text import TAG_NAME_MAX, clean_name, clean_tag_name
from catalog.importers.base import ImportedWork
from catalog.models import CLOSED_KINDS
from catalog.services import limits

# What no tag may hold, in a form that it may.
_INSTEAD = str.maketrans(
    {"<": "(", ">": ")", "{": "(", "}": ")", "`": "'", "\\": "/", "=": "-", "^": " ", "*": " "}
    | {"%": " percent ", ",": ";", "，": "；", "、": "；"}
)
_SHOWN = 120


def fit_names(work: ImportedWork) -> None:
    """Change title, creators and open tags of the work to what can be kept; a notice for each."""
    work.title = _fitting_title(work.title)
    work.creators = [name for given in work.creators if (name := _fitting_creator(given, work))]
    work.tags = {
        kind: names
        if kind in CLOSED_KINDS
        else [name for given in names if (name := _fitting_tag(given, work))]
        for kind, names in work.tags.items()
    }


def _fitting_title(title: str) -> str:
    try:
        clean_name(title[: limits.TITLE_CHARS], max_length=limits.TITLE_CHARS, what="title")
    except InvalidInput:
        return _without_hidden(title) or "Untitled"
    return title


def _fitting_creator(given: str, work: ImportedWork) -> str:
    line = " ".join(given.split())
    name = line
    if len(name) > limits.CREATOR_NAME_CHARS:
        name = name[: limits.CREATOR_NAME_CHARS].rsplit(" ", 1)[0].rstrip(" ,;&-")
        work.notices.append(
            say(
                "The name “{given}” is longer than a pen name; it became “{name}”.",
                given=line[:_SHOWN],
                name=name,
            )
        )
    if not name:
        return ""
    try:
        return clean_name(name, max_length=limits.CREATOR_NAME_CHARS, what="creator")
    except InvalidInput:
        return _without_hidden(name)


def _fitting_tag(given: str, work: ImportedWork) -> str:
    try:
        clean_tag_name(given)
    except InvalidInput:
        name = " ".join(_without_hidden(given.replace("<3", "♥")).translate(_INSTEAD).split())
        if len(name) > TAG_NAME_MAX:
            name = name[: TAG_NAME_MAX - 1].rstrip() + "…"
        shown = given[:_SHOWN]
        work.notices.append(
            say(
                "The tag “{shown}” cannot stand as it is and became “{name}”.",
                shown=shown,
                name=name,
            )
            if name
            else say("The tag “{shown}” cannot stand as it is and was left out.", shown=shown)
        )
        return name
    return given


def _without_hidden(text: str) -> str:
    """The text without characters that hide or reorder it."""
    kept = "".join(
        char for char in text if unicodedata.category(char)[0] not in "CM" or char == " "
    )
    return " ".join(kept.split())
