"""Import of files by hand: drop them, see what was recognised, correct it, take it in."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from archive.core.errors import DomainError, InvalidInput, SignInRequired
from archive.core.requests import viewer_in
from archive.core.said import say
from archive.core.viewer import Viewer
from catalog.models import Kind, Tag
from catalog.services.creators import may_name_others
from catalog.services.import_jobs import (
    FILES,
    Job,
    create_job,
    delete_job,
    get_job,
    import_job,
    import_row,
    list_jobs,
    read_job,
    row_of,
)
from catalog.services.import_mapping import Correction, ImportOptions
from catalog.services.importing import ImportOutcome
from catalog.taglookup import resolve_tag
from catalog.vocabulary import language_names
from catalog.web.rates import count_or_refuse

_SECONDS = 8.0
_LISTS = {
    "fandoms": "fandom",
    "relationships": "relationship",
    "characters": "character",
    "freeforms": "freeform",
}
_SCOPES = ("import",)
_STATES = (
    *("previewed", "imported", "updated", "unchanged", "draft", "held", "refused", "skipped"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form that takes files, and the uploads that wait; posted, a new upload."""
    viewer = _signed_in(request)
    problem: DomainError | None = None
    if request.method == "POST":
        count_or_refuse(request, viewer, _SCOPES)
        text = request.POST.get("text", "").strip()
        files: list[tuple[str, int, Iterable[bytes]]] = [
            (file.name or "file", file.size or 0, file.chunks())
            for file in request.FILES.getlist("file")
        ]
        if text:
            pasted = text.encode()
            files.append((gettext("Pasted text") + ".txt", len(pasted), [pasted]))
        try:
            job = create_job(actor=viewer, uploads=files)
        except InvalidInput as error:
            problem = error
        else:
            return _show(read_job(actor=viewer, token=job.token, seconds=_SECONDS))
    context = {
        "jobs": list_jobs(actor=viewer),
        "problem": problem,
        "most_files": FILES,
        "most_megabytes": settings.MAX_UPLOAD_MB,
        "section": "import",
    }
    return render(request, "catalog/import.html", context, status=400 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, token: str) -> HttpResponse:
    """What an upload holds, work by work; posted, the rest is read, imported or forgotten."""
    viewer = _signed_in(request)
    act = request.POST.get("act", "")
    if act == "forget":
        delete_job(actor=viewer, token=token)
        messages.success(request, gettext("The upload is forgotten; imported works stay."))
        return redirect("import")
    if act == "read":
        return _show(read_job(actor=viewer, token=token, seconds=_SECONDS))
    if act == "import":
        options = _common(request)
        return _show(import_job(actor=viewer, token=token, options=options, seconds=_SECONDS))
    found = get_job(actor=viewer, token=token)
    outcomes = [row.outcome for _, _, row in found.numbered]
    context = {
        "job": found,
        "counts": _counts(outcomes),
        "may_name": may_name_others(viewer),
        "given": request.GET,
        "section": "import",
        **_choices(),
    }
    return render(request, "catalog/import_job.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, token: str, file: int, row: int) -> HttpResponse:
    """One recognised work with everything that can be corrected; posted, it is imported."""
    viewer = _signed_in(request)
    found = get_job(actor=viewer, token=token)
    shown = row_of(found, file, row)
    filled = _filled(shown.outcome)
    refused: ImportOutcome | None = None
    if request.method == "POST" and not shown.is_done:
        options = _corrected(request)
        done = import_row(actor=viewer, token=token, file=file, row=row, options=options)
        if done.is_done:
            return _after(request, found, done.outcome)
        refused, filled = done.outcome, _typed(request)
    context = {
        "job": found,
        "row": shown,
        "file": file,
        "place": row,
        "about": shown.outcome,
        "filled": filled,
        "refused": refused,
        "may_name": may_name_others(viewer),
        "is_only": len(found.numbered) == 1,
        "section": "import",
        **_choices(),
    }
    return render(request, "catalog/import_row.html", context, status=400 if refused else 200)


def _signed_in(request: HttpRequest) -> Viewer:
    viewer = viewer_in(request)
    if viewer.is_anonymous:
        raise SignInRequired(say("Sign in to import works."))
    return viewer


def _show(found: Job) -> HttpResponse:
    """To the page of the upload; to the work where it is the only one."""
    rows = found.numbered
    if len(rows) == 1 and rows[0][2].is_waiting and not found.unread:
        return redirect("import-row", found.token, 1, 1)
    return redirect("import-job", found.token)


def _after(request: HttpRequest, found: Job, outcome: ImportOutcome) -> HttpResponse:
    """To the work, where nothing else waits; else back to the list with a word about it."""
    said = {
        "imported": gettext("“{}” is imported."),
        "updated": gettext("“{}” was here already and is brought up to date."),
        "unchanged": gettext("“{}” was here already; nothing changed."),
        "draft": gettext("“{}” is kept as a draft."),
        "held": gettext("“{}” waits for review."),
    }
    messages.success(request, said[outcome.outcome].format(outcome.title))
    if len(found.numbered) == 1 and outcome.outcome != "held" and outcome.work:
        return redirect("work", outcome.work)
    return redirect("import-job", found.token)


def _choices() -> dict[str, Any]:
    """What closed fields offer."""
    closed: dict[str, list[str]] = {}
    kinds = (Kind.RATING, Kind.WARNING, Kind.CATEGORY)
    rows = Tag.objects.filter(kind__in=kinds, is_canonical=True).order_by("position", "name")
    for kind, name in rows.values_list("kind", "name"):
        closed.setdefault(kind, []).append(name)
    return {
        "ratings": closed.get(Kind.RATING, []),
        "warnings": closed.get(Kind.WARNING, []),
        "categories": closed.get(Kind.CATEGORY, []),
        "languages": language_names(),
    }


def _common(request: HttpRequest) -> ImportOptions:
    """What is said of all works of an upload."""
    given = request.POST
    tags = {"fandom": _lines(given.get("fandoms", "")), "warning": given.getlist("warning")}
    return ImportOptions(
        creators=_lines(given.get("creators", "")),
        tags={kind: names for kind, names in tags.items() if names},
        rating=given.get("rating", ""),
        language=given.get("language", "").strip(),
    )


def _corrected(request: HttpRequest) -> ImportOptions:
    """What the form of one work says, in place of what was recognised."""
    given = request.POST
    tags = {kind: _lines(given.get(name, "")) for name, kind in _LISTS.items()}
    tags |= {kind: given.getlist(kind) for kind in ("warning", "category")}
    tags["rating"] = [given["rating"]] if given.get("rating") else []
    for text in given.getlist("suggestion"):
        kind, _, name = text.partition(":")
        if kind in tags and name and name not in tags[kind]:
            tags[kind].append(name)
    summary = given.get("summary", "").strip()
    return ImportOptions(
        correction=Correction(
            title=given.get("title", "").strip(),
            creators=_lines(given.get("creators", "")),
            tags={kind: names for kind, names in tags.items() if names},
            language=given.get("language", "").strip(),
            summary_html=summary if "<" in summary else _paragraphs(summary),
        )
    )


def _filled(outcome: ImportOutcome) -> dict[str, Any]:
    """What was recognised, as the form shows it."""
    tags = outcome.tags
    return {
        "title": outcome.title,
        "creators": "\n".join(outcome.creators),
        "language": outcome.language,
        "summary": outcome.summary_html,
        "rating": _closed("rating", tags)[:1],
        "warnings": _closed("warning", tags),
        "categories": _closed("category", tags),
        "suggestions": [],
        **{name: "\n".join(tags.get(kind, [])) for name, kind in _LISTS.items()},
    }


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be shown again."""
    given = request.POST
    singles = ("title", "creators", "language", "summary", *_LISTS)
    return {
        **{name: given.get(name, "") for name in singles},
        "rating": given.getlist("rating"),
        "warnings": given.getlist("warning"),
        "categories": given.getlist("category"),
        "suggestions": [text.partition(":")[2] for text in given.getlist("suggestion")],
    }


def _closed(kind: str, tags: dict[str, list[str]]) -> list[str]:
    """The archive's own names for the values of a closed kind."""
    found = [resolve_tag(kind, name) for name in tags.get(kind, [])]
    return [tag.name for tag in found if tag is not None]


def _counts(outcomes: list[ImportOutcome]) -> list[str]:
    """How many rows stand how, in words."""
    number = dict.fromkeys(_STATES, 0)
    for outcome in outcomes:
        number[outcome.outcome] += 1
    words = {
        "previewed": ngettext("{} waits", "{} wait", number["previewed"]),
        "imported": gettext("{} imported"),
        "updated": gettext("{} brought up to date"),
        "unchanged": gettext("{} here already"),
        "draft": ngettext("{} draft", "{} drafts", number["draft"]),
        "held": gettext("{} held for review"),
        "refused": gettext("{} refused"),
        "skipped": gettext("{} passed over"),
    }
    return [words[state].format(count) for state, count in number.items() if count]


def _lines(text: str) -> list[str]:
    """Names, one a line, each once."""
    return list(dict.fromkeys(line for line in map(str.strip, text.splitlines()) if line))


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())
