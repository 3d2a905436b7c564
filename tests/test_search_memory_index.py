"""The index in memory, which the other engines are held against."""

from __future__ import annotations

import pytest
from contracts.search_index import SearchIndexContract

from search.engine.memory_index import MemoryIndex


class TestMemoryIndex(SearchIndexContract):
    @pytest.fixture
    def index(self) -> MemoryIndex:
        return MemoryIndex()
