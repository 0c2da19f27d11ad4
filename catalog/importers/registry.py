"""Picks the importer for a file: by its content, then by its name."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from archive.core.said import listed, say
from catalog.importers.base import ImportedWork, Importer, ImportLimits, ImportRefused
from catalog.importers.docx import DocxImporter
from catalog.importers.encoding import check_size, decode
from catalog.importers.epub import EpubImporter
from catalog.importers.html import HtmlImporter
from catalog.importers.markdown import MarkdownImporter
from catalog.importers.parts import divide_long_chapters
from catalog.importers.signatures import identify
from catalog.importers.text import TextImporter

# The first that recognises a file reads it: the sharpest eye first, plain text last.
IMPORTERS: tuple[Importer, ...] = (
    EpubImporter(),
    DocxImporter(),
    MarkdownImporter(),
    HtmlImporter(),
    TextImporter(),
)

_FORMATS = {
    "text": say("plain text (.txt)"),
    "html": "HTML (.html)",
    "epub": "EPUB (.epub)",
    "markdown": "Markdown (.md)",
    "docx": "Word (.docx)",
}
# Read entry by entry, see batch.py.
_COLLECTIONS = (say("zip of these (.zip)"), "NDJSON (.ndjson)")


# Texts of word processors, which all write the format of Word too.
_WRITTEN = re.compile(
    r"RTF|OpenDocument text|old Word|\.(?:odt|rtf|doc|wpd|pages|sxw)\b", re.IGNORECASE
)


def read_file(
    data: bytes, filename: str, *, limits: ImportLimits | None = None, encoding: str = ""
) -> Sequence[ImportedWork]:
    """The works in a file, in its order; at least one.

    ``encoding`` is what a person says the text is written in; it goes before every recognition.
    Raises ImportRefused, with ``import.unknown_format`` or ``import.binary`` for what no importer
    reads.
    """
    limits = limits or ImportLimits()
    check_size(data, limits)
    found = identify(data)
    if encoding and not found:
        # Rewritten as UTF-8 with its mark, which every importer of text believes first.
        text = decode(data, encoding, limits=limits).text
        data = b"\xef\xbb\xbf" + text.encode()
    for importer in IMPORTERS:
        if importer.sniff(data, filename):
            works = importer.read(data, filename, limits)
            for work in works:
                work.format = work.format or importer.name
                work.encoding = encoding if encoding and not found else work.encoding
                divide_long_chapters(work)
            return works
    raise _refusal(data, filename, found)


def allowed_formats() -> str:
    """What can be imported, as a person reads it: "plain text (.txt), HTML (.html)"."""
    names = [_FORMATS.get(importer.name, importer.name) for importer in reversed(IMPORTERS)]
    return listed([*names, *_COLLECTIONS])


def _refusal(data: bytes, filename: str, found: str) -> ImportRefused:
    name = PurePath(filename).name or say("The file")
    if not found and b"\0" in data[:65_536]:
        return ImportRefused(
            say(
                "{name} holds binary data and no text; allowed are {known}.",
                name=name,
                known=allowed_formats(),
            ),
            code="import.binary",
            extra={"found": "binary data", "allowed": allowed_formats()},
        )
    if found.endswith("with a password"):
        return ImportRefused(
            say("{name} is {found}; save it without one to import it.", name=name, found=found),
            code="import.protected",
        )
    what = found or _by_name(name)
    advice = say(" Its program can save it as Word (.docx).") if _WRITTEN.search(what) else ""
    return ImportRefused(
        say(
            "{name} is {what}, which cannot be imported; allowed are {known}.{advice}",
            name=name,
            what=what,
            known=allowed_formats(),
            advice=advice,
        ),
        code="import.unknown_format",
        extra={"found": what, "allowed": allowed_formats()},
    )


def _by_name(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return f"a {suffix} file" if suffix else "written in a markup language"
