"""What every search engine must do: subclass this with an ``index`` fixture.

Each test stands for a fault that was seen in some search system.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from search_seed import asking, document, matched_text, near, quoted, speech

from archive.types import Track
from search.documents import TalkDocument
from search.index import Request, SearchIndex, Wanted


class Breaking(list[TalkDocument]):
    """A batch that cannot be read to its end."""

    def __iter__(self) -> Iterator[TalkDocument]:
        yield from super().__iter__()
        raise InterruptedError("the batch broke off")


class SearchIndexContract:
    """What every engine does; a subclass gives the fixture ``index``, an empty SearchIndex."""

    def found(self, index: SearchIndex, *wanted: Wanted | str) -> list[int]:
        return [match.talk_id for match in index.search(asking(*wanted)).matches]

    def test_an_empty_index_finds_nothing(self, index: SearchIndex) -> None:
        assert self.found(index, "sea") == []
        assert index.indexed() == {}
        assert index.vocabulary().frequency("sea") == 0

    def test_a_talk_replaced_twice_in_one_batch_is_there_once(self, index: SearchIndex) -> None:
        index.replace([document(1, "old tide"), document(1, "new tide", revision=2)])
        assert self.found(index, "tide") == [1]
        assert self.found(index, "old") == []
        assert index.indexed() == {1: 2}

    def test_replacing_takes_everything_of_the_talk_away(self, index: SearchIndex) -> None:
        index.replace([document(1, "one tide", speech("two", speaker="bo"), title="three")])
        index.replace([document(1, "four", revision=2)])
        assert [self.found(index, word) for word in ("one", "two", "three", "four")] == [
            [], [], [], [1],
        ]  # fmt: skip

    def test_removed_talks_are_gone_and_unknown_ones_do_no_harm(self, index: SearchIndex) -> None:
        index.replace([document(1, "tide"), document(2, "tide")])
        index.remove([1, 99])
        assert self.found(index, "tide") == [2]
        assert index.indexed() == {2: 1}

    def test_an_error_in_a_batch_is_that_error_and_changes_nothing(
        self, index: SearchIndex
    ) -> None:
        index.replace([document(1, "tide")])
        with pytest.raises(InterruptedError, match="broke off"):
            index.replace(Breaking([document(1, "moon", revision=2), document(2, "moon")]))
        assert self.found(index, "tide") == [1]
        assert index.indexed() == {1: 1}
        index.replace([document(3, "moon")])
        assert self.found(index, "moon") == [3]

    def test_an_empty_allow_list_allows_nothing(self, index: SearchIndex) -> None:
        index.replace([document(1, "tide")])
        assert not index.search(asking("tide", talks=frozenset())).matches
        assert len(index.search(asking("tide", talks=frozenset({1}))).matches) == 1

    @pytest.mark.parametrize(
        ("text", "wanted", "found"),
        [
            ("the letter C stands here", "c", True),
            ("to be, or not to be", quoted("to be or not to be"), True),
            ("a state of the art", quoted("state of the art"), True),
            ("a state art", quoted("state of the art"), False),
            ("state of our art", quoted("state of the art"), False),
            ("in São Paulo", quoted("sao paulo"), True),
            ("we can’t", "cant", True),
            ("written in C++", "c++", True),
            ("at 10:30 sharp", quoted("10 30"), True),
            ("on www.x.org", quoted("www x org"), True),
            ("1,000 people", "1000", True),
            ("今日は東京です", quoted("東 京"), True),
            ("今日は東の京です", quoted("東 京"), False),
        ],
    )
    def test_words_and_phrases_are_found_as_they_are(
        self, index: SearchIndex, text: str, wanted: Wanted | str, found: bool
    ) -> None:
        index.replace([document(1, text)])
        assert self.found(index, wanted) == [1] * found

    def test_the_first_and_the_last_words_are_found(self, index: SearchIndex) -> None:
        index.replace([document(1, "alpha beta gamma delta omega", title="first last")])
        for phrase in ("alpha", "alpha beta", "delta omega", "omega", "first", "last"):
            assert self.found(index, quoted(phrase)) == [1]
        assert self.found(index, quoted("omega first")) == []

    def test_no_phrase_leaps_from_one_speech_or_entry_into_another(
        self, index: SearchIndex
    ) -> None:
        index.replace(
            [
                document(
                    1, "one two | three", speech("four", speaker="bo"), title="five", event="six"
                )
            ]
        )
        assert self.found(index, quoted("one two")) == [1]
        for leap in ("two three", "three four", "four five", "five six"):
            assert self.found(index, quoted(leap)) == []

    def test_a_talk_matches_over_programme_and_speeches_together(self, index: SearchIndex) -> None:
        index.replace([document(1, "tide", title="moon"), document(2, "tide", title="sun")])
        assert self.found(index, "tide", "moon") == [1]
        assert self.found(index, quoted("tide"), quoted("moon")) == [1]

    def test_excluded_words_exclude_wherever_they_stand(self, index: SearchIndex) -> None:
        index.replace(
            [document(1, "tide", title="moon"), document(2, "tide moon"), document(3, "tide")]
        )
        found = index.search(asking("tide", excluded=[("moon",)]))
        assert [match.talk_id for match in found.matches] == [3]

    def test_totals_are_those_of_all_matches_whatever_the_page(self, index: SearchIndex) -> None:
        index.replace([document(n, "tide " * n) for n in range(1, 8)])
        for limit in (0, 1, 20):
            found = index.search(Request((Wanted((("tide",),)),), limit=limit))
            assert sum(match.occurrences for match in found.matches) == 28
            assert len(found.matches) == 7
            assert len(found.evidence) == min(limit, 7)

    def test_pages_follow_each_other_without_gap_or_repeat(self, index: SearchIndex) -> None:
        index.replace([document(n, "tide moon " * (n % 3 + 1)) for n in range(1, 12)])
        wanted = asking("tide", "moon").wanted
        pages = [
            list(index.search(Request(wanted, offset=at, limit=4)).evidence) for at in (0, 4, 8, 12)
        ]
        every = [match.talk_id for match in index.search(Request(wanted)).matches]
        assert [talk for page in pages for talk in page] == every
        assert sorted(every) == list(range(1, 12))

    def test_spans_slice_to_the_matched_words(self, index: SearchIndex) -> None:
        index.replace([document(1, "The cafe\u0301’s “Tide”, and the ﬁnal tide: 東京です")])
        found = index.search(asking("tide", "cafes", quoted("東 京"), quoted("the final")))
        assert matched_text(found.evidence[1]) == [
            "cafe\u0301’s",
            "Tide",
            "the ﬁnal",
            "tide",
            "東京",
        ]

    def test_occurrences_count_the_original_where_both_tracks_match(
        self, index: SearchIndex
    ) -> None:
        both = [speech("maré maré tide", language="pt"), speech("tide", track=Track.ENGLISH)]
        english = [speech("maré", language="pt"), speech("tide tide", track=Track.ENGLISH)]
        index.replace([document(1, *both), document(2, *english)])
        counts = {m.talk_id: m.occurrences for m in index.search(asking("tide")).matches}
        assert counts == {1: 1, 2: 2}
        found = index.search(asking("tide"))
        assert [one.track for one in found.evidence[1].speeches] == [Track.ORIGINAL]

    def test_the_other_track_stands_beside_what_was_found(self, index: SearchIndex) -> None:
        both = [speech("maré alta", language="pt"), speech("high tide", track=Track.ENGLISH)]
        index.replace([document(1, *both, title="tide"), document(2, "tide")])
        for word, track in (("mare", Track.ENGLISH), ("high", Track.ORIGINAL)):
            evidence = index.search(asking(word)).evidence[1]
            assert [one.track for one in evidence.beside] == [track]
            request = Request((Wanted(((word,),)),), languages=("pt", "en"))
            assert index.search(request).evidence[1].beside[0].track is track
        only = index.search(Request((Wanted((("mare",),)),), languages=("pt",))).evidence[1]
        assert [one.stream.text for one in only.beside] == ["high tide"]
        assert index.search(asking("tide")).evidence[2].beside == ()
        silent = Request((Wanted((("tide",),)),), languages=("pt",))
        assert index.search(silent).evidence[1].beside == ()

    def test_a_speakers_filter_hears_only_that_speaker(self, index: SearchIndex) -> None:
        talk = document(
            1, speech("tide"), speech("moon", speaker="bo"), speech("sun", speaker=None)
        )
        index.replace([talk])
        for word, found in (("tide", 1), ("moon", 0), ("sun", 0)):
            request = Request((Wanted(((word,),)),), speakers=frozenset({"ada"}))
            assert len(index.search(request).matches) == found

    def test_most_of_three_words_is_a_second_tier(self, index: SearchIndex) -> None:
        index.replace([document(1, "tide moon"), document(2, "tide moon sea"), document(3, "tide")])
        found = index.search(asking("tide", "moon", "sea"))
        assert [(match.talk_id, match.full) for match in found.matches] == [(2, True), (1, False)]
        assert [match.talk_id for match in index.search(asking("tide", "moon")).matches] == [1, 2]

    @pytest.mark.parametrize(
        ("within", "parts", "found"),
        [
            (3, ("alpha", "omega"), ["alpha b c d omega"]),
            (2, ("alpha", "omega"), []),
            (3, ("omega", "alpha"), ["alpha b c d omega"]),
            (2, ("alpha b", "d omega"), ["alpha b c d omega"]),
            (0, ("c", "b"), ["b c"]),
            (9, ("alpha", "tail"), []),
            (9, ("omega", "next"), []),
            (1, ("b", "d", "alpha"), []),
            (1, ("d", "b", "alpha"), ["alpha b c d"]),
            (5, ("c", "c"), []),
            (5, ("b c", "c d"), []),
        ],
    )
    def test_near_wants_so_few_words_between_in_any_order_and_no_gap(
        self, index: SearchIndex, within: int, parts: tuple[str, ...], found: list[str]
    ) -> None:
        index.replace([document(1, speech("Alpha b c, d omega | next"), title="tail")])
        answer = index.search(asking(near(within, *parts)))
        texts = [matched_text(one) for one in answer.evidence.values()]
        assert [text.lower().replace(",", "") for one in texts for text in one] == found
        assert sum(match.occurrences for match in answer.matches) == len(found)

    def test_occurrences_of_near_are_the_shortest_stretches(self, index: SearchIndex) -> None:
        index.replace([document(1, "sea x tide y sea sea z z z z tide", title="tide of the sea")])
        (match,) = index.search(asking(near(3, "sea", "tide"))).matches
        assert match.occurrences == 2
        evidence = index.search(asking(near(3, "sea", "tide"))).evidence[1]
        assert matched_text(evidence) == ["sea x tide", "tide y sea"]
        marks = evidence.speeches[0].marks
        assert [*zip(marks.first.tolist(), marks.last.tolist(), strict=True)] == [
            (0, 0), (2, 2), (4, 4),
        ]  # fmt: skip
        assert [entry.field for entry in evidence.programme] == ["title"]

    def test_one_of_several_is_enough_and_counts_as_one_clause(self, index: SearchIndex) -> None:
        index.replace(
            [
                document(1, "sea of tide"),
                document(2, "moon"),
                document(3, "the sea the moon"),
                document(4, "sun sea"),
            ]
        )
        either = Wanted((("moon",), ("the", "sea")), near=near(1, "sea", "tide").near)
        assert sorted(self.found(index, either)) == [1, 2, 3]
        assert sorted(self.found(index, either, "sea")) == [1, 3]
        found = index.search(asking(either, "sun", "sea"))
        assert {match.talk_id: match.full for match in found.matches} == {
            1: False, 3: False, 4: False,
        }  # fmt: skip
        assert {match.talk_id: match.occurrences for match in found.matches} == {1: 2, 3: 3, 4: 2}

    def test_by_day_the_newest_come_first_in_each_tier(self, index: SearchIndex) -> None:
        index.replace([document(n, "tide moon sea" if n % 2 else "tide moon") for n in range(1, 7)])
        wanted = asking("tide", "moon", "sea").wanted
        days = {1: 5, 2: 9, 3: 7, 4: 7, 5: 5}
        found = index.search(Request(wanted, days=days, offset=1, limit=3))
        assert [match.talk_id for match in found.matches] == [3, 1, 5, 2, 4, 6]
        assert list(found.evidence) == [1, 5, 2]
        assert [match.full for match in found.matches] == [True] * 3 + [False] * 3

    def test_speech_in_any_of_the_languages_is_heard(self, index: SearchIndex) -> None:
        talk = [speech("tide", language="pt-BR"), speech("tide", language="en", speaker="bo")]
        index.replace([document(1, *talk, speech("tide", language="de", speaker="cleo"))])
        for languages, heard in (((), 3), (("pt", "EN"), 2), (("pt-br",), 1), (("p",), 0)):
            request = Request((Wanted((("tide",),)),), languages=languages)
            assert sum(match.occurrences for match in index.search(request).matches) == heard

    def test_what_stood_there_before_it_was_corrected_is_found_and_is_no_speech(
        self, index: SearchIndex
    ) -> None:
        index.replace([document(1, "the full moon<mood_of_the shines"), document(2, "the mood")])
        assert sorted(self.found(index, "mood")) == [1, 2]
        assert self.found(index, quoted("mood of the")) == [1]
        # What stands there now counts alone, and no phrase leaps from one to the other.
        assert self.found(index, quoted("full mood")) == []
        assert self.found(index, quoted("full moon shines")) == [1]
        found = index.search(asking(quoted("mood of")))
        (match,) = found.matches
        assert match.occurrences == 0
        evidence = found.evidence[1]
        assert evidence.speeches == ()
        (before,) = evidence.corrected
        assert before.stream.text == "the full moon shines"
        (first,) = before.hits.first.tolist()
        assert before.corrected.start_ms[first] == before.stream.start_ms[2]

    def test_who_excludes_a_word_does_not_miss_what_was_corrected(self, index: SearchIndex) -> None:
        index.replace([document(1, "the moon<mood"), document(2, "the moon mood")])
        found = index.search(asking("moon", excluded=[("mood",)])).matches
        assert [match.talk_id for match in found] == [1]

    def test_what_was_corrected_is_found_with_its_speaker_and_language_alone(
        self, index: SearchIndex
    ) -> None:
        index.replace(
            [document(1, speech("moon<mood", speaker="ada"), speech("sea", speaker="bo"))]
        )
        wanted = asking("mood").wanted
        for speakers, languages, count in (
            (frozenset({"ada"}), (), 1),
            (frozenset({"bo"}), (), 0),
            (None, ("en",), 1),
            (None, ("pt",), 0),
        ):
            request = Request(wanted, speakers=speakers, languages=languages)
            assert len(index.search(request).matches) == count

    def test_no_word_is_suggested_that_was_corrected(self, index: SearchIndex) -> None:
        index.replace([document(1, "the moon<mood")])
        assert index.vocabulary().frequency("mood") == 0
        assert index.vocabulary().frequency("moon") == 1

    def test_words_side_by_side_come_before_words_far_apart(self, index: SearchIndex) -> None:
        apart = "tide " + "and " * 60 + "moon"
        index.replace([document(1, apart), document(2, "and " * 60 + "tide moon")])
        assert self.found(index, "tide", "moon") == [2, 1]

    def test_words_are_counted_by_speaker_and_language_without_translations(
        self, index: SearchIndex
    ) -> None:
        english = speech("Sea the tide", track=Track.ENGLISH)
        index.replace(
            [
                document(1, speech("The sea, the Sea | the SEA the sea"), english),
                document(
                    2, speech("the tide and the sea", speaker="bo"), speech("sea", speaker=None)
                ),
                document(3, speech("o mar o mar", language="pt-BR"), speech("mar", speaker="bo")),
            ]
        )
        index.remove([3])
        (use,) = index.word_use("ada", 2)
        assert (use.language, use.surfaces, use.written) == ("en", ("sea", "the"), ("sea", "the"))
        assert (use.own.tolist(), use.others.tolist()) == ([4, 4], [1, 2])
        assert (use.own_total, use.others_total, use.speakers) == (8, 5, 1)
        assert index.word_use("nobody", 1) == ()

    def test_six_threads_and_a_writer_see_whole_talks_only(self, index: SearchIndex) -> None:
        index.replace([document(n, "tide zero", revision=0) for n in range(4)])
        wrong: list[object] = []
        done = threading.Event()

        def read() -> None:
            while not done.is_set():
                found = index.search(asking(quoted("tide zero").runs[0][0]))
                if [match.occurrences for match in found.matches] != [1] * 4:
                    wrong.append(found.matches)

        threads = [threading.Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        for revision in range(1, 6):
            index.replace([document(n, f"tide {revision}", revision=revision) for n in range(4)])
        done.set()
        for thread in threads:
            thread.join()
        assert not wrong
