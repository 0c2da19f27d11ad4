"""Reads files of tags: our own table and the shapes of public data dumps, told by their header."""

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from archive.core.errors import InvalidInput
from catalog.models import Kind
from catalog.services.tag_graph_data import TagRow

Cells = Mapping[str, str]

OWN_COLUMNS = (
    "kind",
    "name",
    "canonical",
    "unwrangleable",
    "synonym_of",
    "synonyms",
    "metatags",
    "parents",
)
_KINDS = {
    **{kind.value: kind.value for kind in Kind},
    "archivewarning": "warning",
    "archive warning": "warning",
    "content warning": "warning",
    "additional tag": "freeform",
}
_TRUE = frozenset({"true", "1", "yes", "y", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "f"})
# Tables that lie beside lists of tags and are none.
_OTHER_TABLES = {
    frozenset({"code", "native_name", "english_name", "iso639"}): "languages, which come with "
    "the archive",
    frozenset({"why", "type", "name", "chars", "uses"}): "examples of odd names",
}
_LONGEST_FIELD = 1_000_000


@dataclass
class TagFiles:
    """The rows of all files, and what was left alone: ``skipped`` and ``unusable`` say why."""

    rows: list[TagRow] = field(default_factory=list)
    families: list[TagRow] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, str] = field(default_factory=dict)
    unusable: dict[str, str] = field(default_factory=dict)


def read_tag_files(paths: list[Path]) -> TagFiles:
    """All rows of files and of the tables in folders. Raises InvalidInput ``path.missing``."""
    files = TagFiles()
    for path in paths:
        if not path.exists():
            raise InvalidInput(f"There is no file or folder {path}.", code="path.missing")
        for file in _files(path, files):
            _read_file(file, files)
    # Families are derived from names; where they contradict stated metatags these come first.
    files.rows += files.families
    return files


def _files(path: Path, files: TagFiles) -> list[Path]:
    if path.is_file():
        return [path]
    tables = []
    for file in sorted(path.iterdir()):
        if file.name.lower().endswith((".csv", ".csv.gz")):
            tables.append(file)
        elif file.is_file():
            files.skipped[file.name] = "no table: only .csv and .csv.gz are read from a folder"
    return tables


def _read_file(path: Path, files: TagFiles) -> None:
    try:
        rows = list(_table(path))
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
        files.unusable[path.name] = f"cannot be read as a table in UTF-8 ({error})"
        return
    if not rows:
        files.unusable[path.name] = "holds no rows under its header"
        return
    header = frozenset(rows[0][1])
    if header in _OTHER_TABLES or ("name" in header and "2013-03" in header):
        files.skipped[path.name] = _OTHER_TABLES.get(header, "numbers of uses over the years")
        return
    reader = _reader(header)
    if reader is None:
        files.unusable[path.name] = (
            f"has the columns {', '.join(sorted(header))}, which no list of tags has; needed are "
            f"kind and name, and any of {', '.join(OWN_COLUMNS[2:])}"
        )
        return
    goes_to = files.families if reader is _families else files.rows
    goes_to += reader(path.name, rows)
    files.read[path.name] = len(rows)


def _table(path: Path) -> Iterator[tuple[int, Cells]]:
    """The rows with the numbers of their lines; header names in small letters."""
    csv.field_size_limit(_LONGEST_FIELD)
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rb") as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        reader = csv.reader(text)
        header = [name.strip().lower() for name in next(reader, [])]
        for cells in reader:
            if any(cells):
                yield reader.line_num, dict(zip(header, cells, strict=False))


def _reader(
    header: frozenset[str],
) -> Callable[[str, list[tuple[int, Cells]]], Iterator[TagRow]] | None:
    if {"type", "synonym", "canonical_name"} <= header:
        return _synonyms
    if header == {"tag", "metatag"}:
        return _metatags
    if {"fandom", "umbrella", "relation"} <= header:
        return _families
    if {"kind", "name"} <= header or {"type", "name"} <= header:
        return _tags
    return None


def _tags(file: str, rows: list[tuple[int, Cells]]) -> Iterator[TagRow]:
    """Our own table and lists of names; a column ``fandom`` holds a parent."""
    for line, cells in rows:
        parents = [*_names(cells.get("parents", ""))]
        if cells.get("fandom", "").strip():
            parents.append(f"fandom:{cells['fandom'].strip()}")
        unwrangleable = cells.get("unwrangleable", "").strip().lower() in _TRUE
        yield TagRow(
            kind=_kind(cells.get("kind") or cells.get("type", "")),
            name=cells.get("name", "").strip(),
            canonical=_flag(cells.get("canonical", ""), unwrangleable=unwrangleable),
            unwrangleable=unwrangleable,
            synonym_of=cells.get("synonym_of", "").strip(),
            synonyms=_names(cells.get("synonyms", "")),
            metatags=_names(cells.get("metatags", "")),
            parents=parents,
            source=f"{file}:{line}",
        )


def _synonyms(file: str, rows: list[tuple[int, Cells]]) -> Iterator[TagRow]:
    for line, cells in rows:
        yield TagRow(
            kind=_kind(cells["type"]),
            name=cells.get("synonym", "").strip(),
            canonical=False,
            synonym_of=cells.get("canonical_name", "").strip(),
            source=f"{file}:{line}",
        )


def _metatags(file: str, rows: list[tuple[int, Cells]]) -> Iterator[TagRow]:
    for line, cells in rows:
        name, metatag = cells.get("tag", "").strip(), cells.get("metatag", "").strip()
        yield TagRow("", name, metatags=[metatag], creates=False, source=f"{file}:{line}")


def _families(file: str, rows: list[tuple[int, Cells]]) -> Iterator[TagRow]:
    """Umbrellas are metatags of their fandoms, whatever keeps these together.

    An umbrella over several fandoms is made when it is new; over one alone it must be known: it is
    then no more than that fandom's name without its medium.
    """
    sizes = Counter(cells.get("umbrella", "").strip() for _, cells in rows)
    told: set[str] = set()
    for line, cells in rows:
        fandom, umbrella = cells.get("fandom", "").strip(), cells.get("umbrella", "").strip()
        source = f"{file}:{line}"
        if sizes[umbrella] > 1 and umbrella not in told:
            told.add(umbrella)
            yield TagRow(Kind.FANDOM, umbrella, source=source)
        yield TagRow(
            Kind.FANDOM, fandom, canonical=False, metatags=[umbrella], creates=False, source=source
        )


def _kind(text: str) -> str:
    kind = text.strip().lower()
    return str(_KINDS.get(kind, _KINDS.get(kind.removesuffix("s"), text.strip() or "(none)")))


def _flag(text: str, *, unwrangleable: bool) -> bool | None:
    value = text.strip().lower()
    if value in _TRUE:
        return True
    return False if value in _FALSE or unwrangleable else None


def _names(cell: str) -> list[str]:
    """Several names in one cell, between semicolons; with a comma in it, between commas alone.

    No name holds a comma, so a name with a semicolon can always be written: ``Steins;Gate,``.
    """
    separator = "," if "," in cell else ";"
    return [name.strip() for name in cell.split(separator) if name.strip()]
