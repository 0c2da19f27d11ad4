"""Works as files, for one viewer: what may be seen is what goes out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from archive.core.errors import DomainError, NotFound
from archive.core.viewer import Viewer
from catalog.exporters.content import ExportChapter, ExportSeries, ExportWork
from catalog.exporters.epub import to_epub
from catalog.exporters.page import to_html
from catalog.exporters.plain import to_markdown, to_text
from catalog.models import Chapter, Work
from catalog.reading import byline_of, chapters_of, get_work


class EngineMissing(DomainError):
    """The format needs software that is not installed here (501)."""

    status = 501
    default_code = "download.engine_missing"


@dataclass(frozen=True)
class Format:
    """A file format with its writer."""

    name: str
    media_type: str
    write: Callable[[ExportWork], bytes]


FORMATS = {
    "epub": Format("EPUB", "application/epub+zip", to_epub),
    "html": Format("HTML", "text/html; charset=utf-8", to_html),
    "txt": Format("Plain text", "text/plain; charset=utf-8", to_text),
    "md": Format("Markdown", "text/markdown; charset=utf-8", to_markdown),
}
_OPTIONAL = frozenset({"pdf"})
_NAME_CHARS = 60


@dataclass(frozen=True)
class Download:
    """A file to send: ``etag`` names this very content."""

    filename: str
    media_type: str
    body: bytes
    etag: str


def check_format(extension: str) -> Format:
    """The format of an extension. Raises NotFound, EngineMissing."""
    if extension in _OPTIONAL:
        raise EngineMissing(f"This archive writes no {extension}; it writes {', '.join(FORMATS)}.")
    if extension not in FORMATS:
        raise NotFound(
            f"There is no format {extension[:20]!r}; allowed are {', '.join(FORMATS)}.",
            code="download.format_unknown",
        )
    return FORMATS[extension]


def etag_of(work: Work, extension: str, viewer: Viewer) -> str:
    """A strong validator: changes with the work, its format and the names a viewer may see."""
    names = "n" if byline_of(work, viewer)[:1] and byline_of(work, viewer)[0].id else "a"
    return f"{work.pk}-{work.version}-{extension}-{names}"


def download_work(work_id: int, extension: str, viewer: Viewer) -> Download:
    """A work as a file. Raises NotFound, SignInRequired, EngineMissing."""
    chosen = check_format(extension)
    work = get_work(work_id, viewer)
    content = content_of(work, viewer)
    return Download(
        filename=f"{file_stem(work)}.{extension}",
        media_type=chosen.media_type,
        body=chosen.write(content),
        etag=etag_of(work, extension, viewer),
    )


def file_stem(work: Work) -> str:
    """At most 60 ASCII letters of the title, or the id where too few are left."""
    ascii_only = "".join(c if c.isascii() and c.isalnum() else " " for c in work.title)
    stem = "_".join(ascii_only.split())[:_NAME_CHARS].rstrip("_")
    return stem if len(stem) >= 3 else f"Work_{work.pk}"


def content_of(work: Work, viewer: Viewer) -> ExportWork:
    """What a download of this work holds; draft chapters only where the work is a draft."""
    chapters = [
        chapter
        for chapter in chapters_of(work, viewer, with_text=True)
        if chapter.status == Chapter.Status.POSTED or work.status == Work.Status.DRAFT
    ]
    tags: dict[str, list[str]] = {}
    for row in work.work_tags.all():
        tags.setdefault(row.tag.kind, []).append(row.name)
    base = settings.BASE_URL
    language = work.language
    return ExportWork(
        id=work.pk,
        identifier=str(work.uuid),
        url=f"{base}{work.get_absolute_url()}",
        base_url=base,
        publisher=settings.SITE_NAME,
        title=work.title,
        creators=tuple(line.name for line in byline_of(work, viewer)),
        language=language.code if language else "",
        language_name=language.native_name if language else "",
        direction=language.direction if language else "ltr",
        tags={kind: tuple(names) for kind, names in tags.items()},
        chapters=tuple(_chapter(chapter) for chapter in chapters),
        series=tuple(
            ExportSeries(
                entry.series.title,
                entry.position,
                f"{base}{entry.series.get_absolute_url()}",
            )
            for entry in work.series_entries.all()
        ),
        summary_html=work.summary_html,
        notes_html=work.notes_html,
        end_notes_html=work.end_notes_html,
        source_url=work.source_url,
        continues_in="" if work.is_complete else work.continues_in,
        word_count=work.word_count,
        chapters_shown=work.chapters_shown,
        is_complete=work.is_complete,
        published_at=work.published_at,
        updated_at=work.updated_at,
        changed_at=work.modified_at,
    )


def _chapter(chapter: Chapter) -> ExportChapter:
    return ExportChapter(
        position=chapter.position,
        title=chapter.title,
        html=chapter.html,
        summary_html=chapter.summary_html,
        notes_html=chapter.notes_html,
        end_notes_html=chapter.end_notes_html,
        published_on=chapter.published_on,
    )
