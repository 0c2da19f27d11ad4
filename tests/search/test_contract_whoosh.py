"""The Whoosh engine does what every engine owes."""

from pathlib import Path

import pytest

from search.backends.whoosh import WhooshBackend
from tests.search.contract import BackendContract


class TestWhooshBackend(BackendContract):
    """The engine on a disk."""

    @pytest.fixture
    def backend(self, tmp_path: Path) -> WhooshBackend:
        """An empty index."""
        backend = WhooshBackend(tmp_path / "index")
        backend.begin_generation().promote()
        return backend
