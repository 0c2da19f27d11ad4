"""Ranking on two collections with judged queries, beside the figures of Lucene's English analyser."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.querytext.nodes import Or, ParsedQuery, Word
from catalog.workquery import WorkQuery
from search.backends.whoosh import WhooshBackend
from tests.corpus import corpus_path
from tests.search.asking import PUBLIC
from tests.search.documents import as_mapping, make_document

pytestmark = pytest.mark.corpus

_STOP = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)
STOP = frozenset(_STOP.split())
Judged = dict[str, dict[str, int]]


def texts_of(path: Path) -> dict[str, str]:
    """Titles and texts of a file of the SMART collections, by number."""
    texts: dict[str, list[str]] = {}
    number = field = ""
    for line in path.read_text("latin-1").splitlines():
        if line.startswith(".I"):
            number, field = line.split()[1], ""
            texts[number] = []
        elif re.fullmatch(r"\.[A-Z]\s*", line):
            field = line[1]
        elif field in {"T", "W"}:
            texts[number].append(line.strip())
    return {number: " ".join(lines) for number, lines in texts.items()}


def cranfield() -> tuple[dict[str, str], dict[str, str], Judged]:
    folder = corpus_path("ir", "cranfield")
    queries = texts_of(folder / "cran.qry").values()
    judged: Judged = {}
    for line in (folder / "cranqrel.correct").read_text().splitlines():
        query, _, document, grade = line.split()[:4]
        # Grades fall from 1, the best, to 4; 5 and -1 are not relevant.
        if 1 <= int(grade) <= 4:
            judged.setdefault(query, {})[document] = 5 - int(grade)
    numbered = {str(number): text for number, text in enumerate(queries, 1)}
    return texts_of(folder / "cran.all.1400"), numbered, judged


def cisi() -> tuple[dict[str, str], dict[str, str], Judged]:
    folder = corpus_path("ir", "cisi")
    judged: Judged = {}
    for line in (folder / "CISI.REL").read_text().splitlines():
        query, document = line.split()[:2]
        judged.setdefault(query, {})[document] = 1
    return texts_of(folder / "CISI.ALL"), texts_of(folder / "CISI.QRY"), judged


def gains(
    backend: WhooshBackend, numbers: list[str], queries: dict[str, str], judged: Judged
) -> Iterator[float]:
    """nDCG@10 of each judged query."""
    for key, relevant in judged.items():
        words = re.findall(r"\w+", queries[key].lower())
        nodes = tuple(Word(word) for word in words if word not in STOP)
        hits = backend.search(WorkQuery(page_size=10), ParsedQuery(Or(nodes)), PUBLIC)
        grades = [relevant.get(numbers[pk - 1], 0) for pk in hits.ids]
        best = sorted(relevant.values(), reverse=True)[:10]
        yield _discounted(grades) / _discounted(best)


def _discounted(grades: list[int]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))


@pytest.mark.parametrize(("load", "bar"), [(cranfield, 0.5155), (cisi, 0.3845)])
def test_ranking_is_no_worse_than_lucenes(tmp_path, load, bar):
    texts, queries, judged = load()
    backend = WhooshBackend(tmp_path / "index")
    build = backend.begin_generation()
    build.add(
        as_mapping(
            *(
                make_document(pk, title="", creators=("",), text=text)
                for pk, text in enumerate(texts.values(), 1)
            )
        )
    )
    build.promote()
    found = list(gains(backend, list(texts), queries, judged))
    assert sum(found) / len(found) >= bar
