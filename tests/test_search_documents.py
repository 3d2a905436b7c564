"""What the index holds about a talk, built from the catalog's types."""

from __future__ import annotations

from search_seed import segment

from archive.types import Appearance, Chapter, Segment, Speaker, Talk, Track, Transcript, Turn, Word
from search.documents import talk_document


def test_turns_of_others_stand_between_a_speakers_words() -> None:
    talk = Talk(
        1,
        "duet",
        "Duet",
        appearances=tuple(
            Appearance(Speaker(n, name, name)) for n, name in ((1, "ada"), (2, "bo"))
        ),
    )
    words = segment("we begin yes we end")
    turns = [
        Turn(0, 799, "ada", "ada"),
        Turn(800, 1199, "bo", "bo"),
        Turn(1200, 9999, "ada", "ada"),
    ]
    transcript = Transcript(1, Track.ORIGINAL, "en", "captions", segments=(words,))
    first, second = talk_document(talk, None, [transcript], turns).speeches
    assert (first.speaker, first.stream.surfaces) == ("ada", ("we", "begin", "", "we", "end"))
    assert (second.speaker, second.stream.surfaces) == ("bo", ("yes",))
    assert first.stream.text == "we begin … we end"


def test_chapters_are_found_as_what_the_programme_says() -> None:
    talk = Talk(1, "sea", "The Sea", chapters=(Chapter(0, "Spring & neap"),))
    entries = talk_document(talk, None, []).programme
    assert [(entry.field, entry.stream.text) for entry in entries] == [
        ("title", "The Sea"),
        ("chapter", "Spring & neap"),
    ]


def test_segments_are_parted_by_blanks_where_their_script_writes_them() -> None:
    words = {"ko": ("한국어", "문장"), "ja": ("東", "京"), "en": ("spring", "tide")}
    for language, (first, second) in words.items():
        segments = tuple(
            Segment(at, at + 500, (Word(text, False, at, at + 500),))
            for at, text in ((0, first), (1000, second))
        )
        transcript = Transcript(1, Track.ORIGINAL, language, "machine", segments=segments)
        (speech,) = talk_document(Talk(1, "a", "A"), None, [transcript]).speeches
        assert speech.stream.text == (first + second if language == "ja" else f"{first} {second}")
