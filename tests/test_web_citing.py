"""Citations of passages in which several people speak, in any script, with any sign in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from archive.types import Appearance, Event, Segment, Speaker, Talk, Track, Transcript, Turn, Word
from web.talk.citing import bibtex_citation, csl_citation, plain_citation, quote_of, with_source
from web.talk.quoting import Passage, Standing

ADA = Appearance(Speaker(1, "ada", "Ada Example"), role="Director", affiliation="Oceans & Co")
WORDS = tuple(
    Word(text, True, 1000 * n, 1000 * n + 900)
    for n, text in enumerate(["One", "two", "three", "four"])
)


def transcript(checked_by: str = "", origin: str = "machine") -> Transcript:
    return Transcript(
        1, Track.ORIGINAL, "en", origin, number=3, engine="faster-whisper", model="base",
        made_at="2031-06-01T10:00:00", checked_by=checked_by,
        segments=(Segment(0, 4000, WORDS),),
    )  # fmt: skip


def quote(*, title: str = "The Sea", checked_by: str = "", turns: tuple[Turn, ...] = ()):  # type: ignore[no-untyped-def]
    talk = Talk(1, "the-sea", title, event="days", appearances=(ADA,), given_on=date(2031, 5, 12))
    event = Event(1, "days", "Tidal Days", place="Exampleton")
    passage = Passage(0, 4, Standing.SAME)
    return quote_of(talk, event, transcript(checked_by), turns, passage, "http://h/talks/the-sea")


def test_each_voice_of_the_passage_is_named_and_nobody_else() -> None:
    turns = (
        Turn(0, 2000, "ada", "ada", source="machine", name="Ada Example"),
        Turn(2000, 4000, "unknown-2", source="machine"),
        Turn(9000, 9900, "bo", "bo", name="Bo Sample"),
    )
    cited = quote(turns=turns)
    assert [voice.name for voice in cited.voices] == ["Ada Example", "Unknown speaker 2"]
    assert plain_citation(cited).startswith("Ada Example, Unknown speaker 2 (12 May 2031).")
    assert with_source(cited).startswith(
        "“One two three four” — Ada Example, Director, Oceans & Co; Unknown speaker 2, The Sea,"
    )


def test_a_name_that_a_machine_gave_is_cited_as_such() -> None:
    told = Turn(0, 4000, "ada", "ada", score=0.9, source="machine", name="Ada Example")
    doubtful = replace(told, score=0.1)
    assert "Who speaks was told by a machine." in plain_citation(quote(turns=(told,)))
    for text in (
        plain_citation(quote(turns=(doubtful,))),
        bibtex_citation(quote(turns=(doubtful,))),
        csl_citation(quote(turns=(doubtful,)))["note"],
    ):
        assert "Who speaks is a guess of a machine." in text
    assert "machine." not in plain_citation(quote())


def test_without_turns_the_speakers_of_the_talk_are_named() -> None:
    assert [voice.name for voice in quote().voices] == ["Ada Example"]


def test_who_checked_it_is_said() -> None:
    line = plain_citation(quote(checked_by="Ed Itor"))
    assert (
        "Transcript 3: by a machine (faster-whisper, base), 1 June 2031, checked by Ed Itor."
        in line
    )
    assert "checked by Ed Itor" in csl_citation(quote(checked_by="Ed Itor"))["note"]


def test_bibtex_is_escaped_and_its_braces_balance() -> None:
    hostile = r"100 % {of} $x_1$ & #1 \ ~ ^ “é” 海"
    entry = bibtex_citation(quote(title=hostile))
    assert r"100 \% \{of\} \$x\_1\$ \& \#1 \textbackslash{} \textasciitilde{}" in entry
    bare = entry.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    assert entry.startswith("@misc{the-sea-0,\n")
    assert "  year = {2031},\n" in entry
