"""Times that corrected words get later: no change of words, in no history, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from test_archive_corrections import ADA, BO, change, heard, shown, text_of, words_of

from archive.catalog import Catalog
from archive.corrections.checked import check_all, check_passage
from archive.corrections.history import difference, history, segments_at
from archive.corrections.realigned import Unaligned, corrected_since, keep_times, unaligned
from archive.corrections.saving import Correction, correct, restore, undo
from archive.edits import edit_talk
from archive.errors import EditConflict, UserError
from archive.programme import TalkEntry, save_programme
from archive.removing import remove_talk
from archive.types import Segment, Word
from archive.work.captions import save_captions
from archive.work.recordings import StoredMedia, attach_recording

TEXT = "The tide comes in twice a day. The mood is why, said Palitapong, and so is the sun."
MEDIA = StoredMedia("0" * 64, "audio", "audio/flac", 1, 60_000, 0, 0, "00/0.flac")


@pytest.fixture
def talk_id(catalog: Catalog) -> int:
    return made(catalog, "on-tides")


def made(catalog: Catalog, slug: str) -> int:
    """A talk with a recording in which a machine heard ``TEXT``."""
    saved = save_programme(catalog, None, [TalkEntry("On Tides", slug=slug, language="en")])
    (talk_id,) = saved.talk_ids
    attach_recording(catalog, talk_id, MEDIA)
    heard(catalog, talk_id, TEXT)
    return talk_id


def seen(catalog: Catalog, talk_id: int) -> Unaligned:
    found = unaligned(catalog, talk_id)
    assert found is not None
    return found


def timed(segment: Segment, shift_ms: int = 7) -> Segment:
    """A segment whose corrected words have other times, inside of those that they shared."""
    words = [
        structs.replace(word, start_ms=word.start_ms + shift_ms, estimated=False)
        if word.estimated
        else word
        for word in segment.words
    ]
    return with_words(segment, words)


def with_words(segment: Segment, words: Sequence[Word]) -> Segment:
    return replace(segment, start_ms=words[0].start_ms, end_ms=words[-1].end_ms, words=tuple(words))


def align(catalog: Catalog, talk_id: int, shift_ms: int = 7) -> int:
    """Give all open segments other times; how many there were."""
    found = seen(catalog, talk_id)
    new = {found.segments[at]: timed(found.segments[at], shift_ms) for at in found.open}
    return keep_times(catalog, talk_id, found, new)


def test_words_that_share_a_time_get_their_own_and_the_history_is_as_before(
    catalog: Catalog, talk_id: int
) -> None:
    change(catalog, talk_id, "mood", "Moon here")
    before, told = words_of(catalog, talk_id), history(catalog, talk_id)
    revision = catalog.talk_by_id(talk_id).revision
    assert align(catalog, talk_id) == 1
    after = words_of(catalog, talk_id)
    assert [word.estimated for word in before].count(True) == 2
    assert not any(word.estimated for word in after)
    assert [w.text for w in before] == [w.text for w in after]
    for old, new in zip(before, after, strict=True):
        assert (old == new) is (not old.estimated)
        assert new.corrected_from == old.corrected_from
    assert history(catalog, talk_id) == told
    assert shown(catalog, talk_id).revision == told[0].number
    # The index, pages and clips see that the talk is another one.
    assert catalog.talk_by_id(talk_id).revision == revision + 1


def test_only_words_that_a_person_corrected_in_a_recording_are_to_be_aligned(
    catalog: Catalog, talk_id: int
) -> None:
    assert corrected_since(catalog) == {}
    check_all(catalog, talk_id, by=ADA)
    assert corrected_since(catalog) == {}
    silent = save_programme(catalog, None, [TalkEntry("Silent", slug="silent")]).talk_ids[0]
    heard(catalog, silent, TEXT)
    change(catalog, silent, "mood", "Moon here")
    captioned = save_programme(catalog, None, [TalkEntry("Captioned", slug="cc")]).talk_ids[0]
    attach_recording(catalog, captioned, MEDIA)
    words = tuple(Word(w, True, n * 100, n * 100 + 90) for n, w in enumerate(TEXT.split()))
    segments = [Segment(0, words[-1].end_ms, words)]
    save_captions(catalog, captioned, segments, language="en", file="a.vtt")
    change(catalog, captioned, "mood", "Moon here")
    assert corrected_since(catalog) == {}
    change(catalog, talk_id, "mood", "Moon here")
    assert list(corrected_since(catalog)) == [talk_id]
    align(catalog, talk_id)
    assert corrected_since(catalog) == {}


def test_what_was_looked_at_in_vain_is_not_looked_at_again_until_it_is_changed(
    catalog: Catalog, talk_id: int
) -> None:
    change(catalog, talk_id, "mood", "Moon here")
    found = seen(catalog, talk_id)
    assert len(found.open) == 1
    assert keep_times(catalog, talk_id, found, {}) == 0
    assert corrected_since(catalog) == {}
    change(catalog, talk_id, "tide", "ti de")
    assert list(corrected_since(catalog)) == [talk_id]
    now = seen(catalog, talk_id)
    assert [found.segments[at].text for at in found.open] == ["The Moon here"]
    assert [now.segments[at].text for at in now.open] == ["The ti de comes in twice a day."]
    change(catalog, talk_id, "here", "hear")
    assert len(seen(catalog, talk_id).open) == 2


def test_what_somebody_changes_meanwhile_is_left_and_open_again(
    catalog: Catalog, talk_id: int
) -> None:
    change(catalog, talk_id, "mood", "Moon here")
    change(catalog, talk_id, "tide", "ti de")
    found = seen(catalog, talk_id)
    assert len(found.open) == 2
    change(catalog, talk_id, "here", "hear", by=BO)
    new = {found.segments[at]: timed(found.segments[at]) for at in found.open}
    assert keep_times(catalog, talk_id, found, new) == 1
    text = "The ti de comes in twice a day. The Moon hear is why, said Palitapong, and so is"
    assert text_of(catalog, talk_id).startswith(text)
    assert [word.text for word in words_of(catalog, talk_id) if word.estimated] == ["Moon", "hear"]
    assert list(corrected_since(catalog)) == [talk_id]
    assert align(catalog, talk_id) == 1
    assert not any(word.estimated for word in words_of(catalog, talk_id))


def test_what_is_removed_or_retold_meanwhile_takes_no_times(catalog: Catalog, talk_id: int) -> None:
    change(catalog, talk_id, "mood", "Moon here")
    found = seen(catalog, talk_id)
    new = {found.segments[at]: timed(found.segments[at]) for at in found.open}
    heard(catalog, talk_id, TEXT.replace("mood", "moon"))
    edit_talk(catalog, talk_id, {"transcript": ["2"]})
    assert keep_times(catalog, talk_id, found, new) == 0
    remove_talk(catalog, talk_id)
    assert keep_times(catalog, talk_id, found, new) == 0
    assert unaligned(catalog, talk_id) is None


def test_corrected_timed_corrected_again_undone_and_restored(
    catalog: Catalog, talk_id: int
) -> None:
    first = shown(catalog, talk_id).transcript.segments
    two = change(catalog, talk_id, "mood", "Moon here")
    align(catalog, talk_id)
    own = {word.text: word.start_ms for word in words_of(catalog, talk_id)}
    three = change(catalog, talk_id, "The Moon", "This Moon", by=BO)
    assert words_of(catalog, talk_id)[8].start_ms == own["Moon"]
    undo(catalog, talk_id, three, by=ADA)
    assert {word.text: word.start_ms for word in words_of(catalog, talk_id)} == own
    undo(catalog, talk_id, two, by=ADA)
    assert text_of(catalog, talk_id) == TEXT
    assert shown(catalog, talk_id).transcript.segments == first
    restore(catalog, talk_id, two, by=ADA)
    assert {word.text: word.start_ms for word in words_of(catalog, talk_id)} == own
    restore(catalog, talk_id, 1, by=ADA)
    assert shown(catalog, talk_id).transcript.segments == first
    found = difference(catalog, talk_id, 1, two)
    assert [(change.old, change.new) for change in found.changes] == [((8, 9), (8, 10))]


def test_times_come_with_the_last_change_of_words_though_others_followed(
    catalog: Catalog, talk_id: int
) -> None:
    two = change(catalog, talk_id, "mood", "Moon here")
    three = check_passage(catalog, talk_id, 0, 3, revision=two, by=BO)
    align(catalog, talk_id)
    present = shown(catalog, talk_id).transcript.segments
    assert segments_at(catalog, talk_id, two) == segments_at(catalog, talk_id, three) == present
    with pytest.raises(UserError, match="changed no words"):
        undo(catalog, talk_id, three, by=ADA)


def test_whoever_corrects_what_was_timed_meanwhile_meets_nobody(
    catalog: Catalog, talk_id: int
) -> None:
    two = change(catalog, talk_id, "mood", "Moon here")
    align(catalog, talk_id)
    made = correct(
        catalog,
        talk_id,
        [Correction(8, 10, ("Moon", "here"), "moon")],
        revision=two,
        by=BO,
    )
    assert made == two + 1
    assert text_of(catalog, talk_id) == TEXT.replace("mood", "moon")


def test_a_word_that_comes_back_stands_between_those_that_were_timed_since(
    catalog: Catalog, talk_id: int
) -> None:
    change(catalog, talk_id, "tide", "ti de")
    three = change(catalog, talk_id, "comes in", "co mes in")
    found = seen(catalog, talk_id)
    (segment,) = (found.segments[at] for at in found.open)
    words = list(segment.words)
    # Of the five that share 1,000 to 3,900 ms, the first two are said until 2,600.
    spans = ((1_000, 1_800), (1_800, 2_600), (2_600, 3_000), (3_000, 3_300), (3_300, 3_900))
    for at, (start_ms, end_ms) in enumerate(spans, 1):
        words[at] = structs.replace(words[at], start_ms=start_ms, end_ms=end_ms, estimated=False)
    assert keep_times(catalog, talk_id, found, {segment: with_words(segment, words)}) == 1
    undo(catalog, talk_id, three, by=ADA)
    spoken = words_of(catalog, talk_id)
    assert [word.text for word in spoken[:6]] == ["The", "ti", "de", "comes", "in", "twice"]
    assert (spoken[3].start_ms, spoken[3].end_ms) == (2_600, 2_900)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(spoken))


WORDS = st.sampled_from(["a", "tide", "moonlight", "seas", "of"])
STEP = st.one_of(
    st.tuples(
        st.just("correct"), st.integers(0, 30), st.integers(0, 4), st.lists(WORDS, max_size=5)
    ),
    st.tuples(st.just("time"), st.integers(0, 400), st.integers(0, 9), st.just([])),
    st.tuples(st.just("undo"), st.integers(1, 12), st.just(0), st.just([])),
    st.tuples(st.just("restore"), st.integers(1, 12), st.just(0), st.just([])),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_each_revision_is_shown_as_it_last_stood_however_times_came_in_between(
    catalog: Catalog, steps: list[tuple[str, int, int, list[str]]]
) -> None:
    talk_id = made(catalog, "drawn")
    try:
        stood: dict[int, tuple[Segment, ...]] = {}
        for step in steps:
            _take(catalog, talk_id, *step)
            found = shown(catalog, talk_id)
            stood[found.revision] = found.transcript.segments
            spoken = found.transcript.words
            assert all(word.start_ms < word.end_ms for word in spoken)
            assert all(one.end_ms <= other.start_ms for one, other in pairwise(spoken))
            assert history(catalog, talk_id)[0].number == found.revision
            for number, segments in stood.items():
                assert segments_at(catalog, talk_id, number) == segments
    finally:
        remove_talk(catalog, talk_id)


def _take(catalog: Catalog, talk_id: int, kind: str, one: int, other: int, new: list[str]) -> None:
    spoken = words_of(catalog, talk_id)
    newest = shown(catalog, talk_id).revision
    try:
        if kind == "correct":
            first = min(one, len(spoken))
            old = tuple(word.text for word in spoken[first : first + other])
            wanted = [Correction(first, first + len(old), old, " ".join(new))]
            correct(catalog, talk_id, wanted, revision=newest, by=ADA)
        elif kind == "time":
            align_anywhere(catalog, talk_id, one, other)
        elif kind == "undo":
            undo(catalog, talk_id, 1 + one % newest, by=BO)
        else:
            restore(catalog, talk_id, 1 + one % newest, by=BO)
    except (EditConflict, UserError):
        # What cannot be done changes nothing, which is what is looked at next.
        pass


def align_anywhere(catalog: Catalog, talk_id: int, early_ms: int, shape: int) -> None:
    """Spread each run of corrected words otherwise over what lies between its neighbours."""
    found = seen(catalog, talk_id)
    spoken = [word for segment in found.segments for word in segment.words]
    at = 0
    while at < len(spoken):
        end = at
        while end < len(spoken) and spoken[end].estimated:
            end += 1
        if end > at:
            low = spoken[at - 1].end_ms if at else 0
            high = spoken[end].start_ms if end < len(spoken) else spoken[-1].end_ms + 500
            share = [1 + (shape * number) % 7 for number in range(end - at)]
            unit = max(0, high - low - early_ms) / sum(share)
            if unit >= 1:
                for number, weight in zip(range(at, end), share, strict=True):
                    length = int(unit * weight)
                    spoken[number] = structs.replace(
                        spoken[number], start_ms=low, end_ms=low + length, estimated=False
                    )
                    low += length
        at = max(end, at + 1)
    new: dict[Segment, Segment] = {}
    first = 0
    for segment in found.segments:
        own = spoken[first : first + len(segment.words)]
        first += len(segment.words)
        if tuple(own) != segment.words:
            new[segment] = with_words(segment, own)
    keep_times(catalog, talk_id, found, new)
