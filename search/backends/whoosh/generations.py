"""Generations of the index: numbered folders, one of which is current."""

import json
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import whoosh

from archive.core.said import say
from search.analysis.analyzer import analyser_version
from search.backends.base import IndexUnavailable
from search.backends.scoring import Scale
from search.backends.whoosh.layout import CODE_VERSION, SCHEMA_VERSION
from search.backends.whoosh.storage import sync_folder, write_durably

_NAME = re.compile(r"gen-([1-9][0-9]*)")
_POINTER = "CURRENT"
_MARKER = "SCHEMA"


@dataclass(frozen=True)
class Marker:
    """What made a generation; one made by anything else cannot be read."""

    schema: int = SCHEMA_VERSION
    analyser: str = ""
    code: int = CODE_VERSION
    whoosh: str = ""

    @classmethod
    def of_this_code(cls) -> "Marker":
        """What this process would write."""
        return cls(analyser=analyser_version(), whoosh=".".join(map(str, whoosh.__version__)))

    def __str__(self) -> str:
        return f"{self.schema}.{self.code} {self.analyser} whoosh {self.whoosh}"


class Generations:
    """The folder ``index``: ``gen-<n>/``, and ``CURRENT`` with the name of one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pointer = folder / _POINTER

    def stamp(self) -> tuple[int, int, int]:
        """Changes whenever another generation becomes current. Raises IndexUnavailable."""
        try:
            state = self._pointer.stat()
        except OSError as error:
            raise IndexUnavailable(
                say("There is no search index yet. Run rebuild_index to make it anew.")
            ) from error
        return state.st_ino, state.st_mtime_ns, state.st_size

    def current(self) -> int:
        """The number of the current generation. Raises IndexUnavailable."""
        try:
            name = self._pointer.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnavailable(
                say("There is no search index yet. Run rebuild_index to make it anew.")
            ) from error
        match = _NAME.fullmatch(name)
        if not match or not self.path(int(match[1])).is_dir():
            raise IndexUnavailable(
                say("The current search index is gone. Run rebuild_index to make it anew.")
            )
        return int(match[1])

    def path(self, number: int) -> Path:
        """The folder of a generation."""
        return self.folder / f"gen-{number}"

    def next_number(self) -> int:
        """A number that no generation has had, as far as the folders tell."""
        return max(self._numbers(), default=0) + 1

    def mark(self, number: int, scale: Scale) -> None:
        """Write down, durably, what makes this generation and its usual lengths."""
        marker = {**asdict(Marker.of_this_code()), "usual": scale.usual}
        write_durably(self.path(number) / _MARKER, json.dumps(marker).encode())

    def scale(self, number: int) -> Scale:
        """The usual lengths of a generation that this code can read.

        Raises IndexUnavailable when it was made by another schema, analyser or version.
        """
        try:
            marker = json.loads((self.path(number) / _MARKER).read_bytes())
            scale = Scale(tuple(marker.pop("usual")))
            made_by = Marker(**marker)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailable(
                say("The search index says not what made it. Run rebuild_index to make it anew.")
            ) from error
        if made_by != Marker.of_this_code():
            raise IndexUnavailable(
                say(
                    "The search index was made by {made_by}, not {code}. Run rebuild_index to make "
                    "it anew.",
                    made_by=made_by,
                    code=str(Marker.of_this_code()),
                )
            )
        return scale

    def publish(self, number: int) -> None:
        """Make a generation the current one, durably and in one step."""
        sync_folder(self.path(number))
        write_durably(self._pointer, f"gen-{number}\n".encode())

    def prepare(self) -> None:
        """Make the folder, which only its owner may enter."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)

    def clean(self, keep: set[int]) -> None:
        """Remove all other generations, and what crashed builds left."""
        for number in self._numbers() - keep:
            self.remove(number)

    def remove(self, number: int) -> None:
        """Remove one generation with its locks."""
        shutil.rmtree(self.path(number), ignore_errors=True)
        for lock in self.folder.glob(f"gen-{number}.*.lock"):
            lock.unlink(missing_ok=True)

    def _numbers(self) -> set[int]:
        names = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        return {int(match[1]) for match in map(_NAME.fullmatch, names) if match}
