"""The memory engine does what every engine owes."""

import pytest

from search.backends.memory import MemoryBackend
from tests.search.contract import BackendContract


class TestMemoryBackend(BackendContract):
    """The reference engine."""

    @pytest.fixture
    def backend(self) -> MemoryBackend:
        """An empty index."""
        return MemoryBackend()
