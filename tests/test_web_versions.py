"""The transcripts of a talk on the command line: listed, chosen, compared."""

from __future__ import annotations

import json
import re
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from conftest import Run
from web_seed import opened_app, segments_of

from archive.catalog import Catalog
from archive.edits import edit_talk
from archive.leases import lease
from archive.settings import load_settings
from archive.work.recordings import StoredMedia, attach_recording
from archive.work.transcripts import (
    ask_for_transcript,
    begin_transcript,
    finish_transcript,
    save_piece,
)

OLD = """WEBVTT

00:00:01.000 --> 00:00:03.000
The tide comes in twice a day.

00:00:03.000 --> 00:00:06.000
Nobody has ever stopped it, said the keeper.
"""
NEW = OLD.replace("tide", "tied").replace("stopped it, said", "stopped it once, said")


@pytest.fixture
def tides(podium: Run, tmp_path: Path) -> Path:
    """A talk with two transcripts, the second one current; the archive's home."""
    manifest = tmp_path / "m.toml"
    manifest.write_text(
        '[event]\nslug = "days"\ntitle = "Days of Tides"\n[[talks]]\nslug = "tides"\n'
        'title = "On Tides"\nlanguage = "en"\ncaptions = "old.vtt"\n'
    )
    (tmp_path / "old.vtt").write_text(OLD)
    (tmp_path / "new.vtt").write_text(NEW)
    assert podium("ingest", str(manifest))[0] == 0
    manifest.write_text(manifest.read_text().replace("old.vtt", "new.vtt"))
    assert podium("ingest", str(manifest))[0] == 0
    return load_settings().home


def found(podium: Run, query: str) -> int:
    totals = json.loads(podium("search", query, "--json")[1])["totals"]
    return int(totals["occurrences"])


def test_show_lists_the_transcripts_with_a_star_at_the_current_one(
    podium: Run, tides: Path
) -> None:
    lines = podium("show", "tides")[1].splitlines()
    listed = [line for line in lines if "transcript" in line]
    assert [line[:16] for line in listed] == ["    transcript 1", "  * transcript 2"]
    assert "captions old.vtt" in listed[0]


def test_the_chosen_transcript_is_the_one_that_is_searched_shown_and_exported(
    podium: Run, tides: Path
) -> None:
    assert (found(podium, '"tied comes"'), found(podium, '"tide comes"')) == (1, 0)
    assert podium("edit", "tides", "transcript=1")[0] == 0
    assert (found(podium, '"tied comes"'), found(podium, '"tide comes"')) == (0, 1)
    assert "The tide comes" in podium("show", "tides")[1]
    assert "The tide comes" in podium("export", "tides", "--format", "txt")[1]
    shown = json.loads(podium("show", "tides", "--json")[1])
    assert [(t["number"], t["current"], t["chosen"]) for t in shown["transcripts"]] == [
        (1, True, True),
        (2, False, False),
    ]
    assert podium("edit", "tides", "transcript=")[0] == 0
    assert found(podium, '"tied comes"') == 1


def test_choosing_a_transcript_that_is_not_there_exits_with_2(podium: Run, tides: Path) -> None:
    code, _, err = podium("edit", "tides", "transcript=9")
    assert (code, "no transcript 9" in err, "It has 1, 2." in err) == (2, True, True)


def test_segments_say_whether_the_times_of_their_words_are_estimated(
    podium: Run, tides: Path
) -> None:
    shown = json.loads(podium("export", "tides", "--format", "json")[1])
    assert all(segment["estimated"] for segment in shown["segments"])


def test_diff_shows_the_changed_words_with_their_time_and_what_stands_around_them(
    podium: Run, tides: Path
) -> None:
    code, out, err = podium("diff", "tides")
    assert code == 0
    assert out.splitlines()[3:] == [
        "   0:01  The [-tide-] {+tied+} comes in twice a",
        "   0:04  has ever stopped it {+once,+} said the keeper.",
    ]
    assert err == "1 of 15 words stand otherwise, as 2 of 16 now, at 2 places.\n"
    assert "\n   0:01  The [-tied-] {+tide+} comes" in podium("diff", "tides", "2", "1")[1]


def test_diff_as_json_tells_the_same(podium: Run, tides: Path) -> None:
    told = json.loads(podium("diff", "tides", "--json")[1])
    assert (told["talk"], told["old"]["number"], told["new"]["number"]) == ("tides", 1, 2)
    assert [(change["old"], change["new"]) for change in told["changes"]] == [
        ("tide", "tied"),
        ("", "once,"),
    ]
    assert podium("diff", "tides", "1", "1")[2] == "The same words.\n"
    assert podium("edit", "tides", "transcript=1")[0] == 0
    told = json.loads(podium("diff", "tides", "--json")[1])
    assert (told["old"]["number"], told["new"]["number"]) == (2, 1)


def test_diff_needs_two_transcripts_that_are_there(
    podium: Run, tides: Path, tmp_path: Path
) -> None:
    assert podium("diff", "tides", "1", "7")[0] == 2
    (tmp_path / "n.toml").write_text(
        '[event]\ntitle = "Nights"\n[[talks]]\nslug = "waves"\ntitle = "On Waves"\n'
    )
    assert podium("ingest", str(tmp_path / "n.toml"))[0] == 0
    code, _, err = podium("diff", "waves")
    assert (code, "no two transcripts" in err) == (2, True)


def test_the_page_says_how_far_a_new_transcript_is_and_what_is_kept_beside_it(
    podium: Run, tides: Path
) -> None:
    with closing(Catalog.open(load_settings())) as catalog:
        talk = catalog.talk("tides")
        media = StoredMedia("a" * 64, "audio", "audio/wav", 3, 3_000_000, 0, 0, "aa/a.wav")
        attach_recording(catalog, talk.id, media)
        ask_for_transcript(catalog, talk.id)
        begun = begin_transcript(catalog, talk.id, engine="e", model="m", settings={}, language="")
        # A later piece that is done before an earlier one does not count yet.
        segments = segments_of("the tide comes in", from_ms=600, to_ms=4_000)
        done = save_piece(
            catalog, talk.id, begun, segments, end_ms=2_050_000, language="cy",
            language_probability=0.41,
        )  # fmt: skip
        save_piece(catalog, talk.id, done, segments, number=2, start_ms=2_900_000, end_ms=3_000_000)
        with lease(catalog, talk.id):
            page = page_of("tides")
        assert "Transcribed up to 34:10; until that is done, the transcript from before" in page
        assert "Kept beside it: captions that came with the talk" in page
        assert "podium edit tides transcript=1" in page
        edit_talk(catalog, talk.id, {"language": [""]})
        finish_transcript(catalog, talk.id, begun.id)
    assert "its language is in doubt; cy is a guess (41% sure)" in podium("retry", "tides")[2]
    assert "Welsh (guessed, in doubt: 41 % sure). Where another is spoken" in page_of("tides")
    assert "cy (guessed, in doubt: 41% sure)" in podium("show", "tides")[1]


def page_of(slug: str) -> str:
    with opened_app(load_settings()) as app:
        html = app.test_client().get(f"/talks/{slug}").text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
