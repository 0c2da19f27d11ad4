"""The vocabulary that suggestions are made from, and what a suggestion says."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from archive.core.said import Said, say
from catalog.suggestion_names import Entry, Names, form_of, name_forms
from catalog.suggestion_warnings import WarningWords

_EXCERPT = 40


@dataclass(frozen=True)
class TagRow:
    """A tag of the vocabulary: canonical fandoms, characters and warnings are of use."""

    tag_id: int
    kind: str
    name: str
    synonyms: Sequence[str] = ()
    fandom_ids: Sequence[int] = ()


@dataclass(frozen=True)
class Suggestion:
    """A tag that the text speaks for.

    ``first_offset`` counts characters of the text; ``score`` is between 0 and 1; ``tag_id`` is
    None for a warning in an archive whose vocabulary was given without warnings.
    """

    kind: str
    tag_id: int | None
    name: str
    count: int
    first_offset: int
    excerpt: str
    reason: str
    score: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


class Vocabulary:
    """The names of an archive, prepared for finding them; build it once for many texts."""

    def __init__(self, rows: Iterable[TagRow]) -> None:
        self.rows: list[TagRow] = []
        self.names = Names()
        self.fandoms: dict[int, int] = {}
        self.warnings: dict[str, TagRow] = {}
        for row in rows:
            self._add(row)
        for index, row in enumerate(self.rows):
            if row.kind == "character" and not row.fandom_ids and row.name.endswith(")"):
                self.rows[index] = replace(row, fandom_ids=self._home(row.name))

    def _add(self, row: TagRow) -> None:
        if row.kind == "warning":
            for name in (row.name, *row.synonyms):
                self.warnings.setdefault(name.casefold(), row)
            return
        if row.kind not in {"fandom", "character"}:
            return
        index = len(self.rows)
        self.rows.append(row)
        if row.kind == "fandom":
            self.fandoms[row.tag_id] = index
        for form, strength in name_forms(row.kind, row.name, row.synonyms):
            self.names.add(form, Entry(index, strength))

    def _home(self, name: str) -> tuple[int, ...]:
        """The fandom in the brackets of "Spike (Buffy the Vampire Slayer)", if it is known."""
        inner = name[name.rindex("(") + 1 : -1] if "(" in name else ""
        entries = self.names.forms.get(form_of(inner), ())
        rows = [self.rows[entry.tag] for entry in entries]
        return tuple(row.tag_id for row in rows if row.kind == "fandom")

    def warning(self, words: WarningWords) -> tuple[int | None, str]:
        """Id and name of a warning here; name "" when this archive has no such warning."""
        for name in words.names:
            row = self.warnings.get(name.casefold())
            if row:
                return row.tag_id, row.name
        return (None, "") if self.warnings else (None, words.names[0])


def times(count: int) -> str:
    """Once, twice, 3 times."""
    once, twice = say("once"), say("twice")
    return {1: once, 2: twice}.get(count) or say("{n} times", n=count)


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C", "A, B, C and 2 more"."""
    if len(names) > 4:
        return say("{names} and {n} more", names=", ".join(names[:3]), n=len(names) - 3)
    if len(names) < 2:
        return Said("".join(names))
    return say("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def excerpt(text: str, start: int, end: int) -> str:
    """The words around a place on one line, cut at word borders."""
    left = max(0, start - _EXCERPT)
    right = min(len(text), end + _EXCERPT)
    before, after = text[left:start], text[end:right]
    if left and " " in before:
        before = before[before.index(" ") + 1 :]
    if right < len(text) and " " in after:
        after = after[: after.rindex(" ")]
    line = " ".join(f"{before}{text[start:end]}{after}".split())
    return f"{'…' if left else ''}{line}{'…' if right < len(text) else ''}"
