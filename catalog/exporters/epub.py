"""Works and books of works as EPUB 3 with the fall-backs that EPUB 2 readers need.

Equal content gives equal bytes: entries carry the time of the last change, ids follow from places.
"""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from catalog.exporters.content import ExportBook, ExportWork
from catalog.exporters.cover import CoverText, cover_png, cover_svg
from catalog.exporters.epub_package import Document, Package, navigation, ncx, package_document
from catalog.exporters.epub_parts import (
    STYLE,
    afterword,
    book_page,
    chapter_page,
    cover_page,
    preface,
)
from catalog.exporters.notes import chapter_file, led_on_in_files, without_lost_links

_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_SUBJECT_ORDER = (
    "fandom",
    "rating",
    "warning",
    "category",
    "relationship",
    "character",
    "freeform",
)


def to_epub(work: ExportWork) -> bytes:
    """The work as one EPUB file."""
    package = Package(
        identifier=work.identifier,
        title=work.title,
        url=work.url,
        base_url=work.base_url,
        publisher=work.publisher,
        creators=work.creators,
        languages=(work.language or "und",),
        direction=work.direction or "ltr",
        changed_at=work.changed_at,
        published_at=work.published_at,
        description=work.summary_html,
        source_url=work.source_url,
        subjects=_subjects(work.tags),
        series=work.series[:1],
        documents=list(_documents(work)),
    )
    return _packed(package, cover_of(work))


def book_to_epub(book: ExportBook) -> bytes:
    """Several works as one EPUB file, each a part with its own preface."""
    package = Package(
        identifier=book.identifier,
        title=book.title,
        url=book.url,
        base_url=book.base_url,
        publisher=book.publisher,
        creators=book.creators,
        languages=book.languages or ("und",),
        direction=book.direction,
        changed_at=book.changed_at,
        published_at=book.published_at,
        description=book.summary_html,
        source_url="",
        subjects=_subjects(book.tags()),
        series=(),
    )
    package.documents.append(Document("book", "book.xhtml", "Contents", book_page(book, package)))
    for number, work in enumerate(book.works, start=1):
        package.documents.extend(_documents(work, f"w{number:02}-"))
    return _packed(package, cover_of_book(book))


def cover_of(work: ExportWork) -> CoverText:
    """What stands on the cover of a work."""
    fandoms = work.tags.get("fandom", ())
    place = work.series[0] if work.series else None
    return CoverText(
        title=work.title,
        byline=work.byline,
        above=", ".join(fandoms[:2]),
        below=f"Part {place.position} of {place.title}" if place else "",
        publisher=work.publisher,
        group=fandoms[0] if fandoms else "",
        identifier=work.identifier,
        language=work.language or "und",
    )


def cover_of_book(book: ExportBook) -> CoverText:
    """What stands on the cover of a book of works."""
    fandoms = book.tags().get("fandom", ())
    return CoverText(
        title=book.title,
        byline=book.byline,
        above=", ".join(fandoms[:2]),
        below=f"{len(book.works)} works",
        publisher=book.publisher,
        group=fandoms[0] if fandoms else "",
        identifier=book.identifier,
        language=next(iter(book.languages), "und"),
    )


def _documents(work: ExportWork, prefix: str = "") -> Iterator[Document]:
    """The documents of one work; in a book of works its preface heads the part."""
    is_part = bool(prefix)
    work = led_on_in_files(work, prefix)
    front, back = f"{prefix}preface.xhtml", f"{prefix}afterword.xhtml"
    labels = {front: work.title if is_part else "Preface"}
    bodies = {front: preface(work)}
    for chapter in work.chapters:
        file = f"{prefix}{chapter_file(chapter)}"
        labels[file], _ = work.heading_of(chapter)
        bodies[file] = chapter_page(work, chapter)
    labels[back], bodies[back] = "Afterword", afterword(work)
    for file, body in without_lost_links(bodies).items():
        name = file.removesuffix(".xhtml")
        yield Document(name, file, labels[file], body, is_part and file != front)


def _subjects(tags: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(kind, name) for kind in _SUBJECT_ORDER for name in tags.get(kind, ())]


def _packed(package: Package, text: CoverText) -> bytes:
    """The zip: the type first and bare, then everything that the package lists."""
    picture = cover_png(text)
    svg = cover_svg(text)
    image = "cover.png" if picture is not None else "cover.svg"
    front = Document("coverpage", "cover.xhtml", "Cover", cover_page(package, image, text))
    files: list[tuple[str, bytes]] = [
        ("META-INF/container.xml", _CONTAINER.encode()),
        ("OEBPS/content.opf", package_document(package, has_png=picture is not None).encode()),
        ("OEBPS/nav.xhtml", navigation(package).encode()),
        ("OEBPS/toc.ncx", ncx(package).encode()),
        ("OEBPS/style.css", STYLE.encode()),
        ("OEBPS/cover.svg", svg.encode()),
    ]
    if picture is not None:
        files.append(("OEBPS/cover.png", picture))
    files += [(f"OEBPS/{each.file}", each.body.encode()) for each in (front, *package.documents)]
    moment = max(package.changed_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    target = BytesIO()
    with ZipFile(target, "w") as packed:
        packed.writestr(ZipInfo("mimetype", moment), "application/epub+zip", ZIP_STORED)
        for name, data in files:
            method = ZIP_STORED if name.endswith(".png") else ZIP_DEFLATED
            packed.writestr(ZipInfo(name, moment), data, method)
    return target.getvalue()
