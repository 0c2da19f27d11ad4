"""Ranking on the Cranfield and CISI collections, as nDCG@10, beside Lucene's English analyser.

    python -m benchmarks.relevance FOLDER

The folder holds ``cranfield/`` and ``cisi/`` as the University of Glasgow gives them. Lucene's
figures were measured with version 9.9, its English analyser, and k1 and b as ours.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import django

from benchmarks.judged import gain

LUCENE = {"cranfield": 0.5155, "cisi": 0.3845}
_WORDS = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)
_STOP = frozenset(_WORDS.split())

Judgements = dict[str, dict[str, int]]
Collection = tuple[dict[str, str], dict[str, str], Judgements]


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


def cranfield(folder: Path) -> Collection:
    """Texts, queries and judgements of 1,400 abstracts on aerodynamics."""
    queries = texts_of(folder / "cran.qry").values()
    judged: Judgements = {}
    for line in (folder / "cranqrel.correct").read_text().splitlines():
        query, _, document, grade = line.split()[:4]
        # Grades fall from 1, the best, to 4; 5 and -1 are not relevant.
        if 1 <= int(grade) <= 4:
            judged.setdefault(query, {})[document] = 5 - int(grade)
    numbered = {str(number): text for number, text in enumerate(queries, 1)}
    return texts_of(folder / "cran.all.1400"), numbered, judged


def cisi(folder: Path) -> Collection:
    """Texts, queries and judgements of 1,460 abstracts on libraries."""
    judged: Judgements = {}
    for line in (folder / "CISI.REL").read_text().splitlines():
        query, document = line.split()[:2]
        judged.setdefault(query, {})[document] = 1
    return texts_of(folder / "CISI.ALL"), texts_of(folder / "CISI.QRY"), judged


COLLECTIONS: dict[str, Callable[[Path], Collection]] = {"cranfield": cranfield, "cisi": cisi}


def ranking(ask: Callable[[list[str]], list[int]], collection: Collection) -> float:
    """Mean nDCG@10; ``ask`` gives the numbers, from 1, of the texts for any of the words."""
    texts, queries, judged = collection
    numbers = list(texts)
    scores = []
    for key, relevant in judged.items():
        words = [word for word in re.findall(r"\w+", queries[key].lower()) if word not in _STOP]
        scores.append(gain((numbers[pk - 1] for pk in ask(words)), relevant))
    return mean(scores)


def main() -> int:
    """Measure both."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.test")
    django.setup()
    from benchmarks.engines import plain_index

    for name, load in COLLECTIONS.items():
        collection = load(Path(sys.argv[1]) / name)
        with tempfile.TemporaryDirectory() as folder:
            ask = plain_index(Path(folder), list(collection[0].values()), "en")
            found = ranking(ask, collection)
        print(f"{name:10} archive {found:.4f}   Lucene {LUCENE[name]:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
