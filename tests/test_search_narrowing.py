"""Filters leave what they say of the archive, and say where they leave nothing."""

from __future__ import annotations

import pytest
from shore import Shore, shore

from archive.edits import edit_talk

__all__ = ["shore"]


def test_filters_take_slugs_names_titles_and_codes(shore: Shore) -> None:
    assert shore.slugs("the", speaker="ada-zeilbrunner") == ["tides"]
    assert shore.slugs('the speaker:"zeilbrunner ada"') == ["tides"]
    assert shore.slugs("speaker:zeilbruner") == ["tides", "panel"]
    assert shore.slugs("event:tidal") == ["tides", "genomics"]
    assert shore.slugs("lighthouse", event="tidal-days") == ["tides"]
    assert shore.slugs("pilot", event="tidal-days") == []
    assert shore.slugs("language:pt") == shore.slugs("language:pt-BR") == ["mares"]
    assert shore.slugs("futuro", language="en") == []
    results = shore.searcher.search("tide", speaker="nobody")
    assert results.talks == ()
    assert results.notes == ("No speaker here is called nobody.",)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("country:TR", ["tides", "panel"]),
        ("country:Türkiye", ["tides", "panel"]),
        ("country:turkey event:tidal", ["tides"]),
        ('country:"the kingdom of thailand" country:TR', ["tides", "genomics", "mares", "panel"]),
        ("-country:turkey", ["genomics", "mares"]),
        ("year:2031", ["tides", "genomics"]),
        ("year:2029..2030", ["panel"]),
        ("year:2031..2029 -event:tidal", ["panel"]),
        ("year:2030..", ["tides", "genomics", "panel"]),
        ("year:..2030", ["panel"]),
        ("-year:2031", ["mares", "panel"]),
        ("-speaker:zeilbrunner", ["genomics", "mares"]),
        ("speaker:zeilbrunner speaker:pongarn -language:en", ["genomics", "mares"]),
        ("language:pt language:en", ["tides", "mares", "panel"]),
        ("-language:en", ["genomics", "mares"]),
    ],
)
def test_filters_by_country_year_and_minus(shore: Shore, query: str, slugs: list[str]) -> None:
    edit_talk(shore.catalog, shore.catalog.talk("panel").id, {"date": ["2030-02-01"]})
    assert sorted(shore.slugs(query)) == sorted(slugs)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("country:Atlantis", "No country is called Atlantis."),
        ("country:peru", "Nobody here is said to be from Peru."),
        ("year:soon", "soon is no year: write year:2020 or year:2019..2023."),
        ("year:..", ".. is no year: write year:2020 or year:2019..2023."),
        ("year:1999", "No talk here is known to be from 1999."),
        ("language:xx", "No talk here is in the language xx."),
        ("event:nothing", "No event here is called nothing."),
    ],
)
def test_an_unknown_value_finds_nothing_and_a_note_says_so(
    shore: Shore, query: str, note: str
) -> None:
    results = shore.searcher.search(f"tide {query}")
    assert (results.talks, results.notes) == ((), (note,))
    assert shore.slugs(f"lighthouse -{query}") == ["tides"]


def test_filters_may_have_several_values_from_outside(shore: Shore) -> None:
    results = shore.searcher.search("event:nothing", event="tidal", country=("TH", "CL"))
    assert [hit.slug for hit in results.talks] == ["genomics"]
    assert results.understood == "event:tidal country:TH country:CL"


def test_speech_that_may_be_anothers_is_no_hit_for_a_speaker(shore: Shore) -> None:
    panel = shore.only('"the pilot is young"')
    assert panel.moments[0].speaker is None
    results = shore.searcher.search('"the pilot is young"', speaker="ada-zeilbrunner")
    assert results.talks == ()
    assert "not told apart" in results.notes[0]
    assert shore.slugs("panel", speaker="ada-zeilbrunner") == ["panel"]
