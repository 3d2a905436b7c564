"""Every error Podium raises on purpose, named by what the caller does next.

    PodiumError
    ├─ UserError   a person can mend it: HTTP 4xx, exit 2
    │   ├─ NotFound       ├─ BadManifest   ├─ BadSource
    │   ├─ BadSetting     ├─ BadHome       └─ EditConflict
    ├─ TryLater    it may work in a while: HTTP 503, retried with a pause
    │   ├─ NetworkFailed  ├─ Busy          ├─ DiskFull
    │   └─ IndexUnavailable
    └─ GaveUp      tried and failed: recorded with its reason, exit 1
        ├─ DownloadRefused ├─ CorruptMedia ├─ NoAudio
        ├─ ModelMissing    ├─ EngineMissing
        └─ IndexBroken

Each module that is the door to a library turns that library's exceptions into these and keeps
the cause. A message is one sentence that says what is wrong and where; ``advice`` is what to do.
"""

from __future__ import annotations


class PodiumError(Exception):
    """Base of all expected errors.

    ``message`` is one sentence for people; ``advice`` (may be empty) is what to do about it.
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class UserError(PodiumError):
    """What was asked cannot be done as asked; nothing was changed."""


class NotFound(UserError):
    """The talk, event, speaker or file that was named does not exist."""


class BadManifest(UserError):
    """A manifest that does not fit: the message names file, line and key."""


class BadSource(UserError):
    """A source that Podium can never take: unknown scheme, no media, nothing there."""


class BadSetting(UserError):
    """A setting with a wrong name or value: the message names where it stands."""


class BadHome(UserError):
    """An archive folder that cannot be used: no permission, or made by a newer Podium."""


class EditConflict(UserError):
    """Somebody else changed the same words since: HTTP 409; nothing is overwritten.

    ``present`` is what stands there now, ``changed_by`` who changed it and ``changed_at`` when
    (ISO 8601, UTC). ``first_word`` and ``end_word`` are that passage in the words of ``revision``,
    the present one, on which the next try is to be made.
    """

    def __init__(
        self,
        message: str,
        *,
        present: str,
        changed_by: str,
        changed_at: str,
        first_word: int,
        end_word: int,
        revision: int,
    ) -> None:
        super().__init__(message, advice="Look at it as it stands now, and correct that.")
        self.present = present
        self.changed_by = changed_by
        self.changed_at = changed_at
        self.first_word = first_word
        self.end_word = end_word
        self.revision = revision


class TryLater(PodiumError):
    """May work on another try."""


class NetworkFailed(TryLater):
    """No answer, a broken connection, or a server that is overloaded."""


class Busy(TryLater):
    """Another process holds what is needed (a lock, a port)."""


class DiskFull(TryLater):
    """No room to write; what was finished before is kept."""


class IndexUnavailable(TryLater):
    """The index is being rebuilt; pages go on without search."""


class GaveUp(PodiumError):
    """Worked on and failed; the talk keeps the reason until somebody retries."""


class DownloadRefused(GaveUp):
    """The address answered, and the answer was no (403, 404, sign-in, no video)."""


class CorruptMedia(GaveUp):
    """A media file that is damaged, cut off or empty."""


class NoAudio(GaveUp):
    """A media file without a sound track."""


class ModelMissing(GaveUp):
    """No usable speech model is present, or its file does not have the expected hash."""


class EngineMissing(GaveUp):
    """The chosen speech engine is not installed here."""


class IndexBroken(GaveUp):
    """Index files are damaged; they are kept, and an index is rebuilt beside them."""
