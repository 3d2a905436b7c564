"""What a check found: how it stands, in what words, and the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How something stands. A warning works today; a fault stops something from working."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """``value`` says what is there; ``mend`` is the command or the step that mends it, or ""."""

    state: Grade
    value: str
    mend: str = ""


def good(value: str, mend: str = "") -> Finding:
    """What is as it should be; ``mend`` is then what to do next, if anything."""
    return Finding(Grade.GOOD, value, mend)


def warning(value: str, mend: str) -> Finding:
    """What works, and will not for long or not for everything."""
    return Finding(Grade.WARNING, value, mend)


def fault(value: str, mend: str) -> Finding:
    """What does not work."""
    return Finding(Grade.FAULT, value, mend)


def counted(count: int, noun: str) -> str:
    """A number with its noun: 1 talk, 2 talks."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
