"""Works as files, for one viewer: what may be seen is what goes out."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from archive.core.errors import DomainError, InvalidInput, NotFound
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.blurbrows import names_by_kind
from catalog.exporters import pdf
from catalog.exporters.content import ExportBook, ExportChapter, ExportSeries, ExportWork
from catalog.exporters.cover import cover_png, cover_svg
from catalog.exporters.epub import book_to_epub, cover_of, to_epub
from catalog.exporters.page import book_to_html, to_html
from catalog.exporters.plain import book_to_markdown, book_to_text, to_markdown, to_text
from catalog.models import Chapter, Work
from catalog.reading import byline_of, get_work
from catalog.services.export_cache import cached

WRITERS_VERSION = 2
"""Rises when the writers change what they write, so that no kept file outlives the change."""
PDF_WORDS = 150_000


class EngineMissing(DomainError):
    """The format needs software that is not installed here (501)."""

    status = 501
    default_code = "download.engine_missing"


@dataclass(frozen=True)
class Format:
    """A file format with its writers, of one work and of several."""

    name: str
    media_type: str
    write: Callable[[ExportWork], bytes]
    write_book: Callable[[ExportBook], bytes]


FORMATS = {
    "epub": Format("EPUB", "application/epub+zip", to_epub, book_to_epub),
    "html": Format("HTML", "text/html; charset=utf-8", to_html, book_to_html),
    "txt": Format("Plain text", "text/plain; charset=utf-8", to_text, book_to_text),
    "md": Format("Markdown", "text/markdown; charset=utf-8", to_markdown, book_to_markdown),
}
"""The formats that every archive writes."""
_OPTIONAL = {"pdf": Format("PDF", "application/pdf", pdf.to_pdf, pdf.book_to_pdf)}
_NAME_CHARS = 60


@dataclass(frozen=True)
class Download:
    """A file to send: ``etag`` names this very content."""

    filename: str
    media_type: str
    body: bytes
    etag: str


def formats() -> dict[str, Format]:
    """The formats that this archive writes: those of every archive, PDF where its engine is."""
    return {**FORMATS, **_OPTIONAL} if pdf.is_available() else FORMATS


def check_format(extension: str) -> Format:
    """The format of an extension. Raises NotFound, EngineMissing."""
    known = formats()
    if extension in known:
        return known[extension]
    if extension in _OPTIONAL:
        raise EngineMissing(
            say(
                "This archive writes no {extension}, because WeasyPrint is not installed here; it "
                "writes {known}.",
                extension=extension,
                known=", ".join(known),
            )
        )
    raise NotFound(
        say(
            "There is no format {extension!r}; allowed are {known}.",
            extension=extension[:20],
            known=", ".join(known),
        ),
        code="download.format_unknown",
    )


def check_length(extension: str, words: int) -> None:
    """Raise InvalidInput where setting this many words would take too long."""
    if extension == "pdf" and words > PDF_WORDS:
        raise InvalidInput(
            say(
                "{words:,} words are too many for PDF; at most {pdf_words:,} are allowed. The other formats have no such limit.",
                words=words,
                pdf_words=PDF_WORDS,
            ),
            code="download.too_long",
        )


def etag_of(work: Work, extension: str, viewer: Viewer) -> str:
    """A strong validator: changes with the work and every word of the file kept elsewhere."""
    digest = hashlib.sha256("\x1f".join(map(str, fingerprint(work, viewer))).encode())
    return f"work{work.pk}.{work.version}.{digest.hexdigest()[:24]}.{extension}"


def fingerprint(work: Work, viewer: Viewer) -> tuple[object, ...]:
    """What a file of this work depends on besides its own row, as this viewer would get it."""
    series = [(place.title, place.position, place.id) for place in work.places]
    names = [line.name for line in byline_of(work, viewer)]
    language = work.language
    spoken = (language.code, language.native_name, language.direction) if language else ()
    site = (settings.SITE_NAME, settings.BASE_URL)
    return (WRITERS_VERSION, work.uuid, names, series, spoken, site)


def download_work(work_id: int, extension: str, viewer: Viewer) -> Download:
    """A work as a file. Raises NotFound, SignInRequired, EngineMissing."""
    chosen = check_format(extension)
    work = get_work(work_id, viewer)
    check_length(extension, work.word_count)
    etag = etag_of(work, extension, viewer)

    def make() -> bytes:
        return chosen.write(content_of(work, viewer))

    # What its creators alone may see is never put down anywhere else.
    is_posted = work.status == Work.Status.POSTED
    return Download(
        filename=f"{file_stem(work.title) or f'Work_{work.pk}'}.{extension}",
        media_type=chosen.media_type,
        body=cached(etag, make) if is_posted else make(),
        etag=etag,
    )


def cover_of_work(work: Work, viewer: Viewer, width: int | None = None) -> Download:
    """The cover of a work: PNG of this width in pixels, or SVG for None.

    Where no font of this machine has the letters, the PNG is replaced by the SVG.
    """
    etag = etag_of(work, f"{width}.png" if width else "svg", viewer)

    def make() -> bytes:
        text = cover_of(_content(work, [], viewer))
        picture = cover_png(text, width) if width else None
        return picture if picture is not None else cover_svg(text).encode()

    body = cached(etag, make) if work.status == Work.Status.POSTED else make()
    is_png = body.startswith(b"\x89PNG")
    return Download(
        filename=f"cover-{work.pk}.{'png' if is_png else 'svg'}",
        media_type="image/png" if is_png else "image/svg+xml",
        body=body,
        etag=etag,
    )


def file_stem(title: str) -> str:
    """At most 60 ASCII letters and digits of a title; "" where too few are left."""
    ascii_only = "".join(c if c.isascii() and c.isalnum() else " " for c in title)
    stem = "_".join(ascii_only.split())[:_NAME_CHARS].rstrip("_")
    return stem if len(stem) >= 3 else ""


def content_of(work: Work, viewer: Viewer) -> ExportWork:
    """What a download of this work holds."""
    (content,) = contents_of([work], viewer)
    return content


def contents_of(works: Iterable[Work], viewer: Viewer) -> list[ExportWork]:
    """What downloads of these works hold, texts in one statement.

    The works were fetched for blurbs and for this viewer. Draft chapters are in drafts alone.
    """
    rows = list(works)
    chapters: dict[int, list[Chapter]] = {work.pk: [] for work in rows}
    states = {work.pk: work.status for work in rows}
    found = Chapter.objects.visible_to(viewer).filter(work_id__in=list(chapters))
    for chapter in found.order_by("work_id", "position"):
        if chapter.status == Chapter.Status.POSTED or states[chapter.work_id] == "draft":
            chapters[chapter.work_id].append(chapter)
    return [_content(work, chapters[work.pk], viewer) for work in rows]


def _content(work: Work, chapters: list[Chapter], viewer: Viewer) -> ExportWork:
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
        tags={kind: tuple(names) for kind, names in names_by_kind(work.typed_tags).items()},
        chapters=tuple(map(_chapter, chapters)),
        series=tuple(
            ExportSeries(
                place.title,
                place.position,
                f"{base}{reverse('series', args=[place.id])}",
            )
            for place in work.places
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
