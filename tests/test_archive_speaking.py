"""Who spoke when, as a person says it: by words, with a history, and taken back."""

from __future__ import annotations

import pytest
from test_archive_corrections import ADA, BO, change, heard, shown

from archive.catalog import Catalog
from archive.corrections import speaking
from archive.corrections.history import RevisionKind, history
from archive.corrections.saving import restore, undo
from archive.corrections.who_spoke import SpeakerChange, speaker_changes
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
    undo(catalog, talk.id, number, by=BO)
    assert catalog.turns(talk) == before
    with pytest.raises(UserError, match="otherwise"):
        undo(catalog, talk.id, number, by=BO)
    with pytest.raises(UserError, match="changed no words, and nothing of who"):
        undo(catalog, talk.id, 1, by=BO)
    with pytest.raises(NotFound):
        undo(catalog, talk.id, 9, by=BO)


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
    undo(catalog, talk.id, number, by=BO)
    assert catalog.turns(talk) == before


def test_a_correction_of_words_is_merged_over_a_change_of_turns(
    catalog: Catalog, talk: Talk
) -> None:
    speaking.give_words(catalog, talk, 0, 3, "bo-sample", revision=1, by=ADA)
    change(catalog, talk.id, "Good", "Fine", on=1, by=BO)
    assert shown(catalog, talk.id).transcript.words[0].text == "Fine"
    assert history(catalog, talk.id)[0].number == 3


def test_a_revision_is_brought_back_with_who_spoke_then(catalog: Catalog, talk: Talk) -> None:
    speaking.give_words(catalog, talk, 9, 12, "bo-sample", revision=1, by=ADA)
    then = catalog.turns(talk)
    # Words before the turn come and go: turns stand in the time of the recording.
    change(catalog, talk.id, "Good", "A very good", by=BO)
    speaking.give_words(catalog, talk, 0, 4, None, revision=3, by=BO)
    speaking.merge_turns(catalog, talk, 6, 10, revision=4, by=BO)
    now = catalog.turns(talk)
    assert restore(catalog, talk.id, 2, by=ADA) == 6
    assert catalog.turns(talk) == then
    assert "".join(voices(catalog, talk)) == "aaabbbaaabbba"
    assert history(catalog, talk.id)[0].kind is RevisionKind.RESTORED
    # Bringing back is a revision: it is taken back, whole, and brought back again.
    undo(catalog, talk.id, 6, by=BO)
    assert catalog.turns(talk) == now
    assert shown(catalog, talk.id).transcript.words[0].text == "A"
    restore(catalog, talk.id, 6, by=ADA)
    assert catalog.turns(talk) == then
    restore(catalog, talk.id, 1, by=ADA)
    assert "".join(voices(catalog, talk)) == "aaabbbaaaaaaa"


def test_who_spoke_is_brought_back_where_no_word_differs(catalog: Catalog, talk: Talk) -> None:
    before = catalog.turns(talk)
    speaking.give_words(catalog, talk, 9, 12, "bo-sample", revision=1, by=ADA)
    assert speaker_changes(catalog, talk, 2, 1) == (SpeakerChange(8950, 11_950, BO, ADA),)
    assert restore(catalog, talk.id, 1, by=BO) == 3
    assert catalog.turns(talk) == before
    assert restore(catalog, talk.id, 1, by=BO) == 3
    assert speaker_changes(catalog, talk, 3, 1) == ()


def test_where_voices_were_told_apart_anew_only_the_words_come_back(
    catalog: Catalog, talk: Talk
) -> None:
    change(catalog, talk.id, "Good", "Fine", by=BO)
    speaking.give_words(catalog, talk, 9, 12, "bo-sample", revision=2, by=ADA)
    save_turns(catalog, talk, [Turn(0, 13_500, "ada-example", "ada-example", 0.9, "machine")])
    told = catalog.turns(talk)
    assert speaker_changes(catalog, talk, 3, 1) is None
    restore(catalog, talk.id, 1, by=ADA)
    assert shown(catalog, talk.id).transcript.words[0].text == "Good"
    assert catalog.turns(talk) == told


def test_taking_back_who_spoke_does_not_count_as_confirmed_words(
    catalog: Catalog, talk: Talk
) -> None:
    speaking.give_words(catalog, talk, 9, 12, "bo-sample", revision=1, by=ADA)
    undo(catalog, talk.id, 2, by=BO)
    newest = history(catalog, talk.id)[0]
    assert (newest.kind, newest.old_text, newest.new_text) == (RevisionKind.TURNS, BO, ADA)
    assert newest.start_ms == 9000
    heard(catalog, talk.id, "Another transcript now.")
    assert shown(catalog, talk.id).transcript.words[0].text == "Another"
