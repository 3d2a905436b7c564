"""After any corrections every word is found exactly where the transcript has it, and nothing else.

What stood there before is found too, and said to be so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.catalog import Catalog
from archive.corrections.everywhere import correct_everywhere, occurrences_like, undo_everywhere
from archive.corrections.history import history, words_at
from archive.corrections.present import present
from archive.corrections.saving import Correction, correct, restore, undo
from archive.edits import edit_talk
from archive.errors import EditConflict, UserError
from archive.programme import TalkEntry, save_programme
from archive.segments import segments_from_words
from archive.settings import load_settings
from archive.types import Word, join_words
from archive.work.captions import save_captions
from search.indexing import update
from search.opening import open_index
from search.results import Moment
from search.searching import Searcher
from search.words.analysis import surfaces

BY = "Ada Example"
SPOKEN = ("sea", "tide.", "Moon,", "the", "of", "COVID-19", "l'énergie", "mood", "tied", "Tied")
TEXTS = st.lists(st.sampled_from([*SPOKEN, "neap", "Zürich,", "—"]), max_size=5).map(" ".join)
PLACES = st.tuples(st.integers(0, 30), st.integers(0, 4))
TALK = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("correct"), TALK, st.lists(st.tuples(PLACES, TEXTS), max_size=3)),
    st.tuples(st.just("everywhere"), st.sampled_from(["mood", "tied", "the sea"]), TEXTS),
    st.tuples(st.just("undo everywhere"), st.integers(0, 3), st.none()),
    st.tuples(st.just("undo"), TALK, st.integers(2, 6)),
    st.tuples(st.just("restore"), TALK, st.integers(1, 6)),
)


class Archive:
    """Two talks with a real index, and what a reader of each revision saw."""

    def __init__(self, catalog: Catalog, home: Path) -> None:
        self.catalog = catalog
        self.index = open_index(home)
        self.searcher = Searcher(catalog, self.index)
        self.slugs = ("one", "two")
        entries = [TalkEntry(slug, slug=slug, language="en") for slug in self.slugs]
        self.ids = save_programme(catalog, None, entries).talk_ids
        self.seen: dict[int, dict[int, tuple[Word, ...]]] = {}
        self.batches: list[int] = []

    def say(self, talk: int, texts: list[str]) -> None:
        words = [Word(text, n > 0, 700 * n, 700 * n + 650, 0.7) for n, text in enumerate(texts)]
        segments = segments_from_words(words, language="en")
        save_captions(self.catalog, self.ids[talk], segments, language="en", file="a.vtt")

    def words(self, talk: int) -> tuple[Word, ...]:
        found = present(self.catalog, self.ids[talk])
        assert found is not None
        return found.transcript.words

    def do(self, kind: str, target: object, detail: object) -> None:
        """One step; a step that cannot be done says so and changes nothing."""
        before = [self.words(talk) for talk in range(2)]
        try:
            self._do(kind, target, detail)
        except UserError:
            assert [self.words(talk) for talk in range(2)] == before
        for talk, talk_id in enumerate(self.ids):
            revision = history(self.catalog, talk_id)[0].number
            self.seen.setdefault(talk, {})[revision] = self.words(talk)

    def _do(self, kind: str, target: object, detail: object) -> None:
        match kind, target, detail:
            case "correct", int(talk), list(changes):
                words = self.words(talk)
                corrections = []
                for (at, length), text in changes:
                    first, end = min(at, len(words)), min(at + length, len(words))
                    old = tuple(word.text for word in words[first:end])
                    corrections.append(Correction(first, end, old, text))
                number = history(self.catalog, self.ids[talk])[0].number
                correct(self.catalog, self.ids[talk], corrections, revision=number, by=BY)
            case "everywhere", str(wrong), str(right):
                found = occurrences_like(self.catalog, wrong)
                batch = correct_everywhere(self.catalog, found, wrong=wrong, right=right, by=BY)
                self.batches.append(batch.id)
            case "undo everywhere", int(number), _:
                if number < len(self.batches):
                    undo_everywhere(self.catalog, self.batches[number], by=BY)
            case "undo", int(talk), int(number):
                undo(self.catalog, self.ids[talk], number, by=BY)
            case "restore", int(talk), int(number):
                restore(self.catalog, self.ids[talk], number, by=BY)

    def moments(self, talk: int, text: str) -> list[Moment]:
        return self.searcher.moments(self.slugs[talk], f'"{text}"')

    def check(self) -> None:
        update(self.catalog, self.index)
        known = {s for text in (*SPOKEN, "neap", "Zürich") for s in surfaces(text)}
        for talk in range(2):
            words = self.words(talk)
            assert all(word.end_ms > word.start_ms for word in words)
            assert [w.start_ms for w in words] == sorted(w.start_ms for w in words)
            now: dict[str, set[tuple[int, int]]] = defaultdict(set)
            before: dict[str, set[tuple[int, str]]] = defaultdict(set)
            for word in words:
                for surface in surfaces(word.text):
                    now[surface].add((word.start_ms, word.end_ms))
                if surfaces(word.corrected_from) != surfaces(word.text):
                    for surface in surfaces(word.corrected_from):
                        before[surface].add((word.start_ms, word.corrected_from))
            for surface in known:
                found = self.moments(talk, surface)
                said = {(m.start_ms, m.end_ms) for m in found if not m.corrected_from}
                assert said == now[surface], surface
                mended = {(m.start_ms, m.corrected_from) for m in found if m.corrected_from}
                assert mended == before[surface], surface
            self._check_phrases(talk, words)

    def _check_phrases(self, talk: int, words: tuple[Word, ...]) -> None:
        """Each pair of words is found where it stands, and as often."""
        row = [(surface, word) for word in words for surface in surfaces(word.text)]
        pairs: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for (one, first), (other, last) in pairwise(row):
            pairs[f"{one} {other}"].add((first.start_ms, last.end_ms))
        for pair, places in pairs.items():
            found = [moment for moment in self.moments(talk, pair) if not moment.corrected_from]
            assert {(moment.start_ms, moment.end_ms) for moment in found} == places, pair


@contextmanager
def archive_in(home: Path) -> Iterator[Archive]:
    catalog = Catalog.open(load_settings(home=home))
    archive = Archive(catalog, home)
    yield archive
    archive.index.close()
    catalog.close()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=30),
    second=st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=10),
    steps=st.lists(STEPS, max_size=8),
)
def test_every_word_is_found_exactly_where_the_transcript_has_it(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[str],
    second: list[str],
    steps: list[tuple[str, object, object]],
) -> None:
    with archive_in(tmp_path_factory.mktemp("home")) as archive:
        archive.say(0, first)
        archive.say(1, second)
        archive.check()
        for step in steps:
            archive.do(*step)
        archive.check()
        for talk, revisions in archive.seen.items():
            for number, words in revisions.items():
                assert words_at(archive.catalog, archive.ids[talk], number) == words


@pytest.fixture
def shore(tmp_path: Path) -> Iterator[Archive]:
    with archive_in(tmp_path / "home") as archive:
        said = "thanks to Palitapong, who saw the mood over Bally Tapong Bay"
        archive.say(0, said.split())
        archive.say(1, ["nothing", "of", "the", "kind"])
        yield archive


def change(shore: Archive, wrong: str, right: str) -> None:
    found = occurrences_like(shore.catalog, wrong)
    correct_everywhere(shore.catalog, found, wrong=wrong, right=right, by=BY)
    update(shore.catalog, shore.index)


def test_the_wrong_form_finds_the_place_and_says_what_stands_there(shore: Archive) -> None:
    change(shore, "Palitapong", "Palittapong")
    (hit,) = shore.searcher.search("palitapong").talks
    (moment,) = hit.moments
    assert (hit.slug, hit.occurrences, hit.moments_total) == ("one", 0, 1)
    assert hit.matched_in == ("corrected",)
    assert moment.corrected_from == "Palitapong,"
    assert moment.text.startswith("thanks to Palittapong, who saw")
    assert [moment.text[slice(*span)] for span in moment.spans] == ["Palittapong"]
    assert moment.start_ms == 1400
    results = shore.searcher.search("palittapong")
    assert (results.totals.talks, results.totals.occurrences) == (1, 1)
    assert results.talks[0].moments[0].corrected_from == ""


def test_a_wrong_form_counts_as_spoken_where_the_programme_alone_does_not(shore: Archive) -> None:
    edit_talk(shore.catalog, shore.ids[1], {"title": ["On Palitapong"]})
    change(shore, "Palitapong", "Palittapong")
    hits = shore.searcher.search("palitapong").talks
    assert {hit.slug for hit in hits} == {"one", "two"}
    assert [hit.slug for hit in shore.searcher.search("palitapong", spoken=True).talks] == ["one"]


def test_a_wrong_phrase_finds_the_place_although_it_has_fewer_words_now(shore: Archive) -> None:
    change(shore, "Bally Tapong", "Palittapong")
    (moment,) = shore.searcher.search('"bally tapong"').talks[0].moments
    assert (moment.corrected_from, moment.text[slice(*moment.spans[0])]) == (
        "Bally Tapong",
        "Palittapong",
    )
    assert not shore.searcher.search('"over bally"').talks
    assert shore.searcher.search('"over palittapong bay"').totals.occurrences == 1


def test_who_excludes_the_wrong_form_finds_what_was_corrected(shore: Archive) -> None:
    change(shore, "mood", "moon")
    assert [hit.slug for hit in shore.searcher.search("moon -mood").talks] == ["one"]


def test_other_words_of_a_query_are_shown_beside_what_was_corrected(shore: Archive) -> None:
    change(shore, "mood", "moon")
    (hit,) = shore.searcher.search("mood thanks").talks
    assert [(moment.start_ms, moment.corrected_from) for moment in hit.moments] == [
        (0, ""),
        (4200, "mood"),
    ]
    assert hit.occurrences == 1


def test_a_change_that_is_taken_back_leaves_no_trace_of_it_in_search(shore: Archive) -> None:
    change(shore, "mood", "moon")
    undo(shore.catalog, shore.ids[0], 2, by=BY)
    update(shore.catalog, shore.index)
    assert not shore.searcher.search("moon").talks
    (moment,) = shore.searcher.search("mood").talks[0].moments
    assert moment.corrected_from == ""
    with pytest.raises(EditConflict):
        undo(shore.catalog, shore.ids[0], 2, by=BY)
    assert join_words(shore.words(0)).count("mood") == 1


def test_a_place_that_still_answers_in_another_form_is_shown_once(shore: Archive) -> None:
    """``moods`` finds ``mood`` by its stem, so what stood there before adds no second hit."""
    change(shore, "mood", "moods")
    (hit,) = shore.searcher.search("mood").talks
    assert [moment.corrected_from for moment in hit.moments] == [""]
    assert (hit.occurrences, hit.moments_total) == (1, 1)
    assert len(shore.searcher.moments("one", "mood")) == 1
