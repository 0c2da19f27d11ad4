"""Builds small EPUBs for tests, well-made unless a test asks for something else."""

import io
import zipfile

CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" '
    'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>"
)
METADATA = (
    "<dc:title>A Title</dc:title><dc:creator>A. Writer</dc:creator><dc:language>en</dc:language>"
)
PROSE = "<p>It was a dark and stormy night; the rain fell in torrents, and nobody was out.</p>"


def document(body, title="A Title", head=""):
    """A content document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html '
        'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def package(names, metadata=METADATA, items="", auxiliary=(), spine_end=""):
    """A package document whose reading order is these documents."""
    manifest = "".join(
        f'<item id="i{at}" href="{name}" media-type="application/xhtml+xml"/>'
        for at, name in enumerate(names)
    )
    spine = "".join(
        f'<itemref idref="i{at}" linear="{"no" if name in auxiliary else "yes"}"/>'
        for at, name in enumerate(names)
    )
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" '
        'version="3.0" unique-identifier="uid"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">'
        f"{metadata}</metadata><manifest>{manifest}{items}</manifest><spine>{spine}{spine_end}</spine></package>"
    )


def nav(*links):
    """A table of contents of EPUB 3; links are (address, label) or nested lists of them."""
    return document(f'<nav epub:type="toc"><ol>{_items(links)}</ol></nav>')


def _items(links):
    result = ""
    for link in links:
        if isinstance(link, list):
            result = result.removesuffix("</li>") + f"<ol>{_items(link)}</ol></li>"
        else:
            result += f'<li><a href="{link[0]}">{link[1]}</a></li>'
    return result


NAV_ITEM = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'


def files_of(documents, metadata=METADATA, toc=None, items="", extra=None, **spine):
    """The files of an EPUB in order, by name."""
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    toc_item = NAV_ITEM if toc else ""
    files["OEBPS/content.opf"] = package(list(documents), metadata, items + toc_item, **spine)
    files |= {f"OEBPS/{name}": text for name, text in documents.items()}
    if toc:
        files["OEBPS/nav.xhtml"] = toc
    return files | (extra or {})


def zipped(files):
    """The bytes of a zip with these files; values are text or bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=stored)
    return packed.getvalue()


def epub(documents, **options):
    """The bytes of an EPUB with these content documents in reading order."""
    return zipped(files_of(documents, **options))
