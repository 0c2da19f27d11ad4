"""Snippets: the best passages of the works on a page, with what was found marked.

They are cut from the texts in the database, for the works shown alone: the index keeps no copy of
texts. Novels are not turned into plain text as a whole: words are looked for in the HTML, and only
the neighbourhood of the best places is read closely.
"""

import math
import re
from collections.abc import Iterator, Sequence

from archive.core.html import text_of
from archive.core.viewer import Viewer
from catalog.finder import Snippet
from catalog.models import Chapter, Work
from catalog.querytext import Fuzzy, ParsedQuery
from catalog.workquery import WorkQuery
from search.backends.deadline import Deadline
from search.marking import FOLDING, Mark, Marker, Term, terms_of
from search.passages import Passage, choose, windows_of
from search.regions import (
    ChapterText,
    Place,
    Region,
    folded_anchors,
    literal_places,
    places_of,
    regions_of,
    spellings,
    whole_blocks,
)

PASSAGES = 3

_MARKS = re.compile(r"[^\w\s]+")
_REGIONS_READ = 12
_FOLDED_CHARS = 400_000
_LINGUA_FRANCA = "en"


def highlights(
    works: Sequence[Work],
    query: WorkQuery,
    parsed: ParsedQuery,
    viewer: Viewer,
    deadline: Deadline | None = None,
) -> dict[int, list[Snippet]]:
    """Up to three snippets a work, best first, in one statement for all their chapters.

    Passages with the most different terms come first; the work's own fields (title, summary,
    tags, notes) show where only they match, and first where they show more than the text does.
    Words such as "the" count for nothing where anything else was asked for. When the time is up, the work that is read then has
    what was found in it so far, and those behind it nothing.
    """
    deadline = deadline or Deadline(math.inf)
    terms = terms_of(query, parsed)
    if not terms or not works or deadline.is_over():
        return {}
    reader = _Reader(terms, query.text_scope, deadline)
    chapters = _chapters_of(works, viewer) if reader.reads_chapters else {}
    found: dict[int, list[Snippet]] = {}
    for work in works:
        if deadline.is_over():
            break
        passages = reader.passages(work, chapters.get(work.pk, []))
        if passages:
            found[work.pk] = [passage.as_snippet() for passage in passages]
    return found


def _chapters_of(works: Sequence[Work], viewer: Viewer) -> dict[int, list[ChapterText]]:
    rows = (
        Chapter.objects.filter(work_id__in=[work.pk for work in works])
        .posted()
        .visible_to(viewer)
        .order_by("work_id", "position")
        .values_list(
            *("work_id", "id", "position", "title", "html"),
            *("summary_html", "notes_html", "end_notes_html"),
        )
    )
    chapters: dict[int, list[ChapterText]] = {}
    for work_id, pk, position, title, text, *notes in rows:
        chapter = ChapterText(pk, position, title, text, "\n".join(filter(None, notes)))
        chapters.setdefault(work_id, []).append(chapter)
    return chapters


class _Reader:
    """Reads the works of one page for one query; what folding costs is bounded for the page."""

    def __init__(self, terms: Sequence[Term], scope: str, deadline: Deadline) -> None:
        self.terms = terms
        self.scope = scope
        self.deadline = deadline
        self.in_text = [term for term in terms if term.asks("text", scope)]
        self.anchors: dict[tuple[int, str], set[str]] = {}
        self.folded: dict[tuple[int, str], set[str]] = {}
        self.markers: dict[tuple[str, tuple[int, ...]], Marker] = {}
        self.little: dict[str, frozenset[int]] = {}
        self.folding_left = _FOLDED_CHARS

    @property
    def reads_chapters(self) -> bool:
        """Whether texts or notes of chapters are asked for at all."""
        return bool(self.in_text) or any(term.asks("notes", self.scope) for term in self.terms)

    def passages(self, work: Work, chapters: Sequence[ChapterText]) -> list[Passage]:
        """The best passages of a work."""
        little = self._little(work.language_id or "")
        own = list(self._own_passages(work, chapters))
        shown_by_own = {number for passage in own for number in passage.terms}
        candidates = [
            passage
            for passage in self._text_passages(work, chapters, shown_by_own)
            if passage.terms - little
        ]
        best = choose(candidates, PASSAGES, little)
        most = max((len(passage.terms - little) for passage in best), default=0)
        covered = {number for passage in best for number in passage.terms}
        for passage in own:
            shown = passage.terms - little
            if len(shown) > most:
                # The name of the work or a tag of it says more than any place in the text.
                best = [passage, *best][:PASSAGES]
                most = len(shown)
                covered |= shown
            elif len(best) < PASSAGES and not shown <= covered:
                best.append(passage)
                covered |= shown
        return best

    def _little(self, language: str) -> frozenset[int]:
        """The terms that say little in a work of this language, if others say more."""
        found = self.little.get(language)
        if found is None:
            found = frozenset(
                term.number
                for term in self.terms
                if term.says_little(language) or term.says_little(_LINGUA_FRANCA)
            )
            found = frozenset() if len(found) == len(self.terms) else found
            self.little[language] = found
        return found

    def _telling(self, language: str) -> list[Term]:
        """The terms that are looked for in texts."""
        little = self._little(language)
        return [term for term in self.in_text if term.number not in little]

    def _own_passages(self, work: Work, chapters: Sequence[ChapterText]) -> Iterator[Passage]:
        """One passage of each field of the work that matches."""
        language = work.language_id or ""
        for names, text in _own_texts(work, chapters):
            terms = [
                term
                for term in self._possible(text, language)
                if any(term.asks(name, self.scope) for name in names)
            ]
            marks = self._marks(text, terms, language) if terms else []
            if marks:
                best = choose(windows_of(text, marks), 1, self._little(language))[0]
                yield Passage(best.text, best.marks, names[0])

    def _possible(self, text: str, language: str) -> Sequence[Term]:
        """The terms that may stand in a text; to find that none does needs no words taken apart."""
        shape = text.lower() if text.isascii() else text.translate(FOLDING)
        if not shape.isascii():
            return self.terms
        # Words are also found joined: U.S.A. by usa, re-entry by reentry.
        joined = _MARKS.sub("", shape)
        return [
            term
            for term in self.terms
            if isinstance(term.node, Fuzzy)
            or any(
                anchor in shape or _MARKS.sub("", anchor) in joined
                for anchor in self._folded(term, language)
            )
        ]

    def _text_passages(
        self, work: Work, chapters: Sequence[ChapterText], shown: set[int]
    ) -> list[Passage]:
        """The best passages of the text; ``shown`` are terms that the work's own fields show."""
        language = work.language_id or ""
        regions, seen = self._regions(chapters, language)
        absent = [term for term in self._telling(language) if term.number not in seen | shown]
        if absent:
            more, also_seen = self._regions_by_folding(chapters, absent, language)
            regions += more
            seen |= also_seen
        regions.sort(key=lambda region: -region.score)
        passages: list[Passage] = []
        for region in regions[:_REGIONS_READ]:
            if passages and self.deadline.is_over():
                break
            if _suffices(passages, seen, region.score, self._little(language)):
                break
            passages += self._read(region, language)
        return passages + self._chapter_titles(chapters, language, passages)

    def _chapter_titles(
        self, chapters: Sequence[ChapterText], language: str, passages: Sequence[Passage]
    ) -> list[Passage]:
        """Titles of chapters count as text, where the text itself does not show a term."""
        covered = {number for passage in passages for number in passage.terms}
        terms = [term for term in self._telling(language) if term.number not in covered]
        if not terms:
            return []
        found = []
        for chapter in chapters:
            marks = self._marks(chapter.title, terms, language)
            if marks:
                found.append(Passage(chapter.title, tuple(marks), "text", chapter))
        return found[:PASSAGES]

    def _regions(
        self, chapters: Sequence[ChapterText], language: str
    ) -> tuple[list[Region], set[int]]:
        """Where terms seem to stand together, and which were seen; ends when enough is found."""
        regions: list[Region] = []
        seen: set[int] = set()
        complete = 0
        terms = self._telling(language)
        literal = {term.number: _literally(term, chapters) for term in terms}
        for chapter in chapters:
            places: list[Place] = []
            for term in terms:
                if self.deadline.is_over():
                    break
                if shapes := literal[term.number]:
                    found = literal_places(chapter.html, shapes)
                else:
                    anchors = self._anchors(term, language)
                    found = places_of(chapter.html, chapter.html, term, anchors, language)
                places += [(at, term.number) for at in found]
            seen.update(number for _, number in places)
            for region in regions_of(chapter, sorted(places)):
                regions.append(region)
                complete += region.score == len(terms)
            if complete >= 2 * PASSAGES:
                break
        return regions, seen

    def _regions_by_folding(
        self, chapters: Sequence[ChapterText], terms: Sequence[Term], language: str
    ) -> tuple[list[Region], set[int]]:
        """The same without accents and case, for terms that are nowhere as they were written."""
        regions: list[Region] = []
        seen: set[int] = set()
        for chapter in chapters:
            self.folding_left -= len(chapter.html)
            if self.folding_left < 0 or self.deadline.is_over():
                break
            shape = chapter.html.translate(FOLDING)
            places: list[Place] = []
            for term in terms:
                anchors = self._folded(term, language)
                found = places_of(chapter.html, shape, term, anchors, language)
                places += [(at, term.number) for at in found]
            seen.update(number for _, number in places)
            regions += regions_of(chapter, sorted(places))
        return regions, seen

    def _folded(self, term: Term, language: str) -> set[str]:
        key = (term.number, language)
        if key not in self.folded:
            self.folded[key] = folded_anchors(term.anchors(language))
        return self.folded[key]

    def _anchors(self, term: Term, language: str) -> set[str]:
        key = (term.number, language)
        if key not in self.anchors:
            self.anchors[key] = spellings(term.anchors(language))
        return self.anchors[key]

    def _marks(self, text: str, terms: Sequence[Term], language: str) -> list[Mark]:
        key = (language, tuple(term.number for term in terms))
        if key not in self.markers:
            self.markers[key] = Marker(terms, language)
        return self.markers[key].marks(text)

    def _read(self, region: Region, language: str) -> list[Passage]:
        """The best passages of a region, closely looked at."""
        text = text_of(whole_blocks(region.chapter.html, region.start, region.end))
        marks = self._marks(text, self.in_text, language)
        windows = choose(windows_of(text, marks), PASSAGES, self._little(language))
        return [Passage(piece.text, piece.marks, "text", region.chapter) for piece in windows]


def _literally(term: Term, chapters: Sequence[ChapterText]) -> set[str]:
    """How a phrase stands in these chapters, if it does so as it was typed; else nothing.

    Then no place is looked at where one of its words stands by itself, which may be at every line.
    """
    shapes = spellings({term.literal}) if term.literal else set()
    stands = any(shape in chapter.html for chapter in chapters for shape in shapes)
    return shapes if stands else set()


def _suffices(
    passages: Sequence[Passage], seen: set[int], score: int, little: frozenset[int]
) -> bool:
    """Whether a region that shows ``score`` terms together cannot change what is chosen."""
    best = choose(passages, PASSAGES, little)
    return (
        len(best) == PASSAGES
        and all(len(passage.terms - little) >= score for passage in best)
        and seen <= {number for passage in best for number in passage.terms}
    )


def _own_texts(
    work: Work, chapters: Sequence[ChapterText]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts of a work's own fields, with the names by which a query may ask for each."""
    yield ("title",), work.title
    yield ("summary",), text_of(work.summary_html)
    for tag in work.typed_tags:
        names = (tag.kind, "tag")
        yield names, tag.name
        if tag.target_name is not None:
            yield names, tag.target_name
    for place in work.places:
        yield ("series",), place.title
    # Names behind an anonymous work are nobody's business, and not in the index either.
    for maker in () if work.is_anonymous else work.makers:
        yield ("creator",), maker.name
    notes = [work.notes_html, work.end_notes_html, *(chapter.notes for chapter in chapters)]
    for part in filter(None, notes):
        yield ("notes",), text_of(part)
    if work.announcement:
        yield ("notes",), work.announcement
