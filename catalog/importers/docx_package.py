"""The parts of a Word document that an import needs, checked, freed of layout and packed anew.

What is read afterwards holds no pictures, no macros, no links out of the file and no XML that
defines entities.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from archive.core.said import say
from catalog.importers.base import ImportLimits, ImportRefused
from catalog.importers.markup import Element, parse_xml
from catalog.importers.zipsafe import ZipFiles

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOSE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/_rels/[\w.]+\.rels|docProps/core\.xml|"
    r"word/(?:document\d*|styles\d*|numbering\d*|footnotes\d*|endnotes\d*)\.xml"
)
_MAIN = re.compile(r"word/document\d*\.xml")
_STYLES = re.compile(r"word/styles\d*\.xml")
_TEXTS = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
XML_BYTES = 32 * 1024 * 1024
_TAGS = 1_500_000
# Word writes a whole document on one line.
_LIMITS = ImportLimits(file_bytes=XML_BYTES, line_chars=XML_BYTES)
CENTRED = "ImportedCentred"
_KEPT_OF_RUN = frozenset(
    f"{W}{name}" for name in ("b", "i", "u", "strike", "dstrike", "vertAlign", "rStyle")
)
_KEPT_OF_PARAGRAPH = frozenset(f"{W}{name}" for name in ("pStyle", "numPr"))
_DROPPED = frozenset(
    f"{W}{name}"
    for name in (
        *("proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak", "sectPr"),
        *("commentRangeStart", "commentRangeEnd", "commentReference", "permStart", "permEnd"),
        *("drawing", "pict", "object", "del", "moveFrom", "delText", "instrText", "fldChar"),
        *("rPrChange", "pPrChange", "annotationRef", "ptab", "softHyphen"),
    )
)
_HEADING = re.compile(r"heading\s*([1-6])", re.IGNORECASE)
_CHAIN = 12


@dataclass
class WordDocument:
    """``packed`` is a zip with the needed parts alone; the rest is what was seen on the way."""

    packed: bytes
    core: Element | None = None
    title: str = ""
    language: str = ""
    pictures: int = 0
    notices: list[str] = field(default_factory=list)


def read_package(data: bytes, limits: ImportLimits) -> WordDocument:
    """Check and tidy a ``.docx``. Raises ImportRefused."""
    files = ZipFiles(data, limits)
    parts = {name: _xml(files, name) for name in files.names() if _PARTS.fullmatch(name)}
    main = next((root for name, root in parts.items() if _MAIN.fullmatch(name)), None)
    if main is None:
        raise ImportRefused(
            say("The document holds no text: word/document.xml is missing."), code="import.broken"
        )
    styles = next((root for name, root in parts.items() if _STYLES.fullmatch(name)), None)
    document = WordDocument(b"", core=parts.pop("docProps/core.xml", None))
    levels = _heading_levels(styles)
    for name, root in parts.items():
        if _TEXTS.fullmatch(name):
            document.pictures += _tidy(root, levels)
        elif name.endswith(".rels"):
            _drop_outside(root)
    document.language = _language(styles)
    document.title = _take_title(main)
    document.packed = _pack(parts)
    return document


def _xml(files: ZipFiles, name: str) -> Element:
    data = files.read(name)
    if len(data) > XML_BYTES:
        raise ImportRefused(
            say(
                "“{name}” has {given:,} bytes; at most {allowed:,} are allowed.",
                name=name,
                given=len(data),
                allowed=XML_BYTES,
            ),
            code="import.too_large",
            extra={"given": len(data), "allowed": XML_BYTES},
        )
    return parse_xml(data.replace(_STRICT, _LOOSE), name, tags=_TAGS, limits=_LIMITS)


def _pack(parts: dict[str, Element]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, root in parts.items():
            archive.writestr(name, etree.tostring(root, encoding="utf-8", xml_declaration=True))
    return packed.getvalue()


def _drop_outside(root: Element) -> None:
    """Leave out what a document refers to beyond itself, links to the web excepted."""
    for relation in list(root):
        kind = (relation.get("Type") or "").rpartition("/")[2]
        if kind in {"image", "attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk"}:
            root.remove(relation)


def _heading_levels(styles: Element | None) -> dict[str, str]:
    """Heading level ("1" to "6") or "title" of the styles that have one, by the id of the style."""
    levels: dict[str, str] = {}
    parents: dict[str, str] = {}
    for style in [] if styles is None else styles.iter(f"{W}style"):
        if style.get(f"{W}type") not in {None, "paragraph"}:
            continue
        name = _value(style.find(f"{W}name"))
        key = style.get(f"{W}styleId") or ""
        heading = _HEADING.fullmatch(name.strip())
        outline = _value(style.find(f"{W}pPr/{W}outlineLvl"))
        if name.strip().lower() == "title":
            levels[key] = "title"
        elif heading:
            levels[key] = heading[1]
        elif outline.isdecimal() and int(outline) < 6:
            levels[key] = str(int(outline) + 1)
        parents[key] = _value(style.find(f"{W}basedOn"))
    for key in parents:
        above, steps = parents[key], 0
        while key not in levels and above and steps < _CHAIN:
            if levels.get(above, "title") != "title":
                levels[key] = levels[above]
            above, steps = parents.get(above, ""), steps + 1
    return levels


def _value(element: Element | None) -> str:
    return "" if element is None else str(element.get(f"{W}val") or "")


def _language(styles: Element | None) -> str:
    found = None if styles is None else styles.find(f".//{W}docDefaults//{W}lang")
    return _value(found)


def _tidy(root: Element, levels: dict[str, str]) -> int:
    """Take layout and what is deleted or not text out of a part; how many pictures there were."""
    pictures = 0
    for element in list(root.iter(*_DROPPED)):
        pictures += element.tag in {f"{W}drawing", f"{W}pict"}
        parent = element.getparent()
        if parent is not None and not _holds_text_box(element):
            parent.remove(element)
    for element in root.iter():
        for name in list(element.attrib):
            if "rsid" in name or name.endswith(("}paraId", "}textId")):
                del element.attrib[name]
    for paragraph in root.iter(f"{W}p"):
        _tidy_paragraph(paragraph, levels)
    return pictures


def _holds_text_box(element: Element) -> bool:
    return element.tag == f"{W}pict" and element.find(f".//{W}txbxContent") is not None


def _tidy_paragraph(paragraph: Element, levels: dict[str, str]) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is not None:
        _tidy_properties(properties, levels)
    last = _Run()
    for run in list(paragraph):
        if run.tag != f"{W}r":
            last.finish()
            last = _Run()
            continue
        about = run.find(f"{W}rPr")
        for entry in [] if about is None else list(about):
            if entry.tag not in _KEPT_OF_RUN:
                about.remove(entry)
        if about is not None and not len(about):
            run.remove(about)
            about = None
        look = [] if about is None else [(entry.tag, _value(entry)) for entry in about]
        if last.take(run, look):
            paragraph.remove(run)
        else:
            last.finish()
            last = _Run(run, look)
    last.finish()


def _tidy_properties(properties: Element, levels: dict[str, str]) -> None:
    style = properties.find(f"{W}pStyle")
    outline = _value(properties.find(f"{W}outlineLvl"))
    level = levels.get(_value(style), "")
    if outline.isdecimal() and int(outline) < 6:
        level = str(int(outline) + 1)
    centred = _value(properties.find(f"{W}jc")) == "center"
    for entry in list(properties):
        if entry.tag not in _KEPT_OF_PARAGRAPH:
            properties.remove(entry)
    wanted = "Title" if level == "title" else f"Heading{level}" if level else ""
    if not wanted and centred and properties.find(f"{W}numPr") is None:
        wanted = CENTRED
    if wanted:
        if style is None:
            style = etree.Element(f"{W}pStyle")
            properties.insert(0, style)
        style.set(f"{W}val", wanted)
        for numbering in properties.findall(f"{W}numPr"):
            properties.remove(numbering)


class _Run:
    """A run of text to which the next is joined where it looks the same: editors cut anywhere."""

    def __init__(
        self, run: Element | None = None, look: list[tuple[str, str]] | None = None
    ) -> None:
        self.run = run
        self.look = look
        self.text = _only_text(run)
        self.parts = [] if self.text is None else [self.text.text or ""]

    def take(self, run: Element, look: list[tuple[str, str]]) -> bool:
        """Take over the text of the run, if both are text alone and look the same."""
        text = _only_text(run)
        if self.text is None or text is None or look != self.look:
            return False
        self.parts.append(text.text or "")
        return True

    def finish(self) -> None:
        """Write the joined text."""
        if self.text is not None and len(self.parts) > 1:
            self.text.text = "".join(self.parts)


def _only_text(run: Element | None) -> Element | None:
    """The text element of a run that holds one and nothing else."""
    inside = [] if run is None else [child for child in run if child.tag != f"{W}rPr"]
    return inside[0] if len(inside) == 1 and inside[0].tag == f"{W}t" else None


def _take_title(main: Element) -> str:
    """The text in the style "Title"; used more than once it is the style of chapter headings."""
    found = [
        paragraph
        for paragraph in main.iter(f"{W}p")
        if _value(paragraph.find(f"{W}pPr/{W}pStyle")) == "Title"
    ]
    texts = ["".join(node.text or "" for node in one.iter(f"{W}t")).strip() for one in found]
    if sum(map(bool, texts)) > 1:
        for paragraph in found:
            paragraph.find(f"{W}pPr/{W}pStyle").set(f"{W}val", "Heading1")
        return ""
    for paragraph in found:
        paragraph.getparent().remove(paragraph)
    return " ".join("".join(texts).split())
