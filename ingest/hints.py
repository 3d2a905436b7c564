"""Hints for the speech engine: names that may be spoken, from programme and glossary."""

from __future__ import annotations

from collections.abc import Sequence

from archive.catalog import Catalog
from archive.glossary import glossary_for
from archive.types import Event, Talk, Track, Transcript


def hints_for(talk: Talk, event: Event | None, glossary: Sequence[str] = ()) -> list[str]:
    """Names that may be spoken in a talk, the likeliest first; the engine takes what fits.

    The talk's speakers, then ``glossary``, which is a person's word and always given, then
    institutions and people of the event. Of the programme only names of people and institutions:
    titles brought no gain. And none where no speaker is known: an institution's name alone can
    mislead the engine (docs/benchmarks.md).
    """
    names = [part.speaker.name for part in talk.appearances]
    names += glossary
    if talk.appearances:
        for part in talk.appearances:
            names += [part.affiliation, *part.affiliation_aliases]
        if event is not None:
            names += [*event.organizers, *(person.name for person in event.people)]
    return list(dict.fromkeys(name for name in names if name))


def hints_of(catalog: Catalog, talk: Talk) -> list[str]:
    """The hints that a talk gets as programme and glossary are now."""
    event = catalog.event(talk.event) if talk.event else None
    return hints_for(talk, event, glossary_for(catalog, talk.event))


def hints_changed(catalog: Catalog, talk: Talk, transcript: Transcript) -> bool:
    """Whether a machine's transcript was made with other hints than the talk would get now."""
    if transcript.origin != "machine" or transcript.track is not Track.ORIGINAL:
        return False
    now = hints_of(catalog, talk)
    return transcript.settings.get("hints", now) != now
