"""How many full matches each speaker, event and language has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import pycountry

from search.directory import Directory
from search.index import IndexedTalk, Match
from search.results import Facets, FacetValue


def facets_of(
    matches: Iterable[Match], directory: Directory, contents: Mapping[int, IndexedTalk]
) -> Facets:
    """The facets of full matches, each value with its talks and occurrences, the most first.

    A speaker's occurrences are those in that person's own speech: where several speakers are not
    told apart, the talk counts for each of them, and its occurrences for nobody.
    """
    speakers: dict[str, list[int]] = {}
    events: dict[str, list[int]] = {}
    languages: dict[str, list[int]] = {}
    for match in matches:
        talk = directory.talks[match.talk_id]
        occurrences = 0
        for appearance in talk.appearances:
            _add(speakers, appearance.speaker.slug, 1, 0)
        for language in contents[match.talk_id].languages:
            _add(languages, language, 1, 0)
        for count in match.speech:
            occurrences += count.occurrences
            if count.speaker in speakers:
                _add(speakers, count.speaker, 0, count.occurrences)
            if count.language:
                _add(languages, count.language, 0, count.occurrences)
        if talk.event is not None:
            _add(events, talk.event, 1, occurrences)
    return Facets(
        _values(speakers, lambda slug: directory.speakers[slug].name),
        _values(events, lambda slug: directory.events[slug].title),
        _values(languages, language_name),
    )


@lru_cache(maxsize=256)
def language_name(code: str) -> str:
    """A language's English name by its BCP 47 code; the code where it is not known."""
    primary, _, region = code.partition("-")
    language = pycountry.languages.get(alpha_2=primary.lower()) or pycountry.languages.get(
        alpha_3=primary.lower()
    )
    if language is None:
        return code
    return f"{language.name} ({region})" if region else str(language.name)


def _add(counts: dict[str, list[int]], key: str, talks: int, occurrences: int) -> None:
    if key in counts:
        count = counts[key]
        count[0] += talks
        count[1] += occurrences
    else:
        counts[key] = [talks, occurrences]


def _values(
    counts: Mapping[str, list[int]], name_of: Callable[[str], str]
) -> tuple[FacetValue, ...]:
    values = (FacetValue(key, name_of(key), *count) for key, count in counts.items())
    return tuple(sorted(values, key=lambda v: (-v.talks, -v.occurrences, v.name, v.slug)))
