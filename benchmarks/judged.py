"""Judged queries: how near the order of the hits is to what people would want (nDCG@10)."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any

import yaml

QUERIES = Path(__file__).resolve().parent.parent / "fixtures" / "relevance" / "queries.yml"
PLACES = 10

Answer = Callable[["Judged"], list[str]]


@dataclass(frozen=True)
class Judged:
    """One query; ``works`` has a grade from 1 to 3 for each work that is wanted, by its key."""

    text: str
    kind: str
    works: Mapping[str, int] = field(default_factory=dict)
    as_guest: bool = False

    def score(self, found: list[str]) -> float:
        """nDCG@10, 0 to 1; for a query that must find nothing, whether it does."""
        if not self.works:
            return float(not found)
        return gain(found, self.works)


def gain(found: Iterable[str], grades: Mapping[str, int]) -> float:
    """nDCG at ten places, with the grades as they are (Järvelin and Kekäläinen 2002)."""
    first = list(found)[:PLACES]
    best = sorted(grades.values(), reverse=True)[:PLACES]
    return _discounted([grades.get(key, 0) for key in first]) / _discounted(best)


def read_queries(group: str) -> list[Judged]:
    """The queries of one group of the file: "demo" or "books"."""
    rows: list[dict[str, Any]] = yaml.safe_load(QUERIES.read_text(encoding="utf-8"))[group]
    return [
        Judged(
            text=row["q"],
            kind=row["kind"],
            works={str(key): grade for key, grade in row.get("works", {}).items()},
            as_guest=row.get("as") == "guest",
        )
        for row in rows
    ]


@dataclass
class Result:
    """The scores of a group of queries."""

    scores: list[tuple[Judged, float, list[str]]]

    @property
    def mean(self) -> float:
        """Over all queries."""
        return mean(score for _, score, _ in self.scores)

    def by_kind(self) -> dict[str, float]:
        """The mean over the queries of each kind."""
        kinds: dict[str, list[float]] = {}
        for query, score, _ in self.scores:
            kinds.setdefault(query.kind, []).append(score)
        return {kind: mean(scores) for kind, scores in kinds.items()}

    def worst(self, below: float = 0.999) -> str:
        """A line for each query that falls short, the worst first."""
        rows = sorted((row for row in self.scores if row[1] < below), key=lambda row: row[1])
        return "\n".join(
            f"{score:.3f} {query.kind:9} {query.text!r}: wanted {dict(query.works)}, found {found}"
            for query, score, found in rows
        )


def judge(queries: Iterable[Judged], answer: Answer) -> Result:
    """Ask every query; ``answer`` gives the keys of the first works found."""
    scores = []
    for query in queries:
        found = answer(query)
        scores.append((query, query.score(found), found))
    return Result(scores)


def _discounted(grades: Iterable[int]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades))
