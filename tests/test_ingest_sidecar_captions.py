"""Captions beside a recording: the fittest are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from sidecar_seed import media, put_beside, put_info, read_beside

from archive.programme import TalkEntry
from ingest.programmes.sidecars import read_sidecar

__all__ = ["media"]


def test_captions_alone_are_a_sidecar(media: Path) -> None:
    file = put_beside(media, "lecture.pt-BR.srt")
    sidecar = read_beside(media)
    assert (sidecar.file, sidecar.captions, sidecar.captions_language) == (file, file, "pt-BR")
    assert sidecar.entry == TalkEntry("", source_url=str(media), source_key=str(media))
    assert not sidecar.captions_automatic


@pytest.mark.parametrize(
    ("names", "language", "best"),
    [
        ("lecture.srt lecture.vtt", "", "lecture.vtt"),
        ("lecture.SRT", "", "lecture.SRT"),
        ("lecture.en.srt lecture.fr.vtt", "en", "lecture.en.srt"),
        ("lecture.en.srt lecture.fr.vtt", "fr-CA", "lecture.fr.vtt"),
        ("lecture.en-GB.vtt lecture.en.srt", "en", "lecture.en.srt"),
        ("lecture.fr.vtt lecture.srt", "en", "lecture.srt"),
        # de and fr are automatic in the .info.json below, es is both.
        ("lecture.de.vtt lecture.es.srt", "", "lecture.es.srt"),
        ("lecture.de.vtt lecture.de-CH.srt", "de", "lecture.de.vtt"),
        ("lecture.de.vtt lecture.srt", "de", "lecture.srt"),
        ("lecture.de.vtt lecture.es.vtt", "de", "lecture.de.vtt"),
        ("lecture.en-orig.vtt lecture.en.srt", "en", "lecture.en.srt"),
        ("lecture.en-eEY6OEpapPo.vtt", "", "lecture.en-eEY6OEpapPo.vtt"),
        ("lecture.live_chat.vtt lecture2.en.vtt lect.en.vtt", "", ""),
    ],
)
def test_of_several_captions_the_fittest_are_taken(
    media: Path, names: str, language: str, best: str
) -> None:
    one = [{"url": "https://example.org/a"}]
    automatic = {"de": one, "fr": one, "es": one}
    put_info(media, language=None, subtitles={"es": one}, automatic_captions=automatic)
    for name in names.split():
        put_beside(media, name)
    captions = read_beside(media, language).captions
    assert (captions.name if captions else "") == best


def test_which_captions_are_automatic_is_known_from_what_yt_dlp_says(media: Path) -> None:
    manual, machine = [{"url": "https://example.org/m"}], [{"url": "https://example.org/a"}]
    both = {"subtitles": {"en": manual}, "automatic_captions": {"en": machine}}
    put_beside(media, "lecture.en.vtt")
    put_info(media)
    assert not read_beside(media).captions_automatic
    put_info(media, automatic_captions={"en": machine})
    assert read_beside(media).captions_automatic
    put_info(media, **both)
    assert not read_beside(media).captions_automatic
    put_info(media, **both, requested_subtitles={"en": machine[0]})
    assert read_beside(media).captions_automatic


def test_captions_that_a_toml_names_come_before_those_that_lie_there(media: Path) -> None:
    put_beside(media, "lecture.vtt")
    (media.parent / "words").mkdir()
    file = put_beside(media, "words/mine.txt")
    put_beside(media, "lecture.toml", 'language = "fr"\ncaptions = "words/mine.txt"')
    sidecar = read_beside(media)
    assert (sidecar.captions, sidecar.captions_language) == (file, "fr")
    assert not sidecar.captions_automatic


def test_captions_belong_to_the_recording_with_the_longest_fitting_name(media: Path) -> None:
    other = put_beside(media, "lecture.two.mp4")
    file = put_beside(media, "lecture.two.vtt")
    assert read_sidecar(media) is None
    assert read_beside(other).captions == file
