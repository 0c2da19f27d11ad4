"""Queries with judged answers over the demo archive and real books: the order stays this good."""

import json
from pathlib import Path

import pytest
from lxml import html

from archive.core.viewer import Viewer
from benchmarks.judged import Judged, judge, read_queries
from catalog.finder import find_works
from catalog.models import Work
from catalog.querytext import parse_best_effort
from catalog.services import demo
from catalog.workquery import WorkQuery
from search.backends.whoosh import WhooshBackend
from search.rebuild import rebuild_index
from tests.corpus import corpus_path
from tests.search.asking import PUBLIC
from tests.search.documents import as_mapping, make_document
from tests.viewers import viewer_with_roles

# What was measured, less a thousandth: a change that costs more has to say why.
DEMO_BAR = 0.985
DEMO_KINDS = {
    "name": 0.980,
    "creator": 0.999,
    "title": 0.999,
    "tag": 0.989,
    "misspelt": 0.958,
    "quote": 0.999,
    "language": 0.981,
    "mixed": 0.999,
}
BOOKS_BAR = 0.966

BOOKS = {
    "study": "arthur-conan-doyle_a-study-in-scarlet",
    "adventures": "arthur-conan-doyle_the-adventures-of-sherlock-holmes",
    "hound": "arthur-conan-doyle_the-hound-of-the-baskervilles",
    "lupin": "maurice-leblanc_the-extraordinary-adventures-of-arsene-lupin-gentleman-burglar_george-morehead",
    "sholmes": "maurice-leblanc_arsene-lupin-versus-herlock-sholmes_george-morehead",
    "pride": "jane-austen_pride-and-prejudice",
    "sense": "jane-austen_sense-and-sensibility",
    "jeeves": "p-g-wodehouse_jeeves-stories",
    "right": "p-g-wodehouse_right-ho-jeeves",
    "wizard": "l-frank-baum_the-wonderful-wizard-of-oz",
    "marvelous": "l-frank-baum_the-marvelous-land-of-oz",
    "dracula": "bram-stoker_dracula",
    "frankenstein": "mary-shelley_frankenstein",
    "alice": "lewis-carroll_alices-adventures-in-wonderland_john-tenniel",
    "anne": "l-m-montgomery_anne-of-green-gables",
    "musketeers": "alexandre-dumas_the-three-musketeers_william-robson",
}


def test_the_queries_are_many_and_of_every_kind():
    queries = read_queries("demo") + read_queries("books")
    assert len(queries) >= 60
    assert {query.kind for query in queries} == {
        *("name", "creator", "title", "tag", "misspelt", "quote", "language", "mixed")
    }
    assert all(grade in {1, 2, 3} for query in queries for grade in query.works.values())


def test_a_worse_order_has_a_worse_score():
    query = Judged("hudson", "name", {"4": 3, "1": 1})
    assert query.score(["4", "1"]) == 1
    assert query.score(["1", "4"]) == pytest.approx(0.796, abs=0.001)
    assert query.score(["9", "1"]) < query.score(["1"]) < query.score(["9", "4"])
    assert query.score([]) == 0
    assert (Judged("x", "quote").score([]), Judged("x", "quote").score(["4"])) == (1, 0)


@pytest.mark.django_db
def test_the_demo_archive_answers_as_people_would(settings):
    """Loading the demo takes some seconds: all queries are asked in one go."""
    settings.SEARCH_BACKEND = "whoosh"
    demo.load_demo(lambda outcome: None)
    rebuild_index()
    files = sorted((demo.demo_folder() / "works").glob("*.txt"))
    titles = {path.read_text().partition("\n")[0].removeprefix("Title: "): path for path in files}
    works = Work.objects.unscoped("the works of the demo").values_list("pk", "title")
    keys = {pk: str(int(titles[title].name[:2])) for pk, title in works if title in titles}
    assert len(keys) == len(files) >= 24
    guest, member = Viewer(), viewer_with_roles("member")

    def answer(query: Judged) -> list[str]:
        viewer = guest if query.as_guest else member
        page = find_works(WorkQuery(text=query.text, page_size=10), viewer)
        if not page.total and page.did_you_mean:
            page = find_works(WorkQuery(text=page.did_you_mean[0], page_size=10), viewer)
        return [keys[work.pk] for work in page.works]

    result = judge(read_queries("demo"), answer)
    assert result.mean >= DEMO_BAR, f"{result.mean:.4f} {result.by_kind()}\n{result.worst()}"
    behind = {kind for kind, bar in DEMO_KINDS.items() if result.by_kind()[kind] < bar}
    assert not behind, f"{result.by_kind()}\n{result.worst()}"


def chapters_of(folder: Path) -> tuple[tuple[str, str], ...]:
    """The texts of a book in the order of its table of contents."""
    opf = html.fromstring((folder / "src/epub/content.opf").read_bytes())
    names = {item.get("id"): item.get("href") for item in opf.iter("item")}
    order = [names[item.get("idref")] for item in opf.iter("itemref")]
    pages = [html.fromstring((folder / "src/epub" / name).read_bytes()) for name in order]
    return tuple(("", page.find("body").text_content()) for page in pages)


@pytest.mark.corpus
def test_books_are_found_as_readers_remember_them(tmp_path):
    """Eighteen books of two million words are indexed in some seconds."""
    folder = corpus_path("books")
    catalogue = {row["slug"]: row for row in json.loads((folder / "catalogue.json").read_text())}
    documents = []
    keys = [*BOOKS, "french"]
    for pk, slug in enumerate(BOOKS.values(), 1):
        row = catalogue[slug]
        values = {"language": row["language"], "creators": tuple(row["authors"])}
        chapters = chapters_of(folder / slug)
        documents.append(make_document(pk, title=row["title"], chapters=chapters, **values))
    french = (folder / "gutenberg_32854" / "32854-8.txt").read_text("latin-1")
    documents.append(
        make_document(
            len(keys),
            title="Arsène Lupin gentleman-cambrioleur",
            text=french,
            language="fr",
            creators=("Maurice Leblanc",),
        )
    )
    backend = WhooshBackend(tmp_path / "index")
    build = backend.begin_generation()
    build.add(as_mapping(*documents))
    build.promote()

    def hits(text: str) -> list[int]:
        asked, _ = parse_best_effort(text)
        return backend.search(WorkQuery(text=text, page_size=10), asked, PUBLIC).ids

    def answer(query: Judged) -> list[str]:
        found = hits(query.text)
        if not found:
            words = query.text.split()
            better = backend.corrections(words, PUBLIC, ())
            found = hits(" ".join(better.get(word, word) for word in words))
        return [keys[pk - 1] for pk in found]

    result = judge(read_queries("books"), answer)
    assert result.mean >= BOOKS_BAR, f"{result.mean:.4f} {result.by_kind()}\n{result.worst()}"
