"""One segment opened for reading: its arrays, dictionaries and what is derived from them once."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from search.analysis.stem import base_language
from search.backends.scoring import Scale
from search.backends.whoosh.arrays import Array, ArrayFile
from search.backends.whoosh.kept import Kept
from search.backends.whoosh.layout import PLACE_BITS, SPACING, TEXT
from search.backends.whoosh.postings import norms
from search.backends.whoosh.terms import Terms
from search.backends.whoosh.vocabulary import Vocabulary

if TYPE_CHECKING:
    from search.backends.whoosh.wordlists import Match

TAG_RELATIONS = frozenset({"tags", "filter_tags"})
_MASKS = 64
_LISTS = 1024
_MATCH_BYTES = 4 << 20
_TABLE_BYTES = 4 << 20
_END_BYTES = 2 << 20
_MANY_ENDS = 1024
_NONE = np.empty(0, np.uint16)

List: TypeAlias = tuple[Array, Array]
"""Ordinals, rising, and the impact of a term in each."""

_UNKNOWN: List = (_NONE, _NONE)


class Opened:
    """The unchanging part of a segment; shared by all states of the index that hold it."""

    def __init__(self, path: Path, scale: Scale) -> None:
        self.file = ArrayFile(path)
        self.works: int = self.file.facts["works"]
        self.languages: list[str] = self.file.facts["languages"]
        self.audiences: list[str] = self.file.facts["audiences"]
        self.kinds: list[str] = self.file.facts["kinds"]
        self._scale = scale
        self._docs: dict[tuple[str, int], Array] = {}
        self._lists: dict[bytes, List | None] = {}
        self._masks: dict[tuple[str, int], Array] = {}
        self._fits: dict[str, bool] = {}
        self.matches: Kept[Match] = Kept(_MATCH_BYTES)
        self.tables: Kept[Array] = Kept(_TABLE_BYTES)
        self._ends: Kept[Array] = Kept(_END_BYTES)

    def __getitem__(self, name: str) -> Array:
        return self.file[name]

    @cached_property
    def terms(self) -> Terms:
        """The dictionary of all words."""
        return Terms(self["terms.blob"], self["terms.ends"])

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words by beginning and likeness."""
        return Vocabulary(self.terms)

    @cached_property
    def norms(self) -> Array:
        """What occurrences are divided by, by work and field."""
        return norms(self["work.lengths"], self._scale)

    def bases_of(self, group: str) -> Array:
        """Where the places of each work begin when those of all are put one behind the other."""
        return self._text_bases if group == "text" else self._meta_bases

    @cached_property
    def _meta_bases(self) -> Array:
        return np.arange(self.works, dtype=np.int64) << PLACE_BITS

    @cached_property
    def _text_bases(self) -> Array:
        # Values that are not empty have gaps between them, at most one for each word.
        lengths = self["work.lengths"][:, TEXT].astype(np.int64)
        ends = np.cumsum(2 * lengths + SPACING)
        fits = not len(ends) or int(ends[-1]) + SPACING < 1 << 32
        return np.concatenate(([SPACING], ends + SPACING))[:-1].astype(
            np.uint32 if fits else np.int64
        )

    @cached_property
    def ids(self) -> Array:
        """The ids of the works by ordinal."""
        return self["work.id"]

    @cached_property
    def tag_ids(self) -> Array:
        """The ids of all tags, rising."""
        return self["tag.ids"]

    @cached_property
    def bases(self) -> list[str]:
        """The languages by number, as analysis knows them."""
        return [base_language(code) for code in self.languages]

    def fits(self, name: str, bits: int) -> bool:
        """Whether all numbers of a column of works have so many bits at most; looked at once."""
        fits = self._fits.get(name)
        if fits is None:
            column = self[f"work.{name}"]
            fits = bool(((column >> bits) == 0).all())
            self._fits[name] = fits
        return fits

    def ordinals_of(self, ids: Iterable[int]) -> Array:
        """The ordinals of those works that the segment holds."""
        order, rising = self._by_id
        wanted = np.fromiter(ids, np.int64)
        at = np.searchsorted(rising, wanted)
        at[at == len(rising)] = 0
        found = at[rising[at] == wanted] if len(rising) else _NONE
        return order[found] if order is not None else found

    @property
    def has_rising_ids(self) -> bool:
        """Whether the works stand in the order of their ids."""
        return self._by_id[0] is None

    @cached_property
    def _by_id(self) -> tuple[Array | None, Array]:
        """The ordinals in the order of ids (None: they are), and the ids so ordered."""
        if bool((self.ids[1:] > self.ids[:-1]).all()):
            return None, self.ids
        order = np.argsort(self.ids, kind="stable")
        return order, self.ids[order]

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages that works of the segment are in, as analysis knows them."""
        return frozenset(self.bases)

    def is_in(self, base: str) -> Array | None:
        """Which works are in this language; None when all are."""
        numbers = [number for number, name in enumerate(self.bases) if name == base]
        if len(numbers) == len(self.bases):
            return None
        return np.isin(self["work.language"], numbers)

    def list_of(self, term: bytes) -> List | None:
        """Works and impacts of a term over all fields; None when it is not there."""
        found = self._lists.get(term, _UNKNOWN)
        if found is not _UNKNOWN:
            return found
        number = self.terms.find(term)
        found = self.list_at(number) if number >= 0 else None
        if len(self._lists) >= _LISTS:
            self._lists.clear()
        self._lists[term] = found
        return found

    def list_at(self, number: int) -> List:
        """The same for the term with this number."""
        begin, end = self.slice("lists", number)
        return self["lists.docs"][begin:end], self["lists.impacts"][begin:end]

    def slice(self, group: str, number: int) -> tuple[int, int]:
        """Where the entries of one list of a group begin and end."""
        start = self[f"{group}.start"]
        return int(start[number]), int(start[number + 1])

    def ends_of(self, group: str, number: int) -> Array:
        """Where the places of each work end among those of one term; of long lists remembered."""
        begin, end = self.slice(group, number)
        if end - begin < _MANY_ENDS:
            return self._ends_of(group, begin, end)
        return self._ends.get((group, number), lambda: self._ends_of(group, begin, end))

    def _ends_of(self, group: str, begin: int, end: int) -> Array:
        return np.cumsum(self[f"{group}.counts"][begin:end], dtype=np.uint32)

    def tag_number(self, tag: int) -> int:
        """The number of a tag in this segment, or -1."""
        return place_of(self.tag_ids, tag)

    def kind_of(self, tag: int) -> str:
        """The kind of a tag as far as this segment knows it."""
        number = self.tag_number(tag)
        return "" if number < 0 else self.kinds[int(self["tag.kinds"][number])]

    def docs_of(self, relation: str, owner: int) -> Array:
        """The works that a tag, creator or series belongs to."""
        docs = self._docs.get((relation, owner))
        if docs is None:
            known = self.tag_ids if relation in TAG_RELATIONS else self[f"{relation}.ids"]
            number = place_of(known, owner)
            begin, end = self.slice(relation, number) if number >= 0 else (0, 0)
            docs = self[f"{relation}.docs"][begin:end]
            if len(self._docs) >= _LISTS:
                self._docs.clear()
            self._docs[relation, owner] = docs
        return docs

    def mask_of(self, relation: str, owner: int) -> Array:
        """The same as a truth value for each work, remembered; not to be written to."""
        mask = self._masks.get((relation, owner))
        if mask is None:
            mask = np.zeros(self.works, bool)
            mask[self.docs_of(relation, owner).astype(np.intp)] = True
            mask.setflags(write=False)
            if len(self._masks) >= _MASKS:
                self._masks.pop(next(iter(self._masks)), None)
            self._masks[relation, owner] = mask
        return mask


def place_of(rising: Array, value: int) -> int:
    """Where the value stands in a rising array, or -1."""
    number = int(rising.searchsorted(value))
    return number if number < len(rising) and rising[number] == value else -1
