"""``podium correct`` and ``history``: corrected, found, told, and taken back, as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

VTT = """WEBVTT

00:00:01.000 --> 00:00:04.000
The tide is Palitapong's, says Palitapong.

00:20:00.000 --> 00:20:04.000
Thank you, palitapong, for the mood.
"""


@pytest.fixture
def tides(podium: Run, tmp_path: Path) -> Run:
    """Two talks with the same captions."""
    talks = "".join(
        f'[[talks]]\nslug = "{slug}"\ntitle = "{slug}"\nlanguage = "en"\ncaptions = "a.vtt"\n'
        for slug in ("one", "two")
    )
    (tmp_path / "m.toml").write_text(f'[event]\nslug = "days"\ntitle = "Days"\n{talks}')
    (tmp_path / "a.vtt").write_text(VTT)
    assert podium("ingest", str(tmp_path / "m.toml"))[0] == 0
    return podium


def search(podium: Run, query: str) -> list[tuple[str, str | None]]:
    """The text of each moment that is found, and what it was corrected from."""
    talks = json.loads(podium("search", query, "--json")[1])["talks"]
    return [(m["text"], m["corrected_from"]) for talk in talks for m in talk["moments"]]


def test_a_word_that_stands_once_is_corrected_and_the_next_search_knows_it(tides: Run) -> None:
    code, out, err = tides("correct", "one", "mood", "moon", "--by", "Ada Example")
    assert (code, out) == (0, "")
    assert "Corrected at 20:0" in err
    ((text, before),) = search(tides, "moon")
    assert (text.endswith("for the moon."), before) == (True, None)
    found = search(tides, "mood")
    assert sorted(before or "" for _, before in found) == ["", "mood."]
    (made,) = [
        one
        for one in json.loads(tides("history", "one", "--json")[1])
        if one["by"] == "Ada Example"
    ]
    assert (made["kind"], made["old"], made["new"], made["revision"]) == (
        "words",
        "mood.",
        "moon.",
        2,
    )


def test_where_a_word_stands_more_than_once_the_time_says_which(tides: Run) -> None:
    code, _, err = tides("correct", "one", "Palitapong", "Palittapong")
    assert code == 2
    assert "3 times: 0:0" in err
    assert "--at" in err
    assert tides("correct", "one", "Palitapong", "Palittapong", "--at", "20:01")[0] == 0
    text = tides("export", "one", "--format", "txt")[1]
    assert "Thank you, Palittapong, for" in text
    assert "says Palitapong." in text
    assert tides("correct", "one", "Palitapong", "x", "--at", "10:00")[0] == 2
    assert tides("correct", "one", "nothing", "x")[0] == 2


def test_everywhere_is_shown_first_then_done_and_taken_back(tides: Run) -> None:
    wrong = ("correct", "--everywhere", "Palitapong", "Palittapong")
    code, out, err = tides(*wrong, "--dry-run")
    assert (code, len(out.splitlines())) == (0, 6)
    assert "6 places in 2 talks" in err
    assert tides(*wrong)[0] == 2
    code, out, err = tides(*wrong, "--yes", "--json")
    document = json.loads(out)
    assert (code, len(document["places"]), document["glossary"]) == (0, 6, ["Palittapong"])
    assert document["places"][0]["new"] == "Palittapong's,"
    assert tides("glossary", "list")[1] == "Palittapong\n"
    assert len([before for _, before in search(tides, "palitapong") if before]) == 4
    code, _, err = tides("correct", "--undo", str(document["batch"]))
    assert (code, "6 places read as before" in err) == (0, True)
    assert search(tides, "palittapong") == []
    assert tides("glossary", "list")[1] == ""
    code, _, err = tides("correct", "--everywhere", "Nothing", "Something", "--yes")
    assert (code, "stands nowhere" in err) == (0, True)


def test_only_the_named_talks_are_corrected(tides: Run) -> None:
    only = ("correct", "--everywhere", "mood", "moon", "--talk", "two", "--yes", "--json")
    assert [place["talk"] for place in json.loads(tides(*only)[1])["places"]] == ["two"]


def test_history_lists_compares_and_brings_back(tides: Run) -> None:
    tides("correct", "one", "mood", "moon", "--by", "Ada Example")
    tides("correct", "one", "tide", "ebb", "--by", "Bo Sample")
    code, out, _ = tides("history", "one")
    assert code == 0
    assert [line.split("  ")[2:] for line in map(str.strip, out.splitlines())] == [
        ["Bo Sample", "0:01 “tide” → “ebb”"],
        ["Ada Example", "20:03 “mood.” → “moon.”"],
        ["a.vtt", "the transcript as it came"],
    ]
    assert "[-mood.-] {+moon.+}" in tides("history", "one", "--diff", "1", "2")[1]
    (change,) = json.loads(tides("history", "one", "--diff", "2", "3", "--json")[1])["changes"]
    assert (change["old"], change["new"]) == ("tide", "ebb")
    assert tides("history", "one", "--undo", "2")[0] == 0
    assert len(search(tides, "mood")) == 2
    assert tides("history", "one", "--restore", "1")[0] == 0
    assert search(tides, "ebb") == []
    assert tides("history", "one", "--restore", "9")[0] == 2
    assert tides("history", "one", "--undo", "9")[0] == 2


def test_a_whole_transcript_is_marked_as_checked(tides: Run) -> None:
    assert tides("correct", "one", "--checked", "--by", "Ada Example")[0] == 0
    assert "checked by Ada Example" in tides("show", "one")[1]
    assert tides("correct", "one", "--unchecked")[0] == 0
    assert "checked by" not in tides("show", "one")[1]


@pytest.mark.parametrize("arguments", [(), ("one",), ("one", "a"), ("one", "mood", "a\u202eb")])
def test_what_cannot_be_done_says_so_and_changes_nothing(
    tides: Run, arguments: tuple[str, ...]
) -> None:
    assert tides("correct", *arguments)[0] == 2
    assert len(json.loads(tides("history", "one", "--json")[1])) == 1
