"""How fast files come in: a batch of a thousand, a novel in each format, the corpus file by file.

    .venv/bin/python benchmarks/imports.py batch [--files 1000]
    .venv/bin/python benchmarks/imports.py novel
    .venv/bin/python benchmarks/imports.py corpus

Each runs ``import_works`` on an archive of its own in a folder that is removed afterwards.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

CORPUS = Path(os.environ.get("UNDERCROFT_CORPUS", ROOT.parent / "shared" / "corpus"))
_COMMON = (
    "the of and a to in he was she that it his her had with for on at as but not you they said "
    "were be this him from have all out up what there who which or one so when would them no into "
    "been their more could about then do lantern stair window detective rain whisper garden letter "
    "carriage shadow silver answer morning question violin"
)
_NOVEL_WORDS = 230_000


def paragraph(chance: random.Random, words: int = 0) -> str:
    """Words in a row."""
    count = words or chance.randint(30, 110)
    return " ".join(chance.choices(_COMMON.split(), k=count)).capitalize() + "."


def story(number: int, chance: random.Random) -> tuple[str, str]:
    """Name and content of one file: a text, Markdown, or a download in the usual shape."""
    chapters = chance.choice((1, 1, 1, 2, 3, 5, 8))
    size = max(3, int(chance.lognormvariate(0, 0.9) * 12))
    parts = [
        (f"Chapter {n}: {' '.join(chance.choices(_COMMON.split(), k=2))}", size)
        for n in range(1, chapters + 1)
    ]
    texts = [(head, [paragraph(chance) for _ in range(count)]) for head, count in parts]
    title, author, fandom = f"Of {number} lamps", f"Author {number % 120}", f"Fandom {number % 40}"
    tags = [f"Tag {chance.randint(1, 400)}" for _ in range(6)]
    if number % 4 == 0:
        head = f"Title: {title}\nAuthor: {author}\nFandom: {fandom}\nRating: Teen\n"
        head += f"Warnings: No Archive Warnings Apply\nTags: {', '.join(tags)}\nLanguage: English\n"
        body = "\n\n".join(f"{name}\n\n" + "\n\n".join(rows) for name, rows in texts)
        return f"{number:04}.txt", f"{head}\n{body}\n"
    if number % 4 == 1:
        head = f"---\ntitle: {title}\nauthor: {author}\nfandom: {fandom}\nrating: Teen\n"
        head += (
            f"warning: No Archive Warnings Apply\ntags: [{', '.join(tags)}]\nlanguage: en\n---\n"
        )
        body = "\n\n".join(f"## {name}\n\n" + "\n\n".join(rows) for name, rows in texts)
        return f"{number:04}.md", f"{head}\n{body}\n"
    return f"{number:04}.html", _download(number, title, author, [fandom, *tags], texts)


def _download(
    number: int, title: str, author: str, tags: list[str], texts: list[tuple[str, list[str]]]
) -> str:
    link = '<a href="http://archiveofourown.org/tags/x">{}</a>'.format
    address = f"http://archiveofourown.org/works/{10_000 + number}"
    rows = {
        "Rating": link("Teen And Up Audiences"),
        "Archive Warning": link("No Archive Warnings Apply"),
        "Fandom": link(tags[0]),
        "Additional Tags": ", ".join(map(link, tags[1:])),
        "Language": "English",
        "Stats": f"Published: 2019-01-02 Words: 1 Chapters: {len(texts)}/{len(texts)}",
    }
    fields = "".join(f"<dt>{label}:</dt><dd>{value}</dd>" for label, value in rows.items())
    body = "".join(
        f'<div class="meta group"><h2 class="heading">{name}</h2></div><div class="userstuff">'
        + "".join(f"<p>{text}</p>" for text in paragraphs)
        + "</div>"
        for name, paragraphs in texts
    )
    return (
        f"<!DOCTYPE html><html><head><title>{title} - {author} - {tags[0]}</title></head><body>"
        '<div id="preface"><h2 class="toc-heading">Preface</h2><p class="message"><b>'
        f'{title}</b><br/>Posted originally on the <a href="{address}">{address}</a>.</p>'
        f'<div class="meta"><dl class="tags">{fields}</dl><h1>{title}</h1><div class="byline">by '
        f'<a rel="author" href="/users/x">{author}</a></div></div></div>'
        f'<div id="chapters" class="userstuff">{body}</div></body></html>'
    )


def novels(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """A novel of 230,000 words as text, Markdown, HTML, EPUB and Word."""
    from tests.catalog.importers import docx_samples, epub_samples

    chapters = [[paragraph(chance, 100) for _ in range(23)] for _ in range(_NOVEL_WORDS // 2_300)]
    numbered = list(enumerate(chapters, 1))
    text = "\n\n".join(f"Chapter {n}\n\n" + "\n\n".join(rows) for n, rows in numbered)
    yield "novel.txt", f"The Long Lamp\nBy Ada\n\n{text}\n".encode()
    marked = "\n\n".join(f"## Chapter {n}\n\n" + "\n\n".join(rows) for n, rows in numbered)
    yield "novel.md", f"# The Long Lamp\n\nby Ada\n\n{marked}\n".encode()
    pages = [
        f"<h2>Chapter {n}</h2>" + "".join(f"<p>{row}</p>" for row in rows) for n, rows in numbered
    ]
    yield "novel.html", f"<html><body><h1>The Long Lamp</h1>{''.join(pages)}</body></html>".encode()
    yield (
        "novel.epub",
        epub_samples.epub(
            {f"{n:03}.xhtml": epub_samples.document(page) for n, page in enumerate(pages)}
        ),
    )
    rows = []
    for n, texts in numbered:
        rows.append(docx_samples.paragraph(f"Chapter {n}", "berschrift1"))
        rows += [docx_samples.paragraph(row) for row in texts]
    yield "novel.docx", docx_samples.docx(*rows, properties=docx_samples.core(title="Long"))


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    total = 0.0
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        threads = Path(f"/proc/{pid}/task").iterdir()
        for thread in threads:
            children += (thread / "children").read_text().split()
        for one in {str(pid), *children}:
            pages = int(Path(f"/proc/{one}/statm").read_text().split()[1])
            total += pages * resource.getpagesize() / 1e6
    except (OSError, IndexError):
        return total
    return total


def run(paths: list[Path], env: dict[str, str]) -> tuple[list[dict], float, float, list[float]]:
    """The command's objects, wall and processor seconds, and memory over time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, sizes = time.monotonic(), []
    with tempfile.TemporaryFile() as out:
        command = [
            sys.executable,
            str(ROOT / "manage.py"),
            "import_works",
            *map(str, paths),
            "--json",
        ]
        with subprocess.Popen(command, env=env, stdout=out) as running:  # noqa: S603  our own command
            while running.poll() is None:
                sizes.append(memory_mb(running.pid))
                time.sleep(0.1)
        wall = time.monotonic() - began
        out.seek(0)
        rows = [json.loads(line) for line in out.read().splitlines()]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rows, wall, used, sizes


def main() -> None:
    """Run what is asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("batch", "novel", "corpus"))
    parser.add_argument("--files", type=int, default=1_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="undercroft-imports-") as place:
        folder = Path(place, "files")
        folder.mkdir()
        env = {**os.environ, "ARCHIVE_DATA_DIR": str(Path(place, "data"))}
        env["DJANGO_SETTINGS_MODULE"] = "archive.settings.dev"
        setup = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"]
        subprocess.run(setup, env=env, check=True)  # noqa: S603  our own command
        chance = random.Random(7)
        {"batch": _batch, "novel": _novel, "corpus": _corpus}[asked.what](
            asked.files, folder, env, chance
        )


def _batch(files: int, folder: Path, env: dict[str, str], chance: random.Random) -> None:
    for number in range(files):
        name, content = story(number, chance)
        (folder / name).write_text(content)
    rows, wall, used, sizes = run([folder], env)
    half = len(sizes) // 2
    words = sum(row["words"] for row in rows[:-1])
    sys.stdout.write(
        f"{rows[-1]['summary']}\n{files} files, {words:,} words: {wall:.1f} s, "
        f"{files / wall:.1f} works/s; processor {used:.1f} s; memory at most "
        f"{max(sizes[:half]):.0f} MB in the first half, {max(sizes[half:]):.0f} MB in the second\n"
    )


def _novel(files: int, folder: Path, env: dict[str, str], chance: random.Random) -> None:
    (folder / "warm.txt").write_text("The Lamp\nBy Ada\n\nIt was dark in the street.\n")
    _, idle, idle_used, _ = run([folder], env)
    for name, data in novels(chance):
        path = folder / name
        path.write_bytes(data)
        rows, wall, used, sizes = run([path], env)
        sys.stdout.write(
            f"{name}: {rows[0]['outcome']}, {rows[0]['chapters']} chapters, {rows[0]['words']:,} "
            f"words: {wall:.1f} s (processor {used:.1f} s); a tiny file takes {idle:.1f} s "
            f"({idle_used:.1f} s); {max(sizes):.0f} MB\n"
        )


def _corpus(files: int, folder: Path, env: dict[str, str], chance: random.Random) -> None:
    rows, wall, used, _ = run([CORPUS / "books", CORPUS / "epub", CORPUS / "fanworks"], env)
    sys.stdout.write("| file | outcome | title | chapters | words |\n|---|---|---|---|---|\n")
    dump: Counter[str] = Counter()
    for row in rows[:-1]:
        name = row["file"].removeprefix(f"{CORPUS}/")
        if "otwarchive-fixtures" in name:
            dump[row["outcome"] + (f" ({row['code']})" if row["code"] else "")] += 1
            dump["words"] += row["words"]
            continue
        about = row["code"] and f" ({row['code']})"
        sys.stdout.write(
            f"| {name} | {row['outcome']}{about} | {row['title']} | {row['chapters']} | "
            f"{row['words']:,} |\n"
        )
    sys.stdout.write(f"\notwarchive-fixtures: {dict(dump)}\n")
    sys.stdout.write(f"{rows[-1]['summary']}\n{wall:.1f} s, processor {used:.1f} s\n")


if __name__ == "__main__":
    main()
