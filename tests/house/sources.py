"""The source files that the tests of the house read."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("archive", "catalog", "search")


def python_files(*folders: str) -> Iterator[Path]:
    """Python files below the folders, migrations left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates() -> Iterator[Path]:
    """All templates."""
    for folder in PACKAGES:
        yield from sorted((ROOT / folder).rglob("templates/**/*.html"))


def name_of(path: Path) -> str:
    """The path from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()
