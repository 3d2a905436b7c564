"""What was read or reckoned last, kept up to a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """Values by key, those used last. Safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[str, tuple[_Value, int]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: str) -> _Value | None:
        """The value kept for a key, None where there is none."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def get(self, key: str, read: Callable[[], tuple[_Value, int]]) -> _Value:
        """The value kept for a key, or else what ``read`` gives with its size in bytes."""
        known = self.find(key)
        if known is not None:
            return known
        value, size = read()
        with self._lock:
            if key not in self._values:
                self._values[key] = value, size
                self._bytes += size
            while self._bytes > self._most_bytes and len(self._values) > 1:
                self._bytes -= self._values.popitem(last=False)[1][1]
        return value
