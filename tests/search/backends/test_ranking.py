"""Ranking on two collections with judged queries, beside the figures of Lucene's English analyser."""

import pytest

from benchmarks.engines import plain_index
from benchmarks.relevance import COLLECTIONS, LUCENE, ranking
from tests.corpus import corpus_path

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("name", ["cranfield", "cisi"])
def test_ranking_is_no_worse_than_lucenes(tmp_path, name):
    collection = COLLECTIONS[name](corpus_path("ir", name))
    ask = plain_index(tmp_path, list(collection[0].values()), "en")
    assert ranking(ask, collection) >= LUCENE[name]
