"""An unpacked EPUB as one file, so that it is read with the same limits as any other."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from catalog.importers.base import ImportLimits, ImportRefused

_SINCE = (1980, 1, 1, 0, 0, 0)


def is_package_folder(folder: Path) -> bool:
    """Whether a folder is an unpacked EPUB."""
    return (folder / "META-INF" / "container.xml").is_file()


def pack_folder(folder: Path, limits: ImportLimits | None = None) -> bytes:
    """The EPUB that the folder was or will be; links are left out.

    Raises ImportRefused when there are more files or bytes in it than an import may have.
    """
    limits = limits or ImportLimits()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    size = sum(path.stat().st_size for path in files)
    if len(files) > limits.zip_entries or size > limits.zip_bytes:
        raise ImportRefused(
            f"{folder.name} has {len(files):,} files with {size:,} bytes; at most "
            f"{limits.zip_entries:,} files with {limits.zip_bytes:,} bytes are allowed.",
            code="import.too_large",
        )
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as target:
        for path in sorted(files, key=lambda path: path.name != "mimetype"):
            name = path.relative_to(folder).as_posix()
            target.writestr(ZipInfo(name, _SINCE), path.read_bytes())
    return packed.getvalue()
