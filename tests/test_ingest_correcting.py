"""A transcript that was corrected elsewhere comes back as a checked revision of its talk."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Run

from archive.catalog import Catalog
from archive.corrections.history import RevisionKind, history
from archive.corrections.present import Present, present
from archive.programme import SpeakerEntry, TalkEntry, save_programme
from archive.segments import segments_from_words
from archive.settings import load_settings
from archive.turns import turns_of_words
from archive.types import Word, join_words
from archive.work.recordings import StoredMedia, attach_recording
from archive.work.transcripts import begin_transcript, finish_transcript, save_piece

ADA, BO = "Ada Example", "Bo Sample"
TEXT = (
    "The tide comes in twice a day said Palitapong and the mood is why. "
    "Now then who has a question for the keeper of the light out there."
)


@pytest.fixture
def keeper(podium: Run, tmp_path: Path) -> Path:
    """A talk of two speakers that a machine heard, a word each 400 ms; a folder for files."""
    with closing(Catalog.open(load_settings())) as catalog:
        people = (SpeakerEntry(ADA), SpeakerEntry(BO))
        entries = [
            TalkEntry("The Keeper", slug="keeper", language="en", speakers=people),
            TalkEntry("Nothing yet", slug="waits", language="en"),
        ]
        talk_id, _ = save_programme(catalog, None, entries).talk_ids
        media = StoredMedia("a" * 64, "audio", "audio/wav", 3, 20_000, 0, 0, "aa/a.wav")
        attach_recording(catalog, talk_id, media)
        words = [Word(w, n > 0, 400 * n, 400 * n + 350, 0.6) for n, w in enumerate(TEXT.split())]
        begun = begin_transcript(
            catalog, talk_id, engine="e", model="m", settings={}, language="en"
        )
        segments = segments_from_words(words, language="en")
        begun = save_piece(catalog, talk_id, begun, segments, end_ms=20_000)
        finish_transcript(catalog, talk_id, begun.id)
    return tmp_path


def shown(slug: str = "keeper") -> Present:
    with closing(Catalog.open(load_settings())) as catalog:
        found = present(catalog, catalog.talk(slug).id)
        assert found is not None
        return found


def revisions() -> list[RevisionKind]:
    with closing(Catalog.open(load_settings())) as catalog:
        return [one.kind for one in history(catalog, catalog.talk("keeper").id)]


def bring(podium: Run, file: Path, text: str, *more: str) -> tuple[int, str, str]:
    file.write_text(text, encoding="utf-8")
    return podium("ingest", str(file), "--talk", "keeper", *more)


def right(text: str) -> str:
    return text.replace("Palitapong", "Prasit Palittapong,").replace("mood", "moon")


def test_an_export_that_was_corrected_comes_back_and_words_keep_their_times(
    podium: Run, keeper: Path
) -> None:
    before = shown().transcript.words
    exported = podium("export", "keeper", "--format", "srt")[1]
    code, _, err = bring(podium, keeper / "fixed.srt", right(exported), "--by", ADA)
    assert code == 0, err
    after = shown()
    assert join_words(after.transcript.words) == right(TEXT)
    assert after.transcript.checked_by == ADA
    assert "26 words keep their times, 2 places changed" in err
    times = {word.text: word.start_ms for word in before}
    assert all(times[w.text] == w.start_ms for w in after.transcript.words if w.text in times
               and w.text not in ("the", "a"))  # fmt: skip
    prasit, name = after.transcript.words[8:10]
    assert (prasit.start_ms, name.end_ms) == (before[8].start_ms, before[8].end_ms)
    assert revisions() == [RevisionKind.IMPORTED, RevisionKind.MADE]
    found = json.loads(podium("search", "palitapong", "--json")[1])["talks"][0]["moments"]
    assert [moment["corrected_from"] for moment in found] == ["Palitapong"]


def test_a_text_without_times_comes_back_too(podium: Run, keeper: Path) -> None:
    code, out, _ = bring(podium, keeper / "fixed.txt", right(TEXT), "--by", BO, "--json")
    assert code == 0
    documents = [json.loads(line) for line in out.splitlines()]
    (brought,) = [one for one in documents if "unplaced" in one]
    assert brought == {"talk": "keeper", "revision": 2, "kept": 26, "changed": 2, "unplaced": []}
    assert join_words(shown().transcript.words) == right(TEXT)


def test_captions_where_there_is_no_transcript_are_the_first_one_and_the_same_twice_is_one(
    podium: Run, keeper: Path
) -> None:
    file = keeper / "a.vtt"
    file.write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nThe mood is full\n")
    assert podium("ingest", str(file), "--talk", "waits")[0] == 0
    assert podium("correct", "waits", "mood", "moon")[0] == 0
    assert podium("ingest", str(file), "--talk", "waits")[0] == 0
    assert join_words(shown("waits").transcript.words) == "The moon is full"
    (keeper / "b.txt").write_text("The moon")
    code, _, err = podium("ingest", str(keeper / "b.txt"), "--talk", "waits")
    assert code == 0, err


def test_a_text_without_times_needs_a_transcript(podium: Run, keeper: Path) -> None:
    (keeper / "b.txt").write_text("The moon")
    code, _, err = podium("ingest", str(keeper / "b.txt"), "--talk", "waits")
    assert (code, "no transcript yet" in err) == (2, True)


def test_names_of_known_speakers_say_who_speaks(podium: Run, keeper: Path) -> None:
    first, second = TEXT.split(". ")
    vtt = (
        f"WEBVTT\n\n00:00.000 --> 00:05.550\n<v {ADA}>{first}.\n\n"
        f"00:05.600 --> 00:11.000\n<v {BO}>{second}\n\n00:11.000 --> 00:11.200\n<v Nobody>!\n"
    )
    code, _, err = bring(podium, keeper / "fixed.vtt", vtt)
    assert code == 0, err
    assert "Nobody is nobody the archive knows" in err
    with closing(Catalog.open(load_settings())) as catalog:
        talk = catalog.talk("keeper")
        found = turns_of_words(shown().transcript.words, catalog.turns(talk))
    voices = [turn.voice if turn else "" for turn in found]
    assert voices == ["ada-example"] * 14 + ["bo-sample"] * (len(voices) - 14)
    # The names come back as they go out, and are no words.
    again = podium("export", "keeper", "--format", "txt")[1]
    assert bring(podium, keeper / "again.txt", again)[0] == 0
    assert ADA.split()[0] not in join_words(shown().transcript.words)


def test_what_has_no_room_is_listed_and_the_rest_is_taken(podium: Run, keeper: Path) -> None:
    crowded = right(TEXT).replace("who has", f"who {'very ' * 12}has")
    code, _, err = bring(podium, keeper / "fixed.txt", crowded)
    assert code == 0
    assert "could not be placed: very very" in err
    assert join_words(shown().transcript.words) == right(TEXT)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", "", "no words"),
        ("empty.srt", "", "holds no captions"),
        ("marks.txt", "\u202e\x00\u200b", "no words"),
        ("other.txt", "Quite another talk about ships that sail to lands far away", "another talk"),
        (
            "huge.srt",
            "1\n00:00:00,000 --> 00:00:09,000\n" + "many words " * 100_000,
            "200,000 words",
        ),
        ("one.txt", "x" * 1_000_000, "1,000,000 characters"),
    ],
)
def test_what_is_no_correction_of_the_talk_is_refused_and_nothing_changes(
    podium: Run, keeper: Path, name: str, content: str, said: str
) -> None:
    code, _, err = bring(podium, keeper / name, content)
    assert code != 0
    assert said in err
    assert revisions() == [RevisionKind.MADE]
    assert not shown().transcript.checked_by


def test_html_is_text_and_marks_of_direction_are_dropped(podium: Run, keeper: Path) -> None:
    text = TEXT.replace("light", "<script>light</script>").replace("keeper", "kee\u202eper")
    assert bring(podium, keeper / "fixed.txt", text)[0] == 0
    words = [word.text for word in shown().transcript.words]
    assert "<script>light</script>" in words
    assert "keeper" in words
    assert podium("ingest", str(keeper / "fixed.txt"), "--talk", "gone")[0] == 2
