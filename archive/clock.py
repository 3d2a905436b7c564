"""The time at which something is written, as the catalog keeps it."""

from datetime import UTC, datetime


def now() -> str:
    """This second, in UTC and as ISO 8601 writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
