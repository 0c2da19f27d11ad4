"""Settings of the tests with the engine on a disk, for programs of their own."""

from archive.settings.test import *  # noqa: F403  all of them

SEARCH_BACKEND = "whoosh"
