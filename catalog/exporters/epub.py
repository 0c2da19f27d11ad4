"""Works as EPUB 3 with the fall-backs that EPUB 2 readers need; equal works give equal bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from catalog.exporters.content import ExportWork
from catalog.exporters.epub_parts import STYLE, afterword, chapter_page, cover, page, preface

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


@dataclass(frozen=True)
class _Document:
    """One document of the reading order."""

    id: str
    file: str
    label: str
    body: str


def to_epub(work: ExportWork) -> bytes:
    """The work as one EPUB file."""
    documents = list(_documents(work))
    files = [
        ("META-INF/container.xml", _CONTAINER),
        ("OEBPS/content.opf", _package(work, documents)),
        ("OEBPS/nav.xhtml", _navigation(work, documents)),
        ("OEBPS/toc.ncx", _ncx(work, documents)),
        ("OEBPS/style.css", STYLE),
        ("OEBPS/cover.svg", cover(work)),
        *((f"OEBPS/{document.file}", document.body) for document in documents),
    ]
    moment = max(work.changed_at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    target = BytesIO()
    with ZipFile(target, "w") as packed:
        packed.writestr(ZipInfo("mimetype", moment), "application/epub+zip", ZIP_STORED)
        for name, text in files:
            packed.writestr(ZipInfo(name, moment), text.encode(), ZIP_DEFLATED)
    return target.getvalue()


def _documents(work: ExportWork) -> Iterator[_Document]:
    yield _Document("preface", "preface.xhtml", "Preface", preface(work))
    for chapter in work.chapters:
        name = f"chapter-{chapter.position:04}"
        label = work.title if work.is_single and not chapter.title else chapter.heading
        yield _Document(name, f"{name}.xhtml", label, chapter_page(work, chapter))
    yield _Document("afterword", "afterword.xhtml", "Afterword", afterword(work))


def _package(work: ExportWork, documents: list[_Document]) -> str:
    items = "".join(
        f'    <item id="{d.id}" href="{d.file}" media-type="application/xhtml+xml"/>\n'
        for d in documents
    )
    spine = "".join(f'    <itemref idref="{d.id}"/>\n' for d in documents)
    progression = ' page-progression-direction="rtl"' if work.direction == "rtl" else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" '
        f'xml:lang="en" prefix="undercroft: {escape(work.base_url)}/vocabulary#">\n'
        '  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:opf="http://www.idpf.org/2007/opf">\n'
        f"{''.join(_metadata(work))}"
        "  </metadata>\n  <manifest>\n"
        '    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
        '    <item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>\n'
        '    <item id="style" href="style.css" media-type="text/css"/>\n'
        '    <item id="cover" href="cover.svg" media-type="image/svg+xml" properties="cover-image"/>\n'
        f"{items}  </manifest>\n"
        f'  <spine toc="ncx"{progression}>\n{spine}  </spine>\n'
        '  <guide><reference type="title-page" title="Preface" href="preface.xhtml"/></guide>\n'
        "</package>\n"
    )


def _metadata(work: ExportWork) -> Iterator[str]:
    yield f'    <dc:identifier id="uid">urn:uuid:{work.identifier}</dc:identifier>\n'
    yield f"    <dc:identifier>{escape(work.url)}</dc:identifier>\n"
    yield f"    <dc:title>{escape(work.title)}</dc:title>\n"
    for number, name in enumerate(work.creators or ("Unknown",), start=1):
        yield f'    <dc:creator id="creator{number}">{escape(name)}</dc:creator>\n'
        yield (
            f'    <meta refines="#creator{number}" property="role" '
            'scheme="marc:relators">aut</meta>\n'
        )
        yield f'    <meta refines="#creator{number}" property="file-as">{escape(name)}</meta>\n'
    yield f"    <dc:language>{escape(work.language or 'und')}</dc:language>\n"
    yield f"    <dc:publisher>{escape(work.publisher)}</dc:publisher>\n"
    if work.published_at:
        yield f"    <dc:date>{work.published_at:%Y-%m-%dT%H:%M:%SZ}</dc:date>\n"
    if work.summary_html:
        yield f"    <dc:description>{escape(work.summary_html)}</dc:description>\n"
    if work.source_url:
        yield f"    <dc:source>{escape(work.source_url)}</dc:source>\n"
    yield from _subjects(work)
    yield from _series(work)
    yield f'    <meta property="dcterms:modified">{work.changed_at:%Y-%m-%dT%H:%M:%SZ}</meta>\n'
    yield '    <meta name="cover" content="cover"/>\n'


def _subjects(work: ExportWork) -> Iterator[str]:
    yield "    <dc:subject>Fanworks</dc:subject>\n"
    number = 0
    for kind in _SUBJECT_ORDER:
        for name in work.tags.get(kind, ()):
            number += 1
            yield f'    <dc:subject id="subject{number}">{escape(name)}</dc:subject>\n'
            yield f'    <meta refines="#subject{number}" property="undercroft:kind">{kind}</meta>\n'


def _series(work: ExportWork) -> Iterator[str]:
    """Exactly one series, in both forms: readers differ in which of several they take."""
    if not work.series:
        return
    first = work.series[0]
    title = escape(first.title)
    yield f'    <meta property="belongs-to-collection" id="series">{title}</meta>\n'
    yield '    <meta refines="#series" property="collection-type">series</meta>\n'
    yield f'    <meta refines="#series" property="group-position">{first.position}</meta>\n'
    yield f'    <meta name="calibre:series" content="{title}"/>\n'
    yield f'    <meta name="calibre:series_index" content="{first.position}"/>\n'


def _navigation(work: ExportWork, documents: list[_Document]) -> str:
    rows = "".join(
        f'<li><a href="{document.file}">{escape(document.label)}</a></li>\n'
        for document in documents
    )
    first = documents[1].file if len(documents) > 2 else documents[0].file
    body = (
        f'<nav epub:type="toc" id="toc"><h1>Contents</h1>\n<ol>\n{rows}</ol></nav>\n'
        '<nav epub:type="landmarks" id="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>'
        f'<li><a epub:type="bodymatter" href="{first}">Begin to read</a></li></ol></nav>'
    )
    return page(work, "Contents", body)


def _ncx(work: ExportWork, documents: list[_Document]) -> str:
    points = "".join(
        f'<navPoint id="point{order}" playOrder="{order}"><navLabel><text>'
        f"{escape(document.label)}</text></navLabel>"
        f'<content src="{document.file}"/></navPoint>\n'
        for order, document in enumerate(documents, start=1)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head>'
        f'<meta name="dtb:uid" content="urn:uuid:{work.identifier}"/>'
        '<meta name="dtb:depth" content="1"/><meta name="dtb:totalPageCount" content="0"/>'
        '<meta name="dtb:maxPageNumber" content="0"/></head>\n'
        f"<docTitle><text>{escape(work.title)}</text></docTitle>\n<navMap>\n{points}</navMap></ncx>\n"
    )
