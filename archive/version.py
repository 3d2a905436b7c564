"""Which Podium this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def podium_version() -> str:
    """The version that is installed; "unknown" where Podium runs without having been installed."""
    try:
        return version("podium")
    except PackageNotFoundError:
        return "unknown"
