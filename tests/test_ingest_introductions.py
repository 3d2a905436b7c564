"""Hints at who an unknown voice is: introductions, and the order of the programme."""

from __future__ import annotations

import subprocess
from itertools import chain
from pathlib import Path

import pytest
from conftest import SAMPLE, Run
from web_seed import words_of

from archive.types import Appearance, Speaker, Talk, Turn, Word
from ingest.introductions import VoiceHint, voice_hints

ADA = Speaker(1, "ada-example", "Ada Example")
BO = Speaker(2, "bo-samplesen", "Bo Samplesen", aliases=("Samplesen Bo",))
WEI = Speaker(3, "wei-shili", "Wei Shili", aliases=("示例伟",))
TO_THE_DAY = ["--talk", "a-day"]
THANKS = "Thank you Ada Example and now "


def talk(*speakers: Speaker) -> Talk:
    return Talk(1, "day", "A day", appearances=tuple(Appearance(one) for one in speakers))


def said(*parts: tuple[str, int, int]) -> list[Word]:
    return list(chain.from_iterable(words_of(t, from_ms=a, to_ms=b) for t, a, b in parts))


def turn(voice: str, start_s: int, end_s: int, speaker: Speaker | None = None) -> Turn:
    slug = speaker.slug if speaker else None
    return Turn(start_s * 1000, end_s * 1000, slug or voice, slug, source="machine")


# A moderator between two talks.
TURNS = [turn("unknown-1", 0, 100), turn("unknown-2", 100, 130), turn("unknown-3", 131, 240)]


def hints_after(introduction: str, *speakers: Speaker) -> list[VoiceHint]:
    words = said(
        ("the sea is deep " * 20, 0, 100_000),
        (introduction, 101_000, 129_000),
        ("and it is cold " * 20, 131_000, 240_000),
    )
    return voice_hints(talk(*speakers), words, TURNS)


def test_who_is_named_last_before_a_voice_may_be_it() -> None:
    (hint,) = hints_after(THANKS + "our next speaker is Bo Samplesen from the harbour.", ADA, BO)[
        1:
    ]
    assert (hint.voice, hint.speaker) == ("unknown-3", BO)
    assert 101_000 < hint.at_ms < 130_000
    assert "our next speaker is Bo Samplesen" in hint.said


@pytest.mark.parametrize("heard", ["Bow Samplsen", "Doctor Samplesen", "samplesen bo"])
def test_a_name_may_be_misheard_shortened_or_turned_round(heard: str) -> None:
    hints = hints_after(f"Please welcome {heard} with applause", ADA, BO, WEI)
    assert [(hint.voice, hint.speaker) for hint in hints] == [("unknown-3", BO)]


def test_a_name_in_another_script_is_known_by_its_alias() -> None:
    hints = hints_after("下面有请 示例伟 谢谢", ADA, BO, WEI)
    assert [(hint.voice, hint.speaker) for hint in hints] == [("unknown-3", WEI)]


def test_the_order_counts_where_as_many_are_missing_as_voices_are_unknown() -> None:
    hints = hints_after("and now to something else", ADA, BO)
    assert [(hint.voice, hint.speaker, hint.said) for hint in hints] == [
        ("unknown-1", ADA, ""),
        ("unknown-3", BO, ""),
    ]
    assert hints_after("and now to something else", ADA, BO, WEI) == []


def test_who_was_found_by_voice_is_no_hint_and_nobody_is_hinted_at_twice() -> None:
    turns = [turn("", 0, 100, ADA), *TURNS[1:]]
    words = said((THANKS + "Ada Example again", 101_000, 129_000))
    assert voice_hints(talk(ADA), words, turns) == []
    hints = voice_hints(talk(ADA, BO), words, turns)
    assert [(hint.voice, hint.speaker) for hint in hints] == [("unknown-3", BO)]


def test_a_person_is_told_the_command_and_no_name_is_given(podium: Run, tmp_path: Path) -> None:
    starts = {"one": (0, 70), "two": (70, 20), "three": (90, 70)}
    (tmp_path / "turns.rttm").write_text(
        "".join(
            f"SPEAKER x 1 {start} {length} <NA> <NA> {voice} <NA> <NA>\n"
            for voice, (start, length) in starts.items()
        )
    )
    (tmp_path / "day.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 01:08.000\nthe sea is deep\n\n"
        "01:11.000 --> 01:20.000\nplease welcome Bo Samplesen\n\n"
        "01:31.000 --> 02:30.000\nit is cold down there\n"
    )
    clip = tmp_path / "day.mp4"
    loop = ["ffmpeg", "-v", "error", "-stream_loop", "3", "-i", str(SAMPLE / "amber.mp4")]
    subprocess.run([*loop, "-c", "copy", str(clip)], check=True)
    people = ["--speaker", "Ada Example", "--speaker", "Bo Samplesen", "--speaker", "Wei Shili"]
    session = ["--session", "--rttm", str(tmp_path / "turns.rttm"), "--title", "A day"]
    for source, options in ((clip, [*session, *people]), (tmp_path / "day.vtt", TO_THE_DAY)):
        code, _, err = podium("ingest", str(source), *options, "--no-transcribe")
        assert code == 0, err
    code, out, err = podium("speakers", "list", "a-day")
    assert code == 0
    assert "bo-samplesen" not in out
    assert 'podium speakers name a-day three "Bo Samplesen"' in err
    assert "please welcome Bo Samplesen" in err
