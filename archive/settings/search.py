"""Settings of the search: engine, folder, indexer."""

from archive.settings.env import choice, data_dir

SEARCH_BACKEND = choice("ARCHIVE_SEARCH_BACKEND", "whoosh", ("whoosh", "memory"))
SEARCH_INDEX_DIR = data_dir() / "index"
SEARCH_LOCK_DIR = data_dir() / "locks"
INDEXER = choice("ARCHIVE_INDEXER", "worker", ("worker", "inline"))
WORK_FINDER = "search.finder.IndexWorkFinder"
