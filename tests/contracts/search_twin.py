"""Random talks and requests, to hold an engine against the index in memory."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from search_seed import document, places, speech

from archive.types import Track
from search.asking.query import parse
from search.asking.widening import Widening
from search.directory import Directory
from search.documents import TalkDocument
from search.engine.memory_index import MemoryIndex
from search.index import NearRuns, Request, SearchIndex, Wanted, WordUse
from search.matches import Match, SpeechCount

WORDS = ("sea", "tide", "of", "the", "moon")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
# A bar is a place where somebody else speaks.
# Behind a < is what stood there before.
MENDED = ("moon<tide", "sea<of_the", "of<sea_moon_the")
SPOKEN = st.lists(st.sampled_from([*WORDS, *WORDS, *MENDED, "|"]), max_size=16).map(" ".join)


@st.composite
def documents(draw: st.DrawFn, talk_id: int) -> TalkDocument:
    speeches = [
        speech(
            draw(SPOKEN),
            speaker=draw(st.sampled_from(["ada", "bo", None])),
            track=draw(st.sampled_from(list(Track))),
            language=draw(st.sampled_from(["en", "pt-BR", ""])),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    fields = draw(st.sets(st.sampled_from(["title", "speaker", "event"])))
    return document(talk_id, *speeches, **{field: draw(TEXTS) for field in sorted(fields)})


RUNS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple)
PARTS = st.lists(RUNS, min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def nears(draw: st.DrawFn) -> NearRuns:
    parts = draw(st.lists(PARTS, min_size=2, max_size=3))
    within = st.lists(st.integers(0, 4), min_size=len(parts) - 1, max_size=len(parts) - 1)
    return NearRuns(tuple(parts), tuple(draw(within)))


CLAUSES = st.builds(Wanted, PARTS, st.booleans()) | st.builds(
    Wanted,
    st.lists(RUNS, max_size=1).map(tuple),
    st.booleans(),
    st.lists(nears(), min_size=1, max_size=2, unique=True).map(tuple),
)
REQUESTS = st.builds(
    Request,
    wanted=st.lists(CLAUSES, max_size=4).map(tuple),
    excluded=st.lists(RUNS, max_size=1).map(tuple),
    talks=st.none() | st.frozensets(st.integers(0, 5)),
    speakers=st.none() | st.just(frozenset({"ada"})),
    languages=st.sampled_from([(), (), ("pt",), ("en", "pt-br")]),
    days=st.none() | st.dictionaries(st.integers(0, 5), st.integers(1, 3)),
    offset=st.integers(0, 2),
    limit=st.integers(0, 4),
    any_of=st.booleans(),
)


OPERATORS = (" ", " ", " OR ", " NEAR/2 ", " NEAR ", " -", " NOT ")
TYPED = st.lists(
    st.tuples(
        st.sampled_from([*WORDS, '"the sea"', '"of the moon"', "tides", "moo*", "(sea", "tide)"]),
        st.sampled_from(OPERATORS),
    ),
    max_size=5,
).map(lambda pairs: "".join(typed + operator for typed, operator in pairs))
NOBODY = Directory(0, {}, {}, {}, {}, {}, (), frozenset())


def typed_request(index: SearchIndex, text: str) -> Request:
    """What an index is asked for when a person types this."""
    query = parse(text)
    widening = Widening(index.vocabulary(), NOBODY, ("en",))
    return Request(widening.wanted(query, []), widening.excluded(query, []))


def check_against_the_twin(index: SearchIndex, data: st.DataObject) -> None:
    """Fill an index with random talks, ask it at random, and compare it with the one in memory."""
    twin = MemoryIndex()
    index.remove(list(index.indexed()))
    corrected = False
    for _ in range(data.draw(st.integers(1, 2))):
        talks = [
            data.draw(documents(talk_id))
            for talk_id in data.draw(st.lists(st.integers(0, 5), max_size=4))
        ]
        index.replace(talks)
        twin.replace(talks)
        corrected |= any(speech.corrected for talk in talks for speech in talk.speeches)
    gone = data.draw(st.sets(st.integers(0, 5), max_size=1))
    index.remove(gone)
    twin.remove(gone)
    assert index.contents() == twin.contents()
    known, held = index.vocabulary(), twin.vocabulary()
    assert all(known.frequency(word) >= held.frequency(word) for word in WORDS)
    requests = [data.draw(REQUESTS) for _ in range(3)]
    for text in (data.draw(TYPED), data.draw(TYPED)):
        requests.append(typed_request(twin, text))
        typed = typed_request(index, text)
        # A word of a talk that was removed may still be known; it finds nothing, unless somebody
        # corrected it away elsewhere.
        if typed == requests[-1] or not corrected:
            widened = index.search(typed).matches
            found = index.search(requests[-1]).matches
            assert [_counted(match) for match in widened] == [_counted(match) for match in found]
    for speaker in ("ada", "bo", "nobody"):
        assert _used(index.word_use(speaker, 2)) == _used(twin.word_use(speaker, 2))
    for request in requests:
        ours, theirs = index.search(request), twin.search(request)
        assert [_counted(match) for match in ours.matches] == [
            _counted(match) for match in theirs.matches
        ]
        assert [match.score for match in ours.matches] == pytest.approx(
            [match.score for match in theirs.matches]
        )
        assert {talk: places(one) for talk, one in ours.evidence.items()} == {
            talk: places(one) for talk, one in theirs.evidence.items()
        }


def _used(uses: tuple[WordUse, ...]) -> list[tuple[object, ...]]:
    return [
        (
            use.language,
            use.surfaces,
            use.written,
            *(use.own.tolist(), use.others.tolist()),
            *(use.own_total, use.others_total, use.speakers),
        )
        for use in uses
    ]


def _counted(match: Match) -> tuple[int, bool, bool, list[SpeechCount]]:
    return match.talk_id, match.full, match.corrected, sorted(match.speech, key=str)
