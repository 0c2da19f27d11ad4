"""Works out from rows what the tag graph shall be, in memory and by the rules of the domain."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from archive.core.errors import InvalidInput
from archive.core.text import clean_tag_name, fold_name
from catalog.models import CLOSED_KINDS, Kind
from catalog.services.tag_graph_data import GraphReport, Key, TagRow
from catalog.services.wrangling_rules import PARENT_KINDS

# Kinds in which a pair without a kind is looked for; closed ones have no metatags.
OPEN_KINDS = tuple(kind.value for kind in Kind if kind not in CLOSED_KINDS)
_KINDS = frozenset(Kind.values)


@dataclass(frozen=True, slots=True)
class Known:
    """A tag that the archive has; ``target`` is the key of what it is a synonym of."""

    id: int
    is_canonical: bool
    is_unwrangleable: bool
    target: Key | None


@dataclass
class GraphDraft:
    """What shall be: new names, states by key and links by pairs of keys.

    ``known`` holds the tags of the archive that the rows name; ``known_metatags`` and
    ``known_parents`` the links that stand. What the sets hold is to be written; what is true
    already is counted in the report alone.
    """

    known: Mapping[Key, Known]
    aliases: Mapping[Key, Key]
    known_metatags: Mapping[Key, set[Key]]
    known_parents: Mapping[Key, set[Key]]
    report: GraphReport
    new: dict[Key, str] = field(default_factory=dict)
    canonical: set[Key] = field(default_factory=set)
    unwrangleable: set[Key] = field(default_factory=set)
    synonyms: dict[Key, Key] = field(default_factory=dict)
    metatags: set[tuple[Key, Key]] = field(default_factory=set)
    parents: set[tuple[Key, Key]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._above: dict[Key, set[Key]] = defaultdict(set)
        for low, above in self.known_metatags.items():
            self._above[low] |= above
        self._targets: set[Key] = set()

    def take(self, rows: list[TagRow]) -> None:
        """Take over all rows: new names, states and synonyms first, so that their order is free."""
        self.report.rows += len(rows)
        named = [(row, self._name(row, row.kind, row.name)) for row in rows if row.creates]
        for row, key in named:
            if key is not None:
                self._take_state(row, key)
        for row, key in named:
            if key is not None:
                self._take_synonyms(row, key)
        for row, key in named:
            if key is not None and row.canonical is None:
                self._take_silent(row, key)
        named += [(row, self._name(row, row.kind, row.name)) for row in rows if not row.creates]
        for row, key in named:
            if row.metatags and (key is not None or not row.kind):
                self._take_metatags(row, key)
            if row.parents and key is not None:
                self._take_parents(row, key)

    def is_canonical(self, key: Key) -> bool:
        """Whether the tag is, or will be, canonical."""
        known = self.known.get(key)
        return key in self.canonical or (known is not None and known.is_canonical)

    def target_of(self, key: Key) -> Key | None:
        """What the tag is, or will be, a synonym of."""
        known = self.known.get(key)
        return self.synonyms.get(key) or (known.target if known else None)

    def _name(self, row: TagRow, kind: str, name: str) -> Key | None:
        """The key of a name; None and a refusal for what cannot be a name or a kind."""
        if not kind:
            return None
        if kind not in _KINDS:
            detail = f"{kind!r} is not a kind of tag; allowed are {', '.join(Kind.values)}."
            self.report.refuse(row, "tag.kind_unknown", detail, name)
            return None
        said = understand(name)
        if said.problem:
            self.report.refuse(row, said.code, said.problem, name)
            return None
        key = (str(kind), said.folded)
        key = self.aliases.get(key, key)
        if key not in self.known and key not in self.new:
            if not row.creates:
                self.report.refuse(
                    row, "tag.unknown", f"There is no {kind} named {said.clean!r}.", name
                )
                return None
            self.new[key] = said.clean
        return key

    def _take_state(self, row: TagRow, key: Key) -> None:
        if row.canonical is True or (key[0] in CLOSED_KINDS and key in self.new):
            target = self.target_of(key)
            if target is not None:
                detail = f"{row.name} is a synonym of {target[1]}; the import does not split it."
                self.report.refuse(row, "tag.is_synonym", detail)
            elif self.is_canonical(key):
                self.report.unchanged += 1
            else:
                self.canonical.add(key)
        elif row.unwrangleable:
            known = self.known.get(key)
            if known is not None and known.is_unwrangleable:
                self.report.unchanged += 1
            elif self.is_canonical(key) or self.target_of(key) is not None:
                self.report.refuse(row, "tag.not_unsorted", f"{row.name} is not unsorted.")
            else:
                self.unwrangleable.add(key)

    def _take_silent(self, row: TagRow, key: Key) -> None:
        """A row that says nothing of its state: canonical, unless it is something else."""
        known = self.known.get(key)
        if self.target_of(key) is None and not (known and known.is_unwrangleable):
            if not self.is_canonical(key):
                self.canonical.add(key)
            elif not row.synonyms:
                self.report.unchanged += 1

    def _take_synonyms(self, row: TagRow, key: Key) -> None:
        if row.synonym_of:
            target = self._name(row, row.kind, row.synonym_of)
            if target is not None:
                self._take_synonym(row, key, target, row.name)
        for name in row.synonyms:
            synonym = self._name(row, row.kind, name)
            if synonym is not None:
                self._take_synonym(row, synonym, key, name)

    def _take_synonym(self, row: TagRow, key: Key, target: Key, name: str) -> None:
        refuse = self.report.refuse
        present = self.target_of(key)
        if key == target:
            self.report.same_name += 1
        elif key[0] in CLOSED_KINDS:
            refuse(row, "tag.kind_closed", f"Tags of the kind {key[0]} have no synonyms.", name)
        elif present == target:
            self.report.unchanged += 1
        elif present is not None:
            refuse(row, "tag.conflict", f"{name} is a synonym of {present[1]} already.", name)
        elif self.target_of(target) is not None:
            detail = f"The target {target[1]} is itself a synonym; depth is 1."
            refuse(row, "tag.chain", detail, name)
        elif key in self._targets:
            refuse(row, "tag.chain", f"{name} is the target of synonyms; depth is 1.", name)
        elif self.is_canonical(key):
            detail = f"{name} is canonical; making it a synonym is a wrangler's decision."
            refuse(row, "tag.is_canonical", detail, name)
        else:
            self.synonyms[key] = target
            self._targets.add(target)
            if not self.is_canonical(target):
                self.canonical.add(target)

    def _take_metatags(self, row: TagRow, key: Key | None) -> None:
        for name in row.metatags:
            pair = self._pair(row, key, name)
            if pair is None:
                continue
            low, high = pair
            if high in self._above[low]:
                self.report.unchanged += 1
            elif low == high:
                self.report.refuse(row, "tag.self", f"{row.name} cannot be above itself.")
            elif self._reaches(high, low):
                detail = f"{row.name} is above {name} already."
                self.report.refuse(row, "tag.cycle", detail)
            else:
                self._above[low].add(high)
                self.metatags.add((low, high))

    def _pair(self, row: TagRow, key: Key | None, name: str) -> tuple[Key, Key] | None:
        """The two ends of a metatag link, both canonical; None and a refusal otherwise."""
        kinds = [key[0]] if key is not None else list(OPEN_KINDS)
        low, high = understand(row.name).folded, understand(name).folded
        pairs = [((kind, key[1] if key else low), (kind, high)) for kind in kinds]
        pairs = [pair for pair in pairs if all(self.is_canonical(end) for end in pair)]
        if len(pairs) == 1:
            return pairs[0]
        if pairs:
            said = ", ".join(kind for (kind, _), _ in pairs)
            detail = f"{row.name} and {name} both stand in several kinds ({said})."
            self.report.refuse(row, "tag.ambiguous", detail)
            return None
        ends = [(kind, end) for kind in kinds for end in (low, high)]
        present = {end for kind, end in ends if self._exists((kind, end))}
        missing = row.name if low not in present else name
        if {low, high} <= present:
            detail = f"{row.name} and {name} are not canonical tags of one kind."
            self.report.refuse(row, "tag.not_canonical", detail)
        else:
            self.report.refuse(row, "tag.unknown", f"There is no tag named {missing!r}.")
        return None

    def _take_parents(self, row: TagRow, key: Key) -> None:
        for given in row.parents:
            parent = self._parent(row, key, given)
            if parent is None:
                continue
            if parent in self.known_parents.get(key, ()) or (key, parent) in self.parents:
                self.report.unchanged += 1
            else:
                self.parents.add((key, parent))

    def _parent(self, row: TagRow, key: Key, given: str) -> Key | None:
        """The canonical tag that is meant, by way of a synonym if need be."""
        allowed = PARENT_KINDS.get(key[0], frozenset())
        kind, colon, rest = given.partition(":")
        is_typed = bool(colon) and kind in _KINDS
        if is_typed and kind not in allowed:
            detail = f"A {key[0]} cannot belong to a {kind}."
            self.report.refuse(row, "tag.kind_mismatch", detail)
            return None
        name = rest.strip() if is_typed else given
        folded = understand(name).folded
        for candidate in [kind] if is_typed else sorted(allowed, reverse=True):
            end = (str(candidate), folded)
            end = self.aliases.get(end, end)
            end = self.target_of(end) or end
            if self.is_canonical(end):
                return end
        if not allowed:
            self.report.refuse(row, "tag.kind_mismatch", f"A {key[0]} belongs to nothing.")
        else:
            what = " or ".join(sorted(allowed))
            detail = f"There is no canonical {what} named {name!r}."
            self.report.refuse(row, "tag.unknown", detail)
        return None

    def _exists(self, key: Key) -> bool:
        return key in self.known or key in self.new

    def _reaches(self, low: Key, high: Key) -> bool:
        """Whether the second tag stands above the first."""
        seen, waiting = {low}, [low]
        while waiting:
            for above in self._above.get(waiting.pop(), ()):
                if above == high:
                    return True
                if above not in seen:
                    seen.add(above)
                    waiting.append(above)
        return False


@dataclass(frozen=True, slots=True)
class Name:
    """A name as given, understood: how it is stored, its key, and why it cannot be a tag's."""

    clean: str
    folded: str
    code: str = ""
    problem: str = ""


@lru_cache(maxsize=500_000)
def understand(name: str) -> Name:
    """A name of a file; remembered, because files say the same names again and again."""
    try:
        clean = clean_tag_name(name)
    except InvalidInput as error:
        return Name(name, fold_name(name), error.code, error.detail)
    return Name(clean, fold_name(clean))


def keys_of(rows: Iterable[TagRow]) -> set[Key]:
    """Every key that the rows may mean, to be looked up in the archive."""
    keys: set[Key] = set()
    for row in rows:
        kinds = (row.kind,) if row.kind else OPEN_KINDS
        own = [row.name, row.synonym_of, *row.synonyms, *row.metatags]
        names = {understand(name).folded for name in own if name}
        keys.update((kind, name) for kind in kinds for name in names)
        for given in row.parents:
            kind, colon, rest = given.partition(":")
            if colon and kind in _KINDS:
                keys.add((kind, understand(rest).folded))
            for allowed in PARENT_KINDS.get(row.kind, ()):
                keys.add((str(allowed), understand(given).folded))
    return keys
