"""The whole archive as NDJSON and texts, read in one moment; docs/archive-format.md."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet

from archive.core.errors import Conflict
from catalog.models import (
    Chapter,
    Creator,
    Creatorship,
    Language,
    MetaTagging,
    Series,
    SeriesWork,
    Tag,
    TagAlias,
    TagParent,
    Work,
    WorkTag,
)
from catalog.models.tag import CLOSED_KINDS
from catalog.services.archive_fields import (
    CHAPTER,
    CREATOR,
    FILES,
    FORMAT,
    LANGUAGE,
    SERIES,
    TAG,
    VERSION,
    WORK,
    Row,
    compact,
    line,
    to_object,
)

WORKS_AT_ONCE = 100
_ROWS_AT_ONCE = 2_000


def count_works() -> int:
    """How many works an export holds, for a progress bar."""
    return Work.objects.unscoped("the whole archive goes out").count()


def export_archive(folder: Path, report: Callable[[int], None]) -> dict[str, int]:
    """Write the archive into a folder; ``report`` gets the number of works of each batch.

    Returns the lines of each file. A folder that an interrupted export left is brought up to
    date. Raises Conflict for a folder with anything else in it.
    """
    _prepare(folder)
    makers: dict[str, Iterable[Row]] = {
        "languages": (to_object(row, LANGUAGE) for row in Language.objects.order_by("code")),
        "tags": _tags(),
        "creators": _creators(),
        "series": _series(),
        "works": _works(folder, report),
    }
    counts, digests = {}, {}
    with _one_moment():
        for name in FILES:
            counts[name], digests[f"{name}.ndjson"] = _write(folder, name, makers[name])
    manifest = {"format": FORMAT, "version": VERSION, "counts": counts, "files": digests}
    _put(folder / "manifest.json", json.dumps(manifest, indent=2).encode() + b"\n")
    return counts


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = {"manifest.json", "texts", *(f"{name}.ndjson" for name in FILES)}
    odd = [path.name for path in folder.iterdir() if path.name.removesuffix(".part") not in known]
    if odd:
        raise Conflict(
            f"{folder} holds {odd[0]!r}, which is no part of an export; an empty or new folder is "
            "needed.",
            code="archive.folder_in_use",
        )
    # Without a manifest nobody takes the folder for whole while it is written.
    (folder / "manifest.json").unlink(missing_ok=True)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads see the archive as it was at the first of them."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Not Django's own transaction: that one would keep everybody else from writing.
        connection.cursor().execute("BEGIN")
        try:
            yield
        finally:
            connection.cursor().execute("COMMIT")
    else:
        with transaction.atomic():
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield


def _write(folder: Path, name: str, rows: Iterable[Row]) -> tuple[int, str]:
    """Write one file of lines. Returns their number and the SHA-256."""
    part = folder / f"{name}.ndjson.part"
    digest, count = hashlib.sha256(), 0
    with part.open("wb") as target:
        for row in rows:
            written = line(row)
            digest.update(written)
            target.write(written)
            count += 1
    part.replace(folder / f"{name}.ndjson")
    return count, digest.hexdigest()


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _tags() -> Iterator[Row]:
    aliases: dict[int, list[str]] = {}
    for tag_id, name in TagAlias.objects.order_by("folded").values_list("tag_id", "name"):
        aliases.setdefault(tag_id, []).append(name)
    broader: dict[int, list[str]] = {}
    links = MetaTagging.objects.order_by("metatag__folded")
    for tag_id, name in links.values_list("subtag_id", "metatag__name"):
        broader.setdefault(tag_id, []).append(name)
    parents: dict[int, list[list[str]]] = {}
    above = TagParent.objects.order_by("to_tag__kind", "to_tag__folded")
    for tag_id, kind, name in above.values_list("from_tag_id", "to_tag__kind", "to_tag__name"):
        parents.setdefault(tag_id, []).append([kind, name])
    closed = Tag.objects.filter(kind__in=CLOSED_KINDS).order_by("kind", "folded")
    others = Tag.objects.exclude(kind__in=CLOSED_KINDS).order_by("pk")
    for rows in (closed, others):
        for tag in rows.select_related("synonym_of").iterator(chunk_size=_ROWS_AT_ONCE):
            found = {"id": tag.pk} if tag.kind not in CLOSED_KINDS else {}
            found |= to_object(tag, TAG)
            found |= compact(
                {
                    "synonym_of": tag.synonym_of.name if tag.synonym_of else "",
                    "metatags": broader.get(tag.pk),
                    "parents": parents.get(tag.pk),
                    "aliases": aliases.get(tag.pk),
                }
            )
            yield found


def _creators() -> Iterator[Row]:
    rows = Creator.objects.select_related("user").order_by("pk")
    for row in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        account = row.user.username if row.user else ""
        yield {**to_object(row, CREATOR), **compact({"account": account})}


def _series() -> Iterator[Row]:
    rows = Series.objects.order_by("pk").prefetch_related(
        Prefetch("creators", queryset=Creator.objects.order_by("folded"))
    )
    for row in rows.iterator(chunk_size=_ROWS_AT_ONCE):
        names = [creator.name for creator in row.creators.all()]
        yield {**to_object(row, SERIES), **compact({"creators": names})}


def _works(folder: Path, report: Callable[[int], None]) -> Iterator[Row]:
    """The works in batches, their texts written on the way; texts of no work any more go."""
    kept: set[str] = set()
    last = 0
    while batch := list(_batch(last)):
        for work in batch:
            chapters = [_chapter(folder, work, chapter, kept) for chapter in work.chapters.all()]
            yield {**_work(work), **compact({"chapters": chapters})}
        last = batch[-1].pk
        report(len(batch))
    _remove_others(folder, kept)


def _batch(after: int) -> QuerySet[Work]:
    rows = Work.objects.unscoped("the whole archive goes out").filter(pk__gt=after).order_by("pk")
    chapters = Chapter.objects.unscoped("the whole archive goes out").order_by("position")
    made = Creatorship.objects.select_related("creator").order_by("position")
    tags = WorkTag.objects.select_related("tag").order_by("position", "pk")
    places = SeriesWork.objects.select_related("series").order_by("series_id")
    return rows.prefetch_related(
        Prefetch("chapters", queryset=chapters),
        Prefetch("creatorships", queryset=made),
        Prefetch("work_tags", queryset=tags),
        Prefetch("series_entries", queryset=places),
    )[:WORKS_AT_ONCE]


def _work(work: Work) -> Row:
    tags: dict[str, list[str]] = {}
    under: dict[str, dict[str, str]] = {}
    for row in work.work_tags.all():
        tags.setdefault(row.tag.kind, []).append(row.name)
        if row.name != row.tag.name:
            under.setdefault(row.tag.kind, {})[row.name] = row.tag.name
    series = [
        {"id": row.series_id, "title": row.series.title, "position": row.position}
        for row in work.series_entries.all()
    ]
    names = [row.creator.name for row in work.creatorships.all()]
    related: Row = {
        "creators": names,
        "tags": dict(sorted(tags.items())),
        "tags_under": dict(sorted(under.items())),
        "series": series,
    }
    return {**to_object(work, WORK), **compact(related)}


def _chapter(folder: Path, work: Work, chapter: Chapter, kept: set[str]) -> Row:
    found = to_object(chapter, CHAPTER)
    name = f"texts/{work.uuid.hex[:2]}/{work.uuid}/{chapter.position:04}"
    found["text"] = f"{name}.html"
    found["sha256"] = _text(folder, f"{name}.html", chapter.html, kept)
    if chapter.source != chapter.html:
        found["source"] = f"{name}.source"
        found["source_sha256"] = _text(folder, f"{name}.source", chapter.source, kept)
    return found


def _text(folder: Path, name: str, text: str, kept: set[str]) -> str:
    """Write a text unless it is there already. Returns its SHA-256."""
    data = text.encode()
    path = folder / name
    kept.add(name)
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, data)
    return hashlib.sha256(data).hexdigest()


def _remove_others(folder: Path, kept: set[str]) -> None:
    """Remove texts that an earlier export into this folder wrote and no work has any more."""
    top = folder / "texts"
    for root, folders, files in os.walk(top, topdown=False):
        for file in files:
            path = Path(root, file)
            if path.relative_to(folder).as_posix() not in kept:
                path.unlink()
        if not folders and not any(Path(root).iterdir()) and Path(root) != top:
            Path(root).rmdir()


def describe_counts(counts: dict[str, Any]) -> str:
    """The numbers of an export as a line for people."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
