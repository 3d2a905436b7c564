"""Clips that were asked for, and those that are made: files of the home, no rows of the catalog.

home/clips/asked/<key>.json    an order that waits or is being cut
home/clips/asked/<key>.share   how far it is
home/clips/asked/<key>.tries   how often it was begun
home/clips/asked/<key>.why     why it cannot be cut
home/clips/made/<key>.mp4      a clip, with its order beside it

The site asks, the worker makes. Each file is complete under its name or not there, so whatever is
killed, the order stands until its clip does.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from archive.bounded_folder import UNFINISHED, BoundedFolder
from archive.errors import Busy
from archive.phrases import from_kept, kept_form, phrase
from archive.settings import Settings
from archive.store import CLIPS

MOST_WAITING = 12
"""So many orders wait at most; further ones are refused until some are done."""
MOST_TRIES = 3
_KEPT_FAILURE_S = 86_400
_KEY_LENGTH = 32


class Form(StrEnum):
    """What a clip is: a film with a track of captions, one with them in its picture, or sound."""

    FILM = "film"
    BURNED = "burned"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class ClipMoment:
    """A part of a talk at one of its revisions; times are those of its recording."""

    talk_id: int
    revision: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """What is to be cut; ``name`` is the file's for whoever takes it away, without its suffix."""

    form: Form
    moments: tuple[ClipMoment, ...]
    name: str

    @property
    def key(self) -> str:
        """The same for the same parts, at the same revisions, in the same form."""
        parts = [self.form.value, *(list(asdict(moment).values()) for moment in self.moments)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_KEY_LENGTH]

    @property
    def suffix(self) -> str:
        return ".m4a" if self.form is Form.SOUND else ".mp4"

    @property
    def duration_ms(self) -> int:
        return sum(moment.end_ms - moment.start_ms for moment in self.moments)


class ClipState(StrEnum):
    WAITING = "waiting"
    CUTTING = "cutting"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClipStatus:
    """How far a clip is: ``share`` is 0 to 1, ``before`` how many are cut first."""

    state: ClipState
    share: float = 0.0
    reason: str = ""
    before: int = 0


class ClipShelf:
    """The clips of one archive; safe to share between threads and processes."""

    def __init__(self, settings: Settings) -> None:
        self._asked = settings.home / CLIPS / "asked"
        self._made = BoundedFolder(settings.home / CLIPS / "made", settings.clips_size)

    def ask(self, order: ClipOrder) -> None:
        """Put an order on the shelf, unless its clip is there; raises Busy where many wait."""
        if self.find(order.key) is not None or self._order_file(order.key).exists():
            return
        self._asked.mkdir(parents=True, exist_ok=True)
        if len(self._waiting()) >= MOST_WAITING:
            raise Busy(
                phrase("Many clips wait to be cut."), advice=phrase("Ask again in a minute.")
            )
        self._file(order.key, "why").unlink(missing_ok=True)
        self._write(self._order_file(order.key), json.dumps(asdict(order)))

    def find(self, key: str) -> tuple[Path, ClipOrder] | None:
        """A clip that is made, and its order; None where there is none."""
        beside = self._made.find(f"{key}.json")
        order = None if beside is None else _read(beside)
        clip = None if order is None else self._made.find(f"{key}{order.suffix}")
        return None if order is None or clip is None else (clip, order)

    def status(self, key: str) -> ClipStatus:
        """How far the clip with that key is."""
        if self.find(key) is not None:
            return ClipStatus(ClipState.DONE, 1.0)
        waiting = [file.stem for file in self._waiting()]
        if key in waiting:
            share = self._text(key, "share")
            if share:
                return ClipStatus(ClipState.CUTTING, float(share))
            return ClipStatus(ClipState.WAITING, before=waiting.index(key))
        why = self._text(key, "why")
        reason = from_kept(*json.loads(why)) if why else ""
        return ClipStatus(ClipState.FAILED if reason else ClipState.UNKNOWN, reason=reason)

    def forget(self, talk_id: int) -> None:
        """Delete the clips that hold some of a talk, and the orders for such."""
        for file in [*self._asked.glob("*.json"), *self._made.folder.glob("*.json")]:
            order = _read(file)
            if order and any(moment.talk_id == talk_id for moment in order.moments):
                file.unlink(missing_ok=True)
                file.with_suffix(order.suffix).unlink(missing_ok=True)

    # What the worker does. There is one at a time, which holds the worker's lock.

    def clear(self) -> None:
        """Remove what a worker that was killed left unfinished, and old failures."""
        for left in self._made.folder.glob(f"*{UNFINISHED}"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
        for file in self._asked.glob("*"):
            with suppress(FileNotFoundError):
                old = time.time() - file.stat().st_mtime > _KEPT_FAILURE_S
                if file.suffix == ".share" or (old and file.suffix in (".why", ".tries")):
                    file.unlink()

    def next(self) -> ClipOrder | None:
        """The order that waits longest; one that was begun too often has failed."""
        for file in self._waiting():
            order = _read(file)
            if order is None or order.key != file.stem or self.find(file.stem) is not None:
                file.unlink(missing_ok=True)
            elif int(self._text(order.key, "tries") or 0) >= MOST_TRIES:
                self.fail(order, phrase("Cutting it was broken off three times."))
            else:
                return order
        return None

    def begin(self, order: ClipOrder) -> Path:
        """Count a try; where the clip is to be written."""
        tries = int(self._text(order.key, "tries") or 0)
        self._write(self._file(order.key, "tries"), str(tries + 1))
        self.tell(order, 0.0)
        return self._made.unfinished(f"{order.key}{order.suffix}")

    def tell(self, order: ClipOrder, share: float) -> None:
        """Say how much of the clip is done, 0 to 1."""
        self._write(self._file(order.key, "share"), f"{share:.3f}")

    def stop(self, order: ClipOrder) -> None:
        """Give up a try on purpose: it does not count, and the order goes on waiting."""
        self._forget(order, "tries", "share")

    def finish(self, order: ClipOrder, unfinished: Path) -> None:
        """Put the clip on the shelf, then take its order away."""
        self._made.keep(f"{order.key}.json", json.dumps(asdict(order)).encode())
        self._made.adopt(f"{order.key}{order.suffix}", unfinished)
        self._forget(order, "json", "share", "tries")

    def fail(self, order: ClipOrder, reason: str) -> None:
        """Say why the clip cannot be made, and take its order away."""
        kept = [reason, kept_form(reason)]
        self._write(self._file(order.key, "why"), json.dumps(kept))
        self._forget(order, "json", "share", "tries")

    def _waiting(self) -> list[Path]:
        """The files of the orders, the oldest first."""
        found: list[tuple[float, Path]] = []
        for file in self._asked.glob("*.json"):
            with suppress(FileNotFoundError):
                found.append((file.stat().st_mtime, file))
        return [file for _, file in sorted(found)]

    def _order_file(self, key: str) -> Path:
        return self._file(key, "json")

    def _file(self, key: str, what: str) -> Path:
        return self._asked / f"{key}.{what}"

    def _text(self, key: str, what: str) -> str:
        try:
            return self._file(key, what).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def _forget(self, order: ClipOrder, *what: str) -> None:
        for name in what:
            self._file(order.key, name).unlink(missing_ok=True)

    def _write(self, file: Path, text: str) -> None:
        unfinished = file.with_name(f"{file.name}.{os.getpid()}{UNFINISHED}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)


def _read(file: Path) -> ClipOrder | None:
    """The order in a file; None where it was taken away, or is none."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        moments = tuple(ClipMoment(**moment) for moment in document["moments"])
        return ClipOrder(Form(document["form"]), moments, document["name"])
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
