"""Everything about the state of the index that staff can see at a glance."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from archive.core.locks import LockHeld, file_lock
from search.backends import get_backend
from search.models import IndexEvent
from search.parts.plan import Plan
from search.status import IndexStatus, index_status

_VERIFIED = "verified.json"


@dataclass(frozen=True)
class Verified:
    """The last comparison of index and database: when, how thorough, and what came of it."""

    at: datetime
    mode: str
    ok: bool
    wrong: int
    unreadable: int
    repair: str


@dataclass(frozen=True)
class Rebuild:
    """``running``: at this moment. Otherwise one that was interrupted: ``whole`` of its ``parts``."""

    running: bool
    parts: int
    whole: int

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return self.whole * 100 // self.parts if self.parts else 0


@dataclass(frozen=True)
class IndexHealth:
    """``status`` with more: files of the index, the last comparison, a rebuild under way.

    ``size`` is in bytes; ``segments`` are files that each search has to open.
    """

    engine: str
    status: IndexStatus
    schema: str
    segments: int
    size: int
    verified: Verified | None
    rebuild: Rebuild | None


def index_health() -> IndexHealth:
    """The state of now. Raises the errors of a database that is away."""
    backend = get_backend()
    status = index_status()
    folder = Path(settings.SEARCH_INDEX_DIR) / f"gen-{status.generation}"
    files = list(folder.glob("*.arr")) if status.generation else []
    return IndexHealth(
        engine=backend.name,
        status=status,
        schema=backend.health().schema,
        segments=len(files),
        size=sum(_size(path) for path in files),
        verified=last_verified(),
        rebuild=rebuild_state(),
    )


def parked_events() -> "QuerySet[IndexEvent]":
    """Changes that failed too often, oldest first; see ``search.indexing.retry_events``."""
    return IndexEvent.objects.filter(is_parked__in=[True]).order_by("id")


def rebuild_state() -> Rebuild | None:
    """A rebuild that runs, or one that was interrupted; None for neither."""
    running = _is_held("rebuild.lock")
    plan = Plan.unfinished()
    if plan is None:
        return Rebuild(running=True, parts=0, whole=0) if running else None
    whole = sum(plan.result_of(part) is not None for part in plan.parts)
    return Rebuild(running=running, parts=len(plan.parts), whole=whole)


def note_verified(report: Mapping[str, Any]) -> None:
    """Remember how a comparison went: ``report`` is what ``verify_index --json`` prints."""
    folder = Path(settings.SEARCH_LOCK_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = {
        "at": timezone.now().isoformat(),
        "mode": report["mode"],
        "ok": report["ok"],
        "wrong": sum(report["wrong"].values()),
        "unreadable": len(report["unreadable"]),
        "repair": report["repair"],
    }
    draft = folder / f".{_VERIFIED}.new"
    draft.write_text(json.dumps(facts), encoding="utf-8")
    draft.replace(folder / _VERIFIED)


def last_verified() -> Verified | None:
    """The last comparison; None when there was none, or it cannot be read."""
    try:
        facts = json.loads((Path(settings.SEARCH_LOCK_DIR) / _VERIFIED).read_text("utf-8"))
        return Verified(**{**facts, "at": datetime.fromisoformat(facts["at"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_held(name: str) -> bool:
    path = Path(settings.SEARCH_LOCK_DIR) / name
    if not path.exists():
        return False
    try:
        with file_lock(path):
            return False
    except LockHeld:
        return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        # A merge has replaced it in this moment.
        return 0
