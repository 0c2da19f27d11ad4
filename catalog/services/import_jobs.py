"""Uploads that wait to be looked at and imported: one folder for each, under the data folder.

A job is a folder with the files as they came and what is known of each. Nothing outside it is
written, and it is removed a week later.
"""

import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from archive.core.errors import Conflict, FieldError, InvalidInput, NotFound, SignInRequired
from archive.core.said import packed, say, unpacked
from archive.core.viewer import Viewer
from catalog.services.import_mapping import ImportOptions
from catalog.services.import_session import ImportSession
from catalog.services.importing import ImportOutcome

FILES = 10
KEPT_SECONDS = 7 * 24 * 3600
JOBS = 20
_NAME_CHARS = 200
_DONE = frozenset({"imported", "updated", "unchanged", "draft", "held"})


@dataclass
class JobRow:
    """One work of a file (or why there is none), as it was last seen."""

    outcome: ImportOutcome

    @property
    def is_done(self) -> bool:
        """Whether it is in the archive."""
        return self.outcome.outcome in _DONE

    @property
    def is_waiting(self) -> bool:
        """Whether it could be imported."""
        return self.outcome.outcome == "previewed"


@dataclass
class JobFile:
    """An uploaded file; ``is_read`` when everything in it was looked at."""

    name: str
    is_read: bool = False
    rows: list[JobRow] = field(default_factory=list)


@dataclass
class Job:
    """The files of one upload. ``token`` is its address; ``started`` seconds since 1970."""

    token: str
    folder: Path
    started: float
    files: list[JobFile] = field(default_factory=list)

    @property
    def others(self) -> int:
        """How many files there are besides the first."""
        return len(self.files) - 1

    @property
    def unread(self) -> int:
        """How many files were not looked at yet."""
        return sum(not file.is_read for file in self.files)

    @property
    def numbered(self) -> list[tuple[int, int, JobRow]]:
        """All rows with the numbers of file and row, from one."""
        return [
            (at, place, row)
            for at, file in enumerate(self.files, 1)
            for place, row in enumerate(file.rows, 1)
        ]

    @property
    def waiting(self) -> int:
        """How many works could be imported."""
        return sum(row.is_waiting for _, _, row in self.numbered)


def create_job(*, actor: Viewer, uploads: list[tuple[str, int, Iterable[bytes]]]) -> Job:
    """Keep uploaded files (name, bytes, content) for a look. Raises InvalidInput, SignInRequired."""
    home = _home(actor)
    if not 0 < len(uploads) <= FILES:
        detail = say(
            "Choose 1 to {files} files; {given} were sent. A zip may hold more.",
            files=FILES,
            given=len(uploads),
        )
        raise InvalidInput(
            detail, code="import.nothing", errors=[FieldError("file", "import.nothing", detail)]
        )
    _forget_old(home)
    job = Job(secrets.token_hex(8), home, time.time())
    job.folder = home / job.token
    job.folder.mkdir(parents=True, mode=0o700)
    for number, (name, size, content) in enumerate(uploads):
        file = JobFile(" ".join(name.split())[:_NAME_CHARS] or "file")
        if size > settings.MAX_UPLOAD_MB * 1024 * 1024:
            detail = say(
                "It has {size:,} bytes; at most {max_upload_mb} MB are allowed.",
                size=size,
                max_upload_mb=settings.MAX_UPLOAD_MB,
            )
            outcome = ImportOutcome(file.name, "refused", code="import.too_large", detail=detail)
            file.is_read, file.rows = True, [JobRow(outcome)]
        else:
            with _bytes_of(job, number).open("wb") as stream:
                stream.writelines(content)
        job.files.append(file)
    _save(job)
    return job


def get_job(*, actor: Viewer, token: str) -> Job:
    """A job of the actor. Raises NotFound, SignInRequired."""
    folder = _home(actor) / token
    if not token.isalnum() or not (folder / "job.json").is_file():
        raise NotFound(say("There is no such upload; uploads are kept for a week."))
    about = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    files = [
        JobFile(file["name"], file["is_read"], [JobRow(_outcome(row)) for row in file["rows"]])
        for file in about["files"]
    ]
    return Job(token, folder, about["started"], files)


def list_jobs(*, actor: Viewer) -> list[Job]:
    """The actor's jobs, the newest first."""
    home = _home(actor)
    names = [path.parent.name for path in home.glob("*/job.json")]
    jobs = [get_job(actor=actor, token=name) for name in names]
    return sorted(jobs, key=lambda job: -job.started)[:JOBS]


def delete_job(*, actor: Viewer, token: str) -> None:
    """Forget a job and its files; works that were imported stay. Raises NotFound."""
    shutil.rmtree(get_job(actor=actor, token=token).folder)


def read_job(*, actor: Viewer, token: str, seconds: float) -> Job:
    """Look at files that were not looked at yet, until the time is over; nothing is imported."""
    with _working(actor, token, write=False) as (job, session):
        end = time.monotonic() + seconds
        for number, file in enumerate(job.files):
            if file.is_read:
                continue
            found = session.find(_bytes_of(job, number).read_bytes(), file.name)
            with closing(found):
                for place, one in enumerate(found):
                    if place < len(file.rows):
                        continue
                    if time.monotonic() > end:
                        return job
                    file.rows.append(JobRow(session.outcome_of(one, ImportOptions())))
            file.is_read = True
    return job


def import_job(*, actor: Viewer, token: str, options: ImportOptions, seconds: float) -> Job:
    """Import what waits, until the time is over; call again for the rest."""
    with _working(actor, token, write=True) as (job, session):
        end = time.monotonic() + seconds
        for number, file in enumerate(job.files):
            if not any(row.is_waiting for row in file.rows):
                continue
            found = session.find(_bytes_of(job, number).read_bytes(), file.name)
            with closing(found):
                for row, one in zip(file.rows, found, strict=False):
                    if row.is_waiting and time.monotonic() > end:
                        return job
                    if row.is_waiting:
                        row.outcome = session.outcome_of(one, options)
    return job


def import_row(
    *, actor: Viewer, token: str, file: int, row: int, options: ImportOptions, write: bool = True
) -> JobRow:
    """Import one work as corrected, or with ``write`` off see what would become of it.

    ``file`` and ``row`` count from one. Raises NotFound.
    """
    with _working(actor, token, write=write) as (job, session):
        target = row_of(job, file, row)
        found = session.find(_bytes_of(job, file - 1).read_bytes(), job.files[file - 1].name)
        with closing(found):
            for place, one in enumerate(found, 1):
                if place == row:
                    outcome = session.outcome_of(one, options)
                    if write and outcome.outcome == "refused":
                        return JobRow(outcome)
                    target.outcome = outcome
                    return target
    raise NotFound(say("There is no such work in this upload."))


def row_of(job: Job, file: int, row: int) -> JobRow:
    """A row by its numbers. Raises NotFound."""
    if not (0 < file <= len(job.files) and 0 < row <= len(job.files[file - 1].rows)):
        raise NotFound(say("There is no such work in this upload."))
    return job.files[file - 1].rows[row - 1]


def _home(actor: Viewer) -> Path:
    if actor.user_id is None:
        raise SignInRequired(say("Sign in to import works."))
    home: Path = settings.DATA_DIR / "imports" / str(actor.user_id)
    return home


def _bytes_of(job: Job, number: int) -> Path:
    return job.folder / f"{number:03}.bin"


@contextmanager
def _working(actor: Viewer, token: str, *, write: bool) -> Iterator[tuple[Job, ImportSession]]:
    """The job, for one at a time, saved at the end whatever happens."""
    folder = get_job(actor=actor, token=token).folder
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(
                say("This upload is being worked on; look again in a moment."), code="import.busy"
            ) from error
        job = get_job(actor=actor, token=token)
        with closing(ImportSession(actor, write=write)) as session:
            try:
                yield job, session
            finally:
                _save(job)


def _save(job: Job) -> None:
    """Write what is known; a reader sees the old or the new state, never half of one."""
    files = [
        {
            "name": file.name,
            "is_read": file.is_read,
            "rows": [_row(row.outcome) for row in file.rows],
        }
        for file in job.files
    ]
    new = job.folder / "job.json.new"
    text = json.dumps({"started": job.started, "files": files}, ensure_ascii=False)
    new.write_text(text, encoding="utf-8")
    new.replace(job.folder / "job.json")


def _row(outcome: ImportOutcome) -> dict[str, Any]:
    """What is known of a work as JSON; sentences so that every reader has them in their language."""
    return {
        **asdict(outcome),
        "file": packed(outcome.file),
        "detail": packed(outcome.detail),
        "notices": [packed(notice) for notice in outcome.notices],
        "suggestions": [{**one, "reason": packed(one["reason"])} for one in outcome.suggestions],
        "errors": [
            {"field": error.field, "code": error.code, "detail": packed(error.detail)}
            for error in outcome.errors
        ],
    }


def _outcome(row: dict[str, Any]) -> ImportOutcome:
    row["file"] = unpacked(row["file"])
    row["detail"] = unpacked(row["detail"])
    row["notices"] = [unpacked(notice) for notice in row["notices"]]
    row["suggestions"] = [{**one, "reason": unpacked(one["reason"])} for one in row["suggestions"]]
    row["errors"] = [
        FieldError(error["field"], error["code"], unpacked(error["detail"]))
        for error in row["errors"]
    ]
    row["contents"] = [(title, words) for title, words in row["contents"]]
    return ImportOutcome(**row)


def _forget_old(home: Path) -> None:
    """Remove jobs that are a week old, whoever's they are."""
    for path in home.parent.glob("*/*/job.json"):
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(path.parent, ignore_errors=True)
