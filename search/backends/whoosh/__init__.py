"""The Whoosh engine: Whoosh's index with array postings and a numpy executor."""

from search.backends.whoosh.backend import WhooshBackend

__all__ = ["WhooshBackend"]
