"""What the package document of an EPUB says about the work: title, creators, series, dates."""

import html
import re
from datetime import UTC, date, datetime

from archive.core.said import say
from catalog.importers.base import ImportedSeries, ImportedWork
from catalog.importers.epub_package import LANGUAGE_TAG, Package
from catalog.importers.markup import Element

_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_AUTHORS = frozenset({"", "aut", "cre", "dub"})
_NOTED_ROLES = {"trl": "Translated by", "edt": "Edited by", "ill": "Illustrated by"}
_WEB = re.compile(r"https?://\S+")
_UUID = re.compile(r"urn:uuid:([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SHOWN_SUBJECTS = 30
_SUMMARY_CHARS = 1_250


def read_metadata(package: Package) -> ImportedWork:
    """A work without chapters, filled from the metadata of the package."""
    metadata = package.metadata
    refined = _refinements(metadata)
    work = ImportedWork(format="epub", notices=list(package.notices))
    work.title = _main_title(metadata, refined)
    _people(metadata, refined, work)
    work.language = _language(metadata)
    _description(metadata, work)
    _dates(metadata, work)
    work.source_url = _source(package)
    work.series = _series(metadata, refined)
    _subjects(metadata, work)
    return work


def publisher_of(package: Package) -> str:
    """Who published the edition, "" when the package does not say."""
    found = package.metadata.iter(f"{_DC}publisher")
    return next((_text(element) for element in found), "")


def own_identifier(package: Package) -> str:
    """The UUID of a book that an archive of this software made, "" for any other book."""
    if "undercroft:" not in package.opf.get("prefix", "").split():
        return ""
    for element in package.metadata.iter(f"{_DC}identifier"):
        found = _UUID.fullmatch(_text(element))
        if found:
            return found[1].lower()
    return ""


def _refinements(metadata: Element) -> dict[str, list[tuple[str, str]]]:
    """Properties of elements by their id, as EPUB 3 writes them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for meta in metadata.iter(f"{_OPF}meta"):
        target = meta.get("refines", "").removeprefix("#")
        if target and meta.get("property"):
            found.setdefault(target, []).append((meta.get("property"), _text(meta)))
    return found


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _property(refined: dict[str, list[tuple[str, str]]], element: Element, name: str) -> str:
    pairs = refined.get(element.get("id", ""), [])
    return next((value for key, value in pairs if key == name), "")


def _main_title(metadata: Element, refined: dict[str, list[tuple[str, str]]]) -> str:
    titles = [element for element in metadata.iter(f"{_DC}title") if _text(element)]
    main = [title for title in titles if _property(refined, title, "title-type") == "main"]
    chosen = main or titles
    return _text(chosen[0]) if chosen else ""


def _people(
    metadata: Element, refined: dict[str, list[tuple[str, str]]], work: ImportedWork
) -> None:
    notes = []
    for element in metadata.iter(f"{_DC}creator", f"{_DC}contributor"):
        name = _text(element)
        pairs = refined.get(element.get("id", ""), [])
        roles = {value for key, value in pairs if key == "role"}
        roles |= {element.get(f"{_OPF}role", "")} - {""}
        is_author = element.tag == f"{_DC}creator" and (not roles or roles & _AUTHORS)
        if is_author and name and name not in work.creators:
            work.creators.append(name)
        elif name:
            notes += [
                f"{_NOTED_ROLES[role]} {name}." for role in sorted(roles) if role in _NOTED_ROLES
            ]
    if notes:
        work.notes_html = "".join(f"<p>{html.escape(note, quote=False)}</p>" for note in notes)


def _language(metadata: Element) -> str:
    for element in metadata.iter(f"{_DC}language"):
        value = _text(element).replace("_", "-")
        if LANGUAGE_TAG.fullmatch(value) and value.lower() not in {"und", "mul", "zxx"}:
            return value
    return ""


def _description(metadata: Element, work: ImportedWork) -> None:
    for element in metadata.iter(f"{_DC}description"):
        text = "".join(element.itertext()).strip()
        if not text:
            continue
        # Either escaped HTML or plain text with line ends, nobody says which.
        if not _TAG.search(text):
            paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text)]
            text = "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in paragraphs)
        if len(_TAG.sub("", text)) <= _SUMMARY_CHARS:
            work.summary_html = text
        else:
            work.notes_html = text + work.notes_html
            work.notices.append(
                say(
                    "The description is longer than a summary may be ({allowed:,} characters); it "
                    "was put into the notes.",
                    allowed=_SUMMARY_CHARS,
                )
            )
        return


def _dates(metadata: Element, work: ImportedWork) -> None:
    events: dict[str, datetime] = {}
    for element in metadata.iter(f"{_DC}date"):
        moment = parse_date(_text(element))
        if moment:
            events.setdefault(element.get(f"{_OPF}event", ""), moment)
    work.published_at = events.get("publication") or events.get("") or events.get("creation")
    work.updated_at = events.get("modification")


def parse_date(text: str) -> datetime | None:
    """The moment a date of the file means: noon in UTC when only a day is known, or None.

    A year or month alone is no day, so it gives None too.
    """
    text = text.strip()
    found = _DATE.match(text)
    if not found or not found[3]:
        return None
    try:
        if "T" in text:
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def _source(package: Package) -> str:
    """The web address the book goes by: its own identifier, else where it says it comes from."""
    metadata = package.metadata
    unique = package.opf.get("unique-identifier", "")
    identifiers = list(metadata.iter(f"{_DC}identifier"))
    own = [element for element in identifiers if element.get("id") == unique]
    for element in (*own, *metadata.iter(f"{_DC}source"), *identifiers):
        found = _WEB.fullmatch(_text(element).removeprefix("url:"))
        if found:
            return found[0]
    return ""


def _series(metadata: Element, refined: dict[str, list[tuple[str, str]]]) -> list[ImportedSeries]:
    """The series the work is in; sets and other collections are not series."""
    found: dict[str, int | None] = {}
    for meta in metadata.iter(f"{_OPF}meta"):
        is_series = _property(refined, meta, "collection-type") in {"", "series"}
        if meta.get("property") == "belongs-to-collection" and is_series and _text(meta):
            found[_text(meta)] = _position(_property(refined, meta, "group-position"))
    index = _calibre(metadata, "series_index")
    name = " ".join(_calibre(metadata, "series").split())
    if name:
        found[name] = found.get(name) or _position(index)
    return [ImportedSeries(title, position) for title, position in found.items()]


def _calibre(metadata: Element, name: str) -> str:
    for meta in metadata.iter(f"{_OPF}meta"):
        if meta.get("name") == f"calibre:{name}":
            return str(meta.get("content", ""))
    return ""


def _position(text: str) -> int | None:
    """A whole number from 1; "1.00" is one, "1.5" is no place among whole ones."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value >= 1 and value == int(value) and value < 100_000 else None


def subjects_of(package: Package) -> list[str]:
    """The subjects of the book as written."""
    texts = (_text(element) for element in package.metadata.iter(f"{_DC}subject"))
    return [text for text in texts if text]


def _subjects(metadata: Element, work: ImportedWork) -> None:
    """Library subjects are no tags of ours; they are shown to who imports, to choose from."""
    subjects = [_text(element) for element in metadata.iter(f"{_DC}subject") if _text(element)]
    if subjects:
        shown = "; ".join(subjects[:_SHOWN_SUBJECTS])
        work.notices.append(
            say("Subjects named in the file, not taken as tags: {shown}.", shown=shown)
        )
