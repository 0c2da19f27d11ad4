"""From an upload to the import service, and its outcomes as the API tells them."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from archive.core.api.links import Links
from archive.core.errors import DomainError, FieldError
from archive.core.parameters import is_id, raise_faults, shown
from archive.core.viewer import Viewer
from catalog.services.import_mapping import ImportOptions
from catalog.services.import_session import ImportSession
from catalog.services.importing import ImportOutcome

PASTED = "text.txt"
KNOWN = ("updated", "unchanged")
SINGLE = ("text", "commit", "rating", "language", "source_url")
REPEATED = ("creator", "fandom", "warning", "external_id")


class ImportRefusedHere(DomainError):
    """The one thing that was sent cannot be imported; carries the outcome's code and errors."""

    default_code = "import.refused"


@dataclass
class Upload:
    """What was sent: named contents, each with its caller's id, and what goes for all of them."""

    items: list[tuple[str, Any, str]] = field(default_factory=list)
    commit: bool = False
    creators: list[str] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    rating: str = ""
    language: str = ""
    source_url: str = ""

    def options(self, external_id: str) -> ImportOptions:
        """The options of one item."""
        return ImportOptions(
            creators=list(self.creators),
            tags={kind: list(names) for kind, names in self.tags.items()},
            rating=self.rating,
            language=self.language,
            source_url=self.source_url,
            external_id=external_id,
        )


def read_upload(
    data: QueryDict | dict[str, Any], files: MultiValueDict[str, UploadedFile]
) -> Upload:
    """An upload as sent in a form, or a text in JSON. Raises InvalidInput with every fault."""
    faults: list[FieldError] = []
    values = {name: _values(data, name) for name in data if name != "file"}
    for name in [*values, *files]:
        if name not in (*SINGLE, *REPEATED, "file"):
            allowed = ", ".join((*SINGLE, *REPEATED, "file"))
            faults.append(
                FieldError(
                    str(name)[:80],
                    "field.unknown",
                    f"There is no field {shown(str(name))}; allowed are {allowed}.",
                )
            )
    single = {name: _one(values.get(name, []), name, faults) for name in SINGLE}
    upload = Upload(
        commit=_flag(single["commit"], faults),
        creators=values.get("creator", []),
        tags={kind: values[kind] for kind in ("fandom", "warning") if values.get(kind)},
        rating=single["rating"],
        language=single["language"],
        source_url=single["source_url"],
    )
    uploaded = files.getlist("file")
    upload.items = _items(uploaded, single["text"], values.get("external_id", []), faults)
    raise_faults(faults)
    return upload


def run_import(actor: Viewer, upload: Upload) -> Iterator[ImportOutcome]:
    """The outcome of every work of every item."""
    with closing(ImportSession(actor, write=upload.commit)) as session:
        for name, content, external_id in upload.items:
            raw = content if isinstance(content, bytes) else content.read()
            yield from session.import_file(raw, name, upload.options(external_id))


def as_item(outcome: ImportOutcome, links: Links) -> dict[str, Any]:
    """One outcome as plain data, with the addresses of its work."""
    known = outcome.outcome in KNOWN or (outcome.outcome == "previewed" and bool(outcome.work))
    work = outcome.work
    return {
        **outcome.as_dict(),
        "already_imported": known,
        "id": work,
        "url": links.api("work-detail", work) if work else "",
        "web_url": links.web("work", work) if work else "",
    }


def raise_if_refused(outcome: ImportOutcome) -> None:
    """Raise what stood against the only work of a request."""
    if outcome.outcome == "refused":
        extra: dict[str, object] = {}
        if outcome.external_id:
            extra["external_id"] = outcome.external_id
        raise ImportRefusedHere(
            outcome.detail, code=outcome.code, errors=outcome.errors, extra=extra
        )


def _items(
    uploaded: Sequence[UploadedFile], text: str, ids: list[str], faults: list[FieldError]
) -> list[tuple[str, Any, str]]:
    items: list[tuple[str, Any]] = [(file.name or PASTED, file) for file in uploaded]
    if text:
        items.append((PASTED, text.encode()))
    if not items:
        faults.append(FieldError("file", "import.nothing", "Send a file, several, or a text."))
    if ids and len(ids) != len(items):
        faults.append(
            FieldError(
                "external_id",
                "external_id.count",
                f"{len(ids)} ids were given for {len(items)} items; give one each, or none.",
            )
        )
        return []
    return [
        (name, content, ids[place] if ids else "") for place, (name, content) in enumerate(items)
    ]


def _values(data: QueryDict | dict[str, Any], name: str) -> list[str]:
    """The values of a field that are not empty; numbers and truth values of JSON as text."""
    given = data.getlist(name) if isinstance(data, QueryDict) else data[name]
    values = given if isinstance(given, list) else [given]
    texts = [value if isinstance(value, str) else _plain(value) for value in values]
    return [text for text in texts if text.strip()]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) and is_id(str(value)) else ""


def _one(values: list[str], name: str, faults: list[FieldError]) -> str:
    if len(values) > 1:
        faults.append(
            FieldError(name, "field.repeated", f"{name} is given {len(values)} times; once is.")
        )
    return values[0] if values else ""


def _flag(text: str, faults: list[FieldError]) -> bool:
    word = text.strip().lower()
    if word not in ("", "true", "false"):
        faults.append(
            FieldError("commit", "field.invalid", f"commit is {shown(text)}; use true or false.")
        )
    return word == "true"
