"""A program of its own for test_backups: an archive on disk is backed up, changed and put back.

``python -m tests.core.backup_run FOLDER`` in an environment with a fresh data folder; prints one
JSON object with what was seen on the way.
"""

import gzip
import io
import json
import sys
import tarfile
import threading
from pathlib import Path
from typing import Any

import django
from django.core.management import CommandError, call_command


def main() -> None:
    """The steps in order."""
    django.setup()
    folder = Path(sys.argv[1])
    from django.conf import settings

    data = Path(settings.DATA_DIR)
    call_command("migrate", verbosity=0)
    first = _work("The lamp in the cellar")
    call_command("rebuild_index", stdout=io.StringIO())
    (data / "imports").mkdir()
    (data / "imports" / "upload.txt").write_text("kept")
    (data / "dumps").mkdir()
    (data / "dumps" / "works.json").write_text("made again")
    before = (data / "secret_key").read_text()
    file = folder / "backup.tar.gz"
    seen: dict[str, Any] = {"backup": _run("backup", file), "mode": oct(file.stat().st_mode)[-3:]}
    with tarfile.open(file) as bundle:
        seen["parts"] = bundle.getnames()

    second = _work("Written after the backup")
    (data / "secret_key").write_text("another" * 8)
    (data / "imports" / "upload.txt").unlink()
    seen["restore"] = _run("restore", file)
    seen["works"] = _titles()
    seen["found"] = [_hits("lamp"), _hits("written")]
    seen["secret_key_is_back"] = (data / "secret_key").read_text() == before
    seen["file_is_back"] = (data / "imports" / "upload.txt").read_text() == "kept"
    kept = next((data / "backups").iterdir())
    _run("restore", kept)
    seen["works_of_the_kept_one"] = _titles()
    seen["ids"] = [first, second]
    seen["refused"] = {name: _run("restore", path) for name, path in _bad_files(folder, file)}
    seen["refused folder"] = _run("backup", folder)
    seen["works_after_refusals"] = _titles()
    seen["while_writing"] = _backup_while_writing(folder)
    seen["litter"] = [
        path.name for path in (*folder.iterdir(), *data.iterdir()) if _is_litter(path)
    ]
    sys.stdout.write(json.dumps(seen))


def _is_litter(path: Path) -> bool:
    return path.name.startswith((".backup-", ".restore-"))


def _run(command: str, path: Path) -> str:
    """What the command printed, or its error."""
    out = io.StringIO()
    try:
        call_command(command, str(path), stdout=out, stderr=io.StringIO())
    except CommandError as error:
        return f"refused: {error}"
    return out.getvalue()


def _work(title: str) -> int:
    from tests.factories import make_work

    return int(make_work(title=title).pk)


def _titles() -> list[str]:
    from catalog.models import Work

    return list(Work.everything.order_by("pk").values_list("title", flat=True))


def _hits(word: str) -> int:
    from django.test import Client

    return int(Client(SERVER_NAME="127.0.0.1").get("/api/v1/works/", {"q": word}).json()["count"])


def _bad_files(folder: Path, good: Path) -> list[tuple[str, Path]]:
    """Backups that must be refused without a change."""
    whole = good.read_bytes()
    with tarfile.open(good) as bundle:
        parts = {entry.name: bundle.extractfile(entry).read() for entry in bundle}  # type: ignore[union-attr]
    manifest = json.loads(parts["manifest.json"])

    def write(name: str, changes: dict[str, Any], **other: bytes) -> tuple[str, Path]:
        path = folder / f"{name.replace(' ', '-')}.tar.gz"
        with tarfile.open(path, "w:gz") as made:
            content = {"manifest.json": json.dumps(manifest | changes).encode()}
            for key, data in (content | {"database": parts["database"]} | other).items():
                entry = tarfile.TarInfo(key)
                entry.size = len(data)
                made.addfile(entry, io.BytesIO(data))
        return name, path

    texts = {
        "no file": folder / "nowhere.tar.gz",
        "text": folder / "text.tar.gz",
        "cut short": folder / "short.tar.gz",
        "empty gzip": folder / "empty.tar.gz",
    }
    texts["text"].write_text("not a backup")
    texts["cut short"].write_bytes(whole[: len(whole) // 2])
    texts["empty gzip"].write_bytes(gzip.compress(b""))
    only = {"database": manifest["sha256"]["database"]}
    flipped = bytes([parts["database"][0] ^ 1]) + parts["database"][1:]
    return [
        *texts.items(),
        write("later version", {"migrations": ["catalog.9999_from_the_future"]}),
        write("other engine", {"engine": "mysql"}),
        write("other format", {"format": 2}),
        write("path outside", {"sha256": {**only, "files/../../escape": "0" * 64}}),
        write("flipped byte", {}, database=flipped),
        write("part missing", {"sha256": {**only, "files/lost": "0" * 64}}),
    ]


def _backup_while_writing(folder: Path) -> dict[str, Any]:
    """Backups while another thread writes two works in each transaction: always an even number."""
    from django.db import connection, transaction

    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            with transaction.atomic():
                _work("One of a pair")
                _work("The other")
            written.append(2)
        connection.close()

    start = len(_titles())
    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    files = [folder / f"live-{number}.tar.gz" for number in range(4)]
    for file in files:
        _run("backup", file)
    stop.set()
    writer.join()
    for file in files:
        _run("restore", file)
        counts.append(len(_titles()) - start)
    return {"written": sum(written), "counts": counts}


if __name__ == "__main__":
    main()
