"""Measures how often the desk suggests the right canonical tag for a synonym it has never seen.

    python -m benchmarks.merge_suggestions ../shared/corpus/tags [--sample 1500]

Loads the tags of the corpus into an archive of its own, without a fifth of the synonyms of
freeforms, characters and fandoms (chosen by a fixed seed), and asks for these as the wrangling
desk does. Prints, by kind and method, in which share of them the tag that the corpus names comes
first, among the first five, and among the first ten, and the processor time of one suggestion.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import django
import numpy as np
from rapidfuzz import fuzz, process

SEED = 20261122
HELD_OUT = 5
TOPS = (1, 5, 10)
Ranking = Sequence[int]


def main() -> int:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tags", type=Path, help="the folder of the corpus with tables of tags")
    parser.add_argument("--sample", type=int, default=1_500, help="names asked for of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="merge-suggestions-") as folder:
        os.environ["ARCHIVE_DATA_DIR"] = folder
        os.environ.pop("ARCHIVE_DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings.dev")
        django.setup()
        held = load_without_a_fifth(options.tags)
        print(f"{'kind':10} {'method':24} {'first':>6} {'five':>6} {'ten':>6} {'ms':>7}  names")
        for kind, pairs in sorted(held.items()):
            random.Random(SEED).shuffle(pairs)
            measure(kind, pairs[: options.sample])
    return 0


def load_without_a_fifth(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Fill the archive; the held-out names with their canonical names, by kind."""
    from django.core.management import call_command

    from catalog.services.bulk_tags import read_tag_files
    from catalog.services.tag_graph import load_tag_graph
    from catalog.services.tag_graph_data import TagRow

    call_command("migrate", verbosity=0)
    rows = read_tag_files([folder]).rows
    synonyms = defaultdict(list)
    for row in rows:
        if row.synonym_of:
            synonyms[row.kind].append(row)
    chosen = random.Random(SEED)
    held = [
        row
        for kind in sorted(synonyms)
        for row in chosen.sample(synonyms[kind], len(synonyms[kind]) // HELD_OUT)
    ]
    left_out = {id(row) for row in held}
    known = [row for row in rows if id(row) not in left_out]
    load_tag_graph([*known, *(TagRow(row.kind, row.synonym_of) for row in held)])
    pairs = defaultdict(list)
    for row in held:
        pairs[row.kind].append((row.name, row.synonym_of))
    return pairs


def measure(kind: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Ask every method for every name."""
    from archive.core.text import fold_name
    from catalog.models import Tag

    rows = Tag.objects.of_kind(kind).offered()
    names = list(rows.values_list("folded", "pk", "synonym_of_id", "is_canonical"))
    meant = {folded: target or pk for folded, pk, target, _ in names}
    asked = [(name, meant[fold_name(right)]) for name, right in pairs if fold_name(right) in meant]
    for label, method in methods(kind, meant).items():
        hits, begin = dict.fromkeys(TOPS, 0), time.process_time()
        for name, right in asked:
            found = method(name)
            place = found.index(right) if right in found else 10**9
            for top in TOPS:
                hits[top] += place < top
        spent = 1000 * (time.process_time() - begin) / len(asked)
        shares = "".join(f" {100 * hits[top] / len(asked):5.1f}%" for top in TOPS)
        print(f"{kind:10} {label:24}{shares} {spent:7.2f}  {len(asked)}", flush=True)


def methods(kind: str, meant: dict[str, int]) -> dict[str, Callable[[str], Ranking]]:
    """The ways to suggest, the simplest first."""
    from archive.core.text import fold_name
    from catalog.tagneighbours import neighbours_of
    from catalog.tagscoring import rank, traits_of

    folded = list(meant)
    letters = {"".join(filter(str.isalnum, name)): target for name, target in meant.items()}
    trigrams = Trigrams(folded)

    def same_letters(name: str) -> Ranking:
        found = letters.get("".join(filter(str.isalnum, fold_name(name))))
        return [] if found is None else [found]

    def edits(name: str) -> Ranking:
        rows = process.extract(fold_name(name), folded, scorer=fuzz.ratio, limit=60)
        return _targets(meant[row[0]] for row in rows)

    def by_trait(value: Callable[[Any], float]) -> Callable[[str], Ranking]:
        def ranked(name: str) -> Ranking:
            near = neighbours_of(name, kind)
            traits = traits_of(near.name, near.neighbours, near.weights, near.replaced)
            return sorted(traits, key=lambda target: -value(traits[target]))[: TOPS[-1]]

        return ranked

    def combined(name: str) -> Ranking:
        near = neighbours_of(name, kind)
        found = rank(kind, near.name, near.neighbours, near.weights, near.replaced)
        return [one.target for one in found[: TOPS[-1]]]

    return {
        "folding": lambda name: [meant[key] for key in [fold_name(name)] if key in meant],
        "letters and digits": same_letters,
        "edit distance, all names": edits,
        "trigrams": lambda name: _targets(meant[near] for near in trigrams.nearest(name)),
        "shared words": by_trait(lambda traits: max(traits.words, traits.other_words)),
        "votes of neighbours": by_trait(lambda traits: traits.votes),
        "combined (the desk)": combined,
    }


class Trigrams:
    """Names by the trigrams they share, as Dice's coefficient."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        lists: dict[str, list[int]] = defaultdict(list)
        sizes = []
        for number, name in enumerate(names):
            own = _trigrams(name)
            sizes.append(len(own))
            for trigram in own:
                lists[trigram].append(number)
        self.sizes = np.array(sizes)
        self.lists = {trigram: np.array(numbers) for trigram, numbers in lists.items()}

    def nearest(self, name: str) -> list[str]:
        """The names that share most, at most 60."""
        from archive.core.text import fold_name

        own = _trigrams(fold_name(name))
        lists = [self.lists[trigram] for trigram in own if trigram in self.lists]
        if not lists:
            return []
        shared = np.bincount(np.concatenate(lists), minlength=len(self.names))
        alike = 2 * shared / (self.sizes + len(own))
        return [self.names[at] for at in np.argsort(-alike, kind="stable")[:60] if alike[at] > 0]


def _trigrams(name: str) -> set[str]:
    padded = f"  {name} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _targets(found: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(found))[: TOPS[-1]]


if __name__ == "__main__":
    sys.exit(main())
