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
        said = _summed((count.speaker, count.occurrences) for count in match.speech)
        heard = _summed((count.language, count.occurrences) for count in match.speech)
        for speaker in talk.speakers:
            _add(speakers, speaker.slug, said.get(speaker.slug, 0))
        if talk.event is not None:
            _add(events, talk.event, match.occurrences)
        for language in contents[match.talk_id].languages:
            _add(languages, language, heard.get(language, 0))
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


def _summed(pairs: Iterable[tuple[str | None, int]]) -> dict[str | None, int]:
    sums: dict[str | None, int] = {}
    for key, number in pairs:
        sums[key] = sums.get(key, 0) + number
    return sums


def _add(counts: dict[str, list[int]], key: str, occurrences: int) -> None:
    count = counts.setdefault(key, [0, 0])
    count[0] += 1
    count[1] += occurrences


def _values(
    counts: Mapping[str, list[int]], name_of: Callable[[str], str]
) -> tuple[FacetValue, ...]:
    values = (FacetValue(key, name_of(key), *count) for key, count in counts.items())
    return tuple(sorted(values, key=lambda v: (-v.talks, -v.occurrences, v.name, v.slug)))
