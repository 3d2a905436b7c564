from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import BadSource, CorruptMedia, NotFound
from archive.types import Segment, Word
from transcribe.captions import read_captions, write_srt, write_txt, write_vtt

# Automatic captions fill a line with one blank, here "_".
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.000 --> 00:00:02.000 align:start position:0%
_
hello<00:00:00.500><c> wide</c><00:00:01.200><c> world</c>

00:00:02.000 --> 00:00:02.010 align:start position:0%
hello wide world
_

00:00:02.010 --> 00:00:04.000 align:start position:0%
hello wide world
of<00:00:02.600><c> science</c>

00:00:04.000 --> 00:00:04.010 align:start position:0%
of science
_
""".replace("_", " ")


def read(tmp_path: Path, content: str | bytes) -> tuple[list[Word], list[str]]:
    file = tmp_path / "captions.vtt"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    segments, faults = read_captions(file)
    return [word for segment in segments for word in segment.words], faults


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def test_words_are_spread_over_their_cue_by_their_length(tmp_path: Path) -> None:
    words, faults = read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\nab cdefgh\n")
    assert [(w.text, w.start_ms, w.end_ms) for w in words] == [
        ("ab", 1000, 1250),
        ("cdefgh", 1250, 2000),
    ]
    assert faults == []


def test_rolling_captions_say_each_word_once_at_its_own_time(tmp_path: Path) -> None:
    words, faults = read(tmp_path, ROLLING)
    assert texts(words) == ["hello", "wide", "world", "of", "science"]
    assert [word.start_ms for word in words] == [0, 500, 1200, 2010, 2600]
    assert faults == []


def test_lines_that_roll_up_without_word_times_are_read_once(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\none two\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\none two\nthree\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\nthree\nfour\n",
    )
    assert texts(words) == ["one", "two", "three", "four"]


def test_words_without_times_of_their_own_are_marked_as_estimated(tmp_path: Path) -> None:
    spread, _ = read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\nab cdefgh\n")
    heard, _ = read(tmp_path, ROLLING)
    assert all(word.estimated for word in spread)
    assert not any(word.estimated for word in heard)


def test_live_captions_that_grow_word_by_word_are_read_once(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:01,500\nthe tide\n\n"
        "2\n00:00:01,500 --> 00:00:02,000\nthe tide comes &amp; goes\n\n"
        "3\n00:00:02,000 --> 00:00:02,500\nthe tide comes &amp; goes\ntwice\n\n"
        "4\n00:00:02,500 --> 00:00:03,000\nthe tide comes &amp; goes\ntwice a day\n",
    )
    assert texts(words) == ["the", "tide", "comes", "&", "goes", "twice", "a", "day"]
    assert [word.start_ms for word in words if word.text in ("the", "comes", "twice", "a")] == [
        1000,
        1500,
        2000,
        2500,
    ]


def test_a_sentence_that_begins_like_the_one_before_it_is_said(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\nYes.\n\n2\n00:00:02,000 --> 00:00:03,000\nYes. No.\n\n"
        "3\n00:00:09,000 --> 00:00:10,000\nand then\n\n"
        "4\n00:00:14,000 --> 00:00:15,000\nand then again\n",
    )
    assert " ".join(texts(words)) == "Yes. Yes. No. and then and then again"


def test_sounds_are_no_words(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n[Music]\n\n"
        "00:02.000 --> 00:04.000\nhello<00:00:03.000><c> [Applause]</c>\n\n"
        "00:04.000 --> 00:05.000\n♪ la la ♪\n\n00:05.000 --> 00:06.000\nas [the] sea\n",
    )
    assert texts(words) == ["hello", "la", "la", "as", "[the]", "sea"]


def test_times_without_fractions_are_read(tmp_path: Path) -> None:
    words, faults = read(tmp_path, "1\n00:00:01 --> 00:00:02\nplain\n")
    assert [(word.start_ms, word.end_ms) for word in words] == [(1000, 2000)]
    assert faults == []


def test_a_sentence_that_is_said_twice_stays_twice(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\nNever.\n\n2\n00:00:02,000 --> 00:00:03,000\nNever.\n",
    )
    assert texts(words) == ["Never.", "Never."]


def test_tags_entities_and_styles_are_no_words(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\n"
        "{\\an8}<v Ada Example><i>R&amp;D</i> &lt;now&gt;\r\n",
    )
    assert texts(words) == ["R&D", "<now>"]


def test_a_script_without_blanks_gives_characters(tmp_path: Path) -> None:
    words, _ = read(tmp_path, "WEBVTT\n\n00:00.000 --> 00:02.000\n科学は 2020年。\n")
    assert texts(words) == ["科", "学", "は", "2020", "年。"]
    assert [word.space_before for word in words] == [False, False, False, True, False]


def test_a_western_code_page_is_read(tmp_path: Path) -> None:
    words, _ = read(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nSão caf\xe9\n".encode("cp1252"))
    assert texts(words) == ["São", "café"]


def test_a_damaged_file_is_read_as_far_as_it_goes_and_its_first_fault_has_a_line(
    tmp_path: Path,
) -> None:
    words, faults = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:02,000\nfirst\n2\n00:00:0x --> 00:00:03,000\nlost\n\n"
        "3\n00:00:04,000 --> 00:00:05,000\nthird\n\n4\n00:00:09,000 --> 00:00:08,000\nbackwards\n\n"
        "5\n00:00:09,000 --> 00:00:10,000",
    )
    assert texts(words) == ["first", "third"]
    assert faults[0] == "captions.vtt, line 5: a timing that cannot be read."
    assert [fault.split(":")[0] for fault in faults[1:]] == [
        "captions.vtt, line 13",
        "captions.vtt, line 17",
    ]


def test_a_cue_that_overlaps_the_next_still_gives_words_in_order(tmp_path: Path) -> None:
    words, _ = read(
        tmp_path,
        "WEBVTT\n\n00:02.000 --> 00:04.000\nlater\n\n00:01.000 --> 00:03.500\nearlier words\n",
    )
    assert texts(words) == ["earlier", "words", "later"]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))


@pytest.mark.parametrize("content", [b"", b"no captions at all", b"\x00\xff\x00\xff" * 50])
def test_a_file_without_a_cue_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(CorruptMedia, match="holds no captions"):
        read(tmp_path, content)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_captions(tmp_path / "absent.vtt")
    with pytest.raises(BadSource):
        read_captions(tmp_path)


def segment(*texts: str, start_ms: int = 0) -> Segment:
    words = tuple(
        Word(text, True, start_ms + 500 * n, start_ms + 500 * n + 400)
        for n, text in enumerate(texts)
    )
    return Segment(words[0].start_ms, words[-1].end_ms, words)


def test_vtt_is_escaped_and_names_its_speakers() -> None:
    made = write_vtt([segment("a", "-->", "<b>", "R&D", start_ms=3_661_001)], lambda s: "A>B\n& C")
    assert made == (
        "WEBVTT\n\n01:01:01.001 --> 01:01:02.901\n<v A&gt;B &amp; C>a --&gt; &lt;b&gt; R&amp;D\n"
    )


def test_srt_and_text_name_a_speaker_where_it_changes() -> None:
    segments = [segment("one"), segment("two", start_ms=1000), segment("-->", start_ms=2000)]
    names = {0: "Ada", 1000: "Ada", 2000: "Ben"}
    assert write_srt(segments, lambda s: names[s.start_ms]) == (
        "1\n00:00:00,000 --> 00:00:00,400\nAda: one\n\n"
        "2\n00:00:01,000 --> 00:00:01,400\ntwo\n\n"
        "3\n00:00:02,000 --> 00:00:02,400\nBen: ->\n"
    )
    assert write_txt(
        [*segments[:2], segment("end", start_ms=2000)], lambda s: names[s.start_ms]
    ) == ("Ada:\none\ntwo\n\nBen:\nend\n")


def test_no_segments_make_empty_files() -> None:
    assert (write_vtt([]), write_srt([]), write_txt([])) == ("WEBVTT\n", "", "")


@given(st.lists(st.text(alphabet="abé<>&-;:#\"'", min_size=1), min_size=1, max_size=12))
def test_what_is_written_as_vtt_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    file = tmp_path_factory.mktemp("vtt") / "x.vtt"
    file.write_text(write_vtt([segment(*words)]), encoding="utf-8")
    segments, faults = read_captions(file)
    assert [word.text for made in segments for word in made.words] == words
    assert faults == []
