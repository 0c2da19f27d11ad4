"""Rows of a tag graph as files give them, and the report of what became of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Key = tuple[str, str]
"""A kind and a folded name."""


@dataclass(slots=True)
class TagRow:
    """What one row says about a tag.

    ``kind`` "" means the kind in which the tag and its metatag both stand. ``canonical`` None:
    nothing is said, so the tag becomes canonical unless something else is known of it. Names in
    ``parents`` may say their kind: ``media:Books & Literature``. With ``creates`` False the row
    speaks of known tags only. ``source`` is shown in the report, such as ``fandoms.csv.gz:12``.
    """

    kind: str
    name: str
    canonical: bool | None = None
    unwrangleable: bool = False
    synonym_of: str = ""
    synonyms: Sequence[str] = ()
    metatags: Sequence[str] = ()
    parents: Sequence[str] = ()
    creates: bool = True
    source: str = ""

    @classmethod
    def from_mapping(cls, row: Mapping[str, Any], source: str = "") -> "TagRow":
        """A row as ``fixtures/demo/tags.toml`` has it: canonical unless it says otherwise."""
        unwrangleable = bool(row.get("unwrangleable", False))
        synonym_of = str(row.get("synonym_of", ""))
        return cls(
            kind=row["kind"],
            name=row["name"],
            canonical=row.get("canonical", not unwrangleable and not synonym_of),
            unwrangleable=unwrangleable,
            synonym_of=synonym_of,
            synonyms=row.get("synonyms", ()),
            metatags=row.get("metatags", ()),
            parents=row.get("parents", ()),
            source=source,
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was not taken over: where it stands, about which tag, a stable code and a sentence."""

    source: str
    kind: str
    name: str
    code: str
    detail: str


@dataclass
class GraphReport:
    """What loading changed, what was so already, and what was refused.

    ``changed`` counts by what happened (created, canonical, unwrangleable, synonyms, metatags,
    parents), ``unchanged`` statements that were true before, ``same_name`` synonyms that are their
    target's name in another spelling. ``created`` counts new tags by kind.
    """

    rows: int = 0
    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    same_name: int = 0
    works: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def has_changed(self) -> bool:
        """Whether anything at all is different now."""
        return bool(self.changed.total())

    @property
    def refused(self) -> Counter[str]:
        """How many statements were refused, by code."""
        return Counter(refusal.code for refusal in self.refusals)

    def refuse(self, row: TagRow, code: str, detail: str, name: str = "") -> None:
        """Note a statement that is not taken over."""
        refusal = Refusal(row.source, row.kind, name or row.name, code, detail)
        self.refusals.append(refusal)
