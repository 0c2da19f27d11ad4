"""Reads Word documents (.docx): headings are chapters, the properties name title and author."""

import io
import re
from collections.abc import Sequence
from pathlib import PurePath
from xml.parsers.expat import ExpatError

import mammoth
from lxml import etree

from archive.core.said import say
from catalog.importers.base import ImportedWork, ImportLimits, ImportRefused, stem_title
from catalog.importers.docx_package import CENTRED, WordDocument, read_package
from catalog.importers.encoding import check_size
from catalog.importers.footnotes import attach_notes, mark_of
from catalog.importers.manuscript import read_manuscript
from catalog.importers.markup import Element, body_of, drop, inner_html, parse_html, text_of
from catalog.importers.signatures import identify
from catalog.importers.text_meta import add_tags
from catalog.importers.text_values import split_names

_DC = "{http://purl.org/dc/elements/1.1/}"
_CP = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_STYLES = f"p.{CENTRED} => p.centred:fresh\nu => u\n"
_SHEET = "<style>.centred { text-align: center }</style>"
# What programs write where nobody wrote a title or a name.
_NO_TITLE = re.compile(
    r"microsoft word\b.*|(?:document|dokument|untitled|unbenannt|sans titre)\s*\d*|.*\.(?:docx?|dotx?|rtf|odt)|"
    r"word document|powerpoint presentation",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:microsoft(?: office)?|windows|default|ms)?\s*(?:user|owner|admin|administrator|author|"
    r"microsoft|benutzer|utilisateur|usuario|pc|hp|dell|home|python-docx|pandoc|unknown|un-named|"
    r"apache poi|aspose.*|google docs)",
    re.IGNORECASE,
)
_MISFITS = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, ExpatError)
_NOTE = re.compile(r"(?:footnote|endnote)-(?!ref)")
_SUMMARY_CHARS = 1_250


class DocxImporter:
    """Reader of one Word document as one work."""

    name = "docx"

    def sniff(self, data: bytes, filename: str) -> bool:
        """Whether the bytes are a zip with a Word document in it, or one that is called so."""
        if not data.startswith(b"PK\x03\x04"):
            return False
        return "(.docx)" in identify(data) or PurePath(filename).suffix.lower() in {
            ".docx",
            ".docm",
        }

    def read(self, data: bytes, filename: str, limits: ImportLimits) -> Sequence[ImportedWork]:
        """The one work in the document. Raises ImportRefused."""
        check_size(data, limits)
        document = read_package(data, limits)
        root = parse_html(f"<html><head>{_SHEET}</head><body>{_html(document)}</body></html>")
        work = ImportedWork(format="docx", title=document.title)
        _read_properties(document, work)
        notes = _take_notes(body_of(root))
        read_manuscript(root, work)
        attach_notes(work, notes)
        work.language = work.language or document.language
        work.title = work.title or stem_title(filename) or "Untitled"
        if document.pictures:
            work.notices.append(say("Pictures left out: {pictures}.", pictures=document.pictures))
        if not work.chapters:
            raise ImportRefused(
                say("The document holds no text of a story."), code="import.no_text"
            )
        if len(work.chapters) > limits.chapters:
            raise ImportRefused(
                say(
                    "The document has {given:,} chapters; at most {allowed:,} are allowed.",
                    given=len(work.chapters),
                    allowed=limits.chapters,
                ),
                code="import.too_large",
                extra={"given": len(work.chapters), "allowed": limits.chapters},
            )
        return [work]


def _html(document: WordDocument) -> str:
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(document.packed), style_map=_STYLES, include_embedded_style_map=False
        )
    except RecursionError as error:
        raise ImportRefused(
            say("The document nests its parts deeper than any text does; that is refused."),
            code="import.hostile",
        ) from error
    except _MISFITS as error:
        # The library takes the structure of a well-made document for granted.
        raise ImportRefused(
            say(
                "The document is broken: its parts do not fit together ({error}).",
                error=type(error).__name__,
            ),
            code="import.broken",
        ) from error
    return str(converted.value)


def _read_properties(document: WordDocument, work: ImportedWork) -> None:
    core = document.core
    if core is None:
        return
    title = _property(core, f"{_DC}title")
    if title and not work.title and not _NO_TITLE.fullmatch(title):
        work.title = title
    for name in re.split(r"\s*;\s*", _property(core, f"{_DC}creator")):
        if name and not _NO_NAME.fullmatch(name) and name not in work.creators:
            work.creators.append(name)
    summary = _property(core, f"{_DC}description")
    if summary and len(summary) <= _SUMMARY_CHARS and not summary.startswith("generated by"):
        paragraph = etree.Element("p")
        paragraph.text = summary
        work.summary_html = etree.tostring(paragraph, method="html", encoding="unicode")
    add_tags(work, "freeform", split_names(_property(core, f"{_CP}keywords")))
    work.language = _property(core, f"{_DC}language")


def _property(core: Element, name: str) -> str:
    element = core.find(name)
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _take_notes(body: Element) -> dict[int, str]:
    """Take the list of notes off the end and number their marks in the text."""
    notes: dict[str, str] = {}
    for item in list(body.iter("li")):
        name = item.get("id") or ""
        if not _NOTE.match(name):
            continue
        for link in list(item.iter("a")):
            if (link.get("href") or "").startswith(("#footnote-ref", "#endnote-ref")):
                drop(link)
        notes[name] = inner_html(item).replace(" </p>", "</p>")
        around = item.getparent()
        drop(item)
        if around is not None and around.tag == "ol" and not text_of(around):
            drop(around)
    numbers: dict[str, int] = {}
    for link in list(body.iter("a")):
        target = (link.get("href") or "").removeprefix("#")
        if target in notes:
            number = numbers.setdefault(target, len(numbers) + 1)
            mark = parse_html(mark_of(number)).find(".//sup")
            mark.tail = None
            holder = link.getparent()
            if holder.tag == "sup":
                holder.text, holder[:] = mark.text, []
            else:
                mark.tail = link.tail
                holder.replace(link, mark)
    for name in notes:
        numbers.setdefault(name, len(numbers) + 1)
    return {number: notes[name] for name, number in numbers.items()}
