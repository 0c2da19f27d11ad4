"""Text analysis of documents and queries; knows no database, no engine and no Django.

``search.analysis.bulk`` (which needs numpy) is imported by itself, where an index is built.
"""

from search.analysis.analyzer import ANALYSER_VERSION, Analyzer, Token, analyser_version
from search.analysis.fold import fold_term
from search.analysis.pieces import STEM, VERY
from search.analysis.query import (
    QueryForms,
    QueryPart,
    QueryPrefix,
    QueryUnit,
    query_forms,
    query_phrase,
    query_prefix,
    query_unit,
)
from search.analysis.stem import base_language, has_stemmer, stemmer
from search.analysis.stopwords import is_stop_word, stop_words

__all__ = [
    "ANALYSER_VERSION",
    "STEM",
    "VERY",
    "Analyzer",
    "QueryForms",
    "QueryPart",
    "QueryPrefix",
    "QueryUnit",
    "Token",
    "analyser_version",
    "base_language",
    "fold_term",
    "has_stemmer",
    "is_stop_word",
    "query_forms",
    "query_phrase",
    "query_prefix",
    "query_unit",
    "stemmer",
    "stop_words",
]
