"""Reads EPUB 2 and 3: books, AO3 downloads and FanFicFare files, packed or as a folder."""

from collections.abc import Sequence
from pathlib import Path

from archive.core.said import say
from catalog.importers.ao3 import is_download, read_download
from catalog.importers.base import ImportedWork, ImportLimits, ImportRefused, stem_title
from catalog.importers.encoding import check_size
from catalog.importers.epub_chapters import read_chapters
from catalog.importers.epub_metadata import own_identifier, publisher_of, read_metadata
from catalog.importers.epub_package import Package, read_package, styles_of
from catalog.importers.fanficfare import is_fanficfare, read_title_page
from catalog.importers.links import join_links
from catalog.importers.markup import Element, body_of
from catalog.importers.parts import divide_long_chapters
from catalog.importers.stylesheet import meaning_of_classes
from catalog.importers.xhtml import add_meanings
from catalog.importers.zipsafe import FolderFiles, ZipFiles

_ZIP_MARK = b"PK\x03\x04"
_MIMETYPE = b"mimetypeapplication/epub+zip"
_SNIFFED = 200
_FRONT = 3


class EpubImporter:
    """Reader of one EPUB as one work."""

    name = "epub"

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the bytes are a zip that says it is an EPUB, or is called one."""
        if not data.startswith(_ZIP_MARK):
            return False
        return _MIMETYPE in data[:_SNIFFED] or filename.lower().endswith((".epub", ".kepub"))

    def read(self, data: bytes, filename: str, limits: ImportLimits) -> Sequence[ImportedWork]:
        """The work in the file, or the works of an anthology of ours. Raises ImportRefused."""
        check_size(data, limits)
        package = read_package(ZipFiles(data, limits))
        return _anthology(package, limits) or [_read(package, filename, limits)]


# Houses whose editions are whole books; any other EPUB may be a story that goes on.
_BOOK_PUBLISHERS = frozenset({"Standard Ebooks", "Project Gutenberg"})


def read_folder(path: Path, limits: ImportLimits | None = None) -> ImportedWork:
    """The work in the folder of one unpacked EPUB. Raises ImportRefused."""
    limits = limits or ImportLimits()
    return _read(read_package(FolderFiles(path, limits)), path.name, limits)


def _anthology(package: Package, limits: ImportLimits) -> list[ImportedWork]:
    """The works of a series or list that an archive of this software made one book of, else none.

    Each begins with a preface of its own, which says all that its own download would say.
    """
    if not own_identifier(package):
        return []
    parts: list[list[Element]] = []
    for body in _bodies(package):
        # By its id, which no text of a story keeps: a story may hold such a list too.
        if any(element.get("id") == "preface" for element in body.iter("section")):
            parts.append([])
        if parts:
            parts[-1].append(body)
    if len(parts) < 2:
        return []
    works = []
    for bodies in parts:
        work = ImportedWork(format="epub")
        read_download(bodies, work)
        divide_long_chapters(work)
        _check_length(work, limits)
        works.append(work)
    return works


def _read(package: Package, filename: str, limits: ImportLimits) -> ImportedWork:
    work = read_metadata(package)
    if is_download(_bodies(package, _FRONT)):
        work.notices = list(package.notices)
        bodies = _bodies(package)
        meanings = meaning_of_classes(styles_of(package))
        for body in bodies:
            add_meanings(body, meanings)
        address = work.source_url
        read_download(bodies, work)
        work.identifier = own_identifier(package)
        if work.identifier:
            work.source_url = address
        divide_long_chapters(work)
    else:
        if is_fanficfare(package):
            read_title_page(package, work)
        read_chapters(package, work)
        if work.complete is None and publisher_of(package) in _BOOK_PUBLISHERS:
            work.complete = True
    work.title = work.title or stem_title(filename)
    _check_length(work, limits)
    return work


def _check_length(work: ImportedWork, limits: ImportLimits) -> None:
    if not work.chapters:
        raise ImportRefused(say("The book holds no text."), code="import.no_text")
    limits.check_chapters(len(work.chapters))


def _bodies(package: Package, count: int | None = None) -> list[Element]:
    """The bodies of the first documents of the reading order, or of all, their links joined."""
    bodies = [body_of(package.document(item)) for item in package.spine[:count]]
    if count is None:
        join_links([(item.path, body) for item, body in zip(package.spine, bodies, strict=True)])
    return bodies
