"""From what a file and a person say to the data of a work."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from archive.core.html import text_of
from archive.core.said import Said, say
from archive.core.text import fold_name
from catalog.importers.base import ImportedChapter, ImportedWork
from catalog.importers.languages import guess_language
from catalog.importers.wire import dump_works
from catalog.services import limits
from catalog.services.data import ChapterData, SeriesPlace, TagName, WorkData
from catalog.services.import_names import fit_names


@dataclass
class Correction:
    """What a person put in the place of what was recognised; ``tags`` replaces all kinds."""

    title: str
    creators: list[str]
    tags: dict[str, list[str]]
    language: str = ""
    summary_html: str = ""

    def applied(self, imported: ImportedWork) -> ImportedWork:
        """The work as corrected."""
        return replace(
            imported,
            title=self.title,
            creators=list(self.creators),
            tags={kind: list(names) for kind, names in self.tags.items()},
            language=self.language,
            summary_html=self.summary_html,
            notices=list(imported.notices),
        )


@dataclass
class ImportOptions:
    """What the person importing says besides the file.

    ``rating`` and ``language`` replace the file's; ``tags`` (kind to names) are added to it;
    ``creators`` replace the byline. ``hold`` keeps the work for review.
    ``accept_from`` takes over suggestions with this score (0 to 1) at least; None takes none.
    ``correction`` goes before the file and is not part of what a file is recognised by.
    """

    creators: list[str] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    rating: str = ""
    language: str = ""
    source_url: str = ""
    external_id: str = ""
    encoding: str = ""
    accept_from: float | None = None
    correction: Correction | None = None
    hold: bool = False


def fitted(imported: ImportedWork) -> ImportedWork:
    """The work with what is longer than the archive allows in another place, and a notice of it.

    A long summary goes to the notes, long notes to the text; nothing is lost but the tail of names.
    """
    work = replace(imported, notices=list(imported.notices))
    fit_names(work)
    if _is_longer(work.summary_html, limits.SUMMARY_CHARS):
        work.notes_html = "\n".join(filter(None, [work.summary_html, work.notes_html]))
        work.summary_html = ""
        work.notices.append(_said(_SUMMARY_MOVED, limits.SUMMARY_CHARS))
    if work.chapters:
        work.chapters = [_fitted_chapter(chapter, work) for chapter in work.chapters]
        first, last = work.chapters[0], work.chapters[-1]
        if _is_longer(work.notes_html, limits.NOTES_CHARS):
            first.body_html = f"{work.notes_html}\n<hr>\n{first.body_html}"
            work.notes_html = ""
            work.notices.append(_said(_NOTES_MOVED, limits.NOTES_CHARS))
        if _is_longer(work.end_notes_html, limits.NOTES_CHARS):
            last.body_html = f"{last.body_html}\n<hr>\n{work.end_notes_html}"
            work.end_notes_html = ""
            work.notices.append(_said(_END_NOTES_MOVED, limits.NOTES_CHARS))
    return work


def _fitted_chapter(given: ImportedChapter, work: ImportedWork) -> ImportedChapter:
    chapter = replace(given)
    for name, most, moved in (
        ("summary", limits.SUMMARY_CHARS, _CHAPTER_SUMMARY_MOVED),
        ("notes", limits.NOTES_CHARS, _CHAPTER_NOTES_MOVED),
    ):
        text = getattr(chapter, f"{name}_html")
        if _is_longer(text, most):
            chapter.body_html = f"{text}\n<hr>\n{chapter.body_html}"
            setattr(chapter, f"{name}_html", "")
            work.notices.append(_said(moved, most))
    if _is_longer(chapter.end_notes_html, limits.NOTES_CHARS):
        chapter.body_html = f"{chapter.body_html}\n<hr>\n{chapter.end_notes_html}"
        chapter.end_notes_html = ""
        work.notices.append(_said(_CHAPTER_END_NOTES_MOVED, limits.NOTES_CHARS))
    return chapter


def _is_longer(html: str, most: int) -> bool:
    return len(html) > most and len(text_of(html)) > most


def _said(moved: Said, most: int) -> Said:
    return Said(moved.template, {"most": most})


_SUMMARY_MOVED = say("The summary has more than {most:,} characters and was put into the notes.")
_NOTES_MOVED = say("The notes have more than {most:,} characters and were put into chapter one.")
_END_NOTES_MOVED = say(
    "The end notes have more than {most:,} characters and were put into the last chapter."
)
_CHAPTER_SUMMARY_MOVED = say(
    "The summary of a chapter has more than {most:,} characters and was put into the text."
)
_CHAPTER_NOTES_MOVED = say(
    "The notes of a chapter have more than {most:,} characters and were put into the text."
)
_CHAPTER_END_NOTES_MOVED = say(
    "The end notes of a chapter have more than {most:,} characters and were put into the text."
)


def plain_text(imported: ImportedWork) -> str:
    """The prose of all chapters as plain text."""
    return "\n\n".join(text_of(chapter.body_html) for chapter in imported.chapters)


def import_key(imported: ImportedWork, creators: Iterable[str], filename: str) -> str:
    """What a newer file of the same work is recognised by.

    Its address, where the file names one; else title, byline and the file's own name. Without the
    name two editions of one book would take turns in overwriting each other.
    """
    if imported.source_url:
        return "url:" + _sha(imported.source_url.rstrip("/").removeprefix("http://"))[:64]
    names = "|".join(sorted(fold_name(name) for name in creators))
    stem = fold_name(PurePath(filename).stem)
    return "text:" + _sha(f"{fold_name(imported.title)}\n{names}\n{stem}")[:64]


def import_digest(imported: ImportedWork) -> str:
    """SHA-256 of everything the file says, but for remarks on how it was read."""
    plain = replace(imported, notices=[], encoding="", identifier="")
    return hashlib.sha256(dump_works([plain])).hexdigest()


def merged_tags(
    imported: ImportedWork, options: ImportOptions, accepted: dict[str, list[str]]
) -> dict[str, list[TagName]]:
    """The file's tags with the person's added, each name once; their rating replaces."""
    kinds = {**imported.tags, **options.tags, **accepted}
    tags: dict[str, list[TagName]] = {}
    for kind in kinds:
        names = [
            *imported.tags.get(kind, []),
            *options.tags.get(kind, []),
            *accepted.get(kind, []),
        ]
        unique = {fold_name(name): name for name in reversed(names)}
        tags[kind] = list(reversed(unique.values()))
    if options.rating:
        tags["rating"] = [options.rating]
    return {kind: names for kind, names in tags.items() if names}


def language_of(imported: ImportedWork, options: ImportOptions, default: str) -> tuple[str, str]:
    """The language and, where it was not said but guessed, a sentence about that."""
    said = options.language or imported.language
    if said:
        return said, ""
    guess = guess_language(plain_text(imported))
    if guess:
        return guess, say("No language was given; the text looks like {guess}.", guess=guess)
    return default, say("No language was given; {default} was taken.", default=default)


def work_data(
    imported: ImportedWork,
    options: ImportOptions,
    *,
    creators: list[str],
    tags: dict[str, list[TagName]],
    language: str,
) -> WorkData:
    """The data of a new work."""
    return WorkData(
        title=_cut(imported.title, limits.TITLE_CHARS),
        summary=imported.summary_html,
        notes=imported.notes_html,
        end_notes=imported.end_notes_html,
        language=language,
        restricted=imported.restricted,
        anonymous=imported.anonymous,
        expected_chapters=expected_chapters(imported),
        creators=list(creators),
        tags=tags,
        series=[
            SeriesPlace(title=_cut(place.title, limits.TITLE_CHARS), position=place.position)
            for place in imported.series
        ],
        source_url=options.source_url or imported.source_url,
        published_at=imported.published_at,
        external_id=options.external_id,
        continues_in=imported.continues_in or "",
        chapters=chapter_data(imported),
    )


def chapter_data(imported: ImportedWork) -> list[ChapterData]:
    """The chapters; the last one appeared when the work was last updated."""
    rows = [_chapter(chapter) for chapter in imported.chapters]
    if rows and imported.updated_at is not None and imported.chapters[-1].published_on is None:
        rows[-1].published_on = imported.updated_at.date()
    return rows


def expected_chapters(imported: ImportedWork) -> int | None:
    """How many chapters the work will have; None when the file leaves it open."""
    if imported.expected_chapters is not None:
        return max(imported.expected_chapters, len(imported.chapters), 1)
    return max(len(imported.chapters), 1) if imported.complete else None


def _chapter(chapter: ImportedChapter) -> ChapterData:
    data = ChapterData(
        title=_cut(chapter.title, limits.TITLE_CHARS),
        summary=chapter.summary_html,
        notes=chapter.notes_html,
        end_notes=chapter.end_notes_html,
        body=chapter.body_html,
    )
    if chapter.published_on is not None:
        data.published_on = chapter.published_on
    return data


def _cut(text: str, length: int) -> str:
    """At most ``length`` characters on one line, an ellipsis in place of what is left out."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _sha(text: str) -> str:
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()
