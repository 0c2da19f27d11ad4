"""What an unfinished rebuild leaves on the disk, so that the next one goes on from there.

``index/parts/`` holds the plan (which ranges of keys the parts are, which events were known), a
folder for each part, and the works that the indexer took over while no rebuild ran: a part that
was read before may not know of them.
"""

import json
import os
import shutil
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Work
from catalog.visibility import live_q

PART_WORDS = 500_000
PART_WORKS = 4_000
TOO_OLD = timedelta(days=2)

_FORMAT = 1
_PLAN, _COVERED, _MISSED, _RESULT = "PLAN", "COVERED", "MISSED", "RESULT"


@dataclass(frozen=True)
class Part:
    """The works with keys from ``first`` to ``last``; ``works`` of them when it was planned."""

    number: int
    first: int
    last: int
    works: int


@dataclass
class PartResult:
    """``works`` are in the part; ``failures`` tell what was wrong with those that are not."""

    works: int = 0
    failures: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The parts of a rebuild, and the events that had been written before any of them was read."""

    folder: Path
    parts: list[Part]
    covered: array

    @classmethod
    def begin(cls, covered: array) -> "Plan":
        """Plan anew; whatever an earlier rebuild left is thrown away."""
        folder = _folder()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        plan = cls(folder, list(_cut()), covered)
        _write(folder / _COVERED, covered.tobytes())
        facts = {
            "format": _FORMAT,
            "begun": timezone.now().isoformat(),
            "parts": [[part.first, part.last, part.works] for part in plan.parts],
        }
        _write(folder / _PLAN, json.dumps(facts).encode())
        return plan

    @classmethod
    def unfinished(cls) -> "Plan | None":
        """The plan that a rebuild left which was stopped or killed less than two days ago.

        None also when nothing of it was done, or what lies there cannot be read.
        """
        folder = _folder()
        covered = array("q")
        try:
            facts = json.loads((folder / _PLAN).read_bytes())
            age = timezone.now() - datetime.fromisoformat(facts["begun"])
            if facts["format"] != _FORMAT or not timedelta(0) <= age < TOO_OLD:
                return None
            covered.frombytes((folder / _COVERED).read_bytes())
            parts = [Part(number, *row) for number, row in enumerate(facts["parts"])]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        plan = cls(folder, parts, covered)
        return plan if any(plan.result_of(part) for part in parts) else None

    def path(self, part: Part) -> Path:
        """The folder of a part."""
        return self.folder / f"part-{part.number}"

    def result_of(self, part: Part) -> PartResult | None:
        """How the part went; None while it is not whole."""
        return read_result(self.path(part))

    def missed(self) -> set[int]:
        """Works that the indexer took over since the plan was made."""
        try:
            lines = (self.folder / _MISSED).read_text(encoding="ascii").split()
        except OSError:
            return set()
        return set(map(int, lines))

    def discard(self) -> None:
        """Throw plan and parts away."""
        # The plan first: parts without it mean nothing.
        (self.folder / _PLAN).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def listed_works() -> "QuerySet[Work]":
    """Every work that belongs in the index."""
    return Work.objects.filter(live_q()).unscoped("the index stores all works")


def note_missed(ids: Iterable[int]) -> None:
    """Told by the indexer, which holds the lock, before it takes works over."""
    folder = _folder()
    if not (folder / _PLAN).exists():
        return
    with (folder / _MISSED).open("a", encoding="ascii") as stream:
        stream.write("".join(f"{pk}\n" for pk in ids))
        stream.flush()
        os.fsync(stream.fileno())


def read_result(folder: Path) -> PartResult | None:
    """How a part went; None while it is not whole."""
    try:
        facts = json.loads((folder / _RESULT).read_bytes())
        failures = {int(pk): error for pk, error in facts["failures"].items()}
        return PartResult(facts["works"], failures)
    except (OSError, ValueError, KeyError, AttributeError):
        return None


def write_result(folder: Path, result: PartResult) -> None:
    """Say, durably, that the part is whole."""
    facts = {"works": result.works, "failures": result.failures}
    _write(folder / _RESULT, json.dumps(facts).encode())


def _folder() -> Path:
    return Path(settings.SEARCH_INDEX_DIR) / "parts"


def _cut() -> Iterator[Part]:
    """Ranges of keys of about as many words, so that parts take about as long and as much room."""
    rows = listed_works().order_by("pk")
    number = first = last = works = words = 0
    for pk, length in rows.values_list("pk", "word_count").iterator(chunk_size=5_000):
        if works and (words + length > PART_WORDS or works >= PART_WORKS):
            yield Part(number, first, last, works)
            number, works, words = number + 1, 0, 0
        first = first if works else pk
        last, works, words = pk, works + 1, words + length
    if works:
        yield Part(number, first, last, works)


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, also after a cut of power."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
