"""Import of files: read, recognised, suggested, then written by the same services as by hand."""

from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from archive.core.errors import FieldError
from archive.core.text import fold_name
from archive.core.viewer import SYSTEM, Viewer
from catalog.importers import tag_sets
from catalog.importers.base import ImportedWork
from catalog.models import CLOSED_KINDS, Chapter, Work, WorkTag
from catalog.services.chapters import add_chapter, edit_chapter
from catalog.services.creators import may_name_others, own_pen_name
from catalog.services.data import TagName, Unset, WorkData, given
from catalog.services.import_mapping import (
    ImportOptions,
    chapter_data,
    expected_chapters,
    fitted,
    import_digest,
    import_key,
    language_of,
    merged_tags,
    plain_text,
    work_data,
)
from catalog.services.import_return import may_change, returned_work, take_back
from catalog.services.posting import missing_of, missing_parts
from catalog.services.suggesting import suggestions_for
from catalog.services.works import create_work, edit_work, post_work
from catalog.suggestions import Suggestion
from catalog.taglookup import resolve_tag
from catalog.vocabulary import find_language

_COMPARED = 20


@dataclass
class ImportOutcome:
    """What became of one work of a file.

    ``outcome``: imported, updated, unchanged, draft (something is missing), held (for review),
    refused, skipped (no story, only in folders and zips), or previewed (nothing was written; ``would``
    is what would have become of it). ``contents`` are titles and words of the chapters. ``missing`` names what keeps a draft from being
    posted; ``suggestions`` are tags that the text speaks for, never applied unasked.
    """

    file: str
    outcome: str
    work: int | None = None
    url: str = ""
    title: str = ""
    creators: list[str] = field(default_factory=list)
    chapters: int = 0
    words: int = 0
    language: str = ""
    tags: dict[str, list[str]] = field(default_factory=dict)
    complete: bool | None = None
    continues_in: str | None = None
    missing: list[str] = field(default_factory=list)
    suggestions: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    code: str = ""
    detail: str = ""
    errors: list[FieldError] = field(default_factory=list)
    external_id: str = ""
    would: str = ""
    summary_html: str = ""
    contents: list[tuple[str, int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without what only pages show."""
        about = {**asdict(self), "errors": [error.as_dict() for error in self.errors]}
        for name in ("would", "summary_html", "contents"):
            del about[name]
        return about


def import_work(
    *,
    actor: Viewer,
    imported: ImportedWork,
    filename: str,
    options: ImportOptions,
    write: bool = True,
) -> ImportOutcome:
    """Take one read work into the archive, or find out what would happen.

    A work that came before is recognised by its address, else by title and byline with alike text:
    it is updated by what is new, or left alone. Without ``write`` all of this is tried and rolled
    back. Raises what the services raise; nothing is kept then.
    """
    seen = imported = fitted(imported)
    key = import_key(imported, _creators(actor, imported, options), filename)
    if options.correction is not None:
        imported = options.correction.applied(imported)
    creators = _creators(actor, imported, options)
    # Before the transaction: it takes as long as the writing, and others wait for the database.
    has_text = imported.format != tag_sets.FORMAT
    suggestions = suggestions_for(plain_text(imported)) if has_text else []
    accepted = _accepted(suggestions, options.accept_from)
    tags = merged_tags(imported, options, accepted)
    language, notice = language_of(imported, options, settings.LANGUAGE_CODE)
    data = work_data(imported, options, creators=creators, tags=tags, language=language)
    outcome = _describe(
        imported, filename, options, creators, tags, find_language(language) or language
    )
    outcome.notices += [notice] if notice else []
    outcome.suggestions = [s.as_dict() for s in suggestions if not _has(tags, s)]
    with transaction.atomic():
        existing = _write(actor, seen, data, outcome, options, accepted, key)
        if not write:  # it was tried, so that a preview refuses what the import would refuse
            transaction.set_rollback(True)
            outcome.would, outcome.outcome = outcome.outcome, "previewed"
            outcome.work, outcome.url = existing, outcome.url if existing else ""
    return outcome


def _write(
    actor: Viewer,
    imported: ImportedWork,
    data: WorkData,
    outcome: ImportOutcome,
    options: ImportOptions,
    accepted: dict[str, list[str]],
    key: str,
) -> int | None:
    """Create or update the work and complete the outcome; the id of the work it was before."""
    missing = missing_parts(
        title=given(data.title, ""),
        language=given(data.language, ""),
        kinds={kind for kind, names in data.tags.items() if names},
        creators=len(given(data.creators, [])),
        chapters=len(imported.chapters),
    )
    outcome.missing = [error.field for error in missing]
    own = returned_work(actor, imported)
    existing = own or find_existing(actor=actor, imported=imported, key=key)
    hold = options.hold or (settings.HOLD_IMPORTS and not actor.is_moderator)
    if existing is None:
        work = create_work(actor=actor, data=data, post=not missing, hold=hold)
        outcome.outcome = "draft" if missing else "held" if hold else "imported"
        _remember(work, imported, key)
    else:
        work = existing
        corrected = options.correction.tags if options.correction else {}
        explicit = merged_tags(ImportedWork(tags=corrected), options, accepted)
        if own is None:
            outcome.outcome = _update(actor, work, imported, data, explicit, options, key)
        else:
            outcome.outcome = _come_back(actor, work, imported, explicit, options)
        work.refresh_from_db()
        outcome.missing = [error.field for error in missing_of(work)]
    rows = Chapter.everything.filter(work=work).order_by("position")
    outcome.contents = list(rows.values_list("title", "word_count"))
    outcome.work, outcome.words = work.pk, sum(words for _, words in outcome.contents)
    outcome.url = f"{settings.BASE_URL}{work.get_absolute_url()}"
    return existing.pk if existing else None


def find_existing(*, actor: Viewer, imported: ImportedWork, key: str) -> Work | None:
    """The work that this one was imported as before, among those the actor may change.

    The same content is recognised under any name; a newer file by its ``key``.
    """
    rows = Work.objects.owned_by(actor) if actor is not SYSTEM else Work.everything.all()
    rows = rows.filter(deleted_at=None).order_by("pk")
    same = rows.filter(import_digest=import_digest(imported)).first()
    if same is not None:
        return same
    for work in rows.filter(import_key=key):
        if imported.source_url or _alike(work, imported):
            return work
    return None


def _update(
    actor: Viewer,
    work: Work,
    imported: ImportedWork,
    data: WorkData,
    explicit: dict[str, list[TagName]],
    options: ImportOptions,
    key: str,
) -> str:
    """Bring an imported work up to date; answers the outcome."""
    is_newer = work.import_digest != import_digest(imported) and not _is_older(work, imported)
    changes = WorkData(tags=_added_tags(work, data.tags if is_newer else explicit))
    is_changed = _say_again(work, changes, options) or bool(changes.tags)
    if is_newer:
        # Only what differs: two files of one work, such as its EPUB and its HTML, would else take
        # turns for ever.
        is_changed |= _update_chapters(actor, work, imported)
        is_changed |= _update_outlook(work, changes, imported)
    if is_changed:
        edit_work(actor=actor, work_id=work.pk, data=changes)
        _remember(work, imported, key)
    was_draft = work.status == Work.Status.DRAFT
    if was_draft and changes.tags and not missing_of(work):
        post_work(actor=actor, work_id=work.pk)
        return "held" if work.held_at else "imported"
    return "updated" if is_changed else "unchanged"


def _come_back(
    actor: Viewer,
    work: Work,
    imported: ImportedWork,
    explicit: dict[str, list[TagName]],
    options: ImportOptions,
) -> str:
    """Recognise a download of this archive; answers the outcome. Others' works stay as they are."""
    if not may_change(actor, work):
        return "unchanged"
    is_newer = not _is_older(work, imported) and take_back(actor, work, imported)
    changes = WorkData(tags=_added_tags(work, explicit))
    is_said = _say_again(work, changes, options)
    if is_said or changes.tags:
        edit_work(actor=actor, work_id=work.pk, data=changes)
    return "updated" if is_newer or is_said or changes.tags else "unchanged"


def _is_older(work: Work, imported: ImportedWork) -> bool:
    """Whether the file was made before the work was last updated, and has no more chapters."""
    if imported.updated_at is None or work.updated_at is None:
        return False
    if imported.updated_at.date() >= work.updated_at.date():
        return False
    return len(imported.chapters) <= Chapter.everything.filter(work=work).count()


def _say_again(work: Work, changes: WorkData, options: ImportOptions) -> bool:
    """Take over the language and the creators that were said now, where they differ."""
    code = find_language(options.language) if options.language else None
    if options.language and code != work.language_id:
        changes.language = options.language
    present = work.creators.order_by("creatorships__position").values_list("folded", flat=True)
    if options.creators and [fold_name(name) for name in options.creators] != list(present):
        changes.creators = list(options.creators)
    return not isinstance(changes.language, Unset) or not isinstance(changes.creators, Unset)


def _update_chapters(actor: Viewer, work: Work, imported: ImportedWork) -> bool:
    """New chapters are added; texts that nobody edited here follow the file; nothing is lost.

    Answers whether a chapter changed.
    """
    is_changed = False
    present = list(Chapter.everything.filter(work=work).order_by("position"))
    state = "posted" if work.status == Work.Status.POSTED else "draft"
    for index, data in enumerate(chapter_data(imported)):
        number = imported.chapters[index].number
        place = index if number is None else number - 1
        if place >= len(present):
            data.status = state
            add_chapter(actor=actor, work_id=work.pk, data=data)
            is_changed = True
        elif present[place].version == 1 and present[place].source != data.body:
            edit_chapter(actor=actor, chapter_id=present[place].pk, data=data)
            is_changed = True
    return is_changed


def _update_outlook(work: Work, changes: WorkData, imported: ImportedWork) -> bool:
    """How many chapters the work will have and what follows it; whether that differs."""
    changes.expected_chapters = expected_chapters(imported)
    changes.continues_in = imported.continues_in or ""
    expected = changes.expected_chapters
    if expected is not None:  # as many at least as there are
        expected = max(expected, Chapter.everything.filter(work=work).count())
    return (expected, changes.continues_in[:255]) != (work.expected_chapters, work.continues_in)


def _added_tags(work: Work, wanted: dict[str, list[TagName]]) -> dict[str, list[TagName]]:
    """Kinds whose tags change, each with the present names first; a rating is replaced."""
    present: dict[str, list[TagName]] = {}
    for kind, name in (
        WorkTag.objects.filter(work=work).order_by("position").values_list("tag__kind", "name")
    ):
        present.setdefault(kind, []).append(name)
    added: dict[str, list[TagName]] = {}
    for kind, names in wanted.items():
        have = {fold_name(str(name)) for name in present.get(kind, [])}
        new = [name for name in names if _stored_name(kind, name) not in have]
        if new:
            added[kind] = new if kind == "rating" else [*present.get(kind, []), *new]
    return added


def _stored_name(kind: str, name: TagName) -> str:
    """The folded name under which a work carries a tag: closed kinds show their own words."""
    tag = resolve_tag(kind, str(name)) if kind in CLOSED_KINDS else None
    return fold_name(tag.name if tag else str(name))


def _creators(actor: Viewer, imported: ImportedWork, options: ImportOptions) -> list[str]:
    if options.creators:
        return options.creators
    if actor is SYSTEM or may_name_others(actor):
        return imported.creators
    return [own_pen_name(actor)]


def _accepted(suggestions: list[Suggestion], least: float | None) -> dict[str, list[str]]:
    """The names of the suggestions with this score at least, by kind; none without a score."""
    tags: dict[str, list[str]] = {}
    for suggestion in suggestions:
        if least is None or suggestion.score < least:
            continue
        tags.setdefault(suggestion.kind, []).append(suggestion.name)
    return tags


def _has(tags: dict[str, list[TagName]], suggestion: Suggestion) -> bool:
    names = {fold_name(str(name)) for name in tags.get(suggestion.kind, [])}
    return fold_name(suggestion.name) in names


def _alike(work: Work, imported: ImportedWork) -> bool:
    """Whether one of the first chapters begins alike: half of the words are the same."""
    rows = Chapter.everything.filter(work=work).order_by("position")[:_COMPARED]
    pairs = list(zip(rows, imported.chapters, strict=False))
    return not pairs or any(_overlap(old.source, new.body_html) for old, new in pairs)


def _overlap(old: str, new: str) -> bool:
    before, after = set(old.lower().split()[:1_000]), set(new.lower().split()[:1_000])
    return len(before & after) * 2 >= min(len(before), len(after))


def _remember(work: Work, imported: ImportedWork, key: str) -> None:
    Work.everything.filter(pk=work.pk).update(import_key=key, import_digest=import_digest(imported))


def _describe(
    imported: ImportedWork,
    filename: str,
    options: ImportOptions,
    creators: list[str],
    tags: dict[str, list[TagName]],
    language: str,
) -> ImportOutcome:
    return ImportOutcome(
        filename,
        "previewed",
        title=imported.title,
        creators=list(creators),
        chapters=len(imported.chapters),
        language=language,
        tags={kind: [str(name) for name in names] for kind, names in tags.items()},
        complete=imported.complete,
        continues_in=imported.continues_in,
        notices=list(imported.notices),
        external_id=options.external_id,
        summary_html=imported.summary_html,
    )
