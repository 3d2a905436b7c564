"""Who spoke each word, and what an editor says over what a machine says."""

from __future__ import annotations

from archive.turns import by_speaker, overlaid, turns_of_words, whole_talk
from archive.types import Appearance, Segment, Speaker, Talk, Turn, Word

ADA, BO = Speaker(1, "ada", "Ada Example"), Speaker(2, "bo", "Bo Sample")


def heard(voice: str, start_ms: int, end_ms: int, source: str = "machine") -> Turn:
    speaker = None if voice.startswith("unknown") else voice
    return Turn(start_ms, end_ms, voice, speaker, 0.8, source)


def said(text: str) -> tuple[Word, ...]:
    """Words of 90 ms, one each 100 ms."""
    return tuple(Word(word, True, n * 100, n * 100 + 90) for n, word in enumerate(text.split()))


def voices(text: str, turns: list[Turn]) -> list[str]:
    return [turn.voice if turn else "" for turn in turns_of_words(said(text), turns)]


def test_a_word_belongs_to_the_turn_that_covers_its_middle() -> None:
    turns = [heard("ada", 0, 240), heard("bo", 240, 400)]
    assert voices("one two three four", turns) == ["ada", "ada", "bo", "bo"]


def test_a_word_beside_all_turns_goes_to_the_nearest_within_half_a_second() -> None:
    assert voices("one two", [heard("ada", 500, 900)]) == ["ada", "ada"]
    assert voices("one two", [heard("ada", 700, 900)]) == ["", ""]


def test_one_stray_word_does_not_tear_a_sentence() -> None:
    turns = [heard("ada", 0, 200), heard("bo", 200, 300), heard("ada", 300, 600)]
    assert voices("we went to the sea", turns) == ["ada"] * 5


def test_a_border_one_word_away_from_the_end_of_a_sentence_moves_there() -> None:
    late = [heard("ada", 0, 200), heard("bo", 200, 600)]
    assert voices("thank you all. Our next one", late) == ["ada"] * 3 + ["bo"] * 3
    early = [heard("ada", 0, 300), heard("bo", 300, 600)]
    assert voices("thank you. Our next one speaks", early) == ["ada"] * 2 + ["bo"] * 4


def test_what_a_person_or_a_file_says_is_exact() -> None:
    turns = [
        heard("ada", 0, 200, "rttm"),
        heard("bo", 200, 300, "rttm"),
        heard("ada", 300, 600, "rttm"),
    ]
    assert voices("we went yes to sea", turns) == ["ada", "ada", "bo", "ada", "ada"]


def test_a_segment_in_which_the_voice_changes_becomes_several() -> None:
    words = said("we begin. You go on")
    segment = Segment(0, 490, words, "en")
    parts = by_speaker([segment], [heard("ada", 0, 200), heard("bo", 200, 500)])
    assert [(part.text, turn.voice if turn else "") for part, turn in parts] == [
        ("we begin.", "ada"),
        ("You go on", "bo"),
    ]
    assert [(part.start_ms, part.end_ms) for part, _ in parts] == [(0, 190), (200, 490)]
    assert by_speaker([segment], [heard("ada", 0, 500)])[0][0] is segment


def test_an_editors_turn_hides_what_is_below_it() -> None:
    told = [heard("ada", 0, 1_000), heard("bo", 1_000, 2_000)]
    assert overlaid(told, [heard("cy", 600, 1_200, "editor")]) == [
        heard("ada", 0, 600),
        heard("cy", 600, 1_200, "editor"),
        heard("bo", 1_200, 2_000),
    ]


def test_a_voice_that_an_editor_named_is_that_person_where_its_borders_moved() -> None:
    named = [heard("ada", 0, 900, "editor"), heard("ada", 5_000, 5_900, "editor")]
    told_anew = [
        heard("unknown-1", 0, 1_000),
        heard("unknown-2", 1_000, 5_000),
        heard("unknown-1", 5_000, 6_000),
    ]
    turns = overlaid(told_anew, named)
    assert [(t.voice, t.start_ms, t.end_ms, t.source) for t in turns] == [
        ("ada", 0, 1_000, "editor"),
        ("unknown-2", 1_000, 5_000, "machine"),
        ("ada", 5_000, 6_000, "editor"),
    ]


def test_one_turn_that_an_editor_gave_away_does_not_name_the_whole_voice() -> None:
    told = [heard("unknown-1", 0, 1_000), heard("unknown-1", 2_000, 9_000)]
    turns = overlaid(told, [heard("bo", 0, 1_000, "editor")])
    assert [(turn.voice, turn.end_ms) for turn in turns] == [("bo", 1_000), ("unknown-1", 9_000)]


def test_a_talk_with_one_speaker_is_theirs_and_a_session_is_nobodys() -> None:
    alone = Talk(1, "one", "One", appearances=(Appearance(ADA),))
    (turn,) = whole_talk(alone)
    assert (turn.speaker, turn.name, turn.source) == ("ada", "Ada Example", "programme")
    assert turns_of_words(said("all of it"), [turn]) == [turn] * 3
    both = Talk(2, "two", "Two", appearances=(Appearance(ADA), Appearance(BO)))
    session = Talk(3, "s", "S", appearances=(Appearance(ADA),), session=True)
    assert whole_talk(both) == whole_talk(session) == ()


def test_a_machines_weak_guess_is_a_likely_one() -> None:
    weak = Turn(0, 1, "ada", "ada", 0.6, "machine", "Ada Example")
    assert weak.likely
    assert not Turn(0, 1, "ada", "ada", 0.6, "editor").likely
    assert not Turn(0, 1, "unknown-3", None, 0.0, "machine").likely
    assert Turn(0, 1, "unknown-3", None, 0.0, "machine").shown_name == "Unknown speaker 3"
