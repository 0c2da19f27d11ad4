"""The package document and the tables of contents of an EPUB."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from catalog.exporters.content import ExportSeries
from catalog.exporters.epub_parts import page
from catalog.exporters.xhtml import xml_escaped


@dataclass(frozen=True)
class Document:
    """One document of the reading order; ``is_inner`` stands below the entry before it."""

    id: str
    file: str
    label: str
    body: str
    is_inner: bool = False


@dataclass(frozen=True)
class Package:
    """What a package says of its book; ``subjects`` are pairs of kind and name."""

    identifier: str
    title: str
    url: str
    base_url: str
    publisher: str
    creators: Sequence[str]
    languages: Sequence[str]
    direction: str
    changed_at: datetime
    published_at: datetime | None
    description: str
    source_url: str
    subjects: Sequence[tuple[str, str]]
    series: Sequence[ExportSeries]
    documents: list[Document] = field(default_factory=list)

    @property
    def language(self) -> str:
        """The language of the book's own pages."""
        return self.languages[0]

    def entries(self) -> list[tuple[Document, list[Document]]]:
        """The documents of the upper level, each with those below it."""
        rows: list[tuple[Document, list[Document]]] = []
        for document in self.documents:
            if document.is_inner and rows:
                rows[-1][1].append(document)
            else:
                rows.append((document, []))
        return rows

    @property
    def begins_at(self) -> str:
        """The file where the text begins."""
        return self.documents[1].file if len(self.documents) > 2 else self.documents[0].file


def package_document(package: Package, *, has_png: bool) -> str:
    """``content.opf``."""
    items = "".join(
        f'    <item id="{d.id}" href="{d.file}" media-type="application/xhtml+xml"/>\n'
        for d in package.documents
    )
    spine = "".join(f'    <itemref idref="{d.id}"/>\n' for d in package.documents)
    progression = ' page-progression-direction="rtl"' if package.direction == "rtl" else ""
    shown = ' properties="cover-image"'
    picture = (
        f'    <item id="cover" href="cover.png" media-type="image/png"{shown}/>\n'
        '    <item id="drawing" href="cover.svg" media-type="image/svg+xml"/>\n'
        if has_png
        else f'    <item id="cover" href="cover.svg" media-type="image/svg+xml"{shown}/>\n'
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" '
        f'xml:lang="en" prefix="undercroft: {escape(package.base_url)}/vocabulary#">\n'
        '  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:opf="http://www.idpf.org/2007/opf">\n'
        f"{''.join(_metadata(package))}"
        "  </metadata>\n  <manifest>\n"
        '    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>\n'
        '    <item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>\n'
        '    <item id="style" href="style.css" media-type="text/css"/>\n'
        f"{picture}"
        '    <item id="coverpage" href="cover.xhtml" media-type="application/xhtml+xml"/>\n'
        f"{items}  </manifest>\n"
        f'  <spine toc="ncx"{progression}>\n    <itemref idref="coverpage"/>\n{spine}  </spine>\n'
        '  <guide><reference type="cover" title="Cover" href="cover.xhtml"/>'
        f'<reference type="text" title="Begin" href="{package.begins_at}"/></guide>\n'
        "</package>\n"
    )


def navigation(package: Package) -> str:
    """``nav.xhtml``: the contents and where to begin."""
    rows = "".join(_row(document, inner) for document, inner in package.entries())
    body = (
        f'<nav epub:type="toc" id="toc"><h1>Contents</h1>\n<ol>\n{rows}</ol></nav>\n'
        '<nav epub:type="landmarks" id="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>'
        '<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>'
        f'<li><a epub:type="bodymatter" href="{package.begins_at}">Begin to read</a></li></ol></nav>'
    )
    return page(package, "Contents", body)


def ncx(package: Package) -> str:
    """``toc.ncx``, for readers of EPUB 2."""
    points, order = "", 0
    for document, inner in package.entries():
        order += 1
        points += _point(document, order)
        for each in inner:
            order += 1
            points += f"{_point(each, order)}</navPoint>\n"
        points += "</navPoint>\n"
    depth = 2 if any(document.is_inner for document in package.documents) else 1
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head>'
        f'<meta name="dtb:uid" content="urn:uuid:{package.identifier}"/>'
        f'<meta name="dtb:depth" content="{depth}"/><meta name="dtb:totalPageCount" content="0"/>'
        '<meta name="dtb:maxPageNumber" content="0"/></head>\n'
        f"<docTitle><text>{xml_escaped(package.title)}</text></docTitle>\n"
        f"<navMap>\n{points}</navMap></ncx>\n"
    )


def _row(document: Document, inner: list[Document]) -> str:
    below = "".join(_row(each, []) for each in inner)
    link = f'<a href="{document.file}">{xml_escaped(document.label)}</a>'
    return f"<li>{link}<ol>\n{below}</ol></li>\n" if below else f"<li>{link}</li>\n"


def _point(document: Document, order: int) -> str:
    return (
        f'<navPoint id="point{order}" playOrder="{order}"><navLabel><text>'
        f'{xml_escaped(document.label)}</text></navLabel><content src="{document.file}"/>'
    )


def _metadata(package: Package) -> Iterator[str]:
    yield f'    <dc:identifier id="uid">urn:uuid:{package.identifier}</dc:identifier>\n'
    yield f"    <dc:identifier>{xml_escaped(package.url)}</dc:identifier>\n"
    yield f"    <dc:title>{xml_escaped(package.title)}</dc:title>\n"
    for number, name in enumerate(package.creators, start=1):
        yield f'    <dc:creator id="creator{number}">{xml_escaped(name)}</dc:creator>\n'
        yield (
            f'    <meta refines="#creator{number}" property="role" '
            'scheme="marc:relators">aut</meta>\n'
        )
        yield f'    <meta refines="#creator{number}" property="file-as">{xml_escaped(name)}</meta>\n'
    for code in package.languages:
        yield f"    <dc:language>{escape(code)}</dc:language>\n"
    yield f"    <dc:publisher>{xml_escaped(package.publisher)}</dc:publisher>\n"
    if package.published_at:
        yield f"    <dc:date>{package.published_at:%Y-%m-%dT%H:%M:%SZ}</dc:date>\n"
    if package.description:
        yield f"    <dc:description>{xml_escaped(package.description)}</dc:description>\n"
    if package.source_url:
        yield f"    <dc:source>{xml_escaped(package.source_url)}</dc:source>\n"
    yield "    <dc:subject>Fanworks</dc:subject>\n"
    for number, (kind, name) in enumerate(package.subjects, start=1):
        yield f'    <dc:subject id="subject{number}">{xml_escaped(name)}</dc:subject>\n'
        yield f'    <meta refines="#subject{number}" property="undercroft:kind">{kind}</meta>\n'
    yield from _series(package)
    yield f'    <meta property="dcterms:modified">{package.changed_at:%Y-%m-%dT%H:%M:%SZ}</meta>\n'
    yield '    <meta name="cover" content="cover"/>\n'


def _series(package: Package) -> Iterator[str]:
    """Exactly one series, in both forms: readers differ in which of several they take."""
    for place in package.series[:1]:
        title = xml_escaped(place.title)
        yield f'    <meta property="belongs-to-collection" id="series">{title}</meta>\n'
        yield '    <meta refines="#series" property="collection-type">series</meta>\n'
        yield f'    <meta refines="#series" property="group-position">{place.position}</meta>\n'
        yield f'    <meta name="calibre:series" content="{title}"/>\n'
        yield f'    <meta name="calibre:series_index" content="{place.position}"/>\n'
