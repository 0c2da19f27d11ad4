"""Reads the bones of an EPUB: container, package document, spine and table of contents."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag

from archive.core.said import say
from catalog.importers.base import ImportRefused
from catalog.importers.markup import (
    MAX_TAGS,
    Element,
    epub_types,
    parse_xhtml,
    parse_xml,
    text_of,
)
from catalog.importers.zipsafe import Files

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_RIGHTS = "META-INF/rights.xml"
_OPF = "{http://www.idpf.org/2007/opf}"
_NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
_FONT_OBFUSCATION = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)
_MIMETYPE = "application/epub+zip"
_DOCUMENT_TYPES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_MAX_SPINE = 2_000
_MAX_TOC = 5_000


@dataclass(frozen=True)
class Item:
    """One file of the book: its place in the zip, its type, its properties."""

    path: str
    media_type: str
    properties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TocEntry:
    """One line of the table of contents; ``depth`` is 0 for the outermost."""

    label: str
    path: str
    fragment: str
    depth: int


@dataclass
class Package:
    """What the package document says, without the contents of the files."""

    files: Files
    opf: Element
    items: dict[str, Item] = field(default_factory=dict)
    spine: list[Item] = field(default_factory=list)
    auxiliary: set[str] = field(default_factory=set)
    toc: list[TocEntry] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    tags_left: int = MAX_TAGS

    @property
    def metadata(self) -> Element:
        """The ``metadata`` element of the package document."""
        found = self.opf.find(f"{_OPF}metadata")
        return self.opf if found is None else found

    def document(self, item: Item) -> Element:
        """The root of a content document. Raises ImportRefused, also for a book of too many tags."""
        data = self.files.read(item.path)
        self.tags_left -= data.count(b"<")
        if self.tags_left < 0:
            raise ImportRefused(
                say(
                    "The book holds more than {allowed:,} tags; {allowed:,} are allowed.",
                    allowed=MAX_TAGS,
                ),
                code="import.hostile",
                extra={"allowed": MAX_TAGS},
            )
        return parse_xhtml(data, item.path)


def read_package(files: Files) -> Package:
    """The package of an opened EPUB. Raises ImportRefused."""
    names = set(files.names())
    _check_mimetype(files, names)
    _check_protection(files, names)
    if _CONTAINER not in names:
        raise _broken(say("it has no {path}", path=_CONTAINER))
    path = _package_path(parse_xml(files.read(_CONTAINER), _CONTAINER), names)
    package = Package(files, parse_xml(files.read(path), path))
    folder = posixpath.dirname(path)
    _read_manifest(package, folder)
    _read_spine(package, names)
    package.toc = _read_toc(package, names)
    return package


def _check_mimetype(files: Files, names: set[str]) -> None:
    if "mimetype" not in names:
        raise _broken(say("it has no file “mimetype”"))
    given = files.read("mimetype").strip().removeprefix(b"\xef\xbb\xbf")
    if given != _MIMETYPE.encode():
        shown = given[:60].decode("ascii", "replace")
        raise ImportRefused(
            say(
                "The file says that it is “{shown}”; an EPUB says “{allowed}”.",
                shown=shown,
                allowed=_MIMETYPE,
            ),
            code="import.broken",
            extra={"given": shown, "allowed": _MIMETYPE},
        )


def _check_protection(files: Files, names: set[str]) -> None:
    """Embedded fonts may be scrambled; anything else that is encrypted cannot be read."""
    if _ENCRYPTION not in names:
        return
    root = parse_xml(files.read(_ENCRYPTION), _ENCRYPTION)
    methods = {
        element.get("Algorithm", "")
        for element in root.iter("{*}EncryptionMethod")
        if element.getparent().tag.endswith("}EncryptedData")
    }
    if methods - _FONT_OBFUSCATION or (_RIGHTS in names and methods):
        raise ImportRefused(
            say("The book is copy-protected (DRM); only books without protection can be imported."),
            code="import.protected",
        )


def _package_path(container: Element, names: set[str]) -> str:
    for rootfile in container.iter("{*}rootfile"):
        path = _inside("", rootfile.get("full-path", ""))
        if path in names and rootfile.get("media-type", "application/oebps-package+xml").endswith(
            "oebps-package+xml"
        ):
            return path
    raise _broken(say("{path} names no package document that is there", path=_CONTAINER))


def _inside(folder: str, address: str) -> str:
    """The name in the zip of an address relative to a folder of it; "" for one outside."""
    path = posixpath.normpath(posixpath.join(folder, unquote(urldefrag(address).url)))
    return "" if path.startswith(("..", "/")) or ":" in path.partition("/")[0] else path


def _read_manifest(package: Package, folder: str) -> None:
    for item in package.opf.iter(f"{_OPF}item"):
        identifier, address = item.get("id"), item.get("href")
        if identifier and address:
            package.items[identifier] = Item(
                _inside(folder, address),
                item.get("media-type", ""),
                frozenset(item.get("properties", "").split()),
            )


def _read_spine(package: Package, names: set[str]) -> None:
    missing = 0
    seen = set()
    for reference in package.opf.iter(f"{_OPF}itemref"):
        item = package.items.get(reference.get("idref", ""))
        if item is None or item.path not in names:
            missing += 1
        elif item.media_type in _DOCUMENT_TYPES and item.path not in seen:
            seen.add(item.path)
            package.spine.append(item)
            if reference.get("linear") == "no":
                package.auxiliary.add(item.path)
    if missing:
        package.notices.append(
            say(
                "Missing from the book: {missing} of the documents in its reading order.",
                missing=missing,
            )
        )
    if not package.spine:
        raise _broken(say("its reading order (spine) names no document that is there"))
    if len(package.spine) > _MAX_SPINE:
        raise ImportRefused(
            say(
                "The book has {given} documents; at most {allowed} are allowed.",
                given=len(package.spine),
                allowed=_MAX_SPINE,
            ),
            code="import.hostile",
        )


def _read_toc(package: Package, names: set[str]) -> list[TocEntry]:
    """The table of contents of EPUB 3, else that of EPUB 2; a broken one is no table."""
    for item in package.items.values():
        if "nav" in item.properties and item.path in names:
            entries = list(_nav_entries(package.files.read(item.path), item.path))[:_MAX_TOC]
            if entries:
                return entries
    for item in package.items.values():
        if item.media_type == "application/x-dtbncx+xml" and item.path in names:
            try:
                root = parse_xml(package.files.read(item.path), item.path)
            except ImportRefused as refusal:
                if refusal.code != "import.broken":
                    raise
                package.notices.append(say("The table of contents of the book cannot be read."))
                return []
            return list(_ncx_entries(root, posixpath.dirname(item.path)))[:_MAX_TOC]
    return []


def _nav_entries(data: bytes, path: str) -> Iterator[TocEntry]:
    folder = posixpath.dirname(path)
    root = parse_xhtml(data, path)
    tables = [nav for nav in root.iter("nav") if "toc" in epub_types(nav)]
    for nav in tables[:1]:
        for link in nav.iter("a", "span"):
            depth = sum(1 for around in link.iterancestors("ol", "ul")) - 1
            if link.tag == "a" and link.get("href"):
                address = link.get("href")
                yield TocEntry(
                    text_of(link), _inside(folder, address), _fragment(address), max(depth, 0)
                )


def _ncx_entries(root: Element, folder: str) -> Iterator[TocEntry]:
    for point in root.iter(f"{_NCX}navPoint"):
        content = point.find(f"{_NCX}content")
        label = point.find(f"{_NCX}navLabel/{_NCX}text")
        if content is not None and content.get("src"):
            address = content.get("src")
            depth = sum(1 for _ in point.iterancestors(f"{_NCX}navPoint"))
            yield TocEntry(text_of(label), _inside(folder, address), _fragment(address), depth)


def _fragment(address: str) -> str:
    return unquote(urldefrag(address).fragment)


def styles_of(package: Package) -> list[str]:
    """The texts of the style sheets of the book."""
    names = set(package.files.names())
    return [
        package.files.read(item.path).decode("utf-8", "replace")
        for item in package.items.values()
        if item.media_type == "text/css" and item.path in names
    ]


def _broken(why: str) -> ImportRefused:
    return ImportRefused(say("The EPUB is broken: {why}.", why=why), code="import.broken")


LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
