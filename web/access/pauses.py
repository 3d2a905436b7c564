"""Pauses that grow with each failure, so that passwords cannot be tried out, nor pages flooded."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

_MOST_KEYS = 10_000
# Addresses of one household or one rented machine share these leading bits.
_IPV6_PREFIX = 64


@dataclass
class _Kept:
    count: int
    since: float


class Pauses:
    """After ``free`` counts of a key each further one doubles the pause, from one second on.

    Counts are forgotten ``forget_s`` after the last one. Safe to share between threads; what was
    used longest ago is dropped where there are too many keys.
    """

    def __init__(
        self,
        *,
        free: int,
        longest_s: float,
        forget_s: float = 3600,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._free = free
        self._longest_s = longest_s
        self._forget_s = forget_s
        self._now = now
        self._kept: OrderedDict[object, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def left_s(self, key: object) -> float:
        """Seconds until that key may try again; 0 for at once."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.count < self._free:
                return 0
            pause_s = min(2.0 ** (kept.count - self._free), self._longest_s)
            return max(0.0, kept.since + pause_s - self._now())

    def count(self, key: object) -> None:
        """Count a failure, or a use, of that key."""
        with self._lock:
            now = self._now()
            kept = self._kept.pop(key, None)
            if kept is None or now - kept.since > self._forget_s:
                kept = _Kept(0, now)
            self._kept[key] = _Kept(kept.count + 1, now)
            while len(self._kept) > _MOST_KEYS:
                self._kept.popitem(last=False)

    def forget(self, key: object) -> None:
        """Begin anew for that key."""
        with self._lock:
            self._kept.pop(key, None)


def network_of(address: str | None) -> str:
    """What counts as one place: an IPv4 address, or the network of an IPv6 one."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if parsed.version == 4:
        return str(parsed)
    return str(int(parsed) >> (128 - _IPV6_PREFIX))
