"""How talks get into the archive: what stands at a source, and the stages it goes through.

``from ingest import ingest`` is ``podium ingest`` for scripts. The list of stages is in
``ingest.stages``; what a run does with sources is in ``ingest.gathering`` and ``ingest.ingesting``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from archive.fields import parse_date, parse_language, parse_speaker
from archive.settings import load_settings
from ingest.ingesting import Outcome, Run
from ingest.ingesting import ingest as ingest_sources
from ingest.options import Options
from ingest.progress import Progress, Report
from ingest.workshop import Workshop

__all__ = ["Outcome", "Progress", "Report", "Run", "ingest"]


def ingest(
    *sources: str | PathLike[str],
    home: str | PathLike[str] | None = None,
    event: str = "",
    talk: str = "",
    speakers: Sequence[str] = (),
    title: str = "",
    language: str = "",
    date: str | Date = "",
    since: str | Date = "",
    limit: int | None = None,
    match: str = "",
    transcribe: bool = True,
    link: bool = False,
    session: bool = False,
    rttm: str | PathLike[str] | None = None,
    report: Report | None = None,
    **settings: Any,
) -> Run:
    """Take in sources as ``podium ingest`` does: the arguments mean what its options mean.

    ``sources`` are manifests, event pages, addresses of clips, playlists or feeds, files, folders
    or globs. ``home`` is the archive's folder (else PODIUM_HOME, else the default). ``speakers``
    are written ``"Name|Role|Affiliation|Country"``, days ``"2020-09-18"``. ``report`` is called
    with an ``ingest.progress.Progress`` as the work goes on. ``settings`` are those that
    ``podium settings`` lists, such as ``model="base"``.

    The Run holds an Outcome for each talk: slug, title, state (``ready``, ``waiting``,
    ``failed`` …), reason and advice; ``run.failed`` are those that failed, ``run.remarks`` what a
    person should know. Run again, it goes on where it was. Raises ``archive.errors.UserError`` for
    a source that can never be taken; nothing was changed then.
    """
    options = Options(
        event=event,
        talk=talk,
        speakers=tuple(parse_speaker(text) for text in speakers),
        title=title,
        language=parse_language(language),
        date=_day(date),
        since=_day(since),
        limit=limit,
        match=match,
        transcribe=transcribe,
        link=link,
        session=session,
        rttm=None if rttm is None else Path(rttm),
    )
    with Workshop.opened(load_settings(home=home, **settings)) as shop:
        return ingest_sources(shop, [fspath(source) for source in sources], options, report)


def _day(value: str | Date) -> Date | None:
    return value if isinstance(value, Date) else parse_date(value)
