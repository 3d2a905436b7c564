"""How often one address may ask the API: a bucket of tokens for each, kept in memory."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from flask import Flask, request
from werkzeug.exceptions import TooManyRequests

from archive.hosts import is_loopback
from archive.settings import Settings

USUAL_PER_MINUTE = 120
MOST_ADDRESSES = 10_000
_LIMITED = ("/api/", "/oembed")
_NEVER_LIMITED = ("/api/v1/health",)
"""Monitors ask from one address, and are not to be told a wrong state."""


class RateLimit:
    """So many requests a minute for each address, and as many at once. Safe to share.

    Of the addresses the ones that asked last are remembered; one that is forgotten begins anew.
    """

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._now = now
        self._lock = threading.Lock()
        # By address: the tokens that were left, and when that was.
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, address: str) -> int:
        """0 where the address may ask now, which counts; else whole seconds until it may."""
        with self._lock:
            now = self._now()
            left, since = self._buckets.pop(address, (float(self._per_minute), now))
            left = min(self._per_minute, left + (now - since) * self._per_minute / 60)
            may_ask = left >= 1
            self._buckets[address] = left - may_ask, now
            if len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
        return 0 if may_ask else max(1, math.ceil((1 - left) * 60 / self._per_minute))


def register(app: Flask, settings: Settings) -> None:
    """Hold whoever asks the API to ``settings.requests_per_minute``."""
    per_minute = settings.requests_per_minute
    if per_minute == "auto":
        per_minute = 0 if is_loopback(settings.host) else USUAL_PER_MINUTE
    if not per_minute:
        return
    limit = RateLimit(per_minute)

    def hold() -> None:
        if request.path.startswith(_LIMITED) and request.path not in _NEVER_LIMITED:
            wait_s = limit.seconds_to_wait(_whose(request.remote_addr or ""))
            if wait_s:
                raise TooManyRequests(retry_after=wait_s)

    app.before_request(hold)


def _whose(address: str) -> str:
    """The address that counts: of IPv6 the network, which one person has all of."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(int(found) >> 64)
    return str(found)
