"""Samples of every format with bytes flipped, cut, doubled and mixed: read or refused, never more."""

import io
import json
import random
import zipfile
from collections import Counter

import pytest

from catalog.importers.base import ImportRefused
from catalog.importers.batch import read_entries
from tests.catalog.importers.ao3_samples import download
from tests.catalog.importers.docx_samples import core, docx, note_mark, paragraph, run
from tests.catalog.importers.epub_samples import PROSE, document, epub, nav
from tests.catalog.importers.hostile_zips import sound
from tests.catalog.importers.test_markdown import FULL
from tests.catalog.importers.test_ndjson import OWN

CODES = {"import.empty", "import.binary", "import.too_large", "import.line_too_long"}
CODES |= {"import.encoding", "import.protected", "import.unknown_format", "import.broken"}
CODES |= {"import.hostile", "import.no_text", "import.withheld"}


def samples() -> dict[str, bytes]:
    text = "The Lamp\nBy Ada\n\nFandom: Hamlet\nRating: PG\n\nChapter 1\n\nDark.\n\nChapter 2\n\nDay.\n"
    book = {f"{n}.xhtml": document(f"<h2>Chapter {n}</h2>{PROSE}") for n in range(3)}
    word = docx(
        paragraph("The Lamp", "Titre"),
        paragraph("One", "berschrift1"),
        paragraph(run("It was dark", "i") + note_mark(1)),
        properties=core(title="The Lamp", creator="Ada"),
        notes=["So."],
    )
    return {
        "a.txt": text.encode(),
        "b.txt": ("Ünïcode " + text).encode("utf-16"),
        "c.md": FULL.encode(),
        "d.html": download().encode(),
        "e.epub": epub(book, toc=nav(*((name, name) for name in book))),
        "f.docx": word,
        "g.zip": sound("zip"),
        "h.ndjson": (json.dumps(OWN) + "\n").encode() * 2,
    }


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few accidents."""
    body = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(body) or 1)
        size = chance.choice((1, 1, 2, 8, 64))
        act = chance.randrange(6)
        if act == 0 and body:
            body[at % len(body)] ^= 1 << chance.randrange(8)
        elif act == 1:
            body[at:at] = chance.randbytes(size)
        elif act == 2:
            del body[at : at + size]
        elif act == 3:
            body[at:at] = body[at : at + size] * chance.choice((1, 3, 40))
        elif act == 4:
            body[at : at + 1] = chance.choice(
                (b"\0", b"\xff", b"<", b">", b"&", b'"', b"{", b"[", b"\n", b"]]>", b"<!--", b"-1")
            )
        else:
            end = chance.randrange(len(body) or 1)
            body[at : at + size] = body[end : end + size]
    return bytes(body)


def shaken(data: bytes, chance: random.Random) -> bytes:
    """Accidents in the file, or in one of the files that are packed in it."""
    if not data.startswith(b"PK") or chance.random() < 0.3:
        return mutated(data, chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        names = old.namelist()
        struck = chance.choice(names)
        for name in names:
            body = old.read(name)
            new.writestr(name, mutated(body, chance) if name == struck else body)
    return packed.getvalue()


def fuzz(count: int, seed: int) -> Counter:
    chance = random.Random(seed)  # noqa: S311  accidents that can be repeated
    given = list(samples().items())
    seen: Counter = Counter()
    for number in range(count):
        name, data = given[number % len(given)]
        if chance.random() < 0.1:
            name = chance.choice(given)[0]
        broken = shaken(data, chance)
        try:
            entries = list(read_entries(broken, name))
        except ImportRefused as refusal:
            seen[refusal.code] += 1
            continue
        for entry in entries:
            assert entry.refusal is None or entry.refusal.code in CODES
            seen[entry.refusal.code if entry.refusal else "read"] += 1
    return seen


# The quick lane of the fuzz; it reads five hundred files.
def test_five_hundred_broken_files_are_read_or_refused():
    seen = fuzz(500, seed=20261122)
    assert set(seen) - {"read"} <= CODES
    assert seen["read"] > 100
    assert seen.total() - seen["read"] > 50


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_twenty_thousand_broken_files_are_read_or_refused(seed):
    assert set(fuzz(1_000, seed)) - {"read"} <= CODES
