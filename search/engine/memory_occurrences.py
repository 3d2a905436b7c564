"""Where runs of words stand in the documents of the index in memory: every place is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import product

from archive.types import Track
from search.documents import GAP, Speech, Stream, TalkDocument
from search.index import CORRECTED, NearRuns, Request, Run, Wanted

Span = tuple[int, int]
"""First and last token."""


def spans_of(stream: Stream, one: Run | NearRuns) -> list[Span]:
    """The first and last tokens of each occurrence."""
    if isinstance(one, NearRuns):
        return _stretches(stream, one)
    return [(at, at + len(one) - 1) for at in _places(stream, one)]


def _stretches(stream: Stream, near: NearRuns) -> list[Span]:
    """Every way to choose a run for each part is tried; the stretches that hold no other count."""
    parts = [[span for run in part for span in spans_of(stream, run)] for part in near.parts]
    found = {
        (min(first for first, _ in chosen), max(last for _, last in chosen))
        for chosen in product(*parts)
        if all(map(partial(_is_near, stream), chosen, chosen[1:], near.within))
    }
    return [
        (first, last)
        for first, last in found
        if not any(
            first <= low and high <= last and (low, high) != (first, last) for low, high in found
        )
    ]


def _is_near(stream: Stream, one: Span, other: Span, within: int) -> bool:
    (_, last), (first, _) = sorted((one, other))
    between = stream.surfaces[last + 1 : first]
    return last < first and len(between) <= within and GAP not in between


def _places(stream: Stream, run: Run) -> Iterator[int]:
    for at in range(len(stream.surfaces) - len(run) + 1):
        if stream.surfaces[at : at + len(run)] == run:
            yield at


def stands_anywhere(document: TalkDocument, run: Run) -> bool:
    """Whether a run stands in any speech or entry of the programme, whoever is listened to."""
    streams = [speech.stream for speech in document.speeches]
    streams += [entry.stream for entry in document.programme]
    return any(True for stream in streams for _ in _places(stream, run))


def heard(document: TalkDocument, request: Request) -> list[Speech]:
    """The speeches that a request listens to."""
    return [
        speech
        for speech in document.speeches
        if request.hears(speech.speaker, languages_of(speech))
    ]


def corrected(document: TalkDocument, request: Request) -> list[Stream]:
    """What stood in speeches that are listened to before it was corrected."""
    speeches = heard(document, request)
    return [speech.corrected for speech in speeches if speech.corrected is not None]


def holds(document: TalkDocument, wanted: Wanted, request: Request) -> bool:
    """Whether a clause stands anywhere in a talk where the request looks."""
    streams = [speech.stream for speech in heard(document, request)]
    streams += [entry.stream for entry in document.programme]
    streams += corrected(document, request)
    return any(True for stream in streams for one in wanted.sought for _ in spans_of(stream, one))


def counted(document: TalkDocument, field: str, wanted: Wanted, request: Request) -> int:
    """Occurrences of a clause in a field; of speech, the original's where there are any."""
    if field == CORRECTED:
        before = corrected(document, request)
        return sum(len(spans_of(stream, one)) for stream in before for one in wanted.sought)
    if field != "speech":
        return sum(
            len(spans_of(entry.stream, one))
            for entry in document.programme
            if entry.field == field
            for one in wanted.sought
        )
    by_track = {
        track: sum(
            len(spans_of(speech.stream, one))
            for speech in heard(document, request)
            if speech.track is track
            for one in wanted.sought
        )
        for track in Track
    }
    return by_track[Track.ORIGINAL] or by_track[Track.ENGLISH]


def length_of(document: TalkDocument, field: str, request: Request) -> int:
    """The tokens of a field; of speech, the original's where there are any."""
    if field == CORRECTED:
        return sum(len(stream.surfaces) for stream in corrected(document, request))
    if field != "speech":
        entries = [entry for entry in document.programme if entry.field == field]
        return sum(len(entry.stream.surfaces) for entry in entries)
    by_track = Counter[Track]()
    for speech in heard(document, request):
        by_track[speech.track] += len(speech.stream.surfaces)
    return by_track[Track.ORIGINAL] or by_track[Track.ENGLISH]


def languages_of(speech: Speech) -> tuple[str, ...]:
    """The languages of a speech in the order in which they are spoken."""
    return tuple(dict.fromkeys(code for _, code in speech.languages if code))
