"""Who spoke when, as a person says it: by words, with a history, and taken back."""

from __future__ import annotations

import pytest
from test_archive_corrections import ADA, BO, change, heard, shown

from archive.catalog import Catalog
from archive.corrections import speaking
from archive.corrections.history import RevisionKind, history
from archive.errors import EditConflict, NotFound, UserError
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.turn_rows import save_turns
from archive.turns import turns_of_words
from archive.types import Talk, Turn
from archive.work.recordings import StoredMedia, attach_recording

TEXT = "Good morning all. Thank you Ada. We go on. Any questions now? No."


@pytest.fixture
def talk(catalog: Catalog) -> Talk:
    people = (SpeakerEntry(ADA), SpeakerEntry(BO))
    (talk_id,) = save_programme(
        catalog, None, [TalkEntry("The Session", slug="session", speakers=people)]
    ).talk_ids
    media = StoredMedia("a" * 64, "audio", "audio/wav", 3, 13_500, 0, 0, "aa/a.wav")
    attach_recording(catalog, talk_id, media)
    heard(catalog, talk_id, TEXT)
    found = catalog.talk_by_id(talk_id)
    turns = [("ada-example", 0, 3000), ("bo-sample", 3000, 6000), ("ada-example", 6000, 13_500)]
    save_turns(
        catalog, found, [Turn(start, end, who, who, 0.9, "machine") for who, start, end in turns]
    )
    return found


def voices(catalog: Catalog, talk: Talk) -> list[str]:
    """The voice of each word, by its first letter; ``?`` for one that is not known."""
    words = shown(catalog, talk.id).transcript.words
    found = turns_of_words(words, catalog.turns(talk))
    return ["?" if turn is None or turn.speaker is None else turn.voice[0] for turn in found]


def test_words_are_given_to_a_speaker_and_it_is_undone(catalog: Catalog, talk: Talk) -> None:
    before = catalog.turns(talk)
    number = speaking.give_words(catalog, talk, 9, 12, "bo-sample", revision=1, by=ADA)
    assert "".join(voices(catalog, talk)) == "aaabbbaaabbba"
    newest = history(catalog, talk.id)[0]
    assert (newest.number, newest.kind, newest.made_by) == (number, RevisionKind.TURNS, ADA)
    assert (newest.new_text, newest.start_ms) == (BO, 9000)
    speaking.undo_turns(catalog, talk, number, by=BO)
    assert catalog.turns(talk) == before
    with pytest.raises(UserError, match="otherwise"):
        speaking.undo_turns(catalog, talk, number, by=BO)
    with pytest.raises(UserError, match="nothing of who"):
        speaking.undo_turns(catalog, talk, 1, by=BO)
    with pytest.raises(NotFound):
        speaking.undo_turns(catalog, talk, 9, by=BO)


def test_a_turn_is_split_at_a_word_and_merged_again(catalog: Catalog, talk: Talk) -> None:
    revision = speaking.split_turn(catalog, talk, 9, None, revision=1, by=ADA)
    assert "".join(voices(catalog, talk)) == "aaabbbaaa????"
    with pytest.raises(UserError, match="begins"):
        speaking.split_turn(catalog, talk, 9, None, revision=revision, by=ADA)
    speaking.merge_turns(catalog, talk, 4, 7, revision=revision, by=ADA)
    assert "".join(voices(catalog, talk)) == "aaabbbbbb????"
    with pytest.raises(UserError, match="one turn"):
        speaking.merge_turns(catalog, talk, 4, 7, revision=revision, by=ADA)


def test_words_are_those_of_the_revision_that_the_person_saw(catalog: Catalog, talk: Talk) -> None:
    change(catalog, talk.id, "Good", "A very good", by=BO)
    speaking.give_words(catalog, talk, 9, 12, "bo-sample", revision=1, by=ADA)
    assert "".join(voices(catalog, talk)) == "aaaaabbbaaabbba"
    with pytest.raises(EditConflict):
        speaking.give_words(catalog, talk, 0, 2, "bo-sample", revision=1, by=ADA)


def test_who_gave_all_of_a_talk_keeps_the_rest_when_words_are_given_to_another(
    catalog: Catalog,
) -> None:
    entries = [TalkEntry("Alone", slug="alone", speakers=(SpeakerEntry(ADA),))]
    (talk_id,) = save_programme(catalog, None, entries).talk_ids
    heard(catalog, talk_id, TEXT)
    alone = catalog.talk_by_id(talk_id)
    with pytest.raises(UserError, match="no recording"):
        speaking.give_words(catalog, alone, 3, 6, None, revision=1, by=ADA)
    media = StoredMedia("b" * 64, "audio", "audio/wav", 3, 13_500, 0, 0, "bb/b.wav")
    attach_recording(catalog, talk_id, media)
    alone = catalog.talk_by_id(talk_id)
    speaking.give_words(catalog, alone, 3, 6, None, revision=1, by=ADA)
    assert "".join(voices(catalog, alone)) == "aaa???aaaaaaa"


def test_a_voice_is_named_and_it_is_undone(catalog: Catalog, talk: Talk) -> None:
    before = catalog.turns(talk)
    number, count = speaking.name_voice(catalog, talk, "bo-sample", "ada-example", by=BO)
    assert (count, set(voices(catalog, talk))) == (1, {"a"})
    speaking.undo_turns(catalog, talk, number, by=BO)
    assert catalog.turns(talk) == before


def test_a_correction_of_words_is_merged_over_a_change_of_turns(
    catalog: Catalog, talk: Talk
) -> None:
    speaking.give_words(catalog, talk, 0, 3, "bo-sample", revision=1, by=ADA)
    change(catalog, talk.id, "Good", "Fine", on=1, by=BO)
    assert shown(catalog, talk.id).transcript.words[0].text == "Fine"
    assert history(catalog, talk.id)[0].number == 3
