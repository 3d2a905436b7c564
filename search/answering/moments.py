"""From the places of a query's words to moments: what to play, and the text to show.

A moment is the tightest run of at most 15 s that holds the most distinct words of the query.
Each occurrence of a quoted phrase, and of words that were asked for near each other, is a moment of
its own, however long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.answering.excerpt import around, beside, spoken_ms
from search.documents import Stream, language_at
from search.index import CorrectedEvidence, Evidence, Hits, SpeechBeside, SpeechEvidence, Wanted
from search.nearness import LONGEST_MOMENT_MS, Places, Windows
from search.results import Moment, ProgrammeHit, Span, talk_url

_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Passage:
    """A moment before it has its text: the tokens first to last of one speech."""

    speech: SpeechEvidence
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Passages:
    """The moments of a talk: how many there are, and those that were asked for, the best first."""

    total: int
    best: tuple[Passage, ...]


def passages(evidence: Evidence, wanted: Sequence[Wanted], most: int | None = None) -> Passages:
    """The moments of a talk: those near most of the query first, then the tightest, then in time.

    ``most`` is how many are wanted, None for all of them.
    """
    quoted = np.array([clause.quoted for clause in wanted], bool)
    runs = [_runs_of(speech, quoted) for speech in evidence.speeches]
    if not runs:
        return Passages(0, ())
    keys = [
        _ranking(speech, run, len(wanted))
        for speech, run in zip(evidence.speeches, runs, strict=True)
    ]
    bounds = np.concatenate(runs)
    speech_of = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    order = np.lexsort(np.concatenate(keys, axis=1))[:most]
    return Passages(
        len(bounds),
        tuple(
            Passage(evidence.speeches[number], first, last)
            for number, (first, last) in zip(
                speech_of[order].tolist(), bounds[order, :2].tolist(), strict=True
            )
        ),
    )


def _runs_of(speech: SpeechEvidence, quoted: npt.NDArray[np.bool_]) -> Places:
    """All moments of a speech: first token, last token, clauses in the query's order."""
    hits = speech.hits
    is_quoted = quoted[hits.clause]
    if not is_quoted.any():
        return _tightest(speech.stream, hits)
    phrases = _distinct(hits.first[is_quoted], hits.last[is_quoted], 0)
    bare = ~is_quoted
    tightest = _tightest(speech.stream, Hits(hits.clause[bare], hits.first[bare], hits.last[bare]))
    # What lies inside a phrase is that phrase's moment already.
    before = np.searchsorted(phrases[:, 0], tightest[:, 0], "right") - 1
    reach = np.maximum.accumulate(phrases[:, 1])
    inside = (before >= 0) & (reach[before] >= tightest[:, 1])
    return np.concatenate([phrases, tightest[~inside]])


def _tightest(stream: Stream, hits: Hits) -> Places:
    """The runs with the most distinct clauses that hold no other such run and do not overlap."""
    if not len(hits.first) or (hits.clause == hits.clause[0]).all():
        runs = _distinct(hits.first, hits.last, 0)
    else:
        windows = Windows(hits.clause, hits.first, hits.last, stream)
        most = windows.distinct == windows.distinct.max()
        runs = _distinct(windows.first[most], windows.last[most], windows.ordered[most])
    if (runs[1:, 0] > runs[:-1, 1]).all():
        return runs
    taken = bytearray(int(runs[:, 1].max()) + 1)
    kept = []
    order = np.lexsort((runs[:, 0], -runs[:, 2], runs[:, 1] - runs[:, 0]))
    for first, last, ordered in runs[order].tolist():
        if taken.find(1, first, last + 1) < 0:
            taken[first : last + 1] = b"\x01" * (last + 1 - first)
            kept.append((first, last, ordered))
    return np.array(sorted(kept), np.int64)


def _distinct(first: Places, last: Places, ordered: Places | int) -> Places:
    """Rows of first token, last token and ``ordered``, by the tokens, each pair once."""
    # Two tokens and a count of clauses fit in 64 bits: no talk has a hundred million tokens.
    rows = np.unique((first << 36) | (last << 8) | (255 - ordered))
    rows = rows[np.diff(rows >> 8, prepend=-1) != 0]
    columns = (rows >> 36, (rows >> 8) & ((1 << 28) - 1), 255 - (rows & 255))
    return np.stack(columns, axis=1)


def _ranking(speech: SpeechEvidence, runs: Places, clauses: int) -> Places:
    """Rows to order moments by, the last one counting first."""
    start_ms = speech.stream.start_ms[runs[:, 0]].astype(np.int64)
    zeros = np.zeros_like(start_ms)
    if clauses == 1:  # between moments of one word each, being short is no merit
        return np.stack([start_ms, zeros, zeros, zeros])
    end_ms = speech.stream.end_ms[runs[:, 1]].astype(np.int64)
    near = _clauses_near(speech, start_ms, end_ms)
    return np.stack([start_ms, -runs[:, 2], runs[:, 1] - runs[:, 0], -near])


def _clauses_near(speech: SpeechEvidence, start_ms: Places, end_ms: Places) -> Places:
    """For each moment, how many clauses stand so near that one moment could hold both."""
    stream, hits = speech.stream, speech.hits
    distinct = np.zeros(len(start_ms), np.int64)
    for number in np.flatnonzero(np.bincount(hits.clause)).tolist():
        mine = hits.clause == number
        starts, ends = stream.start_ms[hits.first[mine]], stream.end_ms[hits.last[mine]]
        # Hits are in the order of time: the first that begins late enough has to end early enough.
        at = np.searchsorted(starts, end_ms - LONGEST_MOMENT_MS)
        reached = ends[np.minimum(at, len(ends) - 1)] <= start_ms + LONGEST_MOMENT_MS
        inside = np.searchsorted(starts, start_ms) < np.searchsorted(starts, end_ms, "right")
        distinct += ((at < len(starts)) & reached) | inside
    return distinct


def moment_of(passage: Passage, slug: str, speeches: Sequence[SpeechBeside] = ()) -> Moment:
    """The passage with its text, spans and address.

    ``speeches`` are those of the talk's other track, for the text beside.
    """
    speech, stream = passage.speech, passage.speech.stream
    begin, end = around(stream, passage.first, passage.last)
    start_ms = int(stream.start_ms[passage.first])
    return Moment(
        start_ms=start_ms,
        end_ms=int(stream.end_ms[passage.last]),
        speaker=speech.speaker,
        track=speech.track,
        language=language_at(speech.languages, passage.first),
        text=stream.text[begin:end],
        spans=_spans(stream, speech.marks, begin, end),
        url=talk_url(slug, start_ms),
        beside=beside(stream, (begin, end), speech.speaker, speeches) if speeches else None,
        shown_ms=spoken_ms(stream, (begin, end), passage.first, passage.last),
    )


def corrected_moments(evidence: Evidence, slug: str, shown: Sequence[Moment]) -> list[Moment]:
    """The places at which the query stood before they were corrected, in the order of time.

    Each shows what stands there now. Places that what is ``shown`` holds are left out: there the
    query stands still, in another form.
    """
    held = [(one.track, one.start_ms, one.end_ms) for one in shown]
    found = []
    for part in evidence.corrected:
        text = part.corrected.text
        # Each line is one place, however many words of the query it holds.
        lines: dict[int, int] = {}
        for token in part.hits.first.tolist():
            begin = text.rfind("\n", 0, int(part.corrected.char_start[token])) + 1
            lines.setdefault(begin, token)
        for begin, token in lines.items():
            line = text[begin : text.index("\n", begin)]
            moment = _corrected_moment(part, token, line, slug)
            if not any(
                track == moment.track and start_ms <= moment.start_ms <= end_ms
                for track, start_ms, end_ms in held
            ):
                found.append(moment)
    return sorted(found, key=lambda moment: (moment.start_ms, moment.end_ms))


def _corrected_moment(part: CorrectedEvidence, token: int, line: str, slug: str) -> Moment:
    stream = part.stream
    start_ms = int(part.corrected.start_ms[token])
    first = min(int(np.searchsorted(stream.start_ms, start_ms)), len(stream.start_ms) - 1)
    last = max(int(np.searchsorted(stream.start_ms, start_ms, "right")) - 1, first)
    begin, end = around(stream, first, last)
    return Moment(
        start_ms=start_ms,
        end_ms=int(part.corrected.end_ms[token]),
        speaker=part.speaker,
        track=part.track,
        language=language_at(part.languages, first),
        text=stream.text[begin:end],
        spans=((int(stream.char_start[first]) - begin, int(stream.char_end[last]) - begin),),
        url=talk_url(slug, start_ms),
        shown_ms=spoken_ms(stream, (begin, end), first, last),
        corrected_from=line,
    )


def programme_hits(evidence: Evidence) -> tuple[ProgrammeHit, ...]:
    """The entries of the programme that matched, whole."""
    return tuple(
        ProgrammeHit(
            entry.field,
            entry.stream.text,
            _spans(entry.stream, entry.marks, 0, len(entry.stream.text)),
        )
        for entry in evidence.programme
    )


def _spans(stream: Stream, hits: Hits, begin: int, end: int) -> tuple[Span, ...]:
    """The matched words between two characters, counted from the first of them."""
    shown = (stream.char_start[hits.first] >= begin) & (stream.char_end[hits.last] <= end)
    pairs = zip(hits.first[shown].tolist(), hits.last[shown].tolist(), strict=True)
    matched = sorted({token for first, last in pairs for token in range(first, last + 1)})
    spans: list[Span] = []
    before = -2
    for token in matched:
        start, stop = int(stream.char_start[token]) - begin, int(stream.char_end[token]) - begin
        # Tokens of one written word, like "COVID" and "19", are marked as one.
        beside = token == before + 1 and not _BLANK.search(
            stream.text, begin + spans[-1][1], begin + start
        )
        if beside:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
        before = token
    return tuple(spans)
