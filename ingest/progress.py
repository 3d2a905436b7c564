"""What a run tells of its work: one record for each step forward, with its place in the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.types import State, Talk
from ingest.workshop import StageProgress


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on one talk is.

    ``share`` is what is done of the stage, 0 to 1, or None where that is not known; ``detail``
    says it in a few words. The bytes are those of a download, None for other work and for a
    total that the server does not state. ``talks_done`` counts the talks of the run that came
    before this one, of ``talks_total``. ``ended`` is the talk's state once the run is through
    with it, and None until then.
    """

    talk: Talk
    stage: str
    share: float | None = None
    detail: str = ""
    done_bytes: int | None = None
    total_bytes: int | None = None
    talks_done: int = 0
    talks_total: int = 1
    ended: State | None = None


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class RunProgress:
    """What a run hands to the work on one of its talks, so that each report knows its place."""

    report: Report | None
    talks_done: int
    talks_total: int

    def of(self, talk: Talk) -> StageProgress:
        """How the stages of that talk tell what they do."""

        def tell(
            stage: str,
            share: float | None,
            detail: str,
            *,
            done_bytes: int | None = None,
            total_bytes: int | None = None,
        ) -> None:
            if self.report is not None:
                place = (self.talks_done, self.talks_total)
                self.report(Progress(talk, stage, share, detail, done_bytes, total_bytes, *place))

        return tell

    def ended(self, talk: Talk, state: State) -> None:
        """Tell that the run is through with that talk, for better or worse."""
        if self.report is not None:
            done = Progress(
                talk,
                stage="",
                talks_done=self.talks_done + 1,
                talks_total=self.talks_total,
                ended=state,
            )
            self.report(done)
